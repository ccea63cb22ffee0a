"""Looking after the data: `flask data backup`, `migrate`, `revision`; `restore` is safety's."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy import inspect, text

from data.backup import back_up
from data.db import db

group = AppGroup("data", help="Back up, restore and migrate the database.")


def connect_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(group)


def current_revision() -> str | None:
    """Return the revision the database is at, None before the first migration."""
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())


def newest_revision() -> str:
    """Return the revision the code needs."""
    from alembic.script import ScriptDirectory

    folder = current_app.extensions["migrate"].directory
    return str(ScriptDirectory(folder).get_current_head())


def migrate() -> Path | None:
    """Back up and bring the database to the code's revision; return the backup, if any."""
    now_at = current_revision()
    db.session.remove()
    if now_at == newest_revision():
        return None
    copy = take_backup() if now_at else None
    from flask_migrate import upgrade

    upgrade()
    return copy


def take_backup() -> Path | None:
    """Copy the database into the instance folder."""
    config = current_app.config
    return back_up(
        config["SQLALCHEMY_DATABASE_URI"],
        key_store=config["KEY_STORE"],
        folder=config["INSTANCE"] / "backups",
    )


@group.command("backup")
def _backup() -> None:
    """Copy the database while it runs."""
    click.echo(_("Backed up to %(path)s.", path=str(take_backup())))


@group.command("migrate")
def _migrate() -> None:
    """Back up and bring the database to the revision the code needs."""
    copy = migrate()
    click.echo(_("Backed up to %(path)s.", path=str(copy)) if copy else _("Nothing to back up."))
    click.echo(_("The database is at revision %(revision)s.", revision=current_revision()))

"""`flask data restore`: a backup put back, and the erasures since it was made repeated."""

from pathlib import Path

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from data.backup import restore
from data.db import db, transaction
from data.errors import Refusal
from web.safety.actions.erasure import repeat_erasures
from web.shared.maintenance import group, migrate, take_backup


@group.command("restore")
@click.argument("copy", type=click.Path(path_type=Path))
@click.confirmation_option(prompt="Stop the server first. Replace the database with this copy?")
def _restore(copy: Path) -> None:
    """Put a backup back. The database of today is backed up first."""
    try:
        take_backup()
        db.session.remove()
        db.engine.dispose()
        restore(copy, current_app.config["SQLALCHEMY_DATABASE_URI"])
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    migrate()  # the copy may be older than the code, and the next step reads by today's models
    with transaction():
        erased = repeat_erasures()
    click.echo(_("The database is as it was in %(path)s.", path=str(copy)))
    if erased:
        said = ngettext(
            "%(num)s family that was erased since then has been erased again.",
            "%(num)s families that were erased since then have been erased again.",
            erased,
        )
        click.echo(said)

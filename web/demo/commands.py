"""`flask demo seed`, `reset` and `crowd`."""

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_security.utils import hash_password

from data.db import transaction
from data.errors import NotAllowed, Refusal
from data.models import Room
from data.queries.demo_people import demo_people
from data.seed import seed_demo
from web.demo import seeding

group = AppGroup("demo", help="The demo municipality and load-test users.")


@group.command("seed")
def _seed() -> None:
    """Add the demo municipality: about 160 invented families in and around Vejle."""
    _do(seed_demo)
    for person in demo_people():
        click.echo(f"  {person.what:<50} {person.email}")


@group.command("reset")
def _reset() -> None:
    """Take the demo away and put it back as new; other municipalities are not touched."""
    _do(seeding.reset)
    click.echo(_("The demo is as new."))


@group.command("crowd")
@click.option("--users", default=100, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--room-size", default=10, show_default=True, type=click.IntRange(2, 200))
@click.option("--password", default="load-test-only", show_default=True)
def _crowd(users: int, room_size: int, password: str) -> None:
    """Add load-test users in rooms; prints the rooms' references."""
    rooms: list[Room] = []

    def make() -> None:
        rooms.extend(
            seeding.make_crowd(
                users=users,
                room_size=room_size,
                password_hash=hash_password(password),
            )
        )

    _do(make)
    click.echo(" ".join(room.ref for room in rooms))


def _do(action: Callable[[], object]) -> None:
    try:
        if current_app.config["PRODUCTION"]:
            raise NotAllowed(_("The demo and its load-test users have no place in production."))
        with transaction():
            action()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal

"""Run under gevent: does any greenlet take over while another one writes? Prints the counts.

SQLite has one writer. A greenlet that pauses inside a write would leave all others waiting in a
lock that blocks the whole process.
"""

from pathlib import Path

import gevent
import greenlet
from sqlalchemy import event

from chat import actions
from config import Config
from data.db import db, transaction
from data.models import Account, RoomKind
from tests import factories
from web.app import create_app

WRITERS, EACH = 8, 20


def main(place: str) -> None:
    folder = Path(place)
    app = create_app(
        Config.for_tests(
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'switches.db'}",
            KEY_STORE=str(folder / "keys.db"),
            INSTANCE=folder,
        )
    )
    with app.app_context():
        db.create_all()
        cast = factories.make_cast()
        with transaction():
            room = actions.open_room(
                kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="G"
            )
            actions.add_family(room, family=cast.new_family)
            ref, account_id = room.ref, cast.new_parent.id
        counts = _watch(db.engine)
    gevent.joinall(
        [gevent.spawn(_write, app, ref, account_id, n) for n in range(WRITERS)], raise_error=True
    )
    print("writes", counts["writes"], "switches", counts["switches"])


def _write(app, ref, account_id, writer):
    for n in range(EACH):
        with app.app_context(), transaction():
            actions.send_message(
                ref, by=db.session.get_one(Account, account_id), cid=f"{writer}-{n}",
                body="Hej", max_chars=4000,
            )  # fmt: skip
        gevent.sleep(0)


def _watch(engine):
    counts = {"writes": 0, "switches": 0}
    writing = set()

    @event.listens_for(engine, "before_cursor_execute")
    def _statement(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO messages"):
            counts["writes"] += 1
            writing.add(id(greenlet.getcurrent()))

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _done(_connection):
        writing.discard(id(greenlet.getcurrent()))

    def _switched(what, between):
        if what in {"switch", "throw"} and id(between[0]) in writing:
            counts["switches"] += 1

    greenlet.settrace(_switched)
    return counts

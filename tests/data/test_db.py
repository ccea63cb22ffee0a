"""Reading without the write lock, and the settings of every real connection."""

import sqlite3

import pytest
from sqlalchemy import make_url, text

from data.db import db, reading, transaction
from data.models import Municipality


@pytest.fixture
def someone_else(app):
    """Another process's connection, which waits for nobody."""
    path = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    with sqlite3.connect(path, timeout=0, isolation_level=None) as other:
        yield other


def test_a_long_read_holds_up_nobody_who_writes_and_sees_one_state(cast, someone_else):
    with reading():
        before = db.session.get_one(Municipality, cast.coordinator.municipality_id).name
        someone_else.execute("UPDATE municipalities SET name = 'Andetsteds'")
        db.session.expire_all()
        seen = db.session.get_one(Municipality, cast.coordinator.municipality_id).name
        assert seen == before != "Andetsteds"
    assert cast.coordinator.municipality.name == "Andetsteds"


def test_a_transaction_does_hold_up_those_who_write(cast, someone_else):
    with transaction():
        assert cast.coordinator.municipality.name
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            someone_else.execute("UPDATE municipalities SET name = 'Andetsteds'")


def test_what_is_changed_while_reading_is_undone(cast):
    with reading():
        cast.coordinator.municipality.name = "Andetsteds"
        db.session.flush()
    assert cast.coordinator.municipality.name != "Andetsteds"


def test_every_connection_is_durable_and_keeps_foreign_keys(app):
    with db.engine.connect() as one, db.engine.connect() as other:
        for connection in (one, other):
            said = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

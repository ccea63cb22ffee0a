"""A database that is locked or away: a page that says so, nothing half-saved, and on it goes."""

import sqlite3
import time
from contextlib import closing

from sqlalchemy import text

from data import db as house
from data.db import db
from data.models import Message
from tests.chat.conftest import room  # noqa: F401  # the fixture
from tests.web.forms import post


def test_a_locked_database_is_a_moment_s_wait_and_saves_nothing(
    room,  # noqa: F811  # the fixture
    cast,
    as_,
    tmp_path,
    monkeypatch,  # the fixture
):
    client, address, said = (
        as_(cast.new_parent),
        f"/messages/{room.ref}",
        {"body": "Hej", "cid": "c"},
    )
    db.session.rollback()
    client.get(address), client.get("/nowhere")  # the first time templates are read
    db.session.rollback()
    monkeypatch.setattr(house, "_LOCK_WAIT_S", 2)
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        answer = post(client, address, said)
        assert time.monotonic() - began < 3.5  # waits its time once, and not again at the end
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Det, I sendte, er ikke gemt" in answer.text
    assert db.session.query(Message).count() == 0
    assert post(client, address, said).status_code == 302
    assert db.session.query(Message).count() == 1


def test_whoever_watches_over_us_is_told_when_the_database_does_not_answer(app):
    client = app.test_client()
    answer = client.get("/healthz")  # a database without its revision
    assert (answer.status_code, answer.json) == (503, {"ok": False})
    db.session.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
    db.session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    db.session.commit()
    assert client.get("/healthz").json == {"ok": True, "revision": "0001"}

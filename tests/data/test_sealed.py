"""Message texts and sensitive answers: unreadable in the database, readable with the key."""

import sqlite3

import pytest
from sqlalchemy import text

from data import sealed
from data.answers import answers_of
from data.db import db
from data.keys import KeyStore


def test_a_sensitive_answer_is_not_readable_in_the_database(cast):
    raw = db.session.execute(
        text("SELECT sealed_answers, open_answers FROM families WHERE id = :id"),
        {"id": cast.new_family.id},
    ).one()
    assert b"attachment" not in bytes(raw.sealed_answers)
    assert "attachment" not in str(raw.open_answers)
    assert answers_of(cast.new_family)["themes_now"]["attachment"] == 3


def test_a_forgotten_key_makes_the_answers_unreadable_for_good(cast):
    scope = cast.new_family.key_scope
    db.session.expire_all()
    sealed.store().forget([scope])
    assert "themes_now" not in answers_of(cast.new_family)
    assert "family_type" in answers_of(cast.new_family)


def test_a_full_disk_refuses_one_key_and_harms_no_later_one(tmp_path):
    store = KeyStore(str(tmp_path / "keys.db"), "a master key for this test")
    pages = store._rows.execute("PRAGMA page_count").fetchone()[0]
    store._rows.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.prepare([f"family:{n}" for n in range(500)])
    store._rows.execute("PRAGMA max_page_count=100000")
    assert store.open(store.seal("Hej", "family:1"), "family:1") == "Hej"
    store.close()


def test_a_full_disk_leaves_no_transaction_open_in_the_key_store(tmp_path):
    store = KeyStore(str(tmp_path / "keys.db"), "a master key for this test")
    store._rows.execute(
        "CREATE TRIGGER no_room BEFORE INSERT ON data_keys BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    with pytest.raises(sqlite3.Error):
        store.seal("Hej", "family:1")
    assert not store._rows.in_transaction
    store._rows.execute("DROP TRIGGER no_room")
    assert store.open(store.seal("Hej", "family:1"), "family:1") == "Hej"
    store.close()


def test_a_forgotten_key_is_in_none_of_the_store_s_files(tmp_path):
    store = KeyStore(str(tmp_path / "keys.db"), "a master key for this test")
    store.seal("Hej", "family:1")
    wrapped = store._rows.execute("SELECT wrapped FROM data_keys").fetchone()[0]
    store.forget(["family:1"])
    assert all(wrapped not in file.read_bytes() for file in tmp_path.iterdir())
    store.close()

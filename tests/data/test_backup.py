"""A copy of the database and the way back: whole or not at all."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from data.backup import KEEP_KEYS_DAYS, back_up, restore
from data.errors import Conflict


def write(path: Path, word: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        database.execute("CREATE TABLE IF NOT EXISTS words (word TEXT)")
        database.execute("DELETE FROM words")
        database.execute("INSERT INTO words VALUES (?)", (word,))


def read(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT word FROM words").fetchone()[0])


@pytest.fixture
def here(tmp_path) -> Path:
    write(tmp_path / "app.db", "before")
    write(tmp_path / "keys.db", "key")
    return tmp_path


def copy_of(here: Path) -> Path:
    copy = back_up(
        f"sqlite:///{here / 'app.db'}", key_store=str(here / "keys.db"), folder=here / "backups"
    )
    assert copy is not None
    return copy


def test_what_was_copied_comes_back(app, here):
    copy = copy_of(here)
    write(here / "app.db", "after")
    restore(copy, f"sqlite:///{here / 'app.db'}")
    assert read(here / "app.db") == "before"


def test_nobody_else_on_the_machine_reads_a_copy(app, here):
    copy = copy_of(here)
    assert copy.stat().st_mode & 0o077 == 0
    assert copy.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_no_backup_leaves_the_database_as_it_is(app, here, content):
    wrong = here / "wrong #1?.db"
    wrong.write_bytes(content)
    with pytest.raises(Conflict):
        restore(wrong, f"sqlite:///{here / 'app.db'}")
    assert read(here / "app.db") == "before"
    assert wrong.read_bytes() == content


def test_a_copy_that_is_not_there_is_said_so(app, here):
    with pytest.raises(Conflict):
        restore(here / "nowhere.db", f"sqlite:///{here / 'app.db'}")


def test_copies_of_keys_live_a_week_so_that_the_erased_do_not_come_back(app, here):
    copy_of(here)
    [old] = (here / "backups" / "keys").glob("*.db")
    past = time.time() - (KEEP_KEYS_DAYS + 1) * 24 * 3600
    os.utime(old, (past, past))
    copy_of(here)
    assert not old.exists()
    assert len(list((here / "backups" / "keys").glob("*.db"))) == 1

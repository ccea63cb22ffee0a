"""Copies of the database before anything changes its shape, and the way back.

SQLite is copied with its own online backup, PostgreSQL with pg_dump. The key store is copied
apart, and its copies live a week at most: an erased family must not come back from a backup.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from data.errors import Conflict
from data.i18n import _

KEEP_KEYS_DAYS = 7


def back_up(database: str, *, key_store: str, folder: Path) -> Path | None:
    """Copy the database into `folder` and return the copy; None when there is nothing yet."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    url = make_url(database)
    copy = _copy_sqlite(url.database, folder / f"{stamp}.db") if _is_sqlite(database) else None
    if not _is_sqlite(database):
        copy = _dump_postgres(database, folder / f"{stamp}.dump")
    if copy is not None:
        _copy_sqlite(key_store, folder / "keys" / f"{stamp}.db")
        _drop_old_keys(folder / "keys")
    return copy


def restore(copy: Path, database: str) -> None:
    """Put a copy back in place of the database. The server must be stopped."""
    if not copy.is_file():
        raise Conflict(_("There is no backup at %(path)s.", path=str(copy)))
    if _is_sqlite(database):
        _restore_sqlite(copy, Path(make_url(database).database or ""))
    else:
        _run("pg_restore", database, "--clean", "--if-exists", "--no-owner", str(copy))


def _is_sqlite(database: str) -> bool:
    return database.startswith("sqlite")


def _copy_sqlite(path: str | None, target: Path) -> Path | None:
    if not path or path == ":memory:" or not Path(path).exists():
        return None
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    target.chmod(0o600)
    return target


def _restore_sqlite(copy: Path, path: Path) -> None:
    if not _is_sound(copy):
        raise Conflict(_("The backup is damaged; the database was left as it is."))
    # First beside, then in place of: a power cut leaves the old or the new one, never half.
    with (
        copy.open("rb") as kept,
        tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside,
    ):
        shutil.copyfileobj(kept, beside)
        beside.flush()
        os.fsync(beside.fileno())
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    Path(beside.name).replace(path)


def _is_sound(copy: Path) -> bool:
    """Answer whether the file is a whole database of ours: an empty one passes SQLite's check."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(copy))}?mode=ro", uri=True)) as kept:
            said: tuple[str] = kept.execute("PRAGMA integrity_check").fetchone()
            kept.execute("SELECT version_num FROM alembic_version").fetchone()
            return said == ("ok",)
    except sqlite3.Error:
        return False


def _dump_postgres(database: str, target: Path) -> Path:
    _run("pg_dump", database, "--format=custom", "--no-owner", f"--file={target}")
    target.chmod(0o600)
    return target


def _run(program: str, database: str, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Conflict(
            _("%(program)s was not found. Install the PostgreSQL client tools.", program=program)
        )
    url = make_url(database).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    subprocess.run([found, f"--dbname={address}", *options], check=True)  # noqa: S603  # our words


def _drop_old_keys(folder: Path) -> None:
    oldest = time.time() - KEEP_KEYS_DAYS * 24 * 3600
    for copy in folder.glob("*.db"):
        if copy.stat().st_mtime < oldest:
            copy.unlink()

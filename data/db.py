"""The database handle, the base of every table, and the one way to commit."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

# Named constraints let a later migration drop or alter them.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_LOCK_WAIT_S = 10
_REF_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
_one_writer = threading.Lock()
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after", default=None)


class Moment(TypeDecorator[datetime]):
    """A time with its zone: stored as UTC, also where the database forgets zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored time needs its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=_NAMES),
        type_annotation_map={
            datetime: Moment(),
            # By value, so that a check reads the same on both databases.
            StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_values),
        },
    )


db = SQLAlchemy(model_class=Base)


def new_ref() -> str:
    """Return a short random reference for addresses: says nothing, cannot be guessed."""
    return "".join(secrets.choice(_REF_ALPHABET) for _ in range(12))


class HasRef:
    """Rows that people meet in addresses carry an opaque reference beside their id."""

    ref: Mapped[str] = mapped_column(String(12), unique=True, default=new_ref)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on the way out; on any error undo everything and let it rise.

    Inside another transaction the outer one decides. On SQLite the write lock is taken at the
    start: a read that turns into a write half-way fails when another process wrote in between.
    """
    if _writing.get():
        yield
        return
    db.session.rollback()  # ends the read that loaded the signed-in person
    writing, after = _writing.set(True), _after.set([])
    try:
        with _turn_to_write():
            yield
            db.session.commit()
        to_tell = _after.get() or []
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(writing)
        _after.reset(after)
    for tell in to_tell:
        tell()


@contextmanager
def reading() -> Iterator[None]:
    """Read one state of the database, holding up nobody who writes; what is changed is undone.

    For work that reads much before it computes: in `transaction()` everyone would wait for it.
    """
    if _writing.get():
        yield
        return
    db.session.rollback()
    try:
        yield
    finally:
        db.session.rollback()


def _turn_to_write() -> AbstractContextManager[object]:
    """Let the writers of this process stand in line before they take a connection of the pool.

    SQLite has one writer at a time. Those who wait would else hold every connection there is,
    and nobody could read.
    """
    return _one_writer if db.engine.dialect.name == "sqlite" else nullcontext()


def after_commit(tell: Callable[[], None]) -> None:
    """Do this once what we are writing is safely stored; never, if it is undone.

    For telling others: a socket room, the worker. Must not be called outside a transaction.
    """
    waiting = _after.get()
    if waiting is None:
        raise RuntimeError("after_commit() belongs inside transaction().")
    waiting.append(tell)


def tune_sqlite(engine: Engine) -> None:
    """Durable and concurrent SQLite: WAL, synchronous=FULL, foreign keys, early write lock."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",  # what is erased is overwritten, whoever built this SQLite
            f"busy_timeout={_LOCK_WAIT_S * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
        elif not _got_the_write_lock(connection.connection.dbapi_connection):
            _try_once_more(connection)


def _try_once_more(connection: Connection) -> None:
    """Begin to write or raise, at once: waiting here would hold up everyone in this process."""
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_LOCK_WAIT_S * 1000}")


def empty_the_log() -> None:
    """Write SQLite's log into its file and empty it: it holds rows as they were before.

    Call outside a transaction. Whoever reads just now is waited for, a second at most; the log is
    then emptied the next time.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        file: Any = connection.driver_connection
        file.execute("PRAGMA busy_timeout=0").close()
        try:
            for _try in range(20):
                busy, *_pages = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return
                time.sleep(0.05)
        finally:
            file.execute(f"PRAGMA busy_timeout={_LOCK_WAIT_S * 1000}").close()


def _got_the_write_lock(connection: Any) -> bool:
    """Begin to write as soon as no other process does; let the others in this one go on meanwhile.

    SQLite's own waiting holds up the whole process, with every page and conversation in it. A
    sleep does not: under gevent it hands over to the other greenlets.
    """
    until, pause = time.monotonic() + _LOCK_WAIT_S, 0.001
    connection.execute("PRAGMA busy_timeout=0").close()
    try:
        while time.monotonic() < until:
            try:
                connection.execute("BEGIN IMMEDIATE").close()
            except sqlite3.OperationalError as busy:
                if busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(pause)
                pause = min(pause * 2, 0.004)  # one of us asks at a time: longer helps nobody
            else:
                return True
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={_LOCK_WAIT_S * 1000}").close()

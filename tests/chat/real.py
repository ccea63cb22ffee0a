"""A room at a real server, and devices that follow the protocol as our page does."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any
from uuid import uuid4

import socketio
from flask import Flask

from chat import actions
from config import Config
from data.db import db, transaction
from data.models import Account, RoomKind
from tests import factories
from tests.chat.conftest import csrf_of
from tests.conftest import sign_in
from tests.live import Installation, installation
from web.app import create_app

SECRETS = {
    "SECRET_KEY": "tests-only-secret-key-of-good-length",
    "MASTER_KEY": "tests-only-master-key-of-good-length",
    "PASSWORD_SALT": "tests-only-salt",
}
PATIENCE_S = 60


@dataclass(frozen=True)
class Pass:
    """What a browser holds: the cookie, and the token of its page."""

    cookie: str
    csrf: str


@dataclass
class Site:
    """A running server with one group's room, and passes for its people."""

    server: Installation
    app: Flask
    room: str
    people: dict[str, Pass]

    @property
    def database(self) -> Path:
        return self.server.folder / "makkerskab.db"

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the file itself, past the app."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as file:
            found = file.execute(question).fetchall()
        file.close()
        return found


@contextmanager
def site(folder: Path, *, families: int = 4, **more: str) -> Iterator[Site]:
    """Start a server whose database holds a group of `families` and their facilitator."""
    with installation(folder, **SECRETS, **more) as server:
        app = create_app(
            Config.for_tests(
                SQLALCHEMY_DATABASE_URI=server.environment["DATABASE_URL"],
                KEY_STORE=str(folder / "keys" / "keys.db"),
                INSTANCE=folder,
                REDIS_URL=more.get("REDIS_URL"),
            )
        )
        with app.app_context():
            room, people = _furnish(app, families)
            server.start_web()
            yield Site(server, app, room, people)
            db.session.remove()
            db.engine.dispose()


def _furnish(app: Flask, families: int) -> tuple[str, dict[str, Pass]]:
    cast = factories.make_cast()
    people: dict[str, Account] = {"facilitator": cast.facilitator, "outsider": cast.outsider}
    with transaction():
        room = actions.open_room(
            kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="Grejsdal"
        )
        for n in range(families):
            family = factories.make_family(cast.municipality, name=f"Familie {n}")
            actions.add_family(room, family=family)
            people[f"family{n}"] = family.carers[0]
        actions.add_person(room, account=cast.facilitator, is_facilitator=True)
        ref = room.ref
    return ref, {name: pass_of(app, account) for name, account in people.items()}


def pass_of(app: Flask, account: Account) -> Pass:
    """Sign a person in and return what their browser would hold."""
    client = app.test_client()
    sign_in(client, account)
    token = csrf_of(app, client)
    found = client.get_cookie("session")
    assert found
    return Pass(found.value, token)


@dataclass
class Device:
    """A client that resends under the same cid and asks for what it missed, as chat.js does."""

    site: Site
    who: str
    rev: int = 0
    seen: dict[int, str] = field(default_factory=dict)  # seq -> text
    twice: list[int] = field(default_factory=list)  # live tellings of what was known: harmless
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbox: dict[str, str] = field(default_factory=dict)
    ended: list[dict[str, Any]] = field(default_factory=list)
    socket: Any = None
    _ahead: set[int] = field(default_factory=set)
    _turn: Any = field(default_factory=threading.RLock)

    def connect(self) -> None:
        """Come in, however long the server needs to come back, and catch up."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            socket = socketio.Client(reconnection=False)
            socket.on("message:new", self._hear, namespace="/chat")
            socket.on("message:changed", self._hear, namespace="/chat")
            socket.on("session:end", self.ended.append, namespace="/chat")
            badge = self.site.people[self.who]
            try:
                socket.connect(
                    self.site.server.address,
                    headers={"Cookie": f"session={badge.cookie}"},
                    auth={"v": 1, "csrf": badge.csrf, "tab": "t", "cursors": {}},
                    namespaces=["/chat"],
                    transports=["websocket"],
                    wait_timeout=5,
                )
            except Exception:
                _close(socket)
                assert time.monotonic() < deadline, "the server did not come back"
                time.sleep(0.2)
                continue
            self.socket = socket
            break
        self.catch_up()

    def ask(self, event: str, content: dict[str, Any]) -> dict[str, Any]:
        """Ask once; any kind of silence is an answer of its own."""
        try:
            found = self.socket.call(event, content, namespace="/chat", timeout=5)
        except Exception:
            return {"ok": False, "error": {"code": "silence"}}
        return dict(found)

    def write(self, text: str) -> str:
        """Put a message in the outbox."""
        cid = str(uuid4())
        self.outbox[cid] = text
        return cid

    def flush(self) -> None:
        """Send what is in the outbox, in order, again and again until each has its answer."""
        deadline = time.monotonic() + PATIENCE_S
        for cid, text in list(self.outbox.items()):
            while True:
                content = {"room": self.site.room, "cid": cid, "body": text}
                answer = self.ask("message:send", content)
                if answer["ok"]:
                    break
                assert answer["error"]["code"] in {"silence", "busy", "fault"}, answer
                assert time.monotonic() < deadline, "no answer"
                if answer["error"]["code"] == "silence" or not self.socket.connected:
                    self.leave()
                    self.connect()
            self.acks[cid] = answer
            del self.outbox[cid]

    def catch_up(self) -> None:
        """Ask for pages of changes until there is no more."""
        more = True
        while more:
            wish = {"room": self.site.room, "since_rev": self.rev, "limit": 50}
            page = self.ask("room:catchup", wish)
            if not page["ok"]:
                return
            with self._turn:
                for change in page["changes"]:
                    self._put(change)
                upto = page["changes"][-1]["rev"] if page["more"] else page["head_rev"]
                self.rev = max(self.rev, upto)
            more = page["more"]

    def reload(self) -> None:
        """Forget all but the outbox, as a page that is loaded again."""
        self.leave()
        with self._turn:
            self.rev, self.seen = 0, {}
            self._ahead.clear()
        self.connect()

    def leave(self) -> None:
        """Close the connection if there is one."""
        if self.socket is not None:
            wire = self.socket.eio.ws
            self.socket.disconnect()
            _close(self.socket, wire)

    def cut(self) -> None:
        """Lose the net: the connection just ends."""
        wire = self.socket.eio.ws
        if wire is not None and wire.sock is not None:
            with suppress(OSError):
                wire.sock.shutdown(SHUT_RDWR)

    def _hear(self, change: dict[str, Any]) -> None:
        with self._turn:
            self._put(change)
            self._ahead.add(change["rev"])
            while self.rev + 1 in self._ahead:
                self.rev += 1
            hole = any(rev > self.rev for rev in self._ahead)
        if hole:
            threading.Timer(0.25, self.catch_up).start()

    def _put(self, change: dict[str, Any]) -> None:
        seq, text = change["seq"], change["body"]
        if seq in self.seen:
            assert self.seen[seq] == text, "one number, two texts"
            self.twice.append(seq)
        self.seen[seq] = text


def _close(socket: Any, wire: Any = None) -> None:
    """Close what the client library leaves open when a connection breaks."""
    wire = wire or socket.eio.ws
    if wire is not None:
        wire.shutdown()


def settle(devices: list[Device]) -> None:
    """Send what is left and hear what is missing, for everyone."""
    for device in devices:
        if not device.socket.connected:
            device.leave()
            device.connect()
        device.flush()
    for device in devices:
        device.catch_up()

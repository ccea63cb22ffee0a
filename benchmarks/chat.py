"""Chat latency over real sockets: alone, and while the worker runs a 20 s solver."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

import socketio
from flask import Flask

from benchmarks.server import Server, environment, running
from benchmarks.tables import percentile, show
from config import Config
from data.db import db, transaction
from data.models import Account, Job, JobState, Pool, RoomMember
from tests.conftest import sign_in
from web.app import create_app
from web.groups.actions import drafts
from web.groups.draft_settings import DraftSettings

_PEOPLE, _ROOM_SIZE, _PER_SECOND, _SECONDS = 40, 8, 20, 18


@dataclass
class Times:
    """Milliseconds from sending to the acknowledgement, and to each arrival."""

    ack: list[float] = field(default_factory=list)
    arrival: list[float] = field(default_factory=list)


@dataclass
class Person:
    """One signed-in browser with its socket."""

    room: str
    cookie: str
    csrf: str
    times: Times = field(default_factory=Times)
    socket: socketio.Client = field(default_factory=lambda: socketio.Client(reconnection=False))

    def say(self, times: Times) -> None:
        """Send one message that carries when it was sent."""
        sent = time.perf_counter()
        message = {"room": self.room, "cid": str(uuid4()), "body": f"t={sent:.6f} Hej alle"}

        def acknowledged(answer: dict[str, object]) -> None:
            if answer.get("ok"):
                times.ack.append((time.perf_counter() - sent) * 1000)

        self.socket.emit("message:send", message, namespace="/chat", callback=acknowledged)

    def heard(self, message: dict[str, str]) -> None:
        """Note how long a message took to arrive here."""
        sent = float(message["body"].split()[0].removeprefix("t="))
        self.times.arrival.append((time.perf_counter() - sent) * 1000)


def main() -> None:
    """Measure idle, then with a solver beside, on one installation."""
    with running() as server:
        server.flask("demo", "crowd", "--users", str(_PEOPLE), "--room-size", str(_ROOM_SIZE))
        os.environ.update(environment(server.instance))
        app = create_app(Config.from_env())
        with app.app_context():
            crowd = _crowd()
        people = [_signed_in(app, account, room) for account, room in crowd]
        _connect(server, people)
        idle = _talk(people)
        with app.app_context(), _solving(app):
            busy = _talk(people)
        for person in people:
            person.socket.disconnect()
    rows = [_row("idle", idle), _row("beside a 20 s solver", busy)]
    show(["when", "messages", "ack p50 ms", "ack p99", "arrival p50", "arrival p99"], rows)
    ratio = percentile(busy.arrival, 0.99) / percentile(idle.arrival, 0.99)
    print(f"\np99 of arrival beside the solver / idle: {ratio:.2f} (at most 1.5)")


def _row(name: str, times: Times) -> list[object]:
    values = [
        percentile(part, share) for part in (times.ack, times.arrival) for share in (0.5, 0.99)
    ]
    return [name, len(times.ack), *[f"{value:.1f}" for value in values]]


def _crowd() -> list[tuple[Account, str]]:
    crowd = db.session.query(Account).filter(Account.email.like("load%")).order_by(Account.id)
    rooms = {m.account_id: m.room.ref for m in db.session.query(RoomMember)}
    return [(account, rooms[account.id]) for account in crowd.limit(_PEOPLE)]


def _signed_in(app: Flask, account: Account, room: str) -> Person:
    """Sign in outside of any app context: one that is open lends everyone the first one's token."""
    client = app.test_client()
    sign_in(client, account)
    csrf = client.get("/help").text.split('name="csrf-token" content="')[1].split('"')[0]
    cookie = client.get_cookie("session")
    assert cookie is not None
    return Person(room, f"session={cookie.value}", csrf)


def _connect(server: Server, people: list[Person]) -> None:
    for person in people:
        person.socket.on("message:new", person.heard, namespace="/chat")
        person.socket.connect(
            server.address,
            headers={"Cookie": person.cookie},
            auth={"v": 1, "csrf": person.csrf, "cursors": {}},
            namespaces=["/chat"],
            transports=["websocket"],
            wait_timeout=15,
        )


def _talk(people: list[Person]) -> Times:
    """Send at a steady rate from people drawn by chance; collect what each one hears."""
    draw, times = Random(1), Times()
    for person in people:
        person.times = times
    start = time.perf_counter()
    for number in range(_PER_SECOND * _SECONDS):
        time.sleep(max(0.0, start + number / _PER_SECOND - time.perf_counter()))
        draw.choice(people).say(times)
    time.sleep(2)
    return times


@contextmanager
def _solving(app: Flask) -> Iterator[None]:
    """Run a real forming job of 20 s in the worker, started as a facilitator would."""
    pool = db.session.query(Pool).one()
    assert pool.facilitator is not None
    with transaction():
        draft = drafts.start_draft(
            pool.ref, name="Bench", settings=DraftSettings(seconds=20), by=pool.facilitator
        )
        job_id = draft.job_id
    app.extensions["huey_run"](job_id)
    while _state(job_id) is JobState.QUEUED:
        time.sleep(0.1)
    yield
    print(f"the solver's job was {_state(job_id).value} when the talk ended")


def _state(job_id: int | None) -> JobState:
    db.session.rollback()
    return db.session.get_one(Job, job_id).state

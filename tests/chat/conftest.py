"""A room of two families and their facilitator, and browsers that speak over the socket."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from chat import actions
from chat.live import NAMESPACE, socketio
from data.db import db, transaction
from data.models import Account, Room, RoomKind
from tests.factories import Cast

_cids = count(1)


@pytest.fixture
def room(cast: Cast) -> Room:
    """A facilitated group's room: the new family, the mentor family, the facilitator."""
    with transaction():
        room = actions.open_room(
            kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="Grejsdal"
        )
        actions.add_family(room, family=cast.new_family)
        actions.add_family(room, family=cast.mentor_family)
        actions.add_person(room, account=cast.facilitator, is_facilitator=True)
    return room


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One real server for all tests of the wire; a test may kill it and start it again."""
    from tests.chat.real import site

    with site(tmp_path_factory.mktemp("talk")) as made:
        yield made


@dataclass
class Browser:
    """One tab: says events and remembers what it hears."""

    socket: Any
    heard: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, event: str, **payload: Any) -> Any:
        return self.socket.emit(event, payload, namespace=NAMESPACE, callback=True)

    def send(self, room: Room, body: str, **more: Any) -> Any:
        cid = more.pop("cid", f"cid-{next(_cids)}")
        return self.ask("message:send", room=room.ref, cid=cid, body=body, **more)

    def hears(self, event: str | None = None) -> list[Any]:
        """Return the content of what came in since the last time, of one event or of all."""
        got = self.socket.get_received(NAMESPACE)
        return [e["args"][0] for e in got if event is None or e["name"] == event]

    @property
    def connected(self) -> bool:
        return bool(self.socket.is_connected(NAMESPACE))


@pytest.fixture
def browser(app: Flask, as_: Any) -> Iterator[Any]:
    """`browser(account)` is a connected tab of that person, the hello already heard."""
    opened = []

    def of(account: Account, *, client: FlaskClient | None = None) -> Browser:
        client = client or as_(account)
        socket = socketio.test_client(
            app,
            namespace=NAMESPACE,
            flask_test_client=client,
            auth={"v": 1, "csrf": csrf_of(app, client), "tab": "t", "cursors": {}},
        )
        tab = Browser(socket)
        opened.append(tab)
        tab.hears()
        return tab

    yield of
    for tab in opened:
        if tab.connected:
            tab.socket.disconnect(NAMESPACE)
    db.session.rollback()


def csrf_of(app: Flask, client: FlaskClient) -> str:
    """The token that this client's page would carry."""
    with client.session_transaction() as cookie:
        content = dict(cookie)
    with app.app_context(), app.test_request_context():  # a fresh `g`, which keeps the token
        session.update(content)
        token = generate_csrf()
        raw = session["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = raw
    return str(token)

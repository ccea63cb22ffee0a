"""The socket edge: check who is there, call one action, commit, tell the room."""

import hashlib
from typing import Any, ClassVar

import structlog
from flask import Flask, current_app, request, session
from flask_babel import force_locale
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import Namespace, SocketIO, emit, join_room
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from chat import actions, beat, gate, notices, payloads, presence, telling
from chat.edge import chat_event
from chat.frames import whole_frames
from chat.gate import hear_only_what_is_known
from chat.requests import CatchUp, Malformed, MarkRead, SendMessage
from data.db import db
from data.i18n import _
from data.models import Account
from data.queries.sign_ins import person_signed_in

NAMESPACE = telling.CHAT
VERSION = 1
EVENTS = frozenset({"message:send", "room:catchup", "room:read", "room:head"})
_LANGUAGES = ("da", "en")


class Sockets(SocketIO):
    """Flask-SocketIO with frames that leave whole, and that hears only what the protocol knows."""

    known: ClassVar[dict[str, frozenset[str]]] = {}  # namespace -> events; not "/", open to anyone

    def add(self, edge: Namespace, *, events: frozenset[str]) -> None:
        """Take in a namespace with all that a browser may say there."""
        self.known[edge.namespace] = events
        self.on_namespace(edge)

    def init_app(self, app: Flask, **options: Any) -> None:
        """Set up as always, then put our WebSocket and our gate in."""
        self.server_options.clear()  # it is kept: an app without a queue would get the last one's
        super().init_app(app, namespaces=list(self.known), **options)
        hear_only_what_is_known(self.server, events=self.known)
        engine = self.server.eio
        usual = engine._async["websocket"]
        most = int(engine.max_http_buffer_size)
        engine._async = {**engine._async, "websocket": whole_frames(usual, max_bytes=most)}


log = structlog.get_logger()
socketio = Sockets()


class Edge(Namespace):
    """What every namespace of ours does: a door, names with a colon, an answer to the unknown."""

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Find `message:send` under the name a method can have."""
        return super().trigger_event(event.replace(":", "_"), *args)

    def on_connect(self, auth: Any) -> None:
        """Let a signed-in browser of ours in; with the first one the beat begins."""
        try:
            connection, person = _let_in(auth, namespace=self.namespace)
            hello = self.hello(person)
        except Refused:
            raise
        except Exception as fault:
            raise _busy(fault) from None
        presence.arrive(connection)
        _start_beating(current_app._get_current_object())  # type: ignore[attr-defined]
        self.greet(connection, hello)

    def hello(self, person: Account) -> Any:
        """Read what a browser hears first."""

    def greet(self, connection: presence.Connection, hello: Any) -> None:
        """Say it, once the browser is in."""

    def on_disconnect(self, _reason: Any = None) -> None:
        """Forget the socket."""
        presence.leave(request.sid)  # type: ignore[attr-defined]

    @chat_event(gate.UNKNOWN)
    def on_unknown(self, _person: Account, _payload: dict[str, Any]) -> dict[str, Any]:
        """Answer what the protocol does not know: an older or newer page, or no page of ours."""
        raise Malformed("event")


class Chat(Edge):
    """Everything a browser may say, and what it hears back (docs: chat protocol)."""

    def hello(self, person: Account) -> Any:
        """Read where each of the person's rooms stands."""
        return actions.hello(by=person)

    def greet(self, connection: presence.Connection, hello: Any) -> None:
        """Tell it, and let this browser hear of the person's rooms from now on."""
        join_room(telling.person(connection.account_id))
        join_room(telling.browser(connection.sign_in_id))
        emit("hello", hello)

    @chat_event("message:send", writes=True)
    def on_message_send(self, person: Account, payload: dict[str, Any]) -> dict[str, Any]:
        """Store a message and answer with its number."""
        wish = SendMessage.parse(payload)
        posted = actions.send_message(
            wish.room,
            by=person,
            cid=wish.cid,
            body=wish.body,
            reply_to=wish.reply_to,
            confirmed=wish.confirmed,
            max_chars=current_app.config["MESSAGE_MAX_CHARS"],
        )
        return dict(payloads.ack(posted.message, dup=posted.again))

    @chat_event("room:catchup")
    def on_room_catchup(self, person: Account, payload: dict[str, Any]) -> dict[str, Any]:
        """Answer with a page of what changed while the browser was away."""
        wish = CatchUp.parse(payload)
        page = actions.catch_up(wish.room, by=person, since_rev=wish.since_rev, limit=wish.limit)
        page["changes"] = [_in_words(change) for change in page["changes"]]
        return page

    @chat_event("room:read", writes=True)
    def on_room_read(self, person: Account, payload: dict[str, Any]) -> dict[str, Any]:
        """Move the read mark, here and in the person's other tabs."""
        wish = MarkRead.parse(payload)
        return actions.mark_read(wish.room, by=person, seq=wish.seq)

    @chat_event("room:head")
    def on_room_head(self, person: Account, _payload: dict[str, Any]) -> dict[str, Any]:
        """Answer with each room's latest change: the browser sees what it missed."""
        return {"heads": actions.heads(by=person)}


def drop_sign_in(sid_hash: str) -> None:
    """End the live connections of one signed-in browser: it signed out."""
    for connection in presence.everyone():
        if connection.sid_hash == sid_hash:
            send_away(connection, reason="logout")


def drop_account(account_id: int) -> None:
    """End all live connections of a person: locked, or no longer with us."""
    for connection in presence.everyone():
        if connection.account_id == account_id:
            send_away(connection, reason="locked")


def send_away(connection: presence.Connection, *, reason: str) -> None:
    """Tell one browser why, and close its socket."""
    presence.leave(connection.socket_id)
    where = {"namespace": connection.namespace}
    socketio.emit("session:end", {"reason": reason}, to=connection.socket_id, **where)
    socketio.server.disconnect(connection.socket_id, **where)


def _busy(fault: Exception) -> Exception:
    # Failing at the door is answered too: silence would leave the browser waiting.
    db.session.rollback()
    log.error("chat_fault", event_name="connect", kind=type(fault).__name__)
    return _refused("busy", _("We are busy. We try again in a moment."))


def _let_in(auth: Any, *, namespace: str) -> tuple[presence.Connection, Account]:
    """Refuse, with a code the page acts on, whoever is not a signed-in browser of ours."""
    auth = auth if isinstance(auth, dict) else {}
    if auth.get("v") != VERSION:
        raise _refused("version", _("This page is older than the server. Load it again."))
    sid_hash = hashlib.sha256(str(session.get("sid", "")).encode()).hexdigest()
    found = person_signed_in(sid_hash)
    if found is None:
        raise _refused("login", _("You have been signed out."))
    sign_in, person = found
    try:
        if current_app.config.get("WTF_CSRF_ENABLED", True):
            validate_csrf(auth.get("csrf"))
    except ValidationError:
        raise _refused("csrf", _("Load the page again.")) from None
    connection = presence.Connection(
        socket_id=request.sid,  # type: ignore[attr-defined]
        account_id=person.id,
        sign_in_id=sign_in.id,
        sid_hash=sid_hash,
        namespace=namespace,
    )
    return connection, person


def _refused(code: str, message: str) -> Exception:
    return Refused(message, {"code": code})  # type: ignore[no-any-return]


def _in_words(change: dict[str, Any]) -> dict[str, Any]:
    """Put a room's own line into words, in each language: one telling reaches all readers."""
    notice = change.get("notice")
    if not notice:
        return change
    words = {}
    for language in _LANGUAGES:
        with force_locale(language):
            words[language] = notices.sentence(notice["code"], notice["facts"])
    return {**change, "notice": words}


def _tell_browsers(event: str, content: dict[str, Any], names: list[str], at: str) -> None:
    """Send a hint. It is stored already, so what goes wrong here must not undo or deny it."""
    if socketio.server is None:
        return
    try:
        socketio.emit(event, _in_words(content), to=names, namespace=at)
    except Exception as fault:
        log.error("chat_hint_failed", event_name=event, kind=type(fault).__name__)


def beat_once() -> None:
    """Send away whoever has ended, and say where each room stands."""
    for connection in beat.ended():
        send_away(connection, reason="logout")
    for account_id, heads in beat.news().items():
        name = telling.person(account_id)
        socketio.emit("room:head", {"heads": heads}, to=name, namespace=NAMESPACE)


def _start_beating(app: Flask) -> None:
    """Start the beat with the first browser; a test beats by hand."""
    if not app.testing and not app.extensions.get("chat_beats"):
        app.extensions["chat_beats"] = True
        socketio.start_background_task(_beat_for_ever, app)


def _beat_for_ever(app: Flask) -> None:
    while True:
        socketio.sleep(beat.EVERY_S)
        try:
            with app.app_context():
                beat_once()
        except Exception as fault:
            log.error("chat_beat_failed", kind=type(fault).__name__)


telling.listen(_tell_browsers)
socketio.add(Chat(NAMESPACE), events=EVENTS)

"""The socket edge: check who is there, call one action, commit, tell the room."""

from typing import Any

from flask_socketio import SocketIO

from chat import presence, telling

NAMESPACE = "/chat"

socketio = SocketIO()


def drop_sign_in(sid_hash: str) -> None:
    """End the live connections of one signed-in browser: it signed out."""
    for connection in presence.everyone():
        if connection.sid_hash == sid_hash:
            _send_away(connection, reason="logout")


def drop_account(account_id: int) -> None:
    """End all live connections of a person: locked, or no longer with us."""
    for connection in presence.everyone():
        if connection.account_id == account_id:
            _send_away(connection, reason="locked")


def _send_away(connection: presence.Connection, *, reason: str) -> None:
    presence.leave(connection.socket_id)
    socketio.emit("session:end", {"reason": reason}, to=connection.socket_id, namespace=NAMESPACE)
    socketio.server.disconnect(connection.socket_id, namespace=NAMESPACE)


def _emit(event: str, content: dict[str, Any], names: list[str]) -> None:
    if socketio.server is not None:
        socketio.emit(event, content, to=names, namespace=NAMESPACE)


telling.listen(_emit)

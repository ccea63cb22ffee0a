"""Who is connected to this process, and how to send them away."""

from dataclasses import dataclass

from chat.telling import CHAT


@dataclass(frozen=True)
class Connection:
    """One open socket: whose it is and by which sign-in."""

    socket_id: str
    account_id: int
    sign_in_id: int
    sid_hash: str
    namespace: str = CHAT


_here: dict[str, Connection] = {}


def arrive(connection: Connection) -> None:
    """Remember an open socket."""
    _here[connection.socket_id] = connection


def leave(socket_id: str) -> None:
    """Forget a socket that has closed."""
    _here.pop(socket_id, None)


def connection_of(socket_id: str) -> Connection | None:
    """Return what we know of an open socket."""
    return _here.get(socket_id)


def everyone() -> list[Connection]:
    """Return all open sockets of this process."""
    return list(_here.values())

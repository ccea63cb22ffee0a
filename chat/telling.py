"""Tell listeners something once it is safely stored; the socket edge says how.

Actions know no sockets. They say what happened and to whom; `chat.live` listens here.
"""

from collections.abc import Callable, Iterable
from typing import Any

from data.db import after_commit

CHAT = "/chat"  # the namespace of the conversations
Teller = Callable[[str, dict[str, Any], list[str], str], None]

_tellers: list[Teller] = []


def listen(teller: Teller) -> None:
    """Hear everything that is told from now on: event, content, who it is for, and where."""
    _tellers.append(teller)


def person(account_id: int) -> str:
    """Return the name under which all browsers of one person listen."""
    return f"person:{account_id}"


def browser(sign_in_id: int) -> str:
    """Return the name under which one signed-in browser listens."""
    return f"browser:{sign_in_id}"


def tell(event: str, content: dict[str, Any], *, to: Iterable[str], at: str = CHAT) -> None:
    """Tell these listeners in a namespace after the commit, and never if it is undone."""
    names = list(to)

    def _now() -> None:
        for teller in _tellers:
            teller(event, content, names, at)

    if names:
        after_commit(_now)

"""The board's socket edge: who looks at which group, and that something changed.

Nothing of a family goes over this line. A browser that hears of a change asks the page for it, and
is asked there who it is. Where a colleague looks is told by their own browser, again and again, so
that it holds in any number of processes and ends by itself.
"""

import hashlib
from typing import Any

from flask import request
from flask_socketio import emit, join_room, leave_room, rooms

from chat import limits
from chat.edge import chat_event
from chat.live import Edge, socketio
from chat.requests import Malformed
from data.errors import NotFound
from data.models import Account
from web.groups.actions.views import draft_to_look_at
from web.groups.board_news import NAMESPACE, room_of
from web.groups.outcomes import letter
from web.shared.page import hue, initials

EVENTS = frozenset({"draft:look"})
MOST_GROUPS = 999

limits.allow("draft:look", at_once=40, per_second=2.0)


class AtBoard(Edge):
    """What a browser at a board may say, and what it hears of the others.

    Which draft it may see is asked at every look.
    """

    def on_disconnect(self, _reason: Any = None) -> None:
        """Say goodbye where it looked."""
        for room in _drafts():
            emit("draft:left", {"seat": _seat()}, to=room, skip_sid=_sid())
        super().on_disconnect()

    @chat_event("draft:look")
    def on_draft_look(self, person: Account, payload: dict[str, Any]) -> dict[str, Any]:
        """Say where one looks, and hear how far the draft is; refused, it hears nothing more."""
        ref, number = _read(payload)
        try:
            draft = draft_to_look_at(ref, by=person)
        except NotFound:
            for room in _drafts():
                leave_room(room)
            raise
        room = room_of(draft.ref)
        is_new = room not in rooms()
        join_room(room)
        seen = {
            "seat": _seat(),
            "name": person.name,
            "initials": initials(person.name),
            "disc": hue(person.ref),
            "group": number,
            "letter": letter(number) if number is not None else "",
            "new": is_new,
        }
        emit("draft:seen", seen, to=room, skip_sid=_sid())
        return {"version": draft.version}


def _read(payload: dict[str, Any]) -> tuple[str, int | None]:
    ref, number = payload.get("draft"), payload.get("group")
    if not isinstance(ref, str) or len(ref) > 40:
        raise Malformed("draft")
    if number is not None and (type(number) is not int or not 0 <= number <= MOST_GROUPS):
        raise Malformed("group")
    return ref, number


def _sid() -> str:
    return request.sid  # type: ignore[attr-defined, no-any-return]


def _seat() -> str:
    """Return a name for this tab that tells nothing of its connection."""
    return hashlib.sha256(_sid().encode()).hexdigest()[:12]


def _drafts() -> list[str]:
    return [room for room in rooms() if room.startswith("draft:")]


socketio.add(AtBoard(NAMESPACE), events=EVENTS)

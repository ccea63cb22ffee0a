"""Which key a message is sealed with: one for each room, author and month, anew after a leave."""

from datetime import datetime

from data.clock import now
from data.models import Room

NOBODY = 0  # the room's own lines, and words whose writer left without their name


def scope_of(room: Room, *, author: int) -> str:
    """Return the scope of the key for what is written in the room now.

    After a member has left, the next words are sealed with keys that never opened earlier ones.
    """
    turn = f":turn:{room.key_turn}" if room.key_turn else ""
    return f"room:{room.id}{turn}:author:{author}:{now():%Y-%m}"


def scope_of_the_nameless(room: Room, *, sent_at: datetime) -> str:
    """Return the scope for words whose writer left: it says neither whose they were nor a turn."""
    return f"room:{room.id}:author:{NOBODY}:{sent_at:%Y-%m}"

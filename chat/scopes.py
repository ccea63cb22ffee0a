"""Which key a message is sealed with: one for each room, author and month, anew after a leave."""

from data.clock import now
from data.models import Room

NOBODY = 0  # the room's own lines, and words whose writer left without their name


def scope_of(room: Room, *, author: int) -> str:
    """Return the scope of the key for what is written in the room now.

    After a member has left, the next words are sealed with keys that never opened earlier ones.
    """
    turn = f":turn:{room.key_turn}" if room.key_turn else ""
    return f"room:{room.id}{turn}:author:{author}:{now():%Y-%m}"

"""Give each change in a room its number, in the order in which changes are stored."""

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from data.db import db
from data.models import Room

_COUNT = (
    update(Room.__table__)  # type: ignore[arg-type]  # the mapped class's table
    .where(Room.id == bindparam("room_id"))
    .values(last_rev=Room.last_rev + 1, last_seq=Room.last_seq + bindparam("messages"))
    .returning(Room.last_rev, Room.last_seq)
)


def next_numbers(room: Room, *, message: bool) -> tuple[int, int]:
    """Count one more change, and one more message if it is one; return (rev, seq).

    The row stays locked until the commit, so numbers have no holes and follow the order of
    commits. A sequence of the database would not: a reader could pass a number not yet stored.
    """
    facts = {"room_id": room.id, "messages": int(message)}
    row = db.session.connection().execute(_COUNT, facts).one()
    set_committed_value(room, "last_rev", row.last_rev)
    set_committed_value(room, "last_seq", row.last_seq)
    return row.last_rev, row.last_seq

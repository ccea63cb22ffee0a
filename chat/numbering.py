"""Give each change in a room its number, in the order in which changes are stored."""

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from data.db import db
from data.models import Room


def next_numbers(room: Room, *, message: bool) -> tuple[int, int]:
    """Count one more change, and one more message if it is one; return (rev, seq).

    The row stays locked until the commit, so numbers have no holes and follow the order of
    commits. A sequence of the database would not: a reader could pass a number not yet stored.
    """
    row = db.session.execute(
        update(Room)
        .where(Room.id == room.id)
        .values(last_rev=Room.last_rev + 1, last_seq=Room.last_seq + int(message))
        .returning(Room.last_rev, Room.last_seq)
        .execution_options(synchronize_session=False)
    ).one()
    set_committed_value(room, "last_rev", row.last_rev)
    set_committed_value(room, "last_seq", row.last_seq)
    return row.last_rev, row.last_seq

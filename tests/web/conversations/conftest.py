"""A group's room and a mentorship's room, and a way to say things in them."""

from itertools import count
from typing import Any

import pytest

from chat import actions
from data.clock import now
from data.db import db, transaction
from data.models import Account, NetworkGroup, Phase, Room, RoomKind

_cids = count(1)


@pytest.fixture
def room(cast: Any) -> Room:
    """The room of a facilitated group: two families and their facilitator."""
    with transaction():
        room = actions.open_room(
            kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="Grejsdal"
        )
        db.session.add(
            NetworkGroup(
                municipality_id=cast.municipality.id,
                name="Grejsdal",
                facilitator_id=cast.facilitator.id,
                room_id=room.id,
                phase=Phase.FACILITATED,
                answer_by=now(),
            )
        )
        actions.add_family(room, family=cast.new_family)
        actions.add_family(room, family=cast.mentor_family)
        actions.add_person(room, account=cast.facilitator, is_facilitator=True)
    return room


@pytest.fixture
def pair(cast: Any) -> Room:
    """The room of a mentorship."""
    with transaction():
        room = actions.open_room(
            kind=RoomKind.MENTORSHIP, municipality_id=cast.municipality.id, title=None
        )
        actions.add_family(room, family=cast.new_family)
        actions.add_family(room, family=cast.mentor_family)
    return room


def say(room: Room, by: Account, text: str, **more: Any) -> int:
    """Send a message and return its number."""
    with transaction():
        posted = actions.send_message(
            room.ref, by=by, cid=f"said-{next(_cids)}", body=text, max_chars=4000, **more
        )
        return posted.message.seq

"""Put the demo municipality in, take it out, and make a crowd for load tests."""

from uuid import uuid4

from sqlalchemy import select

from data.clock import now
from data.db import db, transaction
from data.models import (
    Account,
    Answer,
    Family,
    FamilyStatus,
    GroupMembership,
    Municipality,
    NetworkGroup,
    Phase,
    Role,
    RoleName,
    Room,
    RoomKind,
    RoomMember,
)
from data.seed import seed_demo, unseed_demo

CROWD_CODE = "9999"


def seed_if_empty() -> bool:
    """Seed the demo when there is no municipality at all; answers whether it did."""
    if db.session.scalar(select(Municipality.id).limit(1)) is not None:
        return False
    with transaction():
        seed_demo()
    return True


def reset() -> None:
    """Take the demo away and put it back as new. Call inside a transaction."""
    unseed_demo()
    seed_demo()


def make_crowd(*, users: int, room_size: int, password_hash: str) -> list[Room]:
    """Add `users` load-test people in rooms of `room_size`, who share one password."""
    municipality = db.session.scalar(select(Municipality).where(Municipality.code == CROWD_CODE))
    if municipality is None:
        municipality = Municipality(code=CROWD_CODE, name="Load test", is_demo=True)
        db.session.add(municipality)
        db.session.flush()
    role = db.session.scalars(select(Role).where(Role.name == RoleName.FAMILY.value)).one()
    rooms: list[Room] = []
    first = _crowd_size(municipality)
    for number in range(first, first + users):
        if (number - first) % room_size == 0:
            rooms.append(_add_room(municipality, len(rooms) + 1))
        _add_person(municipality, role, rooms[-1], number, password_hash)
    db.session.flush()
    return rooms


def _crowd_size(municipality: Municipality) -> int:
    return db.session.query(Account).filter_by(municipality_id=municipality.id).count()


def _add_room(municipality: Municipality, number: int) -> Room:
    room = Room(municipality_id=municipality.id, kind=RoomKind.GROUP, title=f"Load {number}")
    db.session.add(room)
    db.session.flush()
    db.session.add(
        NetworkGroup(
            municipality_id=municipality.id,
            name=f"Load {number}",
            room_id=room.id,
            phase=Phase.SELF_RUNNING,
            answer_by=now(),
            opened_at=now(),
        )
    )
    db.session.flush()
    return room


def _add_person(
    municipality: Municipality, role: Role, room: Room, number: int, password_hash: str
) -> None:
    family = Family(
        municipality_id=municipality.id,
        external_id=f"L-{number}",
        name=f"Load {number}",
        status=FamilyStatus.ACTIVE,
    )
    db.session.add(family)
    db.session.flush()
    account = Account(
        municipality_id=municipality.id,
        family_id=family.id,
        name=f"Load {number}",
        email=f"load{number}@load.example.org",
        password=password_hash,
        fs_uniquifier=uuid4().hex,
        roles=[role],
    )
    group = db.session.scalars(select(NetworkGroup).where(NetworkGroup.room_id == room.id)).one()
    db.session.add(account)
    db.session.flush()
    db.session.add(RoomMember(room_id=room.id, account_id=account.id, family_id=family.id))
    db.session.add(
        GroupMembership(group_id=group.id, family_id=family.id, answer=Answer.YES, joined_at=now())
    )

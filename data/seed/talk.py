"""Invented conversations: read from the shipped file, spread over time, sealed like real ones."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from data.clock import now
from data.db import db
from data.models import Account, Mentorship, Message, NetworkGroup, Room, RoomKind, RoomMember
from data.sealed import Sealed, store

_FILE = Path(__file__).parents[1] / "datasets" / "demo_talk.json"


def group_talks() -> list[list[dict[str, Any]]]:
    """Return the groups' conversations: {"who": 0-5 or "leader", "says": text}."""
    return list(json.loads(_FILE.read_text(encoding="utf-8"))["groups"])


def mentor_talks() -> list[list[dict[str, Any]]]:
    """Return the mentorships' conversations: who is 0 (new family) or 1 (mentor)."""
    return list(json.loads(_FILE.read_text(encoding="utf-8"))["mentorships"])


def open_room(
    owner: NetworkGroup | Mentorship,
    kind: RoomKind,
    people: list[Account],
    *,
    leader: Account | None = None,
    led: bool = False,
) -> Room:
    """Add a room with its members; a leader who has handed over is a member who left."""
    title = owner.name if isinstance(owner, NetworkGroup) else None
    room = Room(municipality_id=owner.municipality_id, kind=kind, title=title)
    db.session.add(room)
    db.session.flush()
    for person in people:
        db.session.add(
            RoomMember(room_id=room.id, account_id=person.id, family_id=person.family_id)
        )
    if leader is not None:
        left = None if led else now() - timedelta(days=30)
        db.session.add(
            RoomMember(room_id=room.id, account_id=leader.id, is_facilitator=True, left_at=left)
        )
    return room


def fill_room(
    room: Room,
    talk: list[dict[str, Any]],
    speakers: list[Account],
    *,
    leader: Account | None = None,
) -> None:
    """Add the talk's messages, the last one an hour ago, and leave the last three unread."""
    moments = _moments(len(talk))
    scopes = set()
    for seq, (line, sent_at) in enumerate(zip(talk, moments, strict=True), start=1):
        sender = leader if line["who"] == "leader" else speakers[int(line["who"]) % len(speakers)]
        if sender is None:
            continue
        scope = f"room:{room.id}:author:{sender.id}:{sent_at:%Y-%m}"
        scopes.add(scope)
        db.session.add(
            Message(
                room_id=room.id,
                seq=seq,
                rev=seq,
                cid=str(uuid5(NAMESPACE_URL, f"{room.ref}/{seq}")),
                sender_id=sender.id,
                family_id=sender.family_id,
                sent_at=sent_at,
                body=Sealed(str(line["says"]), scope),
            )
        )
    store().prepare(scopes)
    room.last_seq = room.last_rev = len(talk)
    db.session.flush()
    for member in db.session.query(RoomMember).filter_by(room_id=room.id):
        member.last_read_seq = max(0, len(talk) - 3)


def _moments(count: int) -> list[Any]:
    """Return times that grow closer: bursts of a few minutes, then a day or two of silence."""
    last = now() - timedelta(hours=1)
    moments = []
    for back in range(count):
        moments.append(last)
        last -= timedelta(minutes=7 + back % 5 * 4) if back % 6 else timedelta(days=1, hours=5)
    return moments[::-1]

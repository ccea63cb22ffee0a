"""The shapes that travel over the socket; the browser relies on them.

A message is named by its room and its number there: `id` is that number, never a key of ours.
"""

from typing import Any, NotRequired, TypedDict

from data.models import Account, Family, Message, MessageKind, RoleName, Room


class Sender(TypedDict):
    id: str  # the account's reference
    name: str  # what others call the writer: the family, or the person from the municipality
    person: str
    family: str | None
    role: str | None


class Change(TypedDict):
    """A message as it is now: new, or removed."""

    room: str
    rev: int
    seq: int
    id: int
    cid: str
    op: str  # "new" or "delete"
    kind: str
    sender: Sender | None
    body: str | None
    notice: NotRequired[dict[str, Any]]
    reply_to: int | None
    files: list[str]  # none yet
    ts: str


class Ack(TypedDict):
    ok: bool
    id: int
    seq: int
    rev: int
    ts: str
    dup: NotRequired[bool]


def ack(message: Message, *, dup: bool = False) -> Ack:
    """Say that a message is stored, and under which number."""
    answer = Ack(
        ok=True, id=message.seq, seq=message.seq, rev=message.rev, ts=message.sent_at.isoformat()
    )
    if dup:
        answer["dup"] = True
    return answer


def change(message: Message, *, room: Room) -> dict[str, Any]:
    """Return the message as listeners get it."""
    told = Change(
        room=room.ref,
        rev=message.rev,
        seq=message.seq,
        id=message.seq,
        cid=message.cid,
        op="delete" if message.deleted_at else "new",
        kind=message.kind.value,
        sender=sender(message.sender, message.family) if message.sender else None,
        body=None,
        reply_to=message.reply_to_seq,
        files=[],
        ts=message.sent_at.isoformat(),
    )
    if message.kind is MessageKind.NOTICE and message.body:
        told["notice"] = message.body.value or {}
    elif message.body and not message.deleted_at:
        told["body"] = message.body.text
    return dict(told)


def sender(account: Account, family: Family | None) -> Sender:
    """Name the writer: families by their name, staff by their own and what they are."""
    return Sender(
        id=account.ref,
        name=family.name if family else account.name,
        person=account.name,
        family=family.ref if family else None,
        role=None if family else staff_role(account),
    )


def staff_role(account: Account) -> str:
    """Return what a member from the municipality is in a room."""
    consultant = account.is_a(RoleName.CONSULTANT)
    return RoleName.CONSULTANT.value if consultant else RoleName.FACILITATOR.value

"""Groups of their own, and the moves in their further life, for tests that are about those."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from chat.actions import send_message
from data.clock import now, today
from data.db import db, transaction
from data.models import (
    Account,
    GroupLife,
    Message,
    MessageKind,
    NetworkGroup,
    OutgoingMail,
    Phase,
    RoomMember,
)
from tests.web.groups.building import BASE, Circle, hold, opened
from web.groups.actions import handover, questions


def own_group(cast, n: int = 5, *, meetings: int = 0, name: str = "Grejsdal") -> Circle:
    """A group that its families run themselves."""
    circle = opened(cast, n, min_families=min(n, 5), name=name)
    hold(circle, meetings)
    with transaction():
        handover.leave_early(
            circle.group.ref, reason="Nyt job", by=circle.facilitator, base_url=BASE
        )
    assert circle.group.phase is Phase.SELF_RUNNING
    return circle


def asked_back(circle: Circle, *, days: int = 10, by: int = 0, **facts):
    """One family suggests that the facilitator comes back."""
    with transaction():
        return questions.suggest_guest(
            account_ref=circle.facilitator.ref,
            **{"until": today() + timedelta(days=days), **facts},
            by=circle.parents[by],
            base_url=BASE,
        )


def said(circle: Circle, question, *, by: int, yes: bool = True):
    """One family answers."""
    with transaction():
        return questions.answer_question(
            question.ref, yes=yes, by=circle.parents[by], base_url=BASE
        )


def write(circle: Circle, *, by: int = 0, text: str = "Hej", days_ago: float = 0, reply_to=None):
    """One family writes in the room."""
    with transaction():
        message = send_message(
            circle.group.room.ref, by=circle.parents[by], cid=str(uuid4()), body=text,
            max_chars=500, reply_to=reply_to,
        ).message  # fmt: skip
        message.sent_at = now() - timedelta(days=days_ago)
    return message


def reads(group: NetworkGroup, account: Account) -> bool:
    """Answer whether a person can read the group's room now."""
    found = select(RoomMember.id).where(
        RoomMember.room_id == group.room_id,
        RoomMember.account_id == account.id,
        RoomMember.left_at.is_(None),
    )
    return db.session.scalar(found) is not None


def notices(group: NetworkGroup) -> list[str]:
    """Return the codes of the room's own lines, oldest first."""
    lines = db.session.scalars(
        select(Message)
        .where(Message.room_id == group.room_id, Message.kind == MessageKind.NOTICE)
        .order_by(Message.seq)
    )
    return [line.body.value["code"] for line in lines if line.body]


def mailed(kind: str) -> list[str]:
    """Return to whom mails of a kind went, in order."""
    found = select(OutgoingMail.to_email).where(OutgoingMail.kind == kind)
    return list(db.session.scalars(found.order_by(OutgoingMail.id)))


def memory(group: NetworkGroup) -> GroupLife:
    """Return what the clock remembers about a group."""
    return db.session.get_one(GroupLife, group.id, populate_existing=True)

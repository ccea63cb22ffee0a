"""What is not kept for ever, as the privacy page promises: each class of data with its time."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from chat.actions import forget_messages_before
from data.clock import now
from data.db import after_commit, db
from data.models import (
    AuditEntry,
    Family,
    FamilyStatus,
    Job,
    MentorRequest,
    OutgoingMail,
    RequestState,
    Suggestion,
    SuggestionState,
)
from data.sealed import store
from web.safety.actions.erasure import ERASED_PREFIX, erase

MESSAGE_MONTHS = 12
DECLINED = timedelta(days=30)
AFTER_LEAVING = timedelta(days=183)
DONE_WORK = timedelta(days=30)
TRAIL = timedelta(days=731)


def forget_old_messages() -> int:
    """Empty messages older than the promise; return how many key scopes went with them."""
    scopes = forget_messages_before(_first_of_month(now(), months_ago=MESSAGE_MONTHS))
    after_commit(lambda: store().forget(scopes))
    return len(scopes)


def forget_declined() -> None:
    """Keep that a question was asked, so that it is not asked twice; not what it said."""
    past = now() - DECLINED
    closed = (RequestState.DECLINED, RequestState.EXPIRED, RequestState.WITHDRAWN)
    db.session.execute(
        update(MentorRequest)
        .where(MentorRequest.state.in_(closed), MentorRequest.closed_at < past)
        .values(words=None, facts=None, shown_themes=[])
    )
    away = (SuggestionState.HIDDEN, SuggestionState.GONE)
    db.session.execute(
        update(Suggestion)
        .where(Suggestion.state.in_(away), Suggestion.made_at < past)
        .values(facts=None)
    )


def forget_done_work() -> None:
    """Forget what finished jobs found (a read table, say) and to whom mails were sent."""
    past = now() - DONE_WORK
    db.session.execute(update(Job).where(Job.ended_at < past).values(result=None))
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.sent_at < past))


def families_to_erase() -> list[int]:
    """Return the families that left so long ago that nothing of them is to be kept."""
    return list(
        db.session.scalars(
            select(Family.id).where(
                Family.status == FamilyStatus.LEFT,
                Family.updated_at < now() - AFTER_LEAVING,
                Family.external_id.not_like(f"{ERASED_PREFIX}%"),
            )
        )
    )


def erase_left_family(family_id: int) -> list[int]:
    """Erase a family that left; return its adults, who are signed out for good."""
    return erase(db.session.get_one(Family, family_id), actor_id=None)


def forget_old_trail() -> None:
    """Delete entries of the audit trail past their time."""
    db.session.execute(delete(AuditEntry).where(AuditEntry.at < now() - TRAIL))


def _first_of_month(moment: datetime, *, months_ago: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 - months_ago
    return moment.replace(
        year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )

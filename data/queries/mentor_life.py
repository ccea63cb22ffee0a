"""Questions about how two families live with a mentorship: agreement, contact, talks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import (
    MentorAgreement,
    MentorLife,
    Mentorship,
    MentorshipState,
    MentorSignature,
    MentorTalk,
    Message,
    MessageKind,
)


def agreement_of(mentorship: Mentorship) -> MentorAgreement | None:
    """Return the version that holds."""
    return db.session.scalar(
        select(MentorAgreement)
        .where(MentorAgreement.mentorship_id == mentorship.id)
        .order_by(MentorAgreement.version.desc())
        .limit(1)
        .options(selectinload(MentorAgreement.signatures))
        .execution_options(populate_existing=True)
    )


def signed_by(agreement: MentorAgreement | None) -> set[int]:
    """Return the ids of the families that have said yes to this version."""
    return {s.family_id for s in agreement.signatures} if agreement else set()


def life_of(mentorship: Mentorship, *, make: bool = False) -> MentorLife:
    """Return what the clock remembers; made where there is none, kept only with `make`."""
    found = db.session.get(MentorLife, mentorship.id)
    if found is None:
        found = MentorLife(mentorship_id=mentorship.id)
        if make:
            db.session.add(found)
            db.session.flush()
    return found


def in_touch(mentorship: Mentorship) -> bool:
    """Answer whether the two have been in touch: one of them said so, or both have written."""
    silent = select(Mentorship.id).where(Mentorship.id == mentorship.id, NOT_IN_TOUCH)
    return db.session.scalar(silent) is None


_HAVE_WRITTEN = (  # how many of the two; never who, and never what
    select(func.count(func.distinct(Message.family_id)))
    .where(Message.room_id == Mentorship.room_id, Message.kind == MessageKind.TEXT)
    .correlate(Mentorship)
    .scalar_subquery()
)
_SAID_SO = (
    select(MentorLife.mentorship_id)
    .where(MentorLife.mentorship_id == Mentorship.id, MentorLife.in_touch_at.is_not(None))
    .correlate(Mentorship)
    .exists()
)
NOT_IN_TOUCH = and_(~_SAID_SO, _HAVE_WRITTEN < 2)


def not_in_touch(
    *,
    began_before: datetime,
    not_before: datetime | None = None,
    reminded_before: datetime | None = None,
    municipality_id: int | None = None,
) -> list[Mentorship]:
    """Return the running mentorships that began before then and have had no first contact.

    With `not_before` those that began, or went on after a break, at that time or later.
    """
    wanted = select(Mentorship).where(
        Mentorship.state == MentorshipState.ACTIVE,
        Mentorship.started_at < began_before,
        ~_resumed_since(began_before),
        NOT_IN_TOUCH,
    )
    if not_before is not None:
        fresh = or_(Mentorship.started_at >= not_before, _resumed_since(not_before))
        wanted = wanted.where(fresh)
    if reminded_before is not None:
        wanted = wanted.where(_reminded_before(reminded_before))
    if municipality_id is not None:
        wanted = wanted.where(Mentorship.municipality_id == municipality_id)
    named = (selectinload(Mentorship.family), selectinload(Mentorship.mentor))
    return list(db.session.scalars(wanted.order_by(Mentorship.id).options(*named)))


def not_in_touch_of(ids: Iterable[int]) -> set[int]:
    """Return which of these mentorships have had no first contact."""
    wanted = select(Mentorship.id).where(Mentorship.id.in_(list(ids)), NOT_IN_TOUCH)
    return set(db.session.scalars(wanted))


def signatures(ids: Iterable[int]) -> dict[int, int]:
    """Return how many of the two have said yes to the agreement that holds, by mentorship."""
    newest = (
        select(MentorAgreement.mentorship_id, func.max(MentorAgreement.version).label("version"))
        .where(MentorAgreement.mentorship_id.in_(list(ids)))
        .group_by(MentorAgreement.mentorship_id)
        .subquery()
    )
    rows = db.session.execute(
        select(MentorAgreement.mentorship_id, func.count(MentorSignature.family_id))
        .join(
            newest,
            and_(
                newest.c.mentorship_id == MentorAgreement.mentorship_id,
                newest.c.version == MentorAgreement.version,
            ),
        )
        .join(MentorSignature, MentorSignature.agreement_id == MentorAgreement.id, isouter=True)
        .group_by(MentorAgreement.mentorship_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often and how long, as counts only."""

    talks: int = 0
    minutes: int = 0  # of the talks that count as hours

    @property
    def hours(self) -> float:
        """Return the counted minutes as hours."""
        return self.minutes / 60


def talks_of(mentorship: Mentorship) -> list[MentorTalk]:
    """Return the noted talks, the latest first."""
    wanted = select(MentorTalk).where(MentorTalk.mentorship_id == mentorship.id)
    return list(db.session.scalars(wanted.order_by(MentorTalk.held_on.desc())))


def talk_on(mentorship: Mentorship, day: date) -> MentorTalk | None:
    """Return what is noted of one day."""
    return db.session.scalar(
        select(MentorTalk).where(
            MentorTalk.mentorship_id == mentorship.id, MentorTalk.held_on == day
        )
    )


def talk_by_ref(mentorship: Mentorship, ref: str) -> MentorTalk | None:
    """Return one talk of this mentorship."""
    return db.session.scalar(
        select(MentorTalk).where(MentorTalk.mentorship_id == mentorship.id, MentorTalk.ref == ref)
    )


_COUNTED = func.sum(case((MentorTalk.counts, MentorTalk.minutes), else_=0))


def tallies(ids: Iterable[int]) -> dict[int, Tally]:
    """Return how much each of these mentorships has been."""
    rows = db.session.execute(
        select(MentorTalk.mentorship_id, func.count(), _COUNTED)
        .where(MentorTalk.mentorship_id.in_(list(ids)))
        .group_by(MentorTalk.mentorship_id)
    )
    return {row[0]: Tally(talks=row[1], minutes=int(row[2] or 0)) for row in rows}


def tallies_of_mentors(
    ids: Iterable[int], *, since: date, to: Iterable[int] | None = None
) -> dict[int, Tally]:
    """Return how much each of these mentor families has given since then, ended ones included.

    With `to` only what it has given to these families.
    """
    among = true() if to is None else Mentorship.family_id.in_(list(to))
    rows = db.session.execute(
        select(Mentorship.mentor_id, func.count(), _COUNTED)
        .join(MentorTalk, MentorTalk.mentorship_id == Mentorship.id)
        .where(Mentorship.mentor_id.in_(list(ids)), MentorTalk.held_on >= since, among)
        .group_by(Mentorship.mentor_id)
    )
    return {row[0]: Tally(talks=row[1], minutes=int(row[2] or 0)) for row in rows}


def _resumed_since(moment: datetime) -> ColumnElement[bool]:
    """A break gives the first contact its days again."""
    return (
        select(MentorLife.mentorship_id)
        .where(MentorLife.mentorship_id == Mentorship.id, MentorLife.resumed_at >= moment)
        .correlate(Mentorship)
        .exists()
    )


def _reminded_before(moment: datetime) -> ColumnElement[bool]:
    return (
        select(MentorLife.mentorship_id)
        .where(MentorLife.mentorship_id == Mentorship.id, MentorLife.reminded_at < moment)
        .correlate(Mentorship)
        .exists()
    )


def breaks_until(day: date) -> list[int]:
    """Return the mentorships that take a break until this day or an earlier one."""
    return list(
        db.session.scalars(
            select(Mentorship.id)
            .join(MentorLife, MentorLife.mentorship_id == Mentorship.id)
            .where(Mentorship.state == MentorshipState.PAUSED, MentorLife.paused_until <= day)
            .order_by(Mentorship.id)
        )
    )


def anything_came_of(mentorship: Mentorship) -> bool:
    """Answer whether anyone has written in the room, agreed on something or noted a talk."""
    wrote = select(Message.id).where(
        Message.room_id == mentorship.room_id, Message.kind == MessageKind.TEXT
    )
    agreed = select(MentorAgreement.id).where(MentorAgreement.mentorship_id == mentorship.id)
    talked = select(MentorTalk.id).where(MentorTalk.mentorship_id == mentorship.id)
    said = select(MentorLife.mentorship_id).where(
        MentorLife.mentorship_id == mentorship.id, MentorLife.in_touch_at.is_not(None)
    )
    found = (wrote, agreed, talked, said)
    return bool(db.session.scalar(select(or_(*(one.exists() for one in found)))))


def had_one_before(mentorship: Mentorship) -> bool:
    """Answer whether an earlier mentorship of these two is over: a yes was taken back, then."""
    earlier = select(Mentorship.id).where(
        Mentorship.family_id == mentorship.family_id,
        Mentorship.mentor_id == mentorship.mentor_id,
        Mentorship.state == MentorshipState.ENDED,
        Mentorship.id != mentorship.id,
    )
    return bool(db.session.scalar(select(earlier.exists())))


def agreed_until(ids: Iterable[int]) -> dict[int, date]:
    """Return the last day of the newest version that both have said yes to, by mentorship."""
    both = (
        select(MentorSignature.agreement_id)
        .group_by(MentorSignature.agreement_id)
        .having(func.count() == 2)
    )
    rows = db.session.execute(
        select(MentorAgreement.mentorship_id, MentorAgreement.until)
        .where(MentorAgreement.mentorship_id.in_(list(ids)), MentorAgreement.id.in_(both))
        .order_by(MentorAgreement.version)
    )
    return {row[0]: row[1] for row in rows}

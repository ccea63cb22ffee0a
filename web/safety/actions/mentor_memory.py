"""What is not kept of mentorships' lives, and what goes with a family that leaves for good."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from data.clock import now, today
from data.db import after_commit, db
from data.models import (
    Family,
    MentorAgreement,
    MentorCall,
    MentorCheckin,
    Mentorship,
    MentorSignature,
    MentorTalk,
)
from data.sealed import Sealed, store

OLD_AGREEMENT = NOTES = timedelta(days=365)
REFUSED = timedelta(days=365)
CALLED = timedelta(days=183)
HOURS = timedelta(days=731)  # two years: this one and the last can be shown


def forget_mentor_memory() -> None:
    """Let each class of it go when its time is up."""
    _forget_agreements(now() - OLD_AGREEMENT)
    _forget_notes(MentorTalk.held_on < today() - NOTES)
    db.session.execute(delete(MentorTalk).where(MentorTalk.held_on < today() - HOURS))
    db.session.execute(delete(MentorCheckin).where(MentorCheckin.answered_on < today() - HOURS))
    _delete_calls(MentorCall.closed_at < now() - CALLED)
    _forget_refusals(Mentorship.ended_at < now() - REFUSED)


def _forget_agreements(before: datetime) -> None:
    """Delete versions that no longer hold, and those of mentorships that have ended."""
    both = (
        select(MentorSignature.agreement_id, func.max(MentorSignature.signed_at).label("on"))
        .group_by(MentorSignature.agreement_id)
        .having(func.count() == 2)
        .subquery()
    )
    later = aliased(MentorAgreement)
    follows = and_(
        later.mentorship_id == MentorAgreement.mentorship_id,
        later.version > MentorAgreement.version,
    )
    replaced = (  # what both signed holds until both have signed a later one
        select(MentorAgreement.id)
        .join(later, follows)
        .join(both, both.c.agreement_id == later.id)
        .where(both.c.on < before)
    )
    dropped = (  # what was never signed by both never held
        select(MentorAgreement.id)
        .join(later, follows)
        .where(later.made_at < before, MentorAgreement.id.not_in(select(both.c.agreement_id)))
    )
    ended = select(Mentorship.id).where(Mentorship.ended_at < before)
    old = or_(
        MentorAgreement.id.in_(replaced),
        MentorAgreement.id.in_(dropped),
        MentorAgreement.mentorship_id.in_(ended),
    )
    _delete_agreements(db.session.scalars(select(MentorAgreement).where(old)).all())


def _delete_agreements(found: Iterable[MentorAgreement]) -> None:
    gone = list(found)
    ids = [agreement.id for agreement in gone]
    _forget_keys(agreement.words for agreement in gone)
    for table, column in ((MentorSignature, MentorSignature.agreement_id),
                          (MentorAgreement, MentorAgreement.id)):  # fmt: skip
        db.session.execute(delete(table).where(column.in_(ids)))


def _forget_keys(words: Iterable[Sealed | None]) -> None:
    """The keys go with the words, so that no backup tells."""
    scopes = {one.scope for one in words if one is not None}
    if scopes:
        after_commit(lambda: store().forget(scopes))


def erase_mentor_life_of(family: Family) -> None:
    """Delete what the family and its mentors or new families agreed on: it is about both."""
    mine = select(Mentorship.id).where(
        or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id)
    )
    _delete_agreements(
        db.session.scalars(
            select(MentorAgreement).where(MentorAgreement.mentorship_id.in_(mine))
        ).all()
    )
    _forget_notes(MentorTalk.mentorship_id.in_(mine))  # that they talked is the other's hours
    delete_calls_of(family)
    _forget_refusals(Mentorship.id.in_(mine))
    db.session.execute(delete(MentorCheckin).where(MentorCheckin.family_id == family.id))
    own = update(MentorTalk).where(MentorTalk.noted_by_family_id == family.id)
    db.session.execute(own.values(noted_by_family_id=None))
    db.session.flush()


def _forget_notes(which: ColumnElement[bool]) -> None:
    found = db.session.scalars(select(MentorTalk).where(which, MentorTalk.note.is_not(None))).all()
    _forget_keys(talk.note for talk in found)
    for talk in found:
        talk.note = None
    db.session.flush()


def _forget_refusals(which: ColumnElement[bool]) -> None:
    """Let go of why staff did not approve a mentorship."""
    wanted = select(Mentorship).where(which, Mentorship.refusal.is_not(None))
    found = db.session.scalars(wanted).all()
    _forget_keys(mentorship.refusal for mentorship in found)
    for mentorship in found:
        mentorship.refusal = None
    db.session.flush()


def delete_calls_of(family: Family) -> None:
    """Delete that a family asked for calls, and what it wrote: it moves, or is erased."""
    _delete_calls(MentorCall.family_id == family.id)


def _delete_calls(which: ColumnElement[bool]) -> None:
    _forget_keys(call.words for call in db.session.scalars(select(MentorCall).where(which)))
    db.session.execute(delete(MentorCall).where(which))

"""Questions about suggestions, requests, mentorships and rounds."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from data.db import db
from data.models import (
    Account,
    Family,
    FamilyStatus,
    MentorRequest,
    MentorRound,
    Mentorship,
    MentorshipState,
    Placement,
    RequestState,
    RoundState,
    Suggestion,
    SuggestionLook,
    SuggestionState,
)
from data.queries.access import not_found

_UNANSWERED_BY_MENTOR = (RequestState.DECLINED, RequestState.EXPIRED)


def places_taken(mentor_ids: Iterable[int]) -> dict[int, int]:
    """Return how many of each mentor family's places running mentorships take."""
    rows = db.session.execute(
        select(Mentorship.mentor_id, func.count())
        .where(
            Mentorship.mentor_id.in_(list(mentor_ids)), Mentorship.state != MentorshipState.ENDED
        )
        .group_by(Mentorship.mentor_id)
    )
    return {row[0]: row[1] for row in rows}


def lock_family(family_id: int) -> Family:
    """Return a family as it is now and hold it: others who want it wait until we commit.

    SQLite has no row locks; there `transaction()` holds the whole file from its start.
    """
    return db.session.scalars(
        select(Family)
        .where(Family.id == family_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def mentor_ids(municipality_id: int) -> list[int]:
    """Return the active families that someone has approved as mentors, full ones included."""
    return list(
        db.session.scalars(
            select(Family.id)
            .where(
                Family.municipality_id == municipality_id,
                Family.status == FamilyStatus.ACTIVE,
                Family.mentor_approved_on.is_not(None),
            )
            .order_by(Family.id)
        )
    )


def placed_ids(municipality_id: int) -> dict[int, datetime]:
    """Return when each active family's latest placement was noted: how long it has waited."""
    rows = db.session.execute(
        select(Family.id, func.max(Placement.noted_at))
        .join(Placement, Placement.family_id == Family.id)
        .where(Family.municipality_id == municipality_id, Family.status == FamilyStatus.ACTIVE)
        .group_by(Family.id)
    )
    return {row[0]: row[1] for row in rows}


def busy_ids(municipality_id: int) -> set[int]:
    """Return the families that have a mentor already, or an unanswered request."""
    with_mentor = (
        select(Mentorship.family_id)
        .join(Family, Family.id == Mentorship.family_id)
        .where(Family.municipality_id == municipality_id, Mentorship.state != MentorshipState.ENDED)
    )
    asking = (
        select(MentorRequest.family_id)
        .join(Family, Family.id == MentorRequest.family_id)
        .where(Family.municipality_id == municipality_id, MentorRequest.state == RequestState.OPEN)
    )
    return {*db.session.scalars(with_mentor), *db.session.scalars(asking)}


def shown_suggestions(family_id: int) -> list[Suggestion]:
    """Return what the family may choose among: the coordinator's proposal first, then the best."""
    rows = db.session.scalars(
        select(Suggestion)
        .where(Suggestion.family_id == family_id, Suggestion.state == SuggestionState.SHOWN)
        .options(
            joinedload(Suggestion.mentor).options(
                selectinload(Family.placements), selectinload(Family.consents)
            )
        )
    )
    return sorted(rows, key=lambda row: (row.round_id is None, -row.score, row.id))


def suggestions_of(family_id: int) -> dict[int, Suggestion]:
    """Return every suggestion the family ever had, by mentor."""
    rows = db.session.scalars(select(Suggestion).where(Suggestion.family_id == family_id))
    return {row.mentor_id: row for row in rows}


def hidden_count(family_id: int) -> int:
    """Return how many suggestions the family has put away."""
    return db.session.scalars(
        select(func.count()).where(
            Suggestion.family_id == family_id, Suggestion.state == SuggestionState.HIDDEN
        )
    ).one()


def suggestion_by_ref(ref: str, *, family_id: int) -> Suggestion:
    """Return one of a family's own suggestions."""
    found = db.session.scalar(
        select(Suggestion).where(Suggestion.ref == ref, Suggestion.family_id == family_id)
    )
    if found is None:
        raise not_found()
    return found


def look_of(family_id: int) -> SuggestionLook | None:
    """Return when we last looked for mentors for the family."""
    return db.session.get(SuggestionLook, family_id)


def not_again(family_id: int) -> set[int]:
    """Return the mentors not to suggest again: they were hidden, did not say yes, or it ended."""
    hidden = select(Suggestion.mentor_id).where(
        Suggestion.family_id == family_id, Suggestion.state == SuggestionState.HIDDEN
    )
    asked = select(MentorRequest.mentor_id).where(
        MentorRequest.family_id == family_id, MentorRequest.state.in_(_UNANSWERED_BY_MENTOR)
    )
    ended = select(Mentorship.mentor_id).where(Mentorship.family_id == family_id)
    return {
        *db.session.scalars(hidden),
        *db.session.scalars(asked),
        *db.session.scalars(ended),
        *_banned_mentors(family_id),
    }


def declined_since(mentor_id: int, moment: datetime) -> list[MentorRequest]:
    """Return the questions this mentor family said no to since then, the latest first."""
    return list(
        db.session.scalars(
            select(MentorRequest)
            .where(
                MentorRequest.mentor_id == mentor_id,
                MentorRequest.state == RequestState.DECLINED,
                MentorRequest.closed_at >= moment,
            )
            .order_by(MentorRequest.closed_at.desc())
        )
    )


def parted(municipality_id: int) -> list[list[int]]:
    """Return [family, mentor] of mentorships that have ended: they are not put together again."""
    rows = db.session.execute(
        select(Mentorship.family_id, Mentorship.mentor_id).where(
            Mentorship.municipality_id == municipality_id,
            Mentorship.state == MentorshipState.ENDED,
        )
    )
    return [[row[0], row[1]] for row in rows]


def _banned_mentors(family_id: int) -> set[int]:
    """Return whom the coordinator said "not these two" about in the municipality's latest round."""
    municipality = select(Family.municipality_id).where(Family.id == family_id).scalar_subquery()
    bans = db.session.scalar(
        select(MentorRound.bans)
        .where(MentorRound.municipality_id == municipality)
        .order_by(MentorRound.id.desc())
        .limit(1)
    )
    return {mentor_id for banned, mentor_id in bans or [] if banned == family_id}


def open_request_of(family_id: int) -> MentorRequest | None:
    """Return the request the family waits for an answer to."""
    return db.session.scalar(
        select(MentorRequest).where(
            MentorRequest.family_id == family_id, MentorRequest.state == RequestState.OPEN
        )
    )


def last_request_of(family_id: int) -> MentorRequest | None:
    """Return the latest request of the family, answered or not."""
    return db.session.scalar(
        select(MentorRequest)
        .where(MentorRequest.family_id == family_id)
        .order_by(MentorRequest.id.desc())
        .limit(1)
    )


def open_requests_to(mentor_id: int) -> list[MentorRequest]:
    """Return the requests a mentor family has not answered, the oldest first."""
    return list(
        db.session.scalars(
            select(MentorRequest)
            .where(MentorRequest.mentor_id == mentor_id, MentorRequest.state == RequestState.OPEN)
            .order_by(MentorRequest.id)
        )
    )


def open_request_counts(mentor_ids: Iterable[int]) -> dict[int, int]:
    """Return how many unanswered requests each mentor family has."""
    rows = db.session.execute(
        select(MentorRequest.mentor_id, func.count())
        .where(
            MentorRequest.mentor_id.in_(list(mentor_ids)), MentorRequest.state == RequestState.OPEN
        )
        .group_by(MentorRequest.mentor_id)
    )
    return {row[0]: row[1] for row in rows}


def request_to(ref: str, *, mentor_id: int) -> MentorRequest:
    """Return a request that was sent to this mentor family."""
    found = db.session.scalar(
        select(MentorRequest).where(MentorRequest.ref == ref, MentorRequest.mentor_id == mentor_id)
    )
    if found is None:
        raise not_found()
    return found


def requests_past(moment: datetime) -> list[int]:
    """Return the open requests whose time was up at `moment`."""
    return list(
        db.session.scalars(
            select(MentorRequest.id)
            .where(MentorRequest.state == RequestState.OPEN, MentorRequest.expires_at <= moment)
            .order_by(MentorRequest.id)
        )
    )


def requests_to_remind() -> list[int]:
    """Return the open requests that nobody was reminded of."""
    return list(
        db.session.scalars(
            select(MentorRequest.id)
            .where(MentorRequest.state == RequestState.OPEN, MentorRequest.reminded_at.is_(None))
            .order_by(MentorRequest.id)
        )
    )


def mentorship_with_mentor(family_id: int) -> Mentorship | None:
    """Return the running mentorship in which the family has a mentor."""
    return db.session.scalar(
        select(Mentorship).where(
            Mentorship.family_id == family_id, Mentorship.state != MentorshipState.ENDED
        )
    )


def mentorships_as_mentor(mentor_id: int) -> list[Mentorship]:
    """Return the running mentorships in which the family is the mentor, the oldest first."""
    return list(
        db.session.scalars(
            select(Mentorship)
            .where(Mentorship.mentor_id == mentor_id, Mentorship.state != MentorshipState.ENDED)
            .order_by(Mentorship.id)
        )
    )


def running_between(one_id: int, other_id: int) -> list[Mentorship]:
    """Return the mentorships of these two that have not ended, whoever of them is the mentor."""
    two = (one_id, other_id)
    return list(
        db.session.scalars(
            select(Mentorship).where(
                Mentorship.family_id.in_(two),
                Mentorship.mentor_id.in_(two),
                Mentorship.state != MentorshipState.ENDED,
            )
        )
    )


def mentorship_by_ref(ref: str, *, by: Account) -> Mentorship:
    """Return a mentorship of one's own family."""
    found = db.session.scalar(
        select(Mentorship).where(Mentorship.ref == ref, _is_party(by.family_id))
    )
    if found is None:
        raise not_found()
    return found


def _is_party(family_id: int | None) -> ColumnElement[bool]:
    return or_(Mentorship.family_id == family_id, Mentorship.mentor_id == family_id)


def awaiting_approval(municipality_id: int) -> list[Mentorship]:
    """Return the mentorships that both families want and a coordinator has not seen."""
    return list(
        db.session.scalars(
            select(Mentorship)
            .where(
                Mentorship.municipality_id == municipality_id,
                Mentorship.state == MentorshipState.AWAITING_APPROVAL,
            )
            .order_by(Mentorship.id)
        )
    )


def mentorship_to_approve(ref: str, *, by: Account) -> Mentorship:
    """Return a mentorship of one's own municipality."""
    found = db.session.scalar(
        select(Mentorship).where(
            Mentorship.ref == ref, Mentorship.municipality_id == by.municipality_id
        )
    )
    if found is None:
        raise not_found()
    return found


def rounds_of(municipality_id: int, *, limit: int = 20) -> list[MentorRound]:
    """Return the municipality's rounds, the newest first."""
    return list(
        db.session.scalars(
            select(MentorRound)
            .where(MentorRound.municipality_id == municipality_id)
            .order_by(MentorRound.id.desc())
            .limit(limit)
        )
    )


def undecided_rounds(municipality_id: int) -> list[MentorRound]:
    """Return the rounds that a new one takes the place of."""
    return list(
        db.session.scalars(
            select(MentorRound).where(
                MentorRound.municipality_id == municipality_id,
                MentorRound.state.in_((RoundState.WORKING, RoundState.READY)),
            )
        )
    )


def round_by_ref(ref: str, *, by: Account) -> MentorRound:
    """Return a round of one's own municipality."""
    found = db.session.scalar(
        select(MentorRound).where(
            MentorRound.ref == ref, MentorRound.municipality_id == by.municipality_id
        )
    )
    if found is None:
        raise not_found()
    return found


def families_named(ids: Iterable[int], municipality_id: int | None = None) -> dict[int, Family]:
    """Return families by id, for their names and references; only a municipality's, if named.

    A round remembers who was in it: who has moved away since is no longer its municipality's.
    """
    question = select(Family).where(Family.id.in_(list(ids)))
    if municipality_id is not None:
        question = question.where(Family.municipality_id == municipality_id)
    rows = db.session.scalars(question)
    return {family.id: family for family in rows}


def running_mentorships(municipality_id: int) -> list[Mentorship]:
    """Return a municipality's mentorships that have not ended, the newest first."""
    return list(
        db.session.scalars(
            select(Mentorship)
            .where(
                Mentorship.municipality_id == municipality_id,
                Mentorship.state != MentorshipState.ENDED,
            )
            .order_by(Mentorship.id.desc())
        )
    )

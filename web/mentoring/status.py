"""Where families stand with mentors, for staff: who waits, has asked, has one, said no."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from data.clock import now
from data.db import db
from data.models import (
    Account,
    DeclineReason,
    Family,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RequestState,
    RoleName,
)
from data.queries import mentoring as queries
from web.mentoring.pool import available, free_places, mentors, standing_of, waiting

RECENT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class FamilyStatus:
    """One family's way to a mentor."""

    name: str
    ref: str
    word: str
    tone: str


def counts(municipality_id: int) -> dict[str, int]:
    """Return how many wait and how many places there are."""
    open_to = available(mentors(municipality_id))
    return {
        "waiting": len(waiting(municipality_id)),
        "mentors": len(open_to),
        "places": sum(free_places(open_to).values()),
        "running": len(queries.running_mentorships(municipality_id)),
    }


def awaiting(municipality_id: int) -> list[Mentorship]:
    """Return the mentorships to approve."""
    return queries.awaiting_approval(municipality_id)


def declined(municipality_id: int) -> list[dict[str, Any]]:
    """Return what mentor families said no to lately, and why; for the coordinator alone."""
    words = {
        DeclineReason.BUSY: _("too much on their plate"),
        DeclineReason.OWN_PLACEMENT: _("a child just placed with them"),
        DeclineReason.THEME: _("do not know the themes well enough"),
        DeclineReason.DISTANCE: _("too far away"),
        DeclineReason.KNOWN: _("think they know the family"),
        DeclineReason.UNSAID: _("would rather not say"),
    }
    rows = db.session.scalars(
        select(MentorRequest)
        .join(Family, Family.id == MentorRequest.family_id)
        .where(
            Family.municipality_id == municipality_id,
            MentorRequest.state == RequestState.DECLINED,
            MentorRequest.closed_at >= now() - RECENT,
        )
        .order_by(MentorRequest.closed_at.desc())
        .options(joinedload(MentorRequest.mentor), joinedload(MentorRequest.family))
        .limit(20)
    )
    return [
        {
            "mentor": r.mentor.name,
            "family": r.family.name,
            "at": r.closed_at,
            "why": words[r.decline_reason or DeclineReason.UNSAID],
        }
        for r in rows
    ]


def of_families(by: Account) -> list[FamilyStatus]:
    """Return the status of each family that may have a mentor: own ones to a consultant."""
    wanted = (
        select(Family)
        .where(Family.municipality_id == by.municipality_id, Family.placements.any())
        .order_by(Family.name, Family.id)
        .options(selectinload(Family.placements), selectinload(Family.consents))
    )
    if not by.is_a(RoleName.COORDINATOR):
        wanted = wanted.where(Family.consultant_id == by.id)
    with_mentor = {m.family_id: m for m in queries.running_mentorships(by.municipality_id)}
    asking = _asking(by.municipality_id)
    return [
        FamilyStatus(name=f.name, ref=f.ref, **_word(f, with_mentor.get(f.id), f.id in asking))
        for f in db.session.scalars(wanted)
    ]


def _asking(municipality_id: int) -> set[int]:
    rows = db.session.scalars(
        select(MentorRequest.family_id)
        .join(Family, Family.id == MentorRequest.family_id)
        .where(Family.municipality_id == municipality_id, MentorRequest.state == RequestState.OPEN)
    )
    return set(rows)


def _word(family: Family, mentorship: Mentorship | None, is_asking: bool) -> dict[str, str]:
    if mentorship is not None:
        awaits = mentorship.state is MentorshipState.AWAITING_APPROVAL
        if awaits:
            return {"word": _("awaits approval"), "tone": "warn"}
        return {"word": _("has a mentor family"), "tone": "ok"}
    if is_asking:
        return {"word": _("has asked a family"), "tone": "m"}
    missing = standing_of(family).missing
    words = {
        "paused": _("is taking a break"),
        "profile": _("has not filled in the profile"),
        "consent": _("has not given consent"),
        "participation": _("does not want a mentor family"),
    }
    if missing:
        return {"word": words.get(missing[0], ""), "tone": "line"}
    return {"word": _("is choosing among suggestions"), "tone": "line"}

"""A new child, a break, and leaving: what decides whether a family takes part."""

from datetime import date

from sqlalchemy import or_, select, update

from data import audit
from data.answers import has_consent
from data.clock import now, today
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import (
    Account,
    ConsentKind,
    Family,
    FamilyStatus,
    GroupMembership,
    MentorRequest,
    Mentorship,
    MentorshipState,
    Placement,
    RequestState,
)
from data.queries.access import not_found
from web.families.actions.profile import open_family

_MONTHS_AHEAD = 12
_MONTHS_BACK = 12 * 30


def note_placement(family_ref: str, *, month: date, by: Account) -> Placement:
    """Note that a new child has come or is coming: what opens the way to a mentor and a group."""
    family = open_family(family_ref, by=by)
    month = month.replace(day=1)
    ahead = (month.year - today().year) * 12 + month.month - today().month
    if not -_MONTHS_BACK <= ahead <= _MONTHS_AHEAD:
        raise Invalid(_("Choose a month at most a year ahead."), field="month")
    if any(p.month == month and p.ended_at is None for p in family.placements):
        raise Conflict(_("That month is noted already."))
    placement = Placement(month=month, noted_by_id=by.id)
    family.placements.append(placement)
    family.updated_at = now()
    audit.record("placement_noted", by=by, subject="family", subject_id=family.id)
    db.session.flush()
    return placement


def end_placement(family_ref: str, *, month: date, by: Account) -> None:
    """Note that the child has moved on, or that the month was a mistake."""
    family = open_family(family_ref, by=by)
    running = [p for p in family.placements if p.month == month and p.ended_at is None]
    if not running:
        raise not_found()
    for placement in running:
        placement.ended_at = now()
    family.updated_at = now()
    audit.record("placement_ended", by=by, subject="family", subject_id=family.id)


def pause(family_ref: str, *, until: date | None, by: Account) -> Family:
    """Take a break: no suggestions; group, mentorship and conversations go on."""
    family = open_family(family_ref, by=by)
    if family.status is not FamilyStatus.ACTIVE:
        raise Conflict(_("Only a family that takes part can take a break."))
    if until is not None and until <= today():
        raise Invalid(_("Choose a day that has not been yet."), field="until")
    family.status, family.paused_until, family.updated_at = FamilyStatus.PAUSED, until, now()
    audit.record("family_paused", by=by, subject="family", subject_id=family.id)
    return family


def resume(family_ref: str, *, by: Account) -> Family:
    """Take part again."""
    family = open_family(family_ref, by=by)
    if family.status is not FamilyStatus.PAUSED:
        raise Conflict(_("The family is not on a break."))
    if not has_consent(family, ConsentKind.MATCHING):
        raise NotAllowed(_("We may not suggest anything before you have said yes to it."))
    family.status, family.paused_until, family.updated_at = FamilyStatus.ACTIVE, None, now()
    audit.record("family_resumed", by=by, subject="family", subject_id=family.id)
    return family


def end_breaks() -> list[int]:
    """Let families take part again whose break has run out; the worker asks every morning."""
    over = db.session.scalars(
        select(Family).where(Family.status == FamilyStatus.PAUSED, Family.paused_until <= today())
    ).all()
    resumed = [family for family in over if has_consent(family, ConsentKind.MATCHING)]
    for family in resumed:
        family.status, family.paused_until, family.updated_at = FamilyStatus.ACTIVE, None, now()
    return [family.id for family in resumed]


def still_running(family: Family) -> tuple[bool, bool]:
    """Return whether the family is in a running mentorship, and in a group."""
    mentorship = db.session.scalar(
        select(Mentorship.id).where(
            or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id),
            Mentorship.state != MentorshipState.ENDED,
        )
    )
    group = db.session.scalar(
        select(GroupMembership.id).where(
            GroupMembership.family_id == family.id,
            GroupMembership.joined_at.is_not(None),
            GroupMembership.left_at.is_(None),
        )
    )
    return mentorship is not None, group is not None


def leave_network(family_ref: str, *, by: Account) -> Family:
    """Leave: consent ends, and the profile is erased when the time for it has passed."""
    family = open_family(family_ref, by=by)
    mentorship, group = still_running(family)
    if mentorship or group:
        raise Conflict(
            _("Say goodbye to your mentorship and your group first, so that nobody waits for you.")
        )
    take_leave(family)
    audit.record("family_left", by=by, subject="family", subject_id=family.id)
    db.session.flush()
    return family


def take_leave(family: Family) -> None:
    """End what the family had said yes to; whoever calls has asked whether it may leave."""
    for consent in family.consents:
        if consent.withdrawn_at is None:
            consent.withdrawn_at = now()
    _let_go_of_what_waits(family)
    family.status, family.paused_until, family.updated_at = FamilyStatus.LEFT, None, now()


def _let_go_of_what_waits(family: Family) -> None:
    """A yes to a group that has not opened, and open questions, must not show the family later."""
    waiting = (GroupMembership.left_at.is_(None), GroupMembership.joined_at.is_(None))
    db.session.execute(
        update(GroupMembership)
        .where(GroupMembership.family_id == family.id, *waiting)
        .values(left_at=now())
    )
    is_open = MentorRequest.state == RequestState.OPEN
    db.session.execute(
        update(MentorRequest)
        .where(MentorRequest.family_id == family.id, is_open)
        .values(state=RequestState.WITHDRAWN, closed_at=now())
    )
    db.session.execute(  # those who asked it are given another suggestion by the clock
        update(MentorRequest)
        .where(MentorRequest.mentor_id == family.id, is_open)
        .values(expires_at=now())
    )

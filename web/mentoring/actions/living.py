"""A mentorship's life: it begins, takes a break, and ends without anyone having to say why."""

import structlog

from chat import actions as chat
from data import audit
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import (
    Account,
    Family,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RoleName,
    RoomKind,
)
from data.queries import mentoring as queries
from data.queries.access import require_role
from data.sealed import Sealed
from web.mentoring import notices
from web.mentoring.pool import may_meet

MAX_REFUSAL_CHARS = 600
log = structlog.get_logger()


def start(mentorship: Mentorship) -> None:
    """Open the private room of two families who both said yes; from here they know each other."""
    room = chat.open_room(
        kind=RoomKind.MENTORSHIP, municipality_id=mentorship.municipality_id, title=None
    )
    chat.add_family(room, family=mentorship.family)
    chat.add_family(room, family=mentorship.mentor)
    mentorship.room_id = room.id
    mentorship.state, mentorship.started_at = MentorshipState.ACTIVE, now()
    db.session.flush()
    notices.tell_both(mentorship, "mentorship_started")


def approve_mentorship(ref: str, *, by: Account) -> Mentorship:
    """Let a mentorship that both families want begin."""
    mentorship = _to_decide(ref, by=by)
    if mentorship.state is MentorshipState.ACTIVE and mentorship.approved_by_id == by.id:
        return mentorship
    _check_awaits(mentorship)
    if not may_meet(mentorship.family, mentorship.mentor):
        raise Conflict(
            _("The two families are kept apart, or one no longer takes part. Do not approve it.")
        )
    mentorship.approved_by_id = by.id
    start(mentorship)
    audit.record("mentorship_approved", by=by, subject="mentorship", subject_id=mentorship.id)
    return mentorship


def refuse_mentorship(ref: str, reason: str, *, by: Account) -> Mentorship:
    """Do not approve; the reason stays with staff, and both families may go on to others."""
    mentorship = _to_decide(ref, by=by)
    _check_awaits(mentorship)
    if not reason.strip():
        raise Invalid(_("Write why, so that a colleague can explain it."), field="reason")
    scope = f"mentorship:{mentorship.ref}"
    mentorship.refusal = Sealed(reason.strip()[:MAX_REFUSAL_CHARS], scope=scope)
    _close(mentorship)
    notices.tell_both(mentorship, "mentorship_refused")
    audit.record("mentorship_refused", by=by, subject="mentorship", subject_id=mentorship.id)
    return mentorship


def _to_decide(ref: str, *, by: Account) -> Mentorship:
    require_role(by, RoleName.COORDINATOR)
    found = queries.mentorship_to_approve(ref, by=by)
    queries.lock_family(found.mentor_id)
    db.session.refresh(found)
    return found


def _check_awaits(mentorship: Mentorship) -> None:
    if mentorship.state is not MentorshipState.AWAITING_APPROVAL:
        raise Conflict(_("A colleague has already decided about this mentorship."))


def pause_mentorship(ref: str, *, by: Account) -> Mentorship:
    """Take a break; the room stays open and nobody is asked why."""
    mentorship = _own_running(ref, by=by)
    if mentorship.state is MentorshipState.PAUSED:
        return mentorship
    _check_began(mentorship)
    mentorship.state = MentorshipState.PAUSED
    notices.tell(other_side(mentorship, by=by), "mentorship_paused", f"/mentor/{mentorship.ref}")
    return mentorship


def resume_mentorship(ref: str, *, by: Account) -> Mentorship:
    """Go on after a break."""
    mentorship = _own_running(ref, by=by)
    _check_began(mentorship)
    mentorship.state = MentorshipState.ACTIVE
    return mentorship


def end_mentorship(ref: str, *, by: Account) -> Mentorship:
    """End it without a reason: the place is free again and the room is closed for writing."""
    mentorship = queries.mentorship_by_ref(ref, by=by)
    queries.lock_family(mentorship.mentor_id)
    db.session.refresh(mentorship)
    if mentorship.state is MentorshipState.ENDED:
        return mentorship
    _close(mentorship)
    notices.tell(other_side(mentorship, by=by), "mentorship_ended", f"/mentor/{mentorship.ref}")
    log.info("mentorship_ended", mentorship=mentorship.id)
    return mentorship


def _own_running(ref: str, *, by: Account) -> Mentorship:
    mentorship = queries.mentorship_by_ref(ref, by=by)
    if mentorship.state is MentorshipState.ENDED:
        raise Conflict(_("The mentorship has ended."))
    return mentorship


def _check_began(mentorship: Mentorship) -> None:
    if mentorship.state is MentorshipState.AWAITING_APPROVAL:
        raise NotAllowed(_("The mentorship has not begun yet."))


def _close(mentorship: Mentorship) -> None:
    mentorship.state, mentorship.ended_at = MentorshipState.ENDED, now()
    if mentorship.room is not None:
        chat.close_room(mentorship.room)
    look = queries.look_of(mentorship.family_id)
    if look is not None:
        db.session.delete(look)  # they may look for another at once
    db.session.flush()


def other_side(mentorship: Mentorship, *, by: Account) -> Family:
    """Return the family that is not one's own."""
    own_side = mentorship.family_id == by.family_id
    return mentorship.mentor if own_side else mentorship.family


def request_of(mentorship: Mentorship) -> MentorRequest | None:
    """Return the question the mentorship began with."""
    if mentorship.request_id is None:
        return None
    return db.session.get(MentorRequest, mentorship.request_id)

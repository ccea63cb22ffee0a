"""A mentorship's life: it begins, takes a break, and ends without anyone having to say why."""

from datetime import date, timedelta

import structlog

from chat import actions as chat
from data import audit
from data.answers import answers_of, set_answers
from data.clock import now, today
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import (
    Account,
    Family,
    FamilyStatus,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RoleName,
    RoomKind,
)
from data.queries import mentoring as queries
from data.queries.access import require_role
from data.queries.mentor_life import anything_came_of, breaks_until, life_of
from data.sealed import Sealed
from web.mentoring import notices
from web.mentoring.pool import IS_A_MENTOR, may_meet, takes_part
from web.shared.apart import when_kept_apart

MAX_REFUSAL_CHARS = 600
LONGEST_BREAK = timedelta(days=183)
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


def hold(ref: str, *, by: Account) -> Mentorship:
    """Return a mentorship of one's own as it is now, and hold it: one writes at a time.

    The mentor family is held first, as everywhere here, so that nobody waits for each other.
    """
    found = queries.mentorship_by_ref(ref, by=by)
    queries.lock_family(found.mentor_id)
    db.session.refresh(found)
    return found


def hold_running(ref: str, *, by: Account) -> Mentorship:
    """Hold a mentorship that has begun and not ended."""
    found = hold(ref, by=by)
    if found.state is MentorshipState.ENDED:
        raise Conflict(_("The mentorship has ended."))
    if found.started_at is None:
        raise NotAllowed(_("The mentorship has not begun yet."))
    return found


def pause_mentorship(ref: str, *, until: date | None = None, by: Account) -> Mentorship:
    """Take a break, a holiday say; the room stays open and nobody is asked why."""
    mentorship = hold_running(ref, by=by)
    if until is not None and not today() < until <= today() + LONGEST_BREAK:
        raise Invalid(_("Choose a day from tomorrow and at most half a year ahead."), field="until")
    life_of(mentorship, make=True).paused_until = until
    if mentorship.state is MentorshipState.PAUSED:
        return mentorship
    mentorship.state = MentorshipState.PAUSED
    _say_in_room(mentorship, "mentorship_paused")
    notices.tell(other_side(mentorship, by=by), "mentorship_paused", f"/mentor/{mentorship.ref}")
    return mentorship


def resume_mentorship(ref: str, *, by: Account) -> Mentorship:
    """Go on after a break."""
    mentorship = hold_running(ref, by=by)
    _go_on(mentorship)
    return mentorship


def _go_on(mentorship: Mentorship) -> None:
    if mentorship.state is MentorshipState.PAUSED:
        mentorship.state = MentorshipState.ACTIVE
        memory = life_of(mentorship, make=True)
        memory.paused_until, memory.resumed_at = None, now()
        _say_in_room(mentorship, "mentorship_resumed")
        db.session.flush()


def breaks_over() -> list[int]:
    """Return the mentorships whose break has had its last day."""
    return breaks_until(today())


def end_break(mentorship_id: int) -> bool:
    """Let a mentorship go on by itself; answers whether the break still was one."""
    mentorship = db.session.get_one(Mentorship, mentorship_id)
    queries.lock_family(mentorship.mentor_id)
    db.session.refresh(mentorship)
    until = life_of(mentorship).paused_until
    over = until is not None and until <= today()
    if mentorship.state is not MentorshipState.PAUSED or not over:
        return False
    _go_on(mentorship)
    notices.tell_both(mentorship, "mentorship_resumed")
    return True


def end_mentorship(ref: str, *, by: Account) -> Mentorship:
    """End it without a reason: the place is free again and the room is closed for writing.

    The two are not suggested to each other again, and the family waits as long as it has waited:
    its place in the line is counted from its placement.
    """
    mentorship = hold(ref, by=by)
    if mentorship.state is MentorshipState.ENDED:
        return mentorship
    _close(mentorship)
    notices.tell(other_side(mentorship, by=by), "mentorship_ended", f"/mentor/{mentorship.ref}")
    log.info("mentorship_ended", mentorship=mentorship.id)
    return mentorship


def end_for_them(ref: str, *, by: Account) -> Mentorship:
    """End a mentorship as its coordinator; both are told what they are told at any ending."""
    require_role(by, RoleName.COORDINATOR)
    mentorship = queries.mentorship_to_approve(ref, by=by)
    queries.lock_family(mentorship.mentor_id)
    db.session.refresh(mentorship)
    if mentorship.state is MentorshipState.ENDED:
        return mentorship  # pressed twice, or they did it themselves meanwhile
    if mentorship.started_at is None:
        raise Conflict(_("The mentorship has not begun yet."))
    _end_untold(mentorship)
    audit.record("mentorship_ended", by=by, subject="mentorship", subject_id=mentorship.id)
    return mentorship


@when_kept_apart
def end_between(one: Family, other: Family) -> None:
    """End what runs between two families who are to be kept apart.

    What awaits approval stays with the coordinator, who is told not to approve it.
    """
    for mentorship in queries.running_between(one.id, other.id):
        queries.lock_family(mentorship.mentor_id)
        db.session.refresh(mentorship)
        if mentorship.state in (MentorshipState.ACTIVE, MentorshipState.PAUSED):
            _end_untold(mentorship)


def _end_untold(mentorship: Mentorship) -> None:
    _close(mentorship)
    notices.tell_both(mentorship, "mentorship_ended")
    log.info("mentorship_ended", mentorship=mentorship.id)


def may_become_mentor(mentorship: Mentorship, *, by: Account) -> bool:
    """Answer whether to ask: one's own mentorship came to an end, and one is no mentor yet.

    Who has left the network is not asked: its profile is only waiting to be erased.
    """
    if mentorship.family.status is FamilyStatus.LEFT:
        return False
    had_one = mentorship.family_id == by.family_id and mentorship.started_at is not None
    ended = mentorship.state is MentorshipState.ENDED
    if not (had_one and ended) or takes_part(mentorship.family, IS_A_MENTOR):
        return False
    return came_to_something(mentorship)


def become_mentor(ref: str, *, by: Account) -> None:
    """Say that one would like to be a mentor oneself; the consultant and coordinators are told."""
    mentorship = hold(ref, by=by)
    family = mentorship.family
    if not may_become_mentor(mentorship, by=by):
        left = family.status is FamilyStatus.LEFT
        if not left and mentorship.family_id == by.family_id and takes_part(family, IS_A_MENTOR):
            return  # said twice
        raise Conflict(_("This is asked when one's own mentorship has ended."))
    wishes = answers_of(family).get("participation", [])
    set_answers(family, {"participation": [*wishes, IS_A_MENTOR]})
    family.updated_at = now()
    db.session.flush()
    notices.tell_of_new_mentor(family)


def _close(mentorship: Mentorship) -> None:
    mentorship.state, mentorship.ended_at = MentorshipState.ENDED, now()
    if mentorship.room is not None:
        _say_in_room(mentorship, "mentorship_ended")
        chat.close_room(mentorship.room)
    look = queries.look_of(mentorship.family_id)
    if look is not None:
        db.session.delete(look)  # they may look for another at once
    db.session.flush()


def _say_in_room(mentorship: Mentorship, code: str) -> None:
    if mentorship.room is not None and mentorship.room.closed_at is None:
        chat.post_notice(mentorship.room, code=code)


def came_to_something(mentorship: Mentorship) -> bool:
    """Answer whether there is anything to look back on: a day at least, or a word, or a talk."""
    if mentorship.started_at is None:
        return False
    lasted = (mentorship.ended_at or now()) - mentorship.started_at
    return lasted >= timedelta(days=1) or anything_came_of(mentorship)


def other_side(mentorship: Mentorship, *, by: Account) -> Family:
    """Return the family that is not one's own."""
    own_side = mentorship.family_id == by.family_id
    return mentorship.mentor if own_side else mentorship.family


def request_of(mentorship: Mentorship) -> MentorRequest | None:
    """Return the question the mentorship began with."""
    if mentorship.request_id is None:
        return None
    return db.session.get(MentorRequest, mentorship.request_id)

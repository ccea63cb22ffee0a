"""A mentor family answers: yes, or no thank you; and says how many it has room for."""

import structlog

from data.answers import set_answers
from data.clock import now
from data.db import db
from data.errors import Conflict, NotAllowed
from data.i18n import _
from data.models import (
    Account,
    DeclineReason,
    Family,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RequestState,
)
from data.queries import mentoring as queries
from web.mentoring import notices
from web.mentoring.actions.asking import close_request, suggest_next
from web.mentoring.actions.living import start
from web.mentoring.actions.suggesting import own_family
from web.mentoring.pool import IS_A_MENTOR, capacity_of, may_meet, takes_part

MOST_PLACES = 3
log = structlog.get_logger()


def say_yes(ref: str, *, by: Account) -> Mentorship:
    """Become a family's mentor, if a place is left when we look with the family held."""
    request = queries.request_to(ref, mentor_id=own_family(by).id)
    mentor = queries.lock_family(request.mentor_id)
    db.session.refresh(request)
    if request.state is RequestState.ACCEPTED:
        return _mentorship_of(request)  # sent twice: said once
    _check_open(request)
    if request.expires_at <= now() or not may_meet(request.family, mentor):
        # The same words for both: an exclusion is the coordinator's alone.
        raise Conflict(_("The question has run out. The family has been given another suggestion."))
    if _is_full(mentor):
        raise Conflict(
            _("You have no free place. Say how many you can be mentors for, and answer again.")
        )
    if queries.mentorship_with_mentor(request.family_id) is not None:
        raise Conflict(_("The family has found a mentor family meanwhile."))
    return _agree(request, mentor)


def _mentorship_of(request: MentorRequest) -> Mentorship:
    found = db.session.query(Mentorship).filter_by(request_id=request.id).one_or_none()
    if found is None:
        raise Conflict(_("This question has been answered already."))
    return found


def _check_open(request: MentorRequest) -> None:
    if request.state is RequestState.WITHDRAWN:
        raise Conflict(_("The family has taken its question back."))
    if request.state is RequestState.EXPIRED:
        raise Conflict(_("The question has run out. The family has been given another suggestion."))
    if request.state is not RequestState.OPEN:
        raise Conflict(_("This question has been answered already."))


def _is_full(mentor: Family) -> bool:
    return queries.places_taken([mentor.id]).get(mentor.id, 0) >= capacity_of(mentor)


def _agree(request: MentorRequest, mentor: Family) -> Mentorship:
    request.state, request.closed_at = RequestState.ACCEPTED, now()
    mentorship = Mentorship(
        municipality_id=mentor.municipality_id,
        family_id=request.family_id,
        mentor_id=mentor.id,
        request_id=request.id,
        state=MentorshipState.AWAITING_APPROVAL,
    )
    db.session.add(mentorship)
    db.session.flush()
    if mentor.municipality.setting("coordinator_approves_mentorships"):
        notices.tell_both(mentorship, "mentorship_awaits")
    else:
        start(mentorship)
    if _is_full(mentor):
        _turn_the_others_away(mentor)
    log.info("mentorship_agreed", mentorship=mentorship.id, state=mentorship.state.value)
    return mentorship


def _turn_the_others_away(mentor: Family) -> None:
    for other in queries.open_requests_to(mentor.id):
        close_request(other, RequestState.OVERTAKEN)
        suggest_next(other)


def say_no(ref: str, reason: DeclineReason, *, pause: bool = False, by: Account) -> MentorRequest:
    """Say no thank you. Only the coordinator sees why; the family hears "cannot just now"."""
    request = queries.request_to(ref, mentor_id=own_family(by).id)
    mentor = queries.lock_family(request.mentor_id)
    db.session.refresh(request)
    if request.state is RequestState.DECLINED:
        return request
    _check_open(request)
    request.decline_reason = reason
    if pause:
        set_capacity(0, by=by)
    close_request(request, RequestState.DECLINED)
    suggest_next(request)
    log.info("request_declined", request=request.id, mentor=mentor.id)
    return request


def set_capacity(places: int, *, by: Account) -> None:
    """Say how many families one can be a mentor for; 0 is a pause. Running ones go on."""
    family = queries.lock_family(own_family(by).id)
    if not takes_part(family, IS_A_MENTOR):
        raise NotAllowed(_("Only mentor families can say how many they have room for."))
    if not 0 <= places <= MOST_PLACES:
        raise Conflict(_("Choose between 0 and %(most)s families.", most=MOST_PLACES))
    set_answers(family, {"mentor_capacity": places})
    family.updated_at = now()
    db.session.flush()


def open_requests(by: Account) -> list[MentorRequest]:
    """Return the questions that wait for the person's family, still within their time."""
    return [
        request
        for request in queries.open_requests_to(own_family(by).id)
        if request.expires_at > now() and may_meet(request.family, request.mentor)
    ]

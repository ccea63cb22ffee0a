"""A mentor family thinks again within a day: a no thank you, or a yes that nothing came of yet."""

from datetime import timedelta

import structlog

from chat import actions as chat
from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    Account,
    Family,
    FamilyStatus,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RequestState,
    SuggestionState,
)
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from data.queries.access import not_found
from web.mentoring import notices
from web.mentoring.actions.living import hold, request_of
from web.mentoring.actions.suggesting import own_family
from web.mentoring.pool import may_meet, standing_of

A_DAY = timedelta(days=1)
TO_ANSWER = timedelta(days=2)  # at least, once the question is open again
log = structlog.get_logger()


def declined_lately(mentor: Family) -> list[MentorRequest]:
    """Return the questions that can still be opened again."""
    return queries.declined_since(mentor.id, now() - A_DAY)


def undo_no(ref: str, *, by: Account) -> MentorRequest:
    """Open a question again that one said no thank you to, if the family has not gone on."""
    request = queries.request_to(ref, mentor_id=own_family(by).id)
    for family_id in sorted((request.family_id, request.mentor_id)):
        queries.lock_family(family_id)  # the family may be asking another at this moment
    db.session.refresh(request)
    if request.state is RequestState.OPEN:
        return request  # pressed twice
    late = request.closed_at is None or request.closed_at < now() - A_DAY
    if request.state is not RequestState.DECLINED or late:
        raise Conflict(_("It can be undone within a day only."))
    if _has_gone_on(request) or not may_meet(request.family, request.mentor):
        raise Conflict(_("The family has gone on meanwhile."))
    _open_again(request)
    log.info("request_reopened", request=request.id)
    return request


def may_undo_yes(mentorship: Mentorship, *, by: Account) -> bool:
    """Answer whether the mentor family may take its yes back.

    Within a day and once for a pair, while nothing has come of it and neither takes a break.
    """
    fresh = mentorship.agreed_at >= now() - A_DAY
    return (
        mentorship.mentor_id == by.family_id
        and fresh
        and mentorship.state in {MentorshipState.AWAITING_APPROVAL, MentorshipState.ACTIVE}
        and mentorship.request_id is not None
        and all(
            family.status is FamilyStatus.ACTIVE
            for family in (mentorship.family, mentorship.mentor)
        )
        and not life.had_one_before(mentorship)
        and not life.anything_came_of(mentorship)
    )


def undo_yes(ref: str, *, by: Account) -> MentorRequest:
    """Take a yes back: the mentorship is over and the question waits for an answer again.

    Where both had each other's names they have been seen; that cannot be undone and is said.
    """
    mentorship = hold(ref, by=by)
    if mentorship.mentor_id != by.family_id:
        raise not_found()
    if life.had_one_before(mentorship):
        raise Conflict(_("You have taken a yes to this family back once. You can end it instead."))
    request = request_of(mentorship)
    if request is None or not may_undo_yes(mentorship, by=by):
        raise Conflict(
            _("It can be undone within a day, while neither has written or takes a break.")
        )
    mentorship.state, mentorship.ended_at = MentorshipState.ENDED, now()
    mentorship.request_id = None
    if mentorship.room is not None:
        chat.close_room(mentorship.room)
    db.session.flush()
    _open_again(request)
    log.info("mentorship_undone", mentorship=mentorship.id)
    return request


def _has_gone_on(request: MentorRequest) -> bool:
    return (
        queries.open_request_of(request.family_id) is not None
        or queries.mentorship_with_mentor(request.family_id) is not None
        or not standing_of(request.family).is_open
    )


def _open_again(request: MentorRequest) -> None:
    request.state, request.closed_at, request.decline_reason = RequestState.OPEN, None, None
    request.expires_at = max(request.expires_at, now() + TO_ANSWER)
    suggestion = queries.suggestions_of(request.family_id).get(request.mentor_id)
    if suggestion is not None:
        suggestion.state = SuggestionState.ASKED
    db.session.flush()
    notices.tell(request.family, "mentor_thinks_again", "/mentor/suggestions")

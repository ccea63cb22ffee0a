"""Asking one mentor family, taking the question back, and what happens when time is up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.matching import records
from data.models import (
    Account,
    Family,
    MentorRequest,
    RequestState,
    Suggestion,
    SuggestionLook,
    SuggestionState,
)
from data.queries import mentoring as queries
from data.sealed import Sealed
from web.mentoring import notices, reasons
from web.mentoring.actions.suggesting import look_for_mentors, own_family
from web.mentoring.guarded import refuse_private
from web.mentoring.pool import available, may_meet, pair_rules, standing_of

MAX_WORDS_CHARS = 1200
REMIND_DAYS_BEFORE_END = 3
log = structlog.get_logger()


class PlaceTaken(Conflict):
    """The mentor family said yes to another while this one was writing."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a family writes to a mentor family, and what of its profile may go with it."""

    words: str
    themes: Sequence[str] = ()
    show_ages: bool = False


def ask_for_mentor(ref: str, question: Question, *, by: Account) -> MentorRequest:
    """Ask the mentor family of a suggestion. One open question at a time."""
    family = queries.lock_family(own_family(by).id)
    suggestion = queries.suggestion_by_ref(ref, family_id=family.id)
    if (waiting := queries.open_request_of(family.id)) is not None:
        if waiting.mentor_id == suggestion.mentor_id:
            return waiting  # sent twice: asked once
        raise Conflict(
            _("You have already asked a family. You can ask another once they have answered.")
        )
    _check_may_ask(family)
    _check_words(question.words)
    if suggestion.state is SuggestionState.HIDDEN:
        raise Conflict(_("This suggestion is no longer shown."))
    can_answer = available([suggestion.mentor]) and may_meet(family, suggestion.mentor)
    if suggestion.state is not SuggestionState.SHOWN or not can_answer:
        raise PlaceTaken(_("The family has just said yes to another."))
    return _ask(family, suggestion, question)


def _check_may_ask(family: Family) -> None:
    if queries.mentorship_with_mentor(family.id) is not None:
        raise Conflict(_("You already have a mentor family."))
    if not standing_of(family).is_open:
        raise Conflict(_("Something is missing before you can ask for a mentor family."))


def _check_words(words: str) -> None:
    if not words.strip():
        raise Invalid(_("Write a few words to the family."), field="words")
    if len(words) > MAX_WORDS_CHARS:
        raise Invalid(
            _("Write at most %(count)s characters.", count=MAX_WORDS_CHARS), field="words"
        )
    refuse_private(words, field="words")


def _ask(family: Family, suggestion: Suggestion, question: Question) -> MentorRequest:
    mentor = suggestion.mentor
    asker, mentor_record = records([family, mentor])
    allowed = reasons.themes_to_show(asker)
    shown = [code for code in allowed if code in question.themes]
    request = MentorRequest(
        family_id=family.id,
        mentor_id=mentor.id,
        words=Sealed(question.words.strip(), scope=family.key_scope),
        shown_themes=shown,
        facts=Sealed.of(
            reasons.of_request(
                asker,
                mentor_record,
                themes=shown,
                ages=question.show_ages,
                rules=pair_rules(family.municipality),
            ),
            scope=family.key_scope,
        ),
        expires_at=now() + timedelta(days=family.municipality.setting("request_days")),
        round_id=suggestion.round_id,
    )
    db.session.add(request)
    suggestion.state = SuggestionState.ASKED
    _forget_draft(family)
    db.session.flush()
    notices.tell(mentor, "mentor_asked", "/mentor/requests")
    log.info("request_opened", request=request.id, family=family.id, mentor=mentor.id)
    return request


def keep_draft(words: str, *, by: Account) -> None:
    """Keep what a family wrote but could not send, to be used for the next one."""
    family = own_family(by)
    look = queries.look_of(family.id)
    if look is None:
        look = SuggestionLook(family_id=family.id, profile_version=0)
        db.session.add(look)
    look.draft = Sealed(words[:MAX_WORDS_CHARS], scope=family.key_scope)


def _forget_draft(family: Family) -> None:
    if (look := queries.look_of(family.id)) is not None:
        look.draft = None


def withdraw_request(*, by: Account) -> MentorRequest:
    """Take back the question that nobody has answered."""
    family = own_family(by)
    request = queries.open_request_of(family.id)
    if request is None:
        raise Conflict(_("There is no question to take back. Perhaps it was answered meanwhile."))
    queries.lock_family(request.mentor_id)  # they may be saying yes at this moment
    db.session.refresh(request)
    if request.state is not RequestState.OPEN:
        raise Conflict(_("There is no question to take back. Perhaps it was answered meanwhile."))
    close_request(request, RequestState.WITHDRAWN)
    look_for_mentors(family)
    return request


def close_request(request: MentorRequest, state: RequestState) -> None:
    """Close a question without a yes; its suggestion gives its place to the next."""
    request.state, request.closed_at = state, now()
    suggestion = queries.suggestions_of(request.family_id).get(request.mentor_id)
    if suggestion is not None:
        suggestion.state, suggestion.round_id = SuggestionState.GONE, None
    db.session.flush()
    log.info("request_closed", request=request.id, state=state.value)


def suggest_next(request: MentorRequest) -> None:
    """Find the next suggestion for a family that got no yes, and say that it is there."""
    family = request.family
    if standing_of(family).is_open and queries.mentorship_with_mentor(family.id) is None:
        look_for_mentors(family)
    notices.tell(family, "mentor_request_closed", "/mentor/suggestions")


def expire_request(request_id: int) -> bool:
    """Close a question that was not answered in time; answers whether it still was open."""
    request = db.session.get_one(MentorRequest, request_id)
    queries.lock_family(request.mentor_id)
    db.session.refresh(request)
    if request.state is not RequestState.OPEN or request.expires_at > now():
        return False
    close_request(request, RequestState.EXPIRED)
    suggest_next(request)
    return True


def remind_mentor(request_id: int) -> bool:
    """Remind a mentor family once; answers whether there was a reason to."""
    request = db.session.get_one(MentorRequest, request_id)
    queries.lock_family(request.mentor_id)
    db.session.refresh(request)
    if request.state is not RequestState.OPEN or request.reminded_at is not None:
        return False
    if now() < request.asked_at + _remind_after(request):
        return False
    request.reminded_at = now()
    notices.tell(request.mentor, "mentor_reminder", "/mentor/requests")
    return True


def _remind_after(request: MentorRequest) -> timedelta:
    days = int(request.family.municipality.setting("request_days"))
    return timedelta(days=max(1, days - REMIND_DAYS_BEFORE_END))

"""A family asks the coordinator to call: for help, or to complain. The other is told nothing."""

from chat.guard import MAY_CONFIRM, refused
from data import audit
from data.clock import now
from data.db import db, new_ref
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, CallKind, MentorCall, Mentorship, RoleName
from data.queries import mentor_checkins as checkins
from data.queries.access import not_found, require_role
from data.sealed import Sealed
from web.mentoring import notices
from web.mentoring.actions.living import hold

MAX_WORDS_CHARS = 1000
MAX_JOINED_CHARS = 4000


def ask_for_call(ref: str, kind: CallKind, words: str, *, by: Account) -> MentorCall:
    """Ask for a call about one's own mentorship, also after it has ended."""
    mentorship = hold(ref, by=by)
    if mentorship.started_at is None:
        raise Conflict(_("The mentorship has not begun yet."))
    if kind is CallKind.COMPLAINT and not words.strip():
        raise Invalid(_("Write what happened, in a few words."), field="words")
    return ask(mentorship, kind, words, by=by)


def may_ask_for_call(mentorship: Mentorship, *, by: Account) -> bool:
    """Answer whether the municipality of the mentorship still is the family's own."""
    return mentorship.municipality_id == by.municipality_id


def ask(mentorship: Mentorship, kind: CallKind, words: str, *, by: Account) -> MentorCall:
    """Put it before the coordinators; what is asked while one waits is added to it."""
    if not may_ask_for_call(mentorship, by=by):
        raise Conflict(_("You are with another municipality now. Call your coordinator there."))
    words = words.strip()
    if len(words) > MAX_WORDS_CHARS:
        raise Invalid(
            _("Write at most %(count)s characters.", count=MAX_WORDS_CHARS), field="words"
        )
    if refused(words, confirmed=MAY_CONFIRM):  # one's own number may well be told
        raise Invalid(_("Leave out CPR numbers and case numbers."), field="words")
    call = checkins.open_call_of(mentorship, by.family_id)
    if call is None:
        call_ref = new_ref()
        call = MentorCall(
            ref=call_ref,
            municipality_id=mentorship.municipality_id,
            mentorship_id=mentorship.id,
            family_id=by.family_id,
            kind=kind,
        )
        db.session.add(call)
        _add(call, words)
        notices.tell_coordinators(call.municipality_id, "mentor_call")
    elif kind is CallKind.COMPLAINT and call.kind is not kind:
        call.kind = kind
        _add(call, words)
        notices.tell_coordinators(
            call.municipality_id, "mentor_call"
        )  # it weighs more now, and is told whatever is written already
    else:
        _add(call, words, most=MAX_JOINED_CHARS)
    db.session.flush()
    return call


def _add(call: MentorCall, words: str, *, most: int | None = None) -> None:
    earlier = (call.words.text if call.words else None) or ""
    if not words or words == earlier:
        return
    joined = f"{earlier}\n\n{words}" if earlier else words
    if most is not None and len(joined) > most:
        raise Invalid(
            _("The coordinator has much from you to read already. Tell the rest when you talk."),
            field="words",
        )
    call.words = Sealed(joined, scope=f"call:{call.ref}")


def look_at_call(ref: str, *, by: Account) -> MentorCall:
    """Return what a family wrote, and note in the trail that the coordinator read it."""
    call = _for_coordinator(ref, by=by)
    audit.record("mentor_call_viewed", by=by, subject="mentor_call", subject_id=call.id)
    return call


def close_call(ref: str, *, by: Account) -> MentorCall:
    """Note that the family was called."""
    call = _for_coordinator(ref, by=by)
    if call.closed_at is None:
        call.closed_at, call.closed_by_id = now(), by.id
        audit.record("mentor_call_closed", by=by, subject="mentor_call", subject_id=call.id)
        db.session.flush()
    return call


def _for_coordinator(ref: str, *, by: Account) -> MentorCall:
    require_role(by, RoleName.COORDINATOR)
    call = checkins.call_by_ref(ref, municipality_id=by.municipality_id)
    if call is None:
        raise not_found()
    return call

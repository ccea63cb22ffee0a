"""How the mentorship is: at its start, after 1, 3 and 6 months, and at its end; private.

An answer is the family's own. Staff see averages of whole fives over the municipality and nothing
that can be led back; they learn a family's name only when it asks for a call.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from data.clock import COPENHAGEN, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
    CallKind,
    Family,
    MentorCheckin,
    Mentorship,
    MentorshipState,
    Occasion,
)
from data.queries import mentor_checkins as checkins
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from data.queries.access import not_found
from data.sealed import Sealed
from web.mentoring import notices
from web.mentoring.actions import calls
from web.mentoring.actions.living import came_to_something, hold
from web.mentoring.checkin_words import CODES, MARKS
from web.mentoring.months import begun_on, months_after

OPEN_DAYS = timedelta(days=30)
BEFORE_THE_END = timedelta(days=7)
A_YEAR = 12  # months, where nothing else is agreed on
MONTHS = {Occasion.MONTH_1: 1, Occasion.MONTH_3: 3, Occasion.MONTH_6: 6}


def open_occasion(mentorship: Mentorship, family: Family) -> Occasion | None:
    """Return what the family can answer today and has not."""
    found = _occasion_today(mentorship)
    if found is Occasion.START and family.id != mentorship.family_id:
        return None  # how it was before is asked of the family that got a mentor
    if found is None or found in checkins.checkins_of(mentorship, family.id):
        return None
    return found


def _occasion_today(mentorship: Mentorship) -> Occasion | None:
    begun = begun_on(mentorship)
    if begun is None:
        return None
    if mentorship.state is MentorshipState.ENDED:
        ended = (mentorship.ended_at or now()).astimezone(COPENHAGEN).date()
        in_time = today() <= ended + OPEN_DAYS
        return Occasion.END if in_time and came_to_something(mentorship) else None
    return _on_the_way(begun, today())


def _on_the_way(begun: date, day: date) -> Occasion | None:
    for occasion, months in reversed(MONTHS.items()):
        due = months_after(begun, months)
        if due <= day:
            return occasion if day < due + OPEN_DAYS else None
    return Occasion.START


def answer(
    ref: str, occasion: Occasion, answers: dict[str, int], *, call_us: bool = False, by: Account
) -> MentorCheckin:
    """Keep what the family answered, once; asking for a call tells the coordinator only that."""
    mentorship = hold(ref, by=by)
    if by.family is None:
        raise not_found()
    if open_occasion(mentorship, by.family) is not occasion:
        raise Conflict(_("You have answered already, or the time to answer is over."))
    given = {code: mark for code, mark in answers.items() if mark in MARKS}
    if set(given) != set(CODES[occasion]):
        raise Invalid(_("Answer all of them, or leave them all."), field="answers")
    row = MentorCheckin(
        mentorship_id=mentorship.id,
        family_id=by.family.id,
        occasion=occasion,
        answered_on=today(),
        answers=Sealed.of(given, scope=by.family.key_scope),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as clash:  # the family's other adult did in the same moment
        raise Conflict(_("You have answered already, or the time to answer is over.")) from clash
    if call_us:
        calls.ask(mentorship, CallKind.HELP, "", by=by)
    return row


def to_ask() -> list[int]:
    """Return the mentorships at a mark of which nobody was asked yet."""
    return [
        mentorship_id
        for mentorship_id, began, asked in checkins.running_since(now() - timedelta(days=27))
        if (due := _on_the_way(_day(began), today())) in MONTHS and asked not in (due, Occasion.END)
    ]


def ask_both(mentorship_id: int) -> bool:
    """Ask both families once at each mark; answers whether there was a reason to."""
    mentorship = db.session.get_one(Mentorship, mentorship_id)
    queries.lock_family(mentorship.mentor_id)
    db.session.refresh(mentorship)
    due = _occasion_today(mentorship)
    memory = life.life_of(mentorship, make=True)
    if mentorship.state is not MentorshipState.ACTIVE or due not in MONTHS:
        return False
    if memory.asked_for in (due, Occasion.END):
        return False
    memory.asked_for = due
    for family in (mentorship.family, mentorship.mentor):
        if open_occasion(mentorship, family) is None:
            continue  # it has answered already
        notices.tell(family, "mentor_checkin", f"/mentor/{mentorship.ref}/check-in")
    return True


def near_their_end() -> list[int]:
    """Return the mentorships whose last day is a week away or nearer, and who were not asked."""
    running = checkins.running_since(now())
    agreed = life.agreed_until(mentorship_id for mentorship_id, _began, _asked in running)
    return [
        mentorship_id
        for mentorship_id, began, asked in running
        if asked is not Occasion.END and _is_near(agreed.get(mentorship_id), began)
    ]


def _is_near(until: date | None, began: datetime) -> bool:
    return (until or months_after(_day(began), A_YEAR)) <= today() + BEFORE_THE_END


def ask_about_end(mentorship_id: int) -> bool:
    """Ask both once whether to go on or end well; nothing ends by itself."""
    mentorship = db.session.get_one(Mentorship, mentorship_id)
    queries.lock_family(mentorship.mentor_id)
    db.session.refresh(mentorship)
    if mentorship.state is not MentorshipState.ACTIVE or mentorship.started_at is None:
        return False
    memory = life.life_of(mentorship, make=True)
    until = life.agreed_until([mentorship_id]).get(mentorship_id)
    if memory.asked_for is Occasion.END or not _is_near(until, mentorship.started_at):
        return False
    memory.asked_for = Occasion.END
    notices.tell_both(mentorship, "mentor_near_its_end")
    return True


def _day(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()

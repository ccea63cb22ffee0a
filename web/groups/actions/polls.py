"""Asking the group which day suits it: proposed, asked, answered at each tick, chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from data.answers import answers_of
from data.clock import COPENHAGEN, in_denmark, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    LED,
    MEETS,
    Account,
    Coming,
    DatePoll,
    Meeting,
    MeetingKind,
    MeetingState,
    Municipality,
    NetworkGroup,
    PollAnswer,
    PollDate,
)
from data.queries.access import not_found
from data.queries.groups import (
    group_by_id,
    meetings_of,
    members_of,
    other_members,
    own_family_of,
    own_group_of,
)
from data.queries.meetings import open_poll_of, poll_answer, poll_of, polls_past_their_days
from web.groups import agendas, letters
from web.groups.actions import hosting
from web.groups.actions.meetings import (
    Plan,
    is_member,
    may_plan,
    plan_meeting,
    set_reply,
)
from web.groups.proposing import Day, propose

FEWEST, MOST = 3, 5
EARLIEST = timedelta(days=10)
BETWEEN_MEETINGS = timedelta(days=14)
TO_ANSWER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Question:
    """The days to choose from, and what for."""

    days: tuple[tuple[datetime, datetime], ...]
    kind: MeetingKind = MeetingKind.NETWORK


def may_ask(group: NetworkGroup, *, by: Account) -> bool:
    """Answer who may ask for a day: every member, and the one who calls the meetings."""
    return group.phase in MEETS and (is_member(group, by=by) or may_plan(group, by=by))


def proposal(group: NetworkGroup) -> list[Day]:
    """Return days from what the families said about their week; nobody's answer is shown."""
    slots = [answers_of(family).get("availability") or () for family in members_of(group)]
    return propose(
        slots,
        usual=group.slot,
        after=_earliest(group),
        winter_week=winter_week(group),
    )


def winter_week(group: NetworkGroup) -> int:
    """Return the week of the winter holiday where the group lives."""
    municipality = db.session.get_one(Municipality, group.municipality_id)
    return int(municipality.setting("winter_holiday_week"))


def _earliest(group: NetworkGroup) -> date:
    planned = [m.starts_at for m in meetings_of(group) if m.state is MeetingState.PLANNED]
    after = today() + EARLIEST
    if not planned:
        return after
    return max(after, max(planned).astimezone(COPENHAGEN).date() + BETWEEN_MEETINGS)


def ask(group: NetworkGroup, question: Question, *, by: Account, base_url: str) -> DatePoll:
    """Ask the families which day suits them; one question is open at a time."""
    if not may_ask(group, by=by):
        raise not_found()
    _check(question.days)
    if open_poll_of(group) is not None:
        raise _already_open()
    poll = DatePoll(
        group_id=group.id,
        kind=question.kind,
        family_id=by.family_id,
        answer_by=_last_day(question.days),
    )
    try:
        with db.session.begin_nested():
            db.session.add(poll)
    except IntegrityError as clash:  # someone else asked in the same moment
        raise _already_open() from clash
    for starts_at, ends_at in sorted(dict(question.days).items()):  # a day chosen twice is one day
        db.session.add(PollDate(poll_id=poll.id, starts_at=starts_at, ends_at=ends_at))
    db.session.flush()
    if group.room is not None:
        asker = by.family.name if by.family else by.name
        chat.post_notice(group.room, code="poll_opened", name=asker)
    letters.ask_for_a_day(other_members(group, by), ref=poll.ref, base_url=base_url)
    return poll


def _already_open() -> Conflict:
    return Conflict(_("There is already a question about a day. Answer it, or take it back first."))


def _check(days: Sequence[tuple[datetime, datetime]]) -> None:
    if not FEWEST <= len({starts for starts, _ends in days}) <= MOST:
        raise Invalid(_("Choose between three and five different days."), field="days")
    if any(ends <= starts for starts, ends in days):
        raise Invalid(_("The meeting must end after it begins."), field="days")
    if any(starts < now() for starts, _ends in days):
        raise Invalid(_("Choose days that are still to come."), field="days")


def _last_day(days: Sequence[tuple[datetime, datetime]]) -> datetime:
    """Return the end of the last day to answer: a week from now, but before the first meeting."""
    first = min(starts for starts, _ends in days).astimezone(COPENHAGEN).date()
    day = min(today() + TO_ANSWER, first - timedelta(days=1))
    return in_denmark(max(day, today()), time(23, 59))


def answer(ref: str, answers: Mapping[str, Coming], *, by: Account, base_url: str) -> DatePoll:
    """Say for one's family what suits; days that are not mentioned keep what was said."""
    group = own_group_of(by)
    poll = poll_of(group, ref, for_change=True)
    _must_be_open(poll)
    dates = {date.ref: date for date in poll.dates}
    if not set(answers) <= set(dates):
        raise not_found()
    silent_before = _silent(poll, group)
    for date_ref, coming in answers.items():
        _note(dates[date_ref], own_family_of(by), coming)
        db.session.flush()
        db.session.refresh(dates[date_ref], ["answers"])
    if silent_before and not _silent(poll, group):
        _tell_that_all_answered(poll, base_url=base_url)
    return poll


def _must_be_open(poll: DatePoll) -> None:
    if poll.meeting_id is not None:
        raise Conflict(_("The day has been chosen."))
    if poll.closed_at is not None:
        raise Conflict(_("The question is no longer open. Look at the group's page."))


def _silent(poll: DatePoll, group: NetworkGroup) -> set[int]:
    """Return the members who have said nothing; only to know when there are none."""
    said = {answer.family_id for date in poll.dates for answer in date.answers}
    return {family.id for family in members_of(group)} - said


def _tell_that_all_answered(poll: DatePoll, *, base_url: str) -> None:
    """Tell the one who chooses: the facilitator, or in a group of its own the family that asked."""
    group = poll.group
    if group.phase in LED:
        letters.tell_facilitator(
            group,
            subject=_("All families have answered about a day"),
            sentence=_("Choose the day, and the meeting is planned."),
            base_url=base_url,
        )
    elif poll.family is not None:
        letters.tell_all_answered(poll.family, ref=poll.ref, base_url=base_url)


def _note(date: PollDate, family_id: int, coming: Coming) -> None:
    known = poll_answer(date, family_id)
    if known is None:  # one at a time: the poll's row is locked
        db.session.add(PollAnswer(date_id=date.id, family_id=family_id, coming=coming))
    else:
        known.coming, known.answered_at = coming, now()


def choose(group: NetworkGroup, ref: str, date_ref: str, *, by: Account, base_url: str) -> Meeting:
    """Make one of the days the next meeting; what families said about it is their answer."""
    if not may_plan(group, by=by):
        raise not_found()
    group_by_id(group.id, for_change=True)  # before the poll, as whoever lets the group rest does
    poll = poll_of(group, ref, for_change=True)
    _must_be_open(poll)
    date = next((date for date in poll.dates if date.ref == date_ref), None)
    if date is None:
        raise not_found()
    host = hosting.next_host(group)
    plan = Plan(
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        place=group.place or "",
        title="",
        theme=None,
        agenda=tuple(agendas.template(poll.kind)),
        host_ref=host.ref if host else None,
        kind=poll.kind,
    )
    meeting = plan_meeting(group, plan, by=by, base_url=base_url)
    members = {family.id for family in members_of(group)}
    for said in date.answers:
        if said.family_id in members:
            set_reply(meeting, said.family_id, said.coming)
    poll.closed_at, poll.meeting_id = now(), meeting.id
    db.session.flush()
    db.session.refresh(meeting, ["replies"])
    return meeting


def take_back(group: NetworkGroup, ref: str, *, by: Account) -> None:
    """Close a question without choosing a day: the family that asked, or who calls the meetings."""
    poll = poll_of(group, ref, for_change=True)
    asked = poll.family_id is not None and poll.family_id == by.family_id
    if not may_plan(group, by=by) and not (asked and is_member(group, by=by)):
        raise not_found()
    _must_be_open(poll)
    poll.closed_at = now()
    db.session.flush()


def polls_gone_by() -> list[int]:
    """Return the polls whose days have all gone by."""
    return polls_past_their_days(now())


def let_poll_go(poll_id: int) -> None:
    """Close a poll that nobody settled."""
    poll = db.session.get_one(DatePoll, poll_id)
    poll.closed_at = poll.closed_at or now()
    db.session.flush()

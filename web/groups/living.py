"""What the pages say about guests, questions and rests: sentences, days and who may answer."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from data.db import db
from data.models import (
    ITS_OWN,
    Account,
    GroupGuest,
    GroupQuestion,
    Meeting,
    NetworkGroup,
    Phase,
    QuestionKind,
)
from data.queries.group_life import (
    guests_of,
    last_day_of,
    life_of,
    open_questions_of,
)
from data.queries.groups import members_of
from data.queries.pulse import has_answered, open_round_of, start_survey_of
from web.groups.actions.pulse import may_answer_start
from web.shared.dates import day_by


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One open question as a family sees it."""

    ref: str
    title: str
    text: str
    yes: str
    no: str
    count: int
    answered: bool


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A guest as all members see them."""

    ref: str
    name: str
    role: str
    until: str
    came: str


@dataclass(frozen=True, kw_only=True)
class Living:
    """What is going on in a group just now."""

    asked: list[Asked]
    guests: list[Visitor]
    rests_until: date | None
    runs_itself: bool
    may_end: bool


def living_of(group: NetworkGroup, *, family_id: int | None) -> Living:
    """Gather what is going on, for one of its families or (with None) for staff."""
    questions = open_questions_of(group)
    members = {family.id for family in members_of(group)} if questions else set()
    return Living(
        asked=[_asked(q, group, family_id, members) for q in questions],
        guests=visitors_of(group),
        rests_until=life_of(group).resting_until if group.phase is Phase.RESTING else None,
        runs_itself=group.phase is Phase.SELF_RUNNING,
        may_end=group.phase in ITS_OWN,
    )


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Whether a family is asked how it goes, and how it was at the start."""

    ask: bool
    ask_start: bool


def asking_of(group: NetworkGroup, *, by: Account) -> Asking:
    """Return what the family has not answered yet."""
    if by.family is None:
        return Asking(ask=False, ask_start=False)
    round_ = open_round_of(group)
    return Asking(
        ask=round_ is not None and not has_answered(round_, by.family.id),
        ask_start=may_answer_start(group, by.family)
        and start_survey_of(group, by.family.id) is None,
    )


def visitors_of(group: NetworkGroup) -> list[Visitor]:
    """Return the guests in a group with the day until which each stays."""
    return [_visitor(guest) for guest in guests_of(group)]


def until_of(guest: GroupGuest) -> date:
    """Return a guest's last day."""
    meeting = db.session.get(Meeting, guest.meeting_id) if guest.meeting_id else None
    return last_day_of(guest, meeting)


def _visitor(guest: GroupGuest) -> Visitor:
    at_work = guest.account.institution.name if guest.account.institution else ""
    return Visitor(
        ref=guest.ref,
        name=guest.account.name,
        role=at_work or guest.account.municipality.name,
        until=day_by(until_of(guest), "d. MMMM"),
        came=day_by(guest.joined_at, "d. MMMM"),
    )


def _asked(
    question: GroupQuestion, group: NetworkGroup, family_id: int | None, members: set[int]
) -> Asked:
    title, text, yes = _words(question, group)
    said = {answer.family_id for answer in question.answers} & members
    return Asked(
        ref=question.ref,
        title=title,
        text=text,
        yes=yes,
        no=_("Not now"),
        count=len(said),
        answered=family_id in said,
    )


def _words(question: GroupQuestion, group: NetworkGroup) -> tuple[str, str, str]:
    until = day_by(question.until, "d. MMMM") if question.until else ""
    by = question.asked_by.name if question.asked_by else _("A family")
    if question.kind is QuestionKind.GUEST:
        name = question.account.name if question.account else _("Someone")
        return (
            _("Shall we invite %(name)s in?", name=name),
            _(
                "%(family)s suggests it, until %(day)s. %(name)s would read and write in the chat "
                "from then on, see nothing from before, and leave by themselves. When one more "
                "family says yes, the guest comes in.",
                family=by, day=until, name=name,
            ),
            _("Yes, invite them"),
        )  # fmt: skip
    if question.kind is QuestionKind.REST:
        return (
            _("Shall the group rest until %(day)s?", day=until),
            _(
                "%(family)s suggests it. Nobody is reminded of anything meanwhile, and any of you "
                "can wake the group. When one more family says yes, the rest begins.",
                family=by,
            ),
            _("Yes, let us rest"),
        )
    return (
        _("Shall the group end?"),
        _(
            "One of you suggests saying goodbye to %(group)s. When all have said yes the group "
            "ends, and you can read what was written for three months. After 14 days those who "
            "have not answered no longer hold the others back. We never say who answered what.",
            group=group.name,
        ),
        _("Yes, we may say goodbye"),
    )

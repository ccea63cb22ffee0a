"""What the cards about polls, hosts and the agreement show, also inside the group's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from flask_babel import gettext as _

from data.clock import COPENHAGEN, now, today
from data.models import (
    Account,
    Coming,
    DatePoll,
    Family,
    GroupAgreement,
    Meeting,
    MeetingKind,
    MeetingState,
    NetworkGroup,
    PollDate,
)
from data.queries.groups import meetings_of, members_of
from data.queries.meetings import agreement_of, hosted_meetings, open_poll_of, present_at
from data.queries.training import COUNTS, GOAL_HOURS, Hours, hours_of
from web.groups import agendas
from web.groups.actions import agreement as agreements
from web.groups.actions import hosting, polls, recording
from web.groups.actions.meetings import is_member, may_plan
from web.groups.shown import span_text
from web.shared.dates import day_by

_USUAL_GAP = timedelta(weeks=6)


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One day of a poll, with who can: names for the members, numbers for all."""

    ref: str
    text: str
    own: Coming | None
    names: dict[Coming, list[str]]

    @property
    def n_yes(self) -> int:
        """Return how many can."""
        return len(self.names[Coming.YES])

    @property
    def n_maybe(self) -> int:
        """Return how many perhaps can."""
        return len(self.names[Coming.MAYBE])


@dataclass(frozen=True, kw_only=True)
class PollView:
    """A poll as its page and its card show it."""

    poll: DatePoll
    asker: str
    rows: list[DayRow]
    n_answered: int
    n_members: int
    own_answered: bool
    may_choose: bool
    may_take_back: bool

    @property
    def best(self) -> int:
        """Return how many can on the best day."""
        return max((row.n_yes for row in self.rows), default=0)


def poll_view(poll: DatePoll, *, group: NetworkGroup, by: Account) -> PollView:
    """Gather a poll; answers of families that have left do not count."""
    members = {family.id: family for family in members_of(group)}
    answered = {a.family_id for d in poll.dates for a in d.answers} & set(members)
    chooses = may_plan(group, by=by)
    own = poll.family_id is not None and poll.family_id == by.family_id
    lead = group.facilitator.name if group.facilitator and not group.handed_over_at else ""
    return PollView(
        poll=poll,
        asker=poll.family.name if poll.family else lead,
        rows=[_row(date, members, own_id=by.family_id) for date in poll.dates],
        n_answered=len(answered),
        n_members=len(members),
        own_answered=by.family_id in answered,
        may_choose=chooses and poll.closed_at is None,
        may_take_back=poll.closed_at is None and (chooses or (own and is_member(group, by=by))),
    )


def _row(date: PollDate, members: dict[int, Family], *, own_id: int | None) -> DayRow:
    names: dict[Coming, list[str]] = {coming: [] for coming in Coming}
    own = None
    for said in date.answers:
        if said.family_id in members:
            names[said.coming].append(members[said.family_id].name)
        if said.family_id == own_id:
            own = said.coming
    return DayRow(
        ref=date.ref,
        text=span_text(date.starts_at, date.ends_at),
        own=own,
        names={coming: sorted(those) for coming, those in names.items()},
    )


@dataclass(frozen=True, kw_only=True)
class HostRow:
    """A family in the order of hosting, and when its turn is."""

    family: Family
    is_own: bool
    meeting: Meeting | None
    about: str  # "ca. januar", when no meeting is planned yet


def host_rows(group: NetworkGroup, *, by: Account) -> list[HostRow]:
    """Return first who hosts what is planned, then the others in turn."""
    planned = hosted_meetings(group, at=now())
    order = hosting.order_of(group)
    known = {family.id: family for family in order}
    rows = [
        HostRow(family=known[m.host_family_id], is_own=m.host_family_id == by.family_id,
                meeting=m, about="")
        for m in planned if m.host_family_id in known
    ]  # fmt: skip
    busy = {row.family.id for row in rows}
    months = _months(group, n=len(order))
    waiting = [family for family in order if family.id not in busy]
    return rows + [
        HostRow(family=family, is_own=family.id == by.family_id, meeting=None, about=about)
        for family, about in zip(waiting, months, strict=False)
    ]


def _months(group: NetworkGroup, *, n: int) -> list[str]:
    """Say about when the next meetings are, from how far apart the group has met so far."""
    starts = [m.starts_at for m in meetings_of(group) if m.state is not MeetingState.CANCELLED]
    if not starts:
        return [""] * n
    gaps = [(later - earlier).days for earlier, later in pairwise(starts[-5:])]
    gap = timedelta(days=median(gaps)) if gaps else _USUAL_GAP
    gap = max(gap, timedelta(days=7))
    return [_month(max(starts[-1], now()) + (k + 1) * gap) for k in range(n)]


def _month(moment: datetime) -> str:
    month = day_by(moment.astimezone(COPENHAGEN).date(), "MMMM")
    return str(_("about %(month)s", month=month))


@dataclass(frozen=True, kw_only=True)
class AgreementView:
    """The agreement that holds, and who has said yes; who has not is never named."""

    agreement: GroupAgreement | None
    points: list[str]
    signed: list[Family]
    n_members: int
    own_signed: bool
    look_again_on: datetime | None
    is_old: bool


def agreement_view(group: NetworkGroup, *, by: Account) -> AgreementView:
    """Gather the agreement of a group."""
    found = agreement_of(group)
    members = members_of(group)
    signed = agreements.signed_by(found)
    return AgreementView(
        agreement=found,
        points=agreements.points_of(found),
        signed=[family for family in members if family.id in signed],
        n_members=len(members),
        own_signed=by.family_id in signed,
        look_again_on=found.made_at + agreements.HALF_A_YEAR if found else None,
        is_old=found is not None and agreements.is_old(found),
    )


@dataclass(frozen=True, kw_only=True)
class Around:
    """What else a meeting's page shows."""

    directions: str
    is_host: bool
    may_record: bool
    agreed: list[str]
    present: list[str]
    own_present: bool
    hours: float


def around(meeting: Meeting, group: NetworkGroup, *, by: Account) -> Around:
    """Gather how to find a meeting, whose it is, and what came of it."""
    there = present_at(meeting)
    lasted = (meeting.ends_at - meeting.starts_at).total_seconds() / 3600
    over = meeting.state is not MeetingState.PLANNED or meeting.ends_at <= now()
    said = meeting.directions.text if meeting.directions else None
    return Around(
        directions="" if over else said or "",
        is_host=hosting.hosted_by(by.family_id, meeting),
        may_record=recording.may_record(group, meeting, by=by),
        agreed=recording.agreed_at(meeting),
        present=[family.name for family in members_of(group) if family.id in there],
        own_present=by.family_id in there,
        hours=lasted if meeting.kind in COUNTS else 0.0,
    )


def way_to(meeting: Meeting, group: NetworkGroup, *, by: Account) -> str:
    """Return how the one who leads the group finds the next meeting; no other staff reads it."""
    leads = group.facilitator_id == by.id and may_plan(group, by=by)
    over = meeting.state is not MeetingState.PLANNED or meeting.ends_at <= now()
    return (meeting.directions.text or "") if leads and not over and meeting.directions else ""


@dataclass(frozen=True, kw_only=True)
class OwnHours:
    """A family's own year of training."""

    year: int
    hours: Hours
    goal: int
    own_only: float  # held after the hand-over: the municipality does not count them


def own_hours(by: Account) -> OwnHours:
    """Return the hours of this year, those of a group that runs itself included."""
    year, own = today().year, by.family_id or 0
    mine, counted = (hours_of([own], year=year, for_staff=staff)[own] for staff in (False, True))
    return OwnHours(year=year, hours=mine, goal=GOAL_HOURS, own_only=mine.total - counted.total)


class Evenings:
    """What the includes of the group's page ask for, so that its route need not know them."""

    @staticmethod
    def poll(group: NetworkGroup, by: Account) -> PollView | None:
        """Return the poll that is open."""
        found = open_poll_of(group)
        return poll_view(found, group=group, by=by) if found else None

    @staticmethod
    def hosts(group: NetworkGroup, by: Account) -> list[HostRow]:
        """Return the order of hosts."""
        return host_rows(group, by=by)

    @staticmethod
    def agreement(group: NetworkGroup, by: Account) -> AgreementView:
        """Return the agreement."""
        return agreement_view(group, by=by)

    @staticmethod
    def may_ask(group: NetworkGroup, by: Account) -> bool:
        """Answer whether the person may ask for a day."""
        return polls.may_ask(group, by=by)

    @staticmethod
    def kind(kind: MeetingKind) -> str:
        """Return what an evening of this kind is called."""
        return agendas.name(kind)

    @staticmethod
    def hours(by: Account) -> OwnHours:
        """Return the family's own hours of training."""
        return own_hours(by)

    @staticmethod
    def around(meeting: Meeting, group: NetworkGroup, by: Account) -> Around:
        """Return what else belongs to a meeting."""
        return around(meeting, group, by=by)

    @staticmethod
    def way(meeting: Meeting, group: NetworkGroup, by: Account) -> str:
        """Return how the facilitator finds a meeting."""
        return way_to(meeting, group, by=by)

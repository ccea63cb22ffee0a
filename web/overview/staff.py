"""The staff's overview: what needs someone today, who waits, and the groups by phase."""

from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from data.clock import COPENHAGEN, now, today
from data.models import ITS_OWN, LED, Account, Phase, RoleName
from data.queries import acute, mentor_checkins, mentoring, messages, overview
from data.queries.moves import arriving
from data.queries.overview import GroupLine, Supply
from data.queries.places import municipalities
from web.shared.dates import day_by, long_day

_MOST_TASKS = 7
_SHOWN_PER_PHASE = 4
_PIPS = 48


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do, with its count, its reason and one button."""

    count: int
    title: str
    text: str
    url: str
    button: str


@dataclass(frozen=True, kw_only=True)
class PhaseColumn:
    """A column of "groups by phase"."""

    number: int
    title: str
    groups: list[GroupLine]

    @property
    def shown(self) -> list[GroupLine]:
        """Return the few that fit."""
        return self.groups[:_SHOWN_PER_PHASE]


@dataclass(frozen=True, kw_only=True)
class AreaLine:
    """One municipality's mentor places, drawn as pips and said in words."""

    name: str
    used: int
    free: int
    waiting: int

    @property
    def short(self) -> bool:
        """Answer whether more wait than there are places."""
        return self.waiting > self.free

    @property
    def words(self) -> str:
        """Return the places as a sentence."""
        free = ngettext("%(num)s free", "%(num)s free", self.free)
        return _("%(free)s, %(waiting)s waiting", free=free, waiting=self.waiting)

    @property
    def pips(self) -> list[str]:
        """Return the drawing: f in use, o free, w waiting; long rows are cut and end in m."""
        row = ["f"] * self.used + ["o"] * self.free + ["w"] * self.waiting
        return row if len(row) <= _PIPS else [*row[:_PIPS], "m"]


@dataclass(kw_only=True)
class Overview:
    """Everything on the page."""

    day: str
    week: int
    tasks: list[Task] = field(default_factory=list)
    phases: list[PhaseColumn] = field(default_factory=list)
    group_count: int = 0
    family_count: int = 0
    supply: Supply | None = None
    areas: list[AreaLine] = field(default_factory=list)
    may_coordinate: bool = False
    may_form: bool = False


def overview_for(person: Account) -> Overview:
    """Gather the page of one member of staff."""
    coordinates = person.is_a(RoleName.COORDINATOR)
    leads = person.is_a(RoleName.FACILITATOR, RoleName.CONSULTANT)
    page = Overview(
        day=long_day(today()),
        week=today().isocalendar().week,
        may_coordinate=coordinates,
        may_form=person.is_a(RoleName.FACILITATOR),
    )
    if not (coordinates or leads):
        return page  # an administrator looks after accounts, not after families
    lines = overview.group_lines(
        person.municipality_id, facilitator_id=None if coordinates else person.id
    )
    page.phases = _phases(lines)
    alive = [line for line in lines if line.phase is not Phase.ENDED]
    page.group_count, page.family_count = len(alive), sum(line.families for line in alive)
    if coordinates:
        page.supply = overview.supply(person.municipality_id)
        names = municipalities()
        page.areas = [
            AreaLine(name=names.get(a.code, a.code), used=a.used, free=a.free, waiting=a.waiting)
            for a in page.supply.areas[:8]
        ]
        page.tasks += _coordinator_tasks(person, page.supply)
    page.tasks += _group_tasks(lines)
    page.tasks = page.tasks[:_MOST_TASKS]
    return page


def _coordinator_tasks(person: Account, supply: Supply) -> list[Task]:
    here = person.municipality_id
    found = [
        _reports(messages.open_report_count(here)),
        _approvals(len(mentoring.awaiting_approval(here))),
        _calls(len(mentor_checkins.open_calls(here))),
        _first_contact(overview.mentorships_without_contact(here)),
        _acute_gap(here),
        _without_times(supply.without_times),
        _arriving(len(arriving(here))),
    ]
    return [task for task in found if task]


def _reports(count: int) -> Task | None:
    if not count:
        return None
    return Task(
        count=count,
        title=ngettext("Reported message", "Reported messages", count),
        text=_("A member has asked you to look. You see only what was reported."),
        url=url_for("conversations.reports"),
        button=_("Look at it"),
    )


def _approvals(count: int) -> Task | None:
    if not count:
        return None
    return Task(
        count=count,
        title=ngettext("Mentorship to approve", "Mentorships to approve", count),
        text=_("Both families have said yes and wait for you."),
        url=url_for("mentoring.rounds"),
        button=_("Approve"),
    )


def _calls(count: int) -> Task | None:
    if not count:
        return None
    return Task(
        count=count,
        title=ngettext("Family would like a call", "Families would like a call", count),
        text=_("It is about their mentorship. The other family has been told nothing."),
        url=url_for("mentoring.mentorships"),
        button=_("See who"),
    )


def _first_contact(pairs: list[tuple[str, str]]) -> Task | None:
    if not pairs:
        return None
    names = ", ".join(family for family, _mentor in pairs[:3])
    return Task(
        count=len(pairs),
        title=ngettext(
            "Mentorship without a first contact", "Mentorships without a first contact", len(pairs)
        ),
        text=_("The first contact is due within 7 days: %(names)s.", names=names),
        url=url_for("mentoring.mentorships"),
        button=_("See the mentorships"),
    )


def _acute_gap(municipality_id: int) -> Task | None:
    if acute.acute_number(municipality_id, at=now()) is not None:
        return None
    return Task(
        count=1,
        title=_("Nobody answers the acute line right now"),
        text=_("Families see 112 only. Fill the gap in the weekly table."),
        url=url_for("safety.helpline"),
        button=_("Fill the gap"),
    )


def _without_times(count: int) -> Task | None:
    if not count:
        return None
    return Task(
        count=count,
        title=ngettext("Family without meeting times", "Families without meeting times", count),
        text=_("They cannot join a group before they say when they can meet."),
        url=url_for("families.staff_list", missing="availability"),
        button=_("See who"),
    )


def _arriving(count: int) -> Task | None:
    if not count:
        return None
    return Task(
        count=count,
        title=ngettext("Family on its way to you", "Families on their way to you", count),
        text=_("They move here and have said yes to bringing their profile along."),
        url=url_for("safety.moves"),
        button=_("See who"),
    )


def _group_tasks(lines: list[GroupLine]) -> list[Task]:
    ready = [x for x in lines if x.phase is Phase.FACILITATED and x.held >= x.planned]
    late = [x for x in lines if x.phase is Phase.INVITING and x.answer_by < now()]
    unplanned = [
        x for x in lines
        if x.phase in {Phase.FORMED, Phase.FACILITATED} and not x.next_at and x not in ready
    ]  # fmt: skip
    found = []
    if late:
        found.append(
            _group_task(
                late,
                ngettext("Group is waiting to open", "Groups are waiting to open", len(late)),
                _("The day to answer has passed: %(names)s.", names=_names(late)),
                _("See the group"),
            )
        )
    if ready:
        found.append(
            _group_task(
                ready,
                ngettext(
                    "Group is ready to run itself", "Groups are ready to run themselves", len(ready)
                ),
                _("All planned meetings are held: %(names)s.", names=_names(ready)),
                _("Hand the group over"),
            )
        )
    if unplanned:
        found.append(
            _group_task(
                unplanned,
                ngettext(
                    "Group without a next meeting", "Groups without a next meeting", len(unplanned)
                ),
                _("No meeting is planned: %(names)s.", names=_names(unplanned)),
                _("Plan a meeting"),
            )
        )
    return found


def _group_task(lines: list[GroupLine], title: str, text: str, button: str) -> Task:
    url = url_for("groups.staff_group", ref=lines[0].ref)
    if len(lines) > 1:
        url = url_for("groups.staff_groups")
    return Task(count=len(lines), title=title, text=text, url=url, button=button)


def _names(lines: list[GroupLine]) -> str:
    return ", ".join(line.name for line in lines[:4])


def _phases(lines: list[GroupLine]) -> list[PhaseColumn]:
    columns = (
        (1, _("Being formed"), {Phase.INVITING, Phase.FORMED}),
        (2, _("Facilitated meetings"), {Phase.FACILITATED}),
        (3, _("The families decide"), {Phase.HANDING_OVER}),
        (4, _("Run themselves"), ITS_OWN),
    )
    return [
        PhaseColumn(number=number, title=title, groups=[x for x in lines if x.phase in phases])
        for number, title, phases in columns
    ]


def group_words(line: GroupLine) -> str:
    """Return one line about where a group is."""
    if line.phase is Phase.INVITING:
        until = day_by(line.answer_by.astimezone(COPENHAGEN), "d. MMM")
        return _("answers by %(day)s", day=until)
    if line.phase in LED:
        return _("%(held)s of %(planned)s meetings held", held=line.held, planned=line.planned)
    if line.phase is Phase.RESTING:
        return _("resting")
    if line.next_at:
        return _("meets %(day)s", day=day_by(line.next_at.astimezone(COPENHAGEN), "d. MMM"))
    if line.last_at:
        return _("met %(day)s", day=day_by(line.last_at.astimezone(COPENHAGEN), "d. MMM"))
    return ""


def group_warning(line: GroupLine) -> str | None:
    """Return the amber word about a group, if it has earned one."""
    if (
        line.phase in {Phase.FORMED, Phase.FACILITATED}
        and not line.next_at
        and line.held < line.planned
    ):
        return _("no meeting planned")
    if line.phase is Phase.SELF_RUNNING and line.quiet_weeks >= overview.QUIET_WEEKS:
        return _("quiet for %(weeks)s weeks", weeks=line.quiet_weeks)
    return None

"""The coordinator's overview of groups as pictures, words and one action each, and as a table."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from data.models import Account, Phase
from data.queries.group_overview import GroupYear, Load, loads
from data.queries.overview import waiting_for_a_group
from data.queries.pulse import start_means
from data.start_survey import START, start_labels
from web.groups.actions.invitations import LAST_MEETING_TO_JOIN
from web.groups.actions.topping_up import OPEN_TO_MORE
from web.groups.actions.years import years_of_groups

_MOST_MET = 8  # a bar is full at twice the four meetings


@dataclass(frozen=True, kw_only=True)
class Line:
    """One group or person: a bar, what it means, and what to do."""

    name: str
    url: str
    value: int  # of 100
    tick: int | None
    amber: bool
    words: str
    action: str


@dataclass(frozen=True, kw_only=True)
class Phases:
    """How many groups are in a phase."""

    name: str
    count: int
    families: int


@dataclass(frozen=True, kw_only=True)
class GroupsOverview:
    """Everything the coordinator sees about groups at once."""

    phases: list[Phases]
    meetings: list[Line]
    thin: list[Line]
    waiting: int
    waiting_words: str
    load: list[Line]
    start: list[tuple[str, str, int]]


def overview_of(by: Account) -> GroupsOverview:
    """Gather the page of a coordinator's municipality."""
    groups, municipality_id = years_of_groups(by=by), by.municipality_id
    waiting = waiting_for_a_group(municipality_id)
    longest = (
        _("Longest: %(name)s, %(days)s days.", name=waiting.longest, days=waiting.days)
        if waiting.longest
        else ""
    )
    means = start_means(municipality_id, START)
    sentences = start_labels()
    return GroupsOverview(
        phases=_phases(groups),
        meetings=[_meets(g) for g in sorted(groups, key=_needs_first)],
        thin=[_thin(g) for g in groups if g.thin],
        waiting=waiting.count,
        waiting_words=longest,
        load=_load(loads(municipality_id)),
        start=[(sentences[c], f"{mean:.1f}", n) for c, (mean, n) in means.items()],
    )


def as_rows(groups: list[GroupYear]) -> tuple[list[str], list[list[object]]]:
    """Return the heading and the rows of a table: counts only, no family's name."""
    names = phase_names()
    header = [_("Group"), _("Phase"), _("Families"), _("Smallest"), _("Meetings in 12 months"),
              _("At least"), _("Facilitator")]  # fmt: skip
    rows: list[list[object]] = [
        [group.name, names[group.phase], group.families, group.min_families, group.met,
         group.expected, group.facilitator or ""]
        for group in groups
    ]  # fmt: skip
    return header, rows


def phase_names() -> dict[Phase, str]:
    """Return what each phase of an open group is called."""
    return {
        Phase.FORMED: _("Formed"),
        Phase.FACILITATED: _("Facilitated meetings"),
        Phase.HANDING_OVER: _("The families decide"),
        Phase.SELF_RUNNING: _("Run by themselves"),
        Phase.RESTING: _("Rest"),
    }


def _phases(groups: list[GroupYear]) -> list[Phases]:
    return [
        Phases(
            name=name,
            count=sum(g.phase is phase for g in groups),
            families=sum(g.families for g in groups if g.phase is phase),
        )
        for phase, name in phase_names().items()
    ]


def _needs_first(group: GroupYear) -> tuple[bool, int, str]:
    return not group.meets_too_seldom, group.met - group.expected, group.name


def _meets(group: GroupYear) -> Line:
    met = ngettext("%(num)s meeting in a year", "%(num)s meetings in a year", group.met)
    if group.phase is Phase.RESTING:
        words, action = _("%(met)s. Rests.", met=met), ""
    elif group.meets_too_seldom:
        words = _("%(met)s; at least %(least)s would be good.", met=met, least=group.expected)
        action = (
            _("Talk to the facilitator")
            if group.facilitator
            else _("Call and ask whether they would like a hand")
        )
    else:
        words, action = _("%(met)s.", met=met), ""
    return Line(
        name=group.name,
        url=url_for("groups.staff_group", ref=group.ref),
        value=round(100 * min(group.met, _MOST_MET) / _MOST_MET),
        tick=round(100 * group.expected / _MOST_MET) if group.expected else None,
        amber=group.meets_too_seldom,
        words=words,
        action=action,
    )


def _thin(group: GroupYear) -> Line:
    size = ngettext("%(num)s family", "%(num)s families", group.families)
    if group.phase in OPEN_TO_MORE and group.held < LAST_MEETING_TO_JOIN:
        action = _("Invite from the waiting list")
    elif group.facilitator:
        action = _("Talk to the facilitator")
    else:
        action = _("Ask the group whether it would like to join with another")
    return Line(
        name=group.name,
        url=url_for("groups.staff_group", ref=group.ref),
        value=round(100 * group.families / max(group.min_families, 1)),
        tick=100,
        amber=True,
        words=_("%(size)s of at least %(least)s.", size=size, least=group.min_families),
        action=action,
    )


def _load(found: list[Load]) -> list[Line]:
    most = max((load.groups for load in found), default=0) or 1
    return [
        Line(
            name=load.name,
            url=url_for("accounts.person", ref=load.ref),
            value=round(100 * load.groups / most),
            tick=None,
            amber=False,
            words=_(
                "%(groups)s, %(families)s. %(waiting)s in pools.",
                groups=ngettext("%(num)s group", "%(num)s groups", load.groups),
                families=ngettext("%(num)s family", "%(num)s families", load.families),
                waiting=ngettext("%(num)s family", "%(num)s families", load.waiting),
            ),
            action="",
        )
        for load in found
    ]

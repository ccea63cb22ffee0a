"""The health page of a led group: counts turned into pictures, tables and kind words."""

from dataclasses import dataclass
from math import cos, pi, sin

from flask_babel import gettext as _
from flask_babel import ngettext

from data.models import Family, NetworkGroup
from data.queries.group_counts import (
    Attendance,
    Week,
    attendance_of,
    ties_of,
    weeks_of,
)
from data.queries.groups import members_of
from web.shared.dates import day_by

_WIDE, _HIGH = 300, 120
_TALL = 80
_ROUND, _MIDDLE = 110, 160


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One week as a bar in a picture of 300 by 120."""

    x: int
    y: int
    height: int
    label: str
    week: Week


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One family in the picture of who is in touch."""

    name: str
    x: int
    y: int
    may_need_a_hand: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One tie between two families."""

    x1: int
    y1: int
    x2: int
    y2: int
    width: float
    names: tuple[str, str]
    times: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One family's line in the table of meetings."""

    name: str
    came: list[bool]
    ties: int


@dataclass(frozen=True, kw_only=True)
class Health:
    """Everything on the page."""

    months: list[str]
    rows: list[Row]
    seats: str
    bars: list[Bar] | None
    weeks_said: str
    dots: list[Dot]
    lines: list[Line]
    hints: list[tuple[str, str]]


def health_of(group: NetworkGroup) -> Health:
    """Gather the page from counts alone."""
    families = members_of(group)
    attendance = attendance_of(group)
    ties = {
        pair: times
        for pair, times in ties_of(group, attendance).items()
        if set(pair) <= {family.id for family in families}
    }
    weeks = weeks_of(group, families=len(families))
    hands = [f for f in families if _may_need_a_hand(f, families, attendance, ties)]
    dots = _dots(families, {family.id for family in hands})
    return Health(
        months=[day_by(at, "d. MMM") for _meeting, at in attendance.meetings],
        rows=[
            Row(
                name=family.name,
                came=[family.id in attendance.came[m] for m, _at in attendance.meetings],
                ties=_ties_of(family, ties),
            )
            for family in families
        ],
        seats=_seats(families, attendance),
        bars=_bars(weeks) if weeks is not None else None,
        weeks_said=_weeks_said(weeks, len(families)),
        dots=list(dots.values()),
        lines=_lines(families, dots, ties),
        hints=[_hint(family, families, attendance, ties) for family in hands],
    )


def _may_need_a_hand(
    family: Family, families: list[Family], attendance: Attendance, ties: dict[tuple[int, int], int]
) -> bool:
    """At most one tie and at most half of the meetings; said of nobody after a single meeting."""
    held = len(attendance.meetings)
    if held < 2 or len(families) < 3:
        return False
    return _ties_of(family, ties) <= 1 and attendance.times(family.id) * 2 <= held


def _hint(
    family: Family, families: list[Family], attendance: Attendance, ties: dict[tuple[int, int], int]
) -> tuple[str, str]:
    came = attendance.times(family.id)
    names = {f.id: f.name for f in families}
    friends = [
        names[one if other == family.id else other]
        for one, other in ties
        if family.id in (one, other)
    ]
    been = ngettext(
        "They have been to %(num)s meeting.", "They have been to %(num)s meetings.", came
    )
    near = _("They are mostly in touch with %(name)s.", name=friends[0]) if friends else ""
    call = _("Do call and ask whether the time suits them.")
    return (
        _("%(name)s may need a hand.", name=family.name),
        " ".join(part for part in (been, near, call) if part),
    )


def _ties_of(family: Family, ties: dict[tuple[int, int], int]) -> int:
    return sum(family.id in pair for pair in ties)


def _seats(families: list[Family], attendance: Attendance) -> str:
    here = {family.id for family in families}
    used = sum(len(came & here) for came in attendance.came.values())
    total = len(here) * len(attendance.meetings)
    if not total:
        return _("No meeting has been held yet.")
    return _("%(used)s of %(total)s places used.", used=used, total=total)


def _weeks_said(weeks: list[Week] | None, families: int) -> str:
    if weeks is None:
        return _("Not shown for groups of fewer than five families.")
    mean = round(sum(week.messages for week in weeks) / len(weeks))
    writing = max((week.families for week in weeks), default=0)
    return _(
        "About %(mean)s messages a week, from up to %(writing)s of %(families)s families.",
        mean=mean, writing=writing, families=families,
    )  # fmt: skip


def _bars(weeks: list[Week]) -> list[Bar]:
    most = max((week.messages for week in weeks), default=0) or 1
    bars = []
    for number, week in enumerate(weeks):
        height = round(_TALL * week.messages / most)
        bars.append(
            Bar(
                x=8 + number * 36,
                y=96 - height,
                height=height,
                label=_("w%(week)s", week=week.number),
                week=week,
            )
        )
    return bars


def _dots(families: list[Family], hands: set[int]) -> dict[int, Dot]:
    return {
        family.id: Dot(
            name=family.name,
            x=round(190 + _ROUND * 1.2 * sin(2 * pi * number / len(families))),
            y=round(_MIDDLE - _ROUND * cos(2 * pi * number / len(families))),
            may_need_a_hand=family.id in hands,
        )
        for number, family in enumerate(families)
    }


def _lines(
    families: list[Family], dots: dict[int, Dot], ties: dict[tuple[int, int], int]
) -> list[Line]:
    names = {family.id: family.name for family in families}
    return [
        Line(
            x1=dots[one].x, y1=dots[one].y, x2=dots[other].x, y2=dots[other].y,
            width=min(7.0, 1.3 * times), names=(names[one], names[other]), times=times,
        )
        for (one, other), times in sorted(ties.items())
    ]  # fmt: skip

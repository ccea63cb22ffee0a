"""The acute line's week in the shapes that pages draw: a table for staff, days for families."""

from dataclasses import dataclass, replace
from datetime import time

from data.clock import COPENHAGEN, now
from data.models import AcuteNumber, Municipality
from data.queries import acute as queries
from web.safety.days import clock_words, day_words


@dataclass(frozen=True, kw_only=True)
class Band:
    """One part of the day through the week: a cell for each day, None where nobody answers."""

    start: str
    end: str
    cells: list[AcuteNumber | None]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part of a day as one reads it aloud; row is None where nobody answers."""

    start: str
    end: str
    row: AcuteNumber | None


@dataclass(frozen=True, kw_only=True)
class Days:
    """Days in a row on which the same people answer at the same times."""

    first: int
    last: int
    lines: list[Line]


def week_of(municipality: Municipality) -> dict[str, object]:
    """Return what the templates of the week need."""
    rows = queries.acute_week(municipality.id)
    return {
        "bands": [_band(rows, start, end) for start, end in queries.bands(rows)] if rows else [],
        "days": day_words(),
        "gaps": queries.gaps(rows),
        "fallback": queries.acute_fallback(municipality),
        "week": _days(rows) if rows else [],
        "today": now().astimezone(COPENHAGEN).weekday(),
        "clock": clock_words,
    }


def _band(rows: list[AcuteNumber], start: time, end: time) -> Band:
    return Band(
        start=clock_words(start),
        end=clock_words(end, end=True),
        cells=[
            next((row for row in rows if queries.covers(row, weekday, start)), None)
            for weekday in range(7)
        ],
    )


def _days(rows: list[AcuteNumber]) -> list[Days]:
    """Return the week with like days taken together: Monday to Friday, Saturday, Sunday."""
    groups: list[Days] = []
    for weekday in range(7):
        lines = _lines(rows, weekday)
        if groups and _said(groups[-1].lines) == _said(lines):
            groups[-1] = replace(groups[-1], last=weekday)
        else:
            groups.append(Days(first=weekday, last=weekday, lines=lines))
    return groups


def _lines(rows: list[AcuteNumber], weekday: int) -> list[Line]:
    own = [(row.from_time, row.to_time, row) for row in rows if row.weekday == weekday]
    empty = [
        (gap.from_time, gap.to_time, None) for gap in queries.gaps(rows) if gap.weekday == weekday
    ]
    return [
        Line(start=clock_words(start), end=clock_words(end, end=True), row=row)
        for start, end, row in sorted([*own, *empty], key=lambda part: part[0])
    ]


def _said(lines: list[Line]) -> list[tuple[str, str, str, str]]:
    return [
        (
            line.start,
            line.end,
            line.row.label if line.row else "",
            line.row.phone if line.row else "",
        )
        for line in lines
    ]

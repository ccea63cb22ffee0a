"""Who answers the acute line: now, through the week, and where nobody does."""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from sqlalchemy import select

from data.clock import COPENHAGEN
from data.db import db
from data.models import AcuteNumber, Municipality

MIDNIGHT = time(0, 0)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A part of a day that no row of the table covers; to 00:00 is the end of the day."""

    weekday: int
    from_time: time
    to_time: time


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """Whom one reaches in a gap."""

    label: str
    phone: str


def acute_number(municipality_id: int, *, at: datetime) -> AcuteNumber | None:
    """Return the row of the weekly table that covers `at`, as clocks in Denmark show it."""
    local = at.astimezone(COPENHAGEN)
    rows = acute_week(municipality_id)
    return next((row for row in rows if covers(row, local.weekday(), local.time())), None)


def acute_week(municipality_id: int) -> list[AcuteNumber]:
    """Return the whole weekly table, Monday first."""
    return list(
        db.session.scalars(
            select(AcuteNumber)
            .where(AcuteNumber.municipality_id == municipality_id)
            .order_by(AcuteNumber.weekday, AcuteNumber.from_time)
        )
    )


def acute_fallback(municipality: Municipality) -> Fallback | None:
    """Return whom the municipality named for the gaps."""
    named = municipality.setting("acute_fallback")
    return Fallback(label=named["label"], phone=named["phone"]) if named else None


def covers(row: AcuteNumber, weekday: int, clock: time) -> bool:
    """Answer whether a row of the table holds at this time of this day."""
    if row.weekday != weekday or clock < row.from_time:
        return False
    return row.to_time == MIDNIGHT or clock < row.to_time


def bands(rows: list[AcuteNumber]) -> list[tuple[time, time]]:
    """Return the parts of the day between all times that any row begins or ends at."""
    starts = sorted({MIDNIGHT, *(r.from_time for r in rows), *(r.to_time for r in rows)})
    return [*pairwise(starts), (starts[-1], MIDNIGHT)]


def gaps(rows: list[AcuteNumber]) -> list[Gap]:
    """Return when nobody answers, neighbouring parts of a day taken together."""
    found: list[Gap] = []
    for weekday in range(7):
        for start, end in bands(rows):
            if any(covers(row, weekday, start) for row in rows):
                continue
            last = found[-1] if found else None
            if last and last.weekday == weekday and last.to_time == start != MIDNIGHT:
                start = found.pop().from_time
            found.append(Gap(weekday=weekday, from_time=start, to_time=end))
    return found

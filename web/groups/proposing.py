"""Days on which a group could meet: when most can, with holidays left out."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from math import ceil

from data.clock import in_denmark
from web.groups.holidays import USUAL_WINTER_WEEK, is_free

STARTS = {"morning": time(10), "afternoon": time(14), "evening": time(19)}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LASTS = timedelta(hours=2)
N_DAYS = 4
_NEARLY_ALL = 0.8
_MOST_SLOTS = 3
_LOOK_AHEAD = timedelta(weeks=26)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One proposed day, and how many of the families usually can then."""

    starts_at: datetime
    ends_at: datetime
    n_can: int


def propose(
    slots: Sequence[Collection[str]],
    *,
    usual: str | None,
    after: date,
    winter_week: int = USUAL_WINTER_WEEK,
    n_days: int = N_DAYS,
) -> list[Day]:
    """Return a few days in the times that most families have in common.

    Parameters
    ----------
    slots
        For each family the times that suit it ("thu_evening"); none answered is no hindrance.
    usual
        The group's own time: wins among equals, and is used when nobody has answered.
    after
        The first day is later than this.
    """
    can = Counter(slot for family in slots for slot in set(family))
    chains = [
        _days(slot, can[slot], after=after, winter_week=winter_week)
        for slot in _best(can, usual=usual, n_families=sum(bool(family) for family in slots))
    ]
    in_turn = [day for row in zip_longest(*chains) for day in row if day is not None]
    return sorted(in_turn[:n_days], key=lambda day: day.starts_at)


def _best(can: Counter[str], *, usual: str | None, n_families: int) -> list[str]:
    """Return the times nearly all have, else the ones most have; the group's own one first."""
    if not can:
        return [usual or "thu_evening"]
    enough = ceil(_NEARLY_ALL * n_families)
    most = max(can.values())
    good = [slot for slot, n in can.items() if n >= min(enough, most)]
    return sorted(good, key=lambda slot: (-can[slot], slot != usual, _order(slot)))[:_MOST_SLOTS]


def _order(slot: str) -> tuple[bool, int, int]:
    """Evenings first, then through the week."""
    weekday, _sep, part = slot.partition("_")
    return part != "evening", WEEKDAYS.index(weekday), list(STARTS).index(part)


def _days(slot: str, n_can: int, *, after: date, winter_week: int) -> list[Day]:
    weekday, _sep, part = slot.partition("_")
    return [
        span(day, STARTS[part], n_can=n_can)
        for day in _weekly(WEEKDAYS.index(weekday), after=after)
        if is_free(day, winter_week=winter_week)
    ]


def _weekly(weekday: int, *, after: date) -> Iterator[date]:
    day = after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    while day <= after + _LOOK_AHEAD:
        yield day
        day += timedelta(weeks=1)


def span(day: date, at: time, *, n_can: int = 0) -> Day:
    """Return an evening of the usual length, in Danish time."""
    starts = in_denmark(day, at)
    return Day(starts_at=starts, ends_at=starts + LASTS, n_can=n_can)

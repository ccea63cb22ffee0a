"""The days on which Danish families seldom meet: public holidays and the school's holidays.

Public holidays follow from Easter. Each municipality sets its own school holidays; these are the
ones nearly all keep. Where winter holiday is in week 8, the municipality's settings say so
(`winter_holiday_week`).
"""

from datetime import date, timedelta
from functools import cache

from data.models.accounts import MUNICIPAL_DEFAULTS

USUAL_WINTER_WEEK: int = MUNICIPAL_DEFAULTS["winter_holiday_week"]
_AUTUMN_WEEK = 42
_SUMMER = timedelta(weeks=6)


def easter(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar.

    References
    ----------
    "A New York correspondent", Nature 13 (1876), 487; in Meeus, Astronomical Algorithms, ch. 8.

    Examples
    --------
    >>> easter(2027)
    datetime.date(2027, 3, 28)
    """
    golden, (century, in_century) = year % 19, divmod(year, 100)
    leaps, odd = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quads, rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * odd + 2 * quads - epact - rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays, and the evenings that are as good as one (Christmas Eve, say).

    Store bededag is a working day since 2024.
    """
    sunday = easter(year)
    moving = (-3, -2, 0, 1, 39, 49, 50)  # from Maundy Thursday to Whit Monday
    fixed = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))
    return frozenset(
        [sunday + timedelta(days=days) for days in moving]
        + [date(year, month, day) for month, day in fixed]
    )


def is_school_holiday(day: date, *, winter_week: int = USUAL_WINTER_WEEK) -> bool:
    """Answer whether the schools are closed: winter, Easter, summer, autumn and Christmas.

    The weekends on both sides count: that is when families are away.
    """
    monday = day - timedelta(days=day.weekday())
    weeks = {monday.isocalendar().week}
    if day.weekday() >= 5:  # the weekend before the week
        weeks.add((monday + timedelta(weeks=1)).isocalendar().week)
    if weeks & {winter_week, _AUTUMN_WEEK}:
        return True
    sunday = easter(day.year)
    if sunday - timedelta(days=8) <= day <= sunday + timedelta(days=1):
        return True
    last_of_june = date(day.year, 6, 30)
    summer = last_of_june - timedelta(days=(last_of_june.weekday() - 5) % 7)  # last Saturday
    if summer <= day < summer + _SUMMER:
        return True
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3)


def is_free(day: date, *, winter_week: int = USUAL_WINTER_WEEK) -> bool:
    """Answer whether families are likely to be at home on this day."""
    closed = is_school_holiday(day, winter_week=winter_week)
    return day not in public_holidays(day.year) and not closed

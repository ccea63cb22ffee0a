"""Which days a date poll leaves out."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter as easter_of_others

from web.groups.holidays import easter, is_free, is_school_holiday, public_holidays


def test_easter_is_where_an_independent_library_puts_it_for_three_centuries():
    assert [easter(year) for year in range(1900, 2200)] == [
        easter_of_others(year) for year in range(1900, 2200)
    ]


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1), date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 28),
        date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 16), date(2027, 5, 17),
        date(2027, 6, 5), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26),
        date(2026, 12, 31),
    ],
)  # fmt: skip
def test_nobody_is_asked_to_meet_on_a_public_holiday(day):
    assert day in public_holidays(day.year)
    assert not is_free(day)


def test_store_bededag_is_a_working_day():
    assert is_free(easter(2027) + timedelta(days=26))


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2027, 2, 13), True),  # the Saturday before week 7
        (date(2027, 2, 15), True),
        (date(2027, 2, 21), True),
        (date(2027, 2, 22), False),
        (date(2027, 3, 20), True),  # the Saturday before Easter week
        (date(2027, 3, 30), False),
        (date(2027, 6, 25), False),
        (date(2027, 6, 26), True),  # the last Saturday of June
        (date(2027, 8, 6), True),
        (date(2027, 8, 9), False),
        (date(2026, 10, 10), True),  # the Saturday before week 42
        (date(2026, 10, 18), True),
        (date(2026, 10, 19), False),
        (date(2026, 12, 19), False),
        (date(2026, 12, 20), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), False),
    ],
)
def test_the_schools_are_closed(day, closed):
    assert is_school_holiday(day) is closed


def test_a_municipality_may_have_its_winter_holiday_in_week_8():
    assert not is_school_holiday(date(2027, 2, 17), winter_week=8)
    assert is_school_holiday(date(2027, 2, 24), winter_week=8)

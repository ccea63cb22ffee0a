"""What time it is; the one place tests move the clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the date as people in Denmark see it."""
    return now().astimezone(COPENHAGEN).date()


def in_denmark(day: date, at: time) -> datetime:
    """Return the moment when the clocks in Denmark show this on that day."""
    return datetime.combine(day, at, tzinfo=COPENHAGEN)

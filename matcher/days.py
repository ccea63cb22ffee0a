"""Which day it is, where nobody says: consents and approvals are dates on Danish paper."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_DENMARK = ZoneInfo("Europe/Copenhagen")


def today(at: datetime | None = None) -> date:
    """Return the date in Denmark, wherever the program runs.

    Examples
    --------
    >>> today(datetime(2026, 11, 26, 23, 30, tzinfo=UTC))
    datetime.date(2026, 11, 27)
    """
    return (at or datetime.now(UTC)).astimezone(_DENMARK).date()

"""Days that are chosen ahead, and days as a room's own lines say them."""

from datetime import date, timedelta

from data.clock import today
from data.errors import Invalid
from data.i18n import _


def short_day(day: date | None) -> str:
    """Return 3.12.2026: a line is stored, so it must read alike in both tongues."""
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def checked_day(day: date | None, *, longest: timedelta, today_too: bool = False) -> date:
    """Return a day that is still to come and not too far off."""
    first = today() if today_too else today() + timedelta(days=1)
    if day is None or not first <= day <= today() + longest:
        raise Invalid(
            _("Choose a day within the next %(days)s days.", days=longest.days), field="until"
        )
    return day

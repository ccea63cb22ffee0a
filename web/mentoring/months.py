"""When a mentorship began, and the same day some months on, as people in Denmark see it."""

from datetime import date

from data.clock import COPENHAGEN
from data.models import Mentorship


def months_after(start: date, months: int) -> date:
    """Return the same day some months on, or the last day of a shorter month."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(start.year + year, month + 1, day)
        except ValueError:
            continue
    return date(start.year + year, month + 1, min(start.day, 28))


def begun_on(mentorship: Mentorship) -> date | None:
    """Return the day it began, as people in Denmark saw it."""
    if mentorship.started_at is None:
        return None
    return mentorship.started_at.astimezone(COPENHAGEN).date()

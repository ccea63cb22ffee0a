"""Dates as one says them."""

from datetime import date, datetime

from flask_babel import format_date, get_locale

from data.clock import COPENHAGEN


def long_day(at: date) -> str:
    """Return "Torsdag den 3. december", or the same in the reader's language."""
    day = at.astimezone(COPENHAGEN).date() if isinstance(at, datetime) else at
    danish = str(get_locale()) == "da"
    said = str(format_date(day, "EEEE 'den' d. MMMM" if danish else "EEEE d MMMM"))
    return said[:1].upper() + said[1:]

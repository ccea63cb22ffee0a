"""Dates as one says them."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, format_decimal, get_locale

from data.clock import COPENHAGEN


def long_day(at: date) -> str:
    """Return "Torsdag den 3. december", or the same in the reader's language."""
    day = at.astimezone(COPENHAGEN).date() if isinstance(at, datetime) else at
    danish = str(get_locale()) == "da"
    said = str(format_date(day, "EEEE 'den' d. MMMM" if danish else "EEEE d MMMM"))
    return said[:1].upper() + said[1:]


def day_by(at: date, pattern: str | None = None) -> str:
    """Return the date by a pattern written for Danish: "3. december", in English "3 December"."""
    return str(format_date(at, _spoken(pattern)))


def moment_by(at: datetime, pattern: str | None = None) -> str:
    """Return the moment by a pattern written for Danish."""
    return str(format_datetime(at, _spoken(pattern)))


def hours_by(number: float) -> str:
    """Return hours as one writes them: "4,5"."""
    return str(format_decimal(number, "#,##0.#"))


def _spoken(pattern: str | None) -> str | None:
    """Take away the full stop that makes a number an ordinal in Danish, and nowhere else."""
    danish = str(get_locale()) == "da"
    return pattern if pattern is None or danish else pattern.replace("d. M", "d M")

"""Days and clock times as one says them."""

from datetime import time

from data.i18n import _


def day_words() -> list[str]:
    """Return the days of the week, Monday first."""
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]


def clock_words(clock: time, *, end: bool = False) -> str:
    """Return 7.00 for a clock time; the end of the day is 24.00."""
    if end and clock == time(0, 0):
        return "24.00"
    return f"{clock.hour}.{clock.minute:02}"

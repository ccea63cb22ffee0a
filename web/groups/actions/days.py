"""Days as a room's own lines say them: they are stored, so they must read alike in both tongues."""

from datetime import date


def short_day(day: date | None) -> str:
    """Return 3.12.2026."""
    return f"{day.day}.{day.month}.{day.year}" if day else ""

"""The amber panel: one thing to do, or for a meeting the three answers."""

from dataclasses import dataclass

from data.models import Meeting


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What to do next, why, and where."""

    title: str
    text: str
    url: str | None = None
    button: str | None = None
    meeting: Meeting | None = None

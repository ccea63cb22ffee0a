"""What is done when staff keep two families apart: each capability says so for its own part."""

from collections.abc import Callable

from data.models import Family

_ENDS: list[Callable[[Family, Family], None]] = []


def when_kept_apart(end: Callable[[Family, Family], None]) -> Callable[[Family, Family], None]:
    """Do this too, in the same transaction; neither family may learn why from it."""
    _ENDS.append(end)
    return end


def end_what_runs_between(one: Family, other: Family) -> None:
    """End what two families have together, now that they must not meet."""
    for end in _ENDS:
        end(one, other)

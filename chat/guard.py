"""What a message must not give away: CPR numbers never, contact details only when meant.

What is found is the same everywhere (`data.private_numbers`). The device also knows the names of
the family's own children. That list never comes here.
"""

from collections.abc import Iterable

from data.private_numbers import EMAIL, PHONE, Find, finds

# What a writer may send all the same after having been asked: their own number, say.
MAY_CONFIRM = frozenset({PHONE, EMAIL})


def refused(text: str, *, confirmed: Iterable[str] = ()) -> list[Find]:
    """Return what still stands in the way of sending; a CPR number always does."""
    meant = MAY_CONFIRM.intersection(confirmed)
    return [find for find in finds(text) if find.kind not in meant]


def replaced(text: str, found: Iterable[Find], *, by: str) -> str:
    """Return the text with each find taken out and `by` in its place."""
    for find in sorted(found, key=lambda find: find.start, reverse=True):
        text = text[: find.start] + by + text[find.end :]
    return text

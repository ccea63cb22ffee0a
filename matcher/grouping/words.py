"""The sentences about groups, in the languages of ``words.json`` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError
from matcher.words import language


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence by its key and language."""
    path = Path(__file__).with_name("words.json")
    table: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return table


# A drive to a known place is told in fives: exact minutes, and several together, show where one
# lives. The least that is told holds more postcodes than the meeting place's own.
STEP, LEAST = 5, 10


def in_fives(minutes: float) -> int:
    """Return minutes rounded up to five, at least ten.

    Examples
    --------
    >>> in_fives(31), in_fives(35), in_fives(2)
    (35, 35, 10)
    """
    return max(LEAST, int(-(-minutes // STEP) * STEP))


def say(key: str, locale: object, **values: Any) -> str:
    """Return a sentence with its values filled in; ``n`` of 1 chooses the singular.

    Minutes are told in fives.

    Examples
    --------
    >>> say("remark.lone_single", "da", who="Vestergaard")
    'Vestergaard er den eneste med én voksen'
    """
    table = sentences()
    if values.get("n") == 1 and f"{key}.one" in table:
        key = f"{key}.one"
    if key not in table:
        raise MatcherError(f"there is no sentence {key!r}")
    if "minutes" in values:
        values["minutes"] = in_fives(values["minutes"])
    return table[key][language(locale)] % values

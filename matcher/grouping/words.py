"""The sentences about groups, in the languages of ``words.json`` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from matcher.errors import MatcherError
from matcher.words import language


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence by its key and language."""
    path = Path(__file__).with_name("words.json")
    table: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return table


def say(key: str, locale: object, **values: object) -> str:
    """Return a sentence with its values filled in; ``n`` of 1 chooses the singular.

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
    return table[key][language(locale)] % values

"""The sentences that the matcher says, in the languages of ``words.json``.

They stand in a table and not in a gettext catalogue because the matcher is used from commands and
notebooks too, where nothing has been compiled. Whole sentences, with named places for values.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from matcher.errors import MatcherError

LOCALES = ("da", "en")


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence by its key and language."""
    path = Path(__file__).with_name("words.json")
    table: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return table


def language(locale: object) -> str:
    """Return the language to speak for a locale such as ``da_DK``; Danish if unknown."""
    code = str(locale).lower()[:2]
    return code if code in LOCALES else "da"


def say(key: str, locale: object, **values: object) -> str:
    """Return a sentence with its values filled in; ``n`` of 1 chooses the singular.

    Examples
    --------
    >>> say("reason.themes.family", "da", n=3, of=4)
    'De kender 3 af jeres 4 temaer'
    """
    table = sentences()
    if values.get("n") == 1 and f"{key}.one" in table:
        key = f"{key}.one"
    if key not in table:
        raise MatcherError(f"there is no sentence {key!r}")
    return table[key][language(locale)] % values


def can_say(key: str) -> bool:
    """Tell whether there is such a sentence: some reasons are not for everyone's ears."""
    return key in sentences()


def listed(names: Sequence[str], locale: object) -> str:
    """Return names as a list in words.

    Examples
    --------
    >>> listed(["chat", "telefon", "besøg"], "da")
    'chat, telefon og besøg'
    """
    if len(names) < 2:
        return "".join(names)
    return say("list.and", locale, first=", ".join(names[:-1]), last=names[-1])

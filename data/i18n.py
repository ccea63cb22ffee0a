"""Translate a sentence from a floor that knows no HTTP.

Actions and queries raise refusals whose text a person reads. They call `_` here; `web/app.py`
says once how to translate (`use`), so these floors stay free of Flask.
"""

from collections.abc import Callable
from typing import Any

_translate: Callable[..., str] | None = None
_translate_many: Callable[..., str] | None = None


def use(one: Callable[..., str], many: Callable[..., str]) -> None:
    """Say how to translate one sentence, and one that depends on a number."""
    global _translate, _translate_many
    _translate, _translate_many = one, many


def _(sentence: str, **values: Any) -> str:
    """Return `sentence` in the reader's language, its %(name)s places filled."""
    if _translate is not None:
        return _translate(sentence, **values)
    return sentence % values if values else sentence


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Return the form of the sentence that fits `num`."""
    if _translate_many is not None:
        return _translate_many(one, many, num, **values)
    return (one if num == 1 else many) % {"num": num, **values}

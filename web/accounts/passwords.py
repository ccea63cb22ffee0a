"""Which passwords we refuse: short ones, and those that anyone would guess first.

No rules about capitals and symbols: they make passwords hard to remember, not hard to guess.
"""

import re
from pathlib import Path

from data.errors import Invalid
from data.i18n import _

SHORTEST = 12
LONGEST = 128

# What people reach for, here: English and Danish favourites, and the words of this very service.
_COMMON = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").split()
_RUNS = ("01234567890123456789", "09876543210987654321", "abcdefghijklmnopqrstuvwxyzæøå")
_LEET = str.maketrans("013457@$!", "oieastasi")


def check(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse a weak password; `about` are the person's own words: name, address, municipality."""
    if len(password) < SHORTEST:
        raise Invalid(
            _("Use at least %(count)s characters. A few words in a row are fine.", count=SHORTEST),
            field="password",
        )
    if len(password) > LONGEST:
        raise Invalid(_("Use at most %(count)s characters.", count=LONGEST), field="password")
    if _easily_guessed(password, about):
        raise Invalid(
            _("That one is easy to guess. Take a few words that do not belong together."),
            field="password",
        )


def _easily_guessed(password: str, about: tuple[str, ...]) -> bool:
    plain = password.casefold()
    if len(set(plain)) < 5 or any(plain in run for run in _RUNS):
        return True
    own = [word for text in about for word in re.findall(r"\w{3,}", text.casefold())]
    return any(_rest(form, own) < 4 for form in (plain, plain.translate(_LEET)))


def _rest(text: str, own: list[str]) -> int:
    """Count the letters left when everything anyone would guess is taken out."""
    for word in sorted({*own, *_COMMON}, key=len, reverse=True):
        text = text.replace(word, " ")
    return sum(letter.isalpha() for letter in text)

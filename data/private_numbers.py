"""What in a text gives a person away, and where it stands: numbers, addresses, case numbers.

One set of rules for what people write to each other, answer, and bring in a table.
`web/assets/js/chat/guard.js` holds the same for the device; tests/chat/guard_cases.json tests both.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

CPR, PHONE, EMAIL, CASE = "cpr", "phone", "email", "case"

_CPR = re.compile(
    r"(?<!\d)(?:"
    r"(\d{6})(?:[ \-./,:;_|*~=+()\\#]{0,5}"  # 010118-0000, 010118 (0000)
    r"|(?:[ \-.,:;]{1,3}(?:og|så|de|sidste|fire|cifre|er|streg|bindestreg)){1,6}[ \-.,:;]{1,3})"
    r"(?:\d{4}|\d\d[ \-.]\d\d|\d(?:[ \-.]\d){3})"  # 010118 og så 0000, 010118-00 00
    r"|(\d\d[ \-./]\d\d[ \-./]\d\d)[ \-./]{0,3}\d{4}"  # 01.01.18-0000
    r"|(\d\d \d\d \d\d) \d\d \d\d|(\d\d-\d\d-\d\d)-\d\d-\d\d"  # not 12.01.26 19.00
    r"|(\d{4}(?:19|20)\d\d)[ \-./]{0,3}\d{4}"  # 01012018-0000
    r"|(\d\d[ \-./]\d\d[ \-./](?:19|20)\d\d)"  # 01-01-2018-0000, not 12.01.2026 1900
    r"(?:[\-/]\d{4}|[ \-./]{1,3}(?!(?:[01]\d|2[0-3])[0-5]\d)\d{4})"
    r"|(\d{4}[ \-.]\d\d|\d\d[ \-.]\d{4}|\d{3}[ \-.]\d{3})[ \-.]{0,3}\d{4}"  # 0101 18 0000
    r"|(\d(?:[ \-.]\d){5})[ \-.]{1,3}\d(?:[ \-.]\d){3}"  # 0 1 0 1 1 8 0 0 0 0
    r")(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.,-])(?:(?:\+|00) ?45 ?)?"
    r"(?:[2-9]\d{7}|[2-9]\d(?: \d\d){3}|[2-9]\d{3} \d{4}|[2-9]\d\d \d\d \d{3})(?![\d]|[.,-]\d)"
)
_BLANKS = str.maketrans("\t\n\r", "   ")
_TWO_YEARS = re.compile(r"20\d\d 20\d\d")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CASE = re.compile(
    r"\b(?:sags?|journal|j)\.? ?-?(?:nr|nummer|id|no)\.?:? ?[a-z]{0,4}[-/ ]?\d[\w./-]{2,}"
    r"|\b\d\d\.\d\d\.\d\d-[a-z]\d\d-\d+-\d\d\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Find:
    """One place in the text, by character, and what it looks like."""

    start: int
    end: int
    kind: str


def finds(text: str) -> list[Find]:
    """Return every place that may reveal someone, in order, none overlapping."""
    plain, places = _plain(text)
    found: list[Find] = []
    for kind, search in _SEARCHES:
        for start, end in search(plain):
            find = Find(places[start], places[end - 1] + 1, kind)
            if not any(find.start < other.end and other.start < find.end for other in found):
                found.append(find)
    return sorted(found, key=lambda find: find.start)


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Write digits, dashes and spaces in one way; return the text and where each sign stood."""
    if text.isascii():
        return text.translate(_BLANKS), range(len(text))
    signs, places = [], []
    for place, sign in enumerate(text):
        if plain := _plain_sign(sign):
            signs.append(plain)
            places.append(place)
    return "".join(signs), places


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign.translate(_BLANKS)
    kind = unicodedata.category(sign)
    if kind in {"Cf", "Mn", "Me"}:  # invisible joiners, soft hyphens, strokes drawn over a digit
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if kind == "Pd" or sign in "−⁃·•⁻₋":
        return "-"
    return " " if kind.startswith("Z") else sign


def _cpr(plain: str) -> Iterable[tuple[int, int]]:
    for match in _CPR.finditer(plain):
        birth = next(part for part in match.groups() if part)
        if _could_be_a_birthday(re.sub(r"\D", "", birth)):
            yield match.span()


def _could_be_a_birthday(digits: str) -> bool:
    """Answer for DDMMYY in any century, and for DDMMYYYY."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if day > 60:  # a child without a CPR number gets one with 60 added to the day
        day -= 60
    years = (year,) if len(digits) == 8 else (1800 + year, 1900 + year, 2000 + year)
    return any(_is_date(y, month, day) for y in years)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _phone(plain: str) -> Iterable[tuple[int, int]]:
    return (m.span() for m in _PHONE.finditer(plain) if not _TWO_YEARS.fullmatch(m.group()))


def _email(plain: str) -> Iterable[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(plain))


def _case(plain: str) -> Iterable[tuple[int, int]]:
    return (match.span() for match in _CASE.finditer(plain))


_SEARCHES: tuple[tuple[str, Callable[[str], Iterable[tuple[int, int]]]], ...] = (
    (CPR, _cpr),
    (CASE, _case),
    (EMAIL, _email),
    (PHONE, _phone),
)

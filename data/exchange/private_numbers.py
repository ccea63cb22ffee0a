"""Finds what must not stand in free text: CPR numbers, telephone numbers, e-mail addresses.

The same rules as `chat.guard`, which lies a floor above and must also say where each stands. One
list of cases, tests/chat/guard_cases.json, tests both.
"""

import re
import unicodedata
from datetime import date

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
    r"(?:[2-9]\d{7}|[2-9]\d(?: \d\d){3}|[2-9]\d{3} \d{4}|[2-9]\d\d \d\d \d{3})(?!\d|[.,-]\d)"
)
_NO_ZERO = re.compile(r"[1-9]\d{8}|[1-9]\d{4}-\d{4}")
_TWO_YEARS = re.compile(r"20\d\d 20\d\d")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def holds_cpr(text: str) -> bool:
    """Answer whether the text holds something shaped like a CPR number with a possible date."""
    plain = _plain(text)
    if sum(map(str.isdigit, plain)) < 10:  # nearly every cell of a table
        return False
    return any(_is_birthday(match) for match in _CPR.finditer(plain))


def is_cpr(cell: str) -> bool:
    """Answer whether a whole cell is, or holds, a CPR number; a spreadsheet takes the zero off."""
    return holds_cpr(cell.zfill(10) if _NO_ZERO.fullmatch(cell) else cell)


def holds_phone(text: str) -> bool:
    """Answer whether the text holds eight digits that read as a Danish telephone number."""
    plain = _CPR.sub(lambda m: "" if _is_birthday(m) else m.group(), _plain(text))
    return any(not _TWO_YEARS.fullmatch(m.group()) for m in _PHONE.finditer(plain))


def holds_email(text: str) -> bool:
    """Answer whether the text holds an e-mail address."""
    return _EMAIL.search(_plain(text)) is not None


def mask(text: str) -> str:
    """Return the text with every digit hidden, for showing what was found and not what it said."""
    return "".join("•" if unicodedata.digit(sign, None) is not None else sign for sign in text)


def _plain(text: str) -> str:
    """Write digits, dashes and spaces in one way, and leave out what cannot be seen."""
    if text.isascii():
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign in "\t\n\r" or kind.startswith("Z"):
        return " "
    if kind in {"Cf", "Mn", "Me"}:  # invisible joiners, soft hyphens, strokes drawn over a digit
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    return "-" if kind == "Pd" or sign in "−⁃·•⁻₋" else sign


def _is_birthday(match: re.Match[str]) -> bool:
    """Answer for DDMMYY in any century, and for DDMMYYYY; replacement numbers add 60 to the day."""
    digits = re.sub(r"\D", "", next(part for part in match.groups() if part))
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    years = (year,) if len(digits) == 8 else (1800 + year, 1900 + year, 2000 + year)
    return any(_exists(y, month, day - 60 if day > 60 else day) for y in years)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True

"""Finds what must not stand in free text: CPR numbers, telephone numbers, e-mail addresses."""

import re
from datetime import date

# Six digits and four, with or without something between them; never inside a longer number.
_CPR = re.compile(r"(?<!\d)(\d{2})[ .\-/]?(\d{2})[ .\-/]?(\d{2})[ .\-–—/]{0,3}(\d{4})(?!\d)")
_PHONE = re.compile(
    r"(?<![\d+])(?:\+45|0045)?[ ]?\d{2}[ .\-]?\d{2}[ .\-]?\d{2}[ .\-]?\d{2}(?![\d])"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def holds_cpr(text: str) -> bool:
    """Answer whether the text holds something shaped like a CPR number with a possible date."""
    if sum(map(str.isdigit, text)) < 10:  # nearly every cell of a table
        return False
    return any(_is_date(match) for match in _CPR.finditer(text))


def holds_phone(text: str) -> bool:
    """Answer whether the text holds eight digits that read as a Danish telephone number."""
    return _PHONE.search(text) is not None


def holds_email(text: str) -> bool:
    """Answer whether the text holds an e-mail address."""
    return _EMAIL.search(text) is not None


def mask(text: str) -> str:
    """Return the text with every digit hidden, for showing what was found and not what it said."""
    return re.sub(r"\d", "•", text)


def _is_date(match: re.Match[str]) -> bool:
    day, month, year = (int(match[part]) for part in (1, 2, 3))
    if day > 60:  # replacement numbers add 60 to the day
        day -= 60
    return any(_exists(century + year, month, day) for century in (1900, 2000))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True

"""What must not come in with a table: asked of one cell at a time."""

import re
import unicodedata

from data.private_numbers import CASE, CPR, EMAIL, PHONE, finds

_NO_ZERO = re.compile(r"[1-9]\d{8}|[1-9]\d{4}-\d{4}")


def holds_cpr(text: str) -> bool:
    """Answer whether the text holds something shaped like a CPR number with a possible date."""
    if sum(map(str.isdigit, text)) < 10:  # nearly every cell of a table
        return False
    return _holds(text, CPR)


def is_cpr(cell: str) -> bool:
    """Answer whether a whole cell is, or holds, a CPR number; a spreadsheet takes the zero off."""
    return holds_cpr(cell.zfill(10) if _NO_ZERO.fullmatch(cell) else cell)


def holds_phone(text: str) -> bool:
    """Answer whether the text holds eight digits that read as a Danish telephone number."""
    return _holds(text, PHONE)


def holds_email(text: str) -> bool:
    """Answer whether the text holds an e-mail address."""
    return _holds(text, EMAIL)


def holds_case(text: str) -> bool:
    """Answer whether the text holds the number of a case."""
    return _holds(text, CASE)


def mask(text: str) -> str:
    """Return the text with every digit hidden, for showing what was found and not what it said."""
    return "".join("•" if unicodedata.digit(sign, None) is not None else sign for sign in text)


def _holds(text: str, kind: str) -> bool:
    return any(find.kind == kind for find in finds(text))

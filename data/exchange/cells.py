"""One cell to one answer: codes or labels in both languages, and what Excel does to them."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from data.exchange.columns import plain
from data.exchange.private_numbers import holds_case, holds_email, holds_phone
from data.queries.places import municipalities, municipalities_of_postcode
from matcher.schema import SCHEMA, Field

_TRUE = {"ja", "yes", "true", "sand", "1", "x", "j", "y"}
_FALSE = {"nej", "no", "false", "falsk", "0", "n"}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_UNITS = re.compile(r"^(\d+)(?:[.,]0+)?\s*(?:min|minutter|minutes|år|years|børn|children)?\.?$")
_DATE = re.compile(r"^(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d{4})$")


class Unreadable(Exception):
    """A cell that is no answer: a problem's code, its facts, and whether it stops the import."""

    def __init__(self, code: str, *, blocks: bool = True, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.blocks = blocks
        self.facts = facts


def read_cell(field: Field, cell: Any, *, on: date) -> Any:
    """Return the answer that stands in a cell of this field, or raise Unreadable."""
    return _READERS[field.kind](field, cell, on)


def text_of(cell: Any) -> str:
    """Return what a person sees in the cell: 7100.0 is 7100."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return f"{cell.day:02}-{cell.month:02}-{cell.year}"
    text = str(cell)
    if not text.isprintable():  # what turns letters round, or what no database takes
        text = _UNSEEN.sub("", text.replace("\r", "\n"))
    text = text.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:2] in set("=+-@\t") else text


def _single(field: Field, cell: Any, _on: date) -> str:
    return _code(field, cell)


def _multi(field: Field, cell: Any, _on: date) -> list[str]:
    codes = list(dict.fromkeys(_code(field, part) for part in _parts(field, cell)))
    if field.max_items and len(codes) > field.max_items:
        raise Unreadable("too_many", most=field.max_items)
    return codes


def _parts(field: Field, cell: Any) -> list[Any]:
    """Divide at semicolons; at commas only where the whole cell is no answer of its own."""
    if not isinstance(cell, str):
        return [cell]
    if plain(cell) in _codes(field.code):
        return [cell]
    parts = [part.strip() for part in re.split(r"[;\n|]", cell) if part.strip()]
    if len(parts) == 1 and "," in cell:
        by_comma = [part.strip() for part in cell.split(",") if part.strip()]
        if all(plain(part) in _codes(field.code) for part in by_comma):
            return by_comma
    return parts


def _code(field: Field, cell: Any) -> str:
    known = _codes(field.code)
    if isinstance(cell, date):  # datetime is a date too
        return _undo_date(field, cell)
    text = text_of(cell)
    if field.code in _OF_MUNICIPALITIES:
        text = re.sub(r"\s*(kommune|municipality)\s*$", "", text, flags=re.IGNORECASE)
        text = text.zfill(4) if text.isdigit() else text
    if (code := known.get(plain(text))) is None:
        raise Unreadable("unknown_value", value=text)
    return code


def _undo_date(field: Field, cell: date) -> str:
    """Turn Excel's 3 May back into "3-5", where only one reading is an answer."""
    readings = {f"{cell.day}_{cell.month}", f"{cell.month}_{cell.day}"} & set(field.values)
    if len(readings) != 1:
        raise Unreadable("unknown_value", value=text_of(cell))
    return readings.pop()


_OF_MUNICIPALITIES = frozenset({"home_municipality", "placing_municipalities"})


@cache
def _codes(code: str) -> dict[str, str]:
    """Return the code of every way to write an answer to this field."""
    if code in _OF_MUNICIPALITIES:
        names = {plain(name): number for number, name in municipalities().items()}
        return {**names, **{number: number for number in municipalities()}}
    known: dict[str, str] = {}
    for value in SCHEMA.fields[code].values.values():
        known[plain(value.code)] = value.code
        for label in (value.da, value.en, value.short_da, value.short_en):
            known.setdefault(plain(label), value.code)
            known.setdefault(re.sub(r" (år|years)\b.*$", "", plain(label)), value.code)
    return known


def _themes(field: Field, cell: Any, _on: date) -> dict[str, int]:
    strengths: dict[str, int] = {}
    for part in _parts(field, cell):
        name, _mark, strength = text_of(part).rpartition(":")
        if not name or plain(text_of(part)) in _codes(field.code):  # a label may hold a colon
            name, strength = text_of(part), "2"
        if strength.strip() not in {"1", "2", "3"}:
            raise Unreadable("strength")
        strengths[_code(field, name.strip())] = int(strength)
    if field.max_items and len(strengths) > field.max_items:
        raise Unreadable("too_many", most=field.max_items)
    return strengths


def _int(field: Field, cell: Any, _on: date) -> int:
    number = _whole(cell)
    low, high = field.min or 0, field.max if field.max is not None else 10**6
    if not low <= number <= high:
        raise Unreadable("out_of_range", low=low, high=high)
    return number


def _whole(cell: Any) -> int:
    if isinstance(cell, bool | date):
        raise Unreadable("not_number", value=text_of(cell))
    found = _UNITS.match(text_of(cell).casefold())
    if found is None or len(found[1]) > 9:
        raise Unreadable("not_number", value=text_of(cell))
    return int(found[1])


def _year(field: Field, cell: Any, on: date) -> int:
    year = cell.year if isinstance(cell, date) else _whole(cell)
    if on.year < year <= (field.max or 9999):
        raise Unreadable("future_year")
    if not (field.min or 1900) <= year <= on.year:
        raise Unreadable("out_of_range", low=field.min, high=on.year)
    return year


def _postcode(_field: Field, cell: Any, _on: date) -> str:
    text = text_of(cell)
    found = re.match(r"^(?:DK[- ]?)?([0-9OoQ]{3,4})(?:\s+\D+)?$", text, flags=re.IGNORECASE)
    if found is None:
        raise Unreadable("unknown_postcode", value=text)
    number = re.sub("[OoQ]", "0", found[1]).zfill(4)
    if number not in municipalities_of_postcode():
        raise Unreadable("unknown_postcode", value=text)
    if not found[1].isdigit():
        raise Unreadable("letter_o", value=text, read=number)
    return number


def _bool(_field: Field, cell: Any, _on: date) -> bool:
    text = text_of(cell).casefold()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise Unreadable("not_bool", value=text_of(cell))


def _date(_field: Field, cell: Any, on: date) -> str:
    day = _day(cell)
    if day > on:
        raise Unreadable("future_date")
    if day.year < 1950:
        raise Unreadable("not_date", value=text_of(cell))
    return day.isoformat()


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    try:
        if text.isdigit() and 20_000 < int(text) < 80_000:  # a date that lost its format in Excel
            return date(1899, 12, 30) + timedelta(days=int(text))
        if found := _DATE.match(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError):
        raise Unreadable("not_date", value=text) from None


def _text(field: Field, cell: Any, _on: date) -> str:
    text = text_of(cell)
    if holds_phone(text):
        raise Unreadable("phone", blocks=False)
    if holds_email(text):
        raise Unreadable("email_in_text", blocks=False)
    if holds_case(text):
        raise Unreadable("case", blocks=False)
    if field.max and len(text) > field.max:
        raise Unreadable("too_long", most=field.max)
    return text


def _ids(_field: Field, cell: Any, _on: date) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;\n|,]", text_of(cell))]
    return list(dict.fromkeys(part for part in parts if part))


_READERS: dict[str, Callable[[Field, Any, date], Any]] = {
    "single": _single,
    "multi": _multi,
    "slots": _multi,
    "themes_strength": _themes,
    "int": _int,
    "year": _year,
    "postcode": _postcode,
    "bool": _bool,
    "date": _date,
    "consents": _date,
    "text": _text,
    "exclusions": _ids,
}

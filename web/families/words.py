"""A family's answers as a person reads them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names
from flask_babel import format_date, get_locale

from data.i18n import _, ngettext
from data.queries.places import municipalities, towns
from matcher.schema import SCHEMA

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")


def locale() -> str:
    """Return the language of this page."""
    return str(get_locale() or "da")


def days() -> list[tuple[str, str, str]]:
    """Return code, short and long name of the days, Monday first."""
    short = get_day_names("abbreviated", locale=locale())
    long = get_day_names("wide", locale=locale())
    return [(code, str(short[n]).strip("."), str(long[n])) for n, code in enumerate(_DAYS)]


def parts_of_day() -> dict[str, str]:
    """Return the three parts of a day."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}


def in_words(code: str, value: Any) -> str:
    """Return an answer as a line of text."""
    if value is None or value in ([], {}):
        return ""
    return _WORDERS.get(code, _by_kind)(code, value)


def _by_kind(code: str, value: Any) -> str:
    field = SCHEMA.fields[code]
    if field.kind == "themes_strength":
        return " · ".join(_themes(value))
    if isinstance(value, list):
        return _sentence_case(" · ".join(SCHEMA.value_label(code, v, locale()) for v in value))
    if field.kind == "bool":
        return _("Yes") if value else _("No")
    if field.kind == "single":
        return _sentence_case(SCHEMA.value_label(code, value, locale()))
    return str(value)


def _themes(value: Mapping[str, int]) -> list[str]:
    words = {1: _("a bit"), 2: _("a fair amount"), 3: _("very much")}
    ordered = sorted(value.items(), key=lambda item: -item[1])
    return [f"{SCHEMA.value_label('themes_now', c, locale())} ({words[s]})" for c, s in ordered]


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _municipality(_code: str, value: Any) -> str:
    codes = value if isinstance(value, list) else [value]
    return " · ".join(municipalities().get(str(code), str(code)) for code in codes)


def _postcode(_code: str, value: Any) -> str:
    return f"{value} {towns().get(value, '')}".strip()


def _minutes(_code: str, value: Any) -> str:
    return ngettext("%(num)s minute by car", "%(num)s minutes by car", value)


def _slots(_code: str, value: Any) -> str:
    """Return "Tuesday: evening. Saturday: morning, afternoon"."""
    names, lines = parts_of_day(), []
    for day, _short, long in days():
        chosen = [names[part].lower() for part in PARTS if f"{day}_{part}" in value]
        if chosen:
            lines.append(f"{_sentence_case(long)} {', '.join(chosen)}")
    return " · ".join(lines)


def _date(_code: str, value: Any) -> str:
    return str(format_date(date.fromisoformat(str(value)), "long"))


_WORDERS = {
    "home_municipality": _municipality,
    "placing_municipalities": _municipality,
    "postcode": _postcode,
    "max_travel_minutes": _minutes,
    "availability": _slots,
    "mentor_approved": _date,
}


def month_name(number: int) -> str:
    """Return the name of a month, as it stands in a list."""
    return str(get_month_names("wide", context="stand-alone", locale=locale())[number])

"""The empty table that a coordinator fills in: headings, an example, and what each column means."""

import io
from typing import Any

from data.exchange.columns import CONSENT, EMAIL, ID, NAME, Column, asked_columns
from data.exchange.records import EXAMPLE_ID
from data.exchange.write import csv_lines, header, row_of
from data.queries.places import municipalities
from matcher.schema import SCHEMA

_EXAMPLE: dict[str, Any] = {
    ID: EXAMPLE_ID, NAME: "Skov", EMAIL: "skov@example.org", "participation": ["mentee", "group"],
    "family_type": "general", "support_level": "moderate", "foster_since": 2026,
    "placements_total": "1", "current_placement_phase": "0_6m", "children_age_bands": ["3_5"],
    "children_count": 1, "themes_now": {"attachment": 3, "sleep_food_routines": 2},
    "themes_experience": ["school_cooperation"], "postcode": "7100", "home_municipality": "0630",
    "placing_municipalities": ["0630"], "max_travel_minutes": 35,
    "availability": ["tue_evening", "sat_morning"], "meeting_form": "both",
    "meeting_frequency": "biweekly", "purposes": ["experience", "sparring"], "languages": ["da"],
    "household_form": "two_adults", "own_children_bands": ["6_9"], "work_pattern": "part_time",
    "carer_background": ["pedagogue"], "interests": ["outdoor", "animals"], "mentor_capacity": 0,
    "contact_modes": ["chat", "visit"], "place_limits": ["pet_allergy"],
    "protected_address": False, "status": "draft", "consents": {"matching": "2026-10-01"},
}  # fmt: skip
_MOST_VALUES = 40


def template_csv(locale: str) -> str:
    """Return the heading and the example."""
    return "".join(csv_lines(header(locale), [row_of(_EXAMPLE, locale)]))


def template_xlsx(locale: str) -> bytes:
    """Return a workbook: the table, and a sheet that explains every column."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    english = locale.lower().startswith("en")
    book = Workbook()
    book.remove(book.worksheets[0])
    table = book.create_sheet("Families" if english else "Familier")
    table.append(header(locale))
    table.append(row_of(_EXAMPLE, locale))
    table.freeze_panes = "C2"
    for at, column in enumerate(asked_columns().values(), start=1):
        table.cell(1, at).font = Font(bold=True)
        table.column_dimensions[get_column_letter(at)].width = 22
        if column.key != CONSENT and (column.field is None or column.field.kind != "date"):
            # as text, or Excel makes a date of "3-5" and takes the zero off a municipality's code
            table.column_dimensions[get_column_letter(at)].number_format = "@"
    words = book.create_sheet("Explanation" if english else "Forklaring")
    words.append(_titles(english=english))
    for column in asked_columns().values():
        words.append(
            [column.label(locale), column.key, column.help(locale), *_form(column, locale)]
        )
    for letter, width in (("A", 30), ("B", 24), ("C", 60), ("D", 34), ("E", 90)):
        words.column_dimensions[letter].width = width
    for row in words.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _titles(*, english: bool) -> list[str]:
    if english:
        return ["Column", "Code", "What it means", "How it is written", "Answers (code = label)"]
    return ["Kolonne", "Kode", "Hvad det betyder", "Sådan skrives det", "Svar (kode = ord)"]


def _form(column: Column, locale: str) -> list[str]:
    """Return how the column is written, and its answers."""
    english = locale.lower().startswith("en")
    kind = column.field.kind if column.field else "words"
    forms = {
        "words": ("tekst", "text"),
        "single": ("ét svar", "one answer"),
        "multi": ("et eller flere svar med semikolon imellem", "answers with semicolons between"),
        "slots": ("et eller flere svar med semikolon imellem", "answers with semicolons between"),
        "themes_strength": ("op til fem, med styrke 1–3: adhd:3; teenage:2",
                            "up to five, with strength 1–3: adhd:3; teenage:2"),
        "int": ("et helt tal", "a whole number"),
        "year": ("et årstal", "a year"),
        "postcode": ("fire cifre", "four digits"),
        "bool": ("ja eller nej", "yes or no"),
        "date": ("en dato: 31-12-2026", "a date: 31-12-2026"),
        "consents": ("en dato: 31-12-2026", "a date: 31-12-2026"),
        "exclusions": ("familie-id’er med semikolon imellem", "family ids with semicolons between"),
        "text": ("højst 600 tegn, uden navne, telefonnumre og CPR-numre",
                 "at most 600 characters, without names, telephone and CPR numbers"),
    }  # fmt: skip
    return [forms[kind][english], _answers(column, locale)]


def _answers(column: Column, locale: str) -> str:
    if column.field is None:
        return ""
    if column.key in {"home_municipality", "placing_municipalities"}:
        return ", ".join(f"{code} = {name}" for code, name in municipalities().items())
    values = SCHEMA.fields[column.field.code].values.values()
    return "; ".join(f"{value.code} = {value.label(locale)}" for value in values)

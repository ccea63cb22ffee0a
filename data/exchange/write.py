"""Tables out: .csv that Excel opens as it stands, and .xlsx; no cell ever becomes a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.exchange.columns import CONSENT, Column, asked_columns

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_rows(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table; the suffix of the path says which kind."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(xlsx(header, rows))
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Give a .csv line by line: UTF-8 with a mark for Excel, semicolons as Danish Excel expects."""
    yield "\ufeff"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in (header, *()):
        writer.writerow([harmless(cell) for cell in row])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() > 32_768:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Familier") -> bytes:
    """Return a workbook of one sheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append([_bold(sheet, text) for text in header])
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _bold(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=harmless(text))
    cell.font = Font(bold=True)
    return cell


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; `read_families` undoes it."""
    if cell is None or isinstance(cell, bool | int | float | date):
        return cell
    text = "".join(c for c in str(cell) if c >= " " or c in "\t\n\r")
    return "'" + text if text.startswith(_STARTS_FORMULA) else text


def header(locale: str) -> list[str]:
    """Return the heading of a table of families."""
    return [column.label(locale) for column in asked_columns().values()]


def row_of(facts: Mapping[str, Any], locale: str) -> list[Any]:
    """Return one family's row: a record with `name`, `email`, `email_2` beside it."""
    return [_cell(column, facts, locale) for column in asked_columns().values()]


def _cell(column: Column, facts: Mapping[str, Any], locale: str) -> Any:
    if column.key == CONSENT:
        given = (facts.get("consents") or {}).get("matching")
        return date.fromisoformat(given) if given else None
    value = facts.get(column.key)
    if value is None or column.field is None:
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{code}:{strength}" for code, strength in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(code) for code in value)
    if column.field.kind == "bool":
        return ("yes" if value else "no") if locale.startswith("en") else ("ja" if value else "nej")
    if column.field.kind == "date":
        return date.fromisoformat(str(value))
    return value

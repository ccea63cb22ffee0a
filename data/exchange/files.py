"""Tells what kind of file this is, and finds the heading of the table in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.exchange import separated
from data.exchange.tables import LINES_ABOVE, BadTable, Cell, Rows, Table, damaged
from data.i18n import _

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


def read_table(
    source: str | Path | bytes, filename: str, *, is_heading: Callable[[list[str]], bool]
) -> Table:
    """Read the file's table; `is_heading(texts)` tells the heading from titles above it."""
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    filled = [
        row
        for row in _rows(content, filename, is_heading)
        if any(cell is not None for cell in row[1])
    ]
    if not filled:
        raise BadTable(_("The file has no rows."))
    if (at := _heading_at(filled, is_heading)) is None:
        raise BadTable(
            _("We cannot find the heading. The table needs a column Family id; see the template.")
        )
    if at + 1 == len(filled):
        raise BadTable(_("The table has a heading and no rows below it."))
    divided = not content.startswith(_ZIP)
    return Table(heading=_texts(filled[at][1]), rows=filled[at + 1 :], divided=divided)


def _heading_at(rows: Rows, is_heading: Callable[[list[str]], bool]) -> int | None:
    first = enumerate(rows[:LINES_ABOVE])
    return next((at for at, (_number, cells) in first if is_heading(_texts(cells))), None)


def _rows(content: bytes, filename: str, is_heading: Callable[[list[str]], bool]) -> Rows:
    if not content.strip():
        raise BadTable(_("The file is empty."))
    if content.startswith(_ZIP):
        from data.exchange import workbook  # openpyxl is slow to import; most pages never need it

        return workbook.read_rows(content, lambda rows: _heading_at(rows, is_heading) is not None)
    if content.startswith(_OLD_EXCEL):
        raise BadTable(
            _("This is an old Excel file, or it has a password. Save it as .xlsx without one.")
        )
    is_bytes = b"\0" in content[:4096] and content[:2] not in separated.UTF_16
    if is_bytes or content.startswith((b"%PDF-", b"<!DOCTYPE", b"<html", b"<?xml")):
        raise BadTable(_("This is not a table. Use a file of the kind .xlsx or .csv."))
    if Path(filename).suffix.lower() in {".xlsx", ".xlsm"}:
        raise damaged()
    return separated.read_rows(content, is_heading)


def _texts(cells: list[Any]) -> list[str]:
    return ["" if cell is None or isinstance(cell, Cell) else str(cell).strip() for cell in cells]

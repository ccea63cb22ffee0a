"""Tells what kind of file this is, and finds the heading of the table in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.exchange import separated
from data.exchange.tables import BadTable, Cell, Rows, Table, damaged
from data.i18n import _

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LINES_ABOVE = 15  # titles that may stand above the heading


def read_table(
    source: str | Path | bytes, filename: str, *, is_heading: Callable[[list[str]], bool]
) -> Table:
    """Read the file's table; `is_heading(texts)` tells the heading from titles above it."""
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    filled = [row for row in _rows(content, filename) if any(cell is not None for cell in row[1])]
    if not filled:
        raise BadTable(_("The file has no rows."))
    for at, (_number, cells) in enumerate(filled[:_LINES_ABOVE]):
        if is_heading(texts := _texts(cells)):
            return Table(heading=texts, rows=filled[at + 1 :])
    raise BadTable(
        _("We cannot find the heading. The table needs a column Family id; see the template.")
    )


def _rows(content: bytes, filename: str) -> Rows:
    if not content.strip():
        raise BadTable(_("The file is empty."))
    if content[:4] == b"PK\x03\x04":
        from data.exchange import workbook  # openpyxl is slow to import; most pages never need it

        return workbook.read_rows(content)
    if content.startswith(_OLD_EXCEL):
        raise BadTable(
            _("This is an old Excel file, or it has a password. Save it as .xlsx without one.")
        )
    is_bytes = b"\0" in content[:4096] and content[:2] not in separated.UTF_16
    if is_bytes or content.startswith((b"%PDF-", b"<!DOCTYPE", b"<html", b"<?xml")):
        raise BadTable(_("This is not a table. Use a file of the kind .xlsx or .csv."))
    if Path(filename).suffix.lower() in {".xlsx", ".xlsm"}:
        raise damaged()
    return separated.read_rows(content)


def _texts(cells: list[Any]) -> list[str]:
    return ["" if cell is None or isinstance(cell, Cell) else str(cell).strip() for cell in cells]

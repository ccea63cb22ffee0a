"""Reads the sheet of an .xlsx file that holds the families; knows openpyxl and its traps."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from data.exchange.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    BadTable,
    Cell,
    check_size,
    open_archive,
)
from data.i18n import _

Rows = list[tuple[int, list[Any]]]
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_EMPTY_ROWS = 500  # a formatted but empty sheet goes on for a million rows
# What openpyxl raises on a file that is a zip but not a sound workbook.
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError),
    *(ParseError, zipfile.BadZipFile, OverflowError, NotImplementedError, zipfile.zlib.error),  # type: ignore[attr-defined]
)


def read_rows(content: bytes) -> tuple[Rows, str | None, list[str]]:
    """Return the rows of the first visible sheet with content, and the hidden sheets' names."""
    has_formulas = _inspect(content)
    try:
        rows, sheet, hidden = _rows_of(content, values=True)
        if has_formulas:
            formulas, _sheet, _hidden = _rows_of(content, values=False)
            _mark_formulas(rows, formulas)
    except BadTable:
        raise
    except _BROKEN:
        raise BadTable(
            _("The file is damaged, or is not an Excel file. Save it anew as .xlsx.")
        ) from None
    return rows, sheet, hidden


def _inspect(content: bytes) -> bool:
    """Refuse declarations that make XML explode; tell whether any cell holds a formula."""
    archive = open_archive(content)
    formulas = False
    try:
        for part in archive.infolist():
            if not part.filename.endswith((".xml", ".rels")):
                continue
            text = archive.read(part)
            if (
                b"<!DOCTYPE" in text
                or b"<!ENTITY" in text
                or text[:2] in (b"\xff\xfe", b"\xfe\xff")
            ):
                raise BadTable(_("The file holds something that does not belong in a table."))
            formulas = formulas or (b"<f>" in text or re.search(rb"<f[ /]", text) is not None)
    except _BROKEN:
        raise BadTable(
            _("The file is damaged, or is not an Excel file. Save it anew as .xlsx.")
        ) from None
    return formulas


def _rows_of(content: bytes, *, values: bool) -> tuple[Rows, str | None, list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # validations and styles that openpyxl does not know
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False
        )
        try:
            hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
            for sheet in (s for s in book.worksheets if s.sheet_state == "visible"):
                rows = list(_filled(book, sheet.title))
                if rows:
                    return rows, sheet.title, hidden
            return [], None, hidden
        finally:
            book.close()


def _filled(book: Workbook, title: str) -> Iterator[tuple[int, list[Any]]]:
    sheet = book[title]
    sheet.reset_dimensions()  # some programs write a wrong size
    empty = 0
    limits = {"max_row": MOST_ROWS + 2 + _EMPTY_ROWS, "max_col": MOST_COLUMNS + 1}
    for number, cells in enumerate(sheet.iter_rows(values_only=True, **limits), start=1):
        read = [_value(cell) for cell in cells]
        while read and read[-1] is None:
            read.pop()
        if not read:
            empty += 1
            if empty > _EMPTY_ROWS:
                return
            continue
        empty = 0
        check_size(number, len(read))
        yield number, read


def _value(cell: Any) -> Any:
    if isinstance(cell, str):
        text = cell.replace("\xa0", " ").strip()
        if text in _ERRORS:
            return Cell(code="excel_error", value=text)
        return text or None
    return cell


def _mark_formulas(rows: Rows, formulas: Rows) -> None:
    """Mark formulas that no program has worked out: read as empty, an answer would be lost."""
    known = dict(rows)
    for number, cells in formulas:
        for at, cell in enumerate(cells):
            if not (isinstance(cell, str) and cell.startswith("=") and len(cell) > 1):
                continue
            row = known.get(number)
            if row is None:
                row = known[number] = []
                rows.append((number, row))
            row.extend([None] * (at + 1 - len(row)))
            if row[at] is None:
                row[at] = Cell(code="formula")
    rows.sort(key=lambda entry: entry[0])

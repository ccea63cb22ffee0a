"""Reads the sheet of an .xlsx file that holds the families; knows openpyxl and its traps."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from data.exchange.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    BadTable,
    Cell,
    Rows,
    check_size,
    damaged,
)
from data.i18n import _

_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_EMPTY_ROWS = 500  # a formatted but empty sheet goes on for a million rows
_MOST_PARTS = 2000
_BLANK = b" \t\r\n\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # no program writes a workbook so; a way past the check below
# What zipfile and openpyxl raise on a file that is a zip but not a sound workbook.
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError),
    *(ParseError, zipfile.BadZipFile, zlib.error, OverflowError, NotImplementedError),
    *(RuntimeError, RecursionError, AssertionError),
)


def read_rows(content: bytes, holds_heading: Callable[[Rows], bool]) -> Rows:
    """Return the rows of the first visible sheet with a heading, or else with any content."""
    try:
        has_formulas = _inspect(content)
        sheets = _sheets_of(content, values=True, until=lambda _title, rows: holds_heading(rows))
        title = next(
            (t for t, rows in sheets.items() if holds_heading(rows)), next(iter(sheets), "")
        )
        rows = sheets.get(title, [])
        if has_formulas:
            written = _sheets_of(content, values=False, until=lambda sheet, _rows: sheet == title)
            _mark_formulas(rows, written.get(title, []))
    except _BROKEN:
        raise damaged() from None
    return rows


def _inspect(content: bytes) -> bool:
    """Refuse what would fill memory when unpacked; tell whether any cell holds a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # An entry that lies about its size is cut off by zipfile and fails its checksum.
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise BadTable(_("The file is too large when unpacked. Use the template, text only."))
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            raise BadTable(_("This is not an Excel file. Use a file of the kind .xlsx or .csv."))
        # By what they hold, not by name: a sheet may be called anything.
        texts = (text for part in parts if _is_xml(text := archive.read(part)))
        looked_at = [_holds_formula(text) for text in texts]  # all of them, so no shortcut
        return any(looked_at)


def _is_xml(text: bytes) -> bool:
    return text.lstrip(_BLANK)[:1] == b"<" or text[:2] in (*_UTF_16, b"\0<")


def _holds_formula(text: bytes) -> bool:
    # Declared entities are how a small file becomes an enormous one.
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in _UTF_16 or b"\0" in text[:8]:
        raise BadTable(_("The file holds something that does not belong in a table."))
    return re.search(rb"<f[ />]", text) is not None


def _sheets_of(
    content: bytes, *, values: bool, until: Callable[[str, Rows], bool]
) -> dict[str, Rows]:
    """Return the visible sheets with content, by title, up to and with the one that is wanted."""
    found: dict[str, Rows] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # validations and styles that openpyxl does not know
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=values, keep_links=False
        )
        try:
            for sheet in (s for s in book.worksheets if s.sheet_state == "visible"):
                if rows := list(_filled(book, sheet.title)):
                    found[sheet.title] = rows
                    if until(sheet.title, rows):
                        break
            return found
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
        text = cell.replace("\xa0", " ").replace("_x000D_", "").strip()  # Excel's own line mark
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

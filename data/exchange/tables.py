"""Bytes of a .xlsx or .csv file to rows of cells, with a clear word for every hostile file."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.i18n import _

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 150 * 1024 * 1024


class BadTable(Exception):
    """The file cannot be read as a table at all; the text says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What an empty-looking or faulty cell was: kept apart from what people wrote."""

    code: str  # "formula" or "excel_error"
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A heading and the rows below it; each row with its number in the file."""

    heading: list[str]
    rows: list[tuple[int, list[Any]]]
    sheet: str | None = None
    hidden_sheets: list[str] = field(default_factory=list)


def read_table(source: str | Path | bytes, filename: str, *, is_heading: Any) -> Table:
    """Read the file's table; `is_heading(texts)` tells the heading from titles above it."""
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    rows, sheet, hidden = _rows(content, filename)
    return _table(rows, is_heading, sheet, hidden)


def _rows(
    content: bytes, filename: str
) -> tuple[list[tuple[int, list[Any]]], str | None, list[str]]:
    if not content.strip():
        raise BadTable(_("The file is empty."))
    if content[:4] == b"PK\x03\x04":
        from data.exchange import workbook  # openpyxl is slow to import; most pages never need it

        return workbook.read_rows(content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadTable(
            _("This is an old Excel file, or it has a password. Save it as .xlsx without one.")
        )
    if content[:5] == b"%PDF-" or (b"\0" in content[:4096] and content[:2] not in _UTF_16):
        raise BadTable(_("This is not a table. Use a file of the kind .xlsx or .csv."))
    if Path(filename).suffix.lower() in {".xlsx", ".xlsm"}:
        raise BadTable(_("The file is damaged, or is not an Excel file. Save it anew as .xlsx."))
    return list(_csv_rows(_decoded(content))), None, []


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _decoded(content: bytes) -> str:
    if content[:2] in _UTF_16:
        return _strictly(content, "utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(_("We cannot read the letters of the file. Save it as CSV UTF-8."))


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise BadTable(_("We cannot read the letters of the file. Save it as CSV UTF-8.")) from None


def _csv_rows(text: str) -> Iterator[tuple[int, list[Any]]]:
    # newline="" as csv asks; a line in the file is a row, unless it stands inside quotes
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    number = 0
    try:
        for cells in reader:
            number += 1
            check_size(number, len(cells))
            if len(cells) == 1 and number == 1 and cells[0].lower().startswith("sep="):
                continue
            yield number, [cell.strip() or None for cell in cells]
    except csv.Error:
        raise BadTable(
            _("Row %(row)s cannot be read. Look for a quotation mark too many.", row=number + 1)
        ) from None


def _delimiter(text: str) -> str:
    """Return what separates the cells: what the first lines have most of, outside quotes."""
    first = text.lstrip().splitlines()[:5]
    if first and first[0].lower().startswith("sep=") and len(first[0]) > 4:
        return first[0][4]
    heading = "".join(part for line in first[:3] for part in line.split('"')[::2])
    return max(";,\t", key=lambda mark: (heading.count(mark), mark == ";"))


def check_size(row: int, columns: int) -> None:
    """Refuse a table that is larger than any municipality's."""
    if row > MOST_ROWS + 1:
        raise BadTable(
            _("The file has more than %(most)s rows. Divide it into several.", most=MOST_ROWS)
        )
    if columns > MOST_COLUMNS:
        raise BadTable(
            _("The file has more than %(most)s columns. Use the template.", most=MOST_COLUMNS)
        )


def _table(
    rows: list[tuple[int, list[Any]]], is_heading: Any, sheet: str | None, hidden: list[str]
) -> Table:
    filled = [(number, cells) for number, cells in rows if any(c is not None for c in cells)]
    if not filled:
        raise BadTable(_("The file has no rows."))
    top = next(
        (at for at, (_n, cells) in enumerate(filled[:15]) if is_heading(_texts(cells))), None
    )
    if top is None:
        raise BadTable(
            _("We cannot find the heading. The table needs a column Family id; see the template.")
        )
    return Table(
        heading=_texts(filled[top][1]), rows=filled[top + 1 :], sheet=sheet, hidden_sheets=hidden
    )


def _texts(cells: list[Any]) -> list[str]:
    return ["" if cell is None or isinstance(cell, Cell) else str(cell).strip() for cell in cells]


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Open the .xlsx as the archive it is, refusing what would fill memory when unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise _damaged() from None
    parts = archive.infolist()
    # An entry that lies about its size is cut off by zipfile and fails its checksum.
    if len(parts) > 2000 or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadTable(_("The file is too large when unpacked. Use the template, and text only."))
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise BadTable(_("This is not an Excel file. Use a file of the kind .xlsx or .csv."))
    return archive


def _damaged() -> BadTable:
    return BadTable(_("The file is damaged, or is not an Excel file. Save it anew as .xlsx."))

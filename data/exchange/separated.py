"""Reads .csv as people's programs write it: any usual mark between cells, any usual lettering."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from data.exchange.tables import BadTable, Rows, check_size
from data.i18n import _

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_rows(content: bytes) -> Rows:
    """Return the rows of the text."""
    return list(_rows(_decoded(content)))


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in UTF_16 else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(_("We cannot read the letters of the file. Save it as CSV UTF-8."))


def _rows(text: str) -> Iterator[tuple[int, list[Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            check_size(number, len(cells))
            if number == 1 and cells and cells[0].lower().startswith("sep="):
                continue
            yield number, [cell.strip() or None for cell in cells]
    except csv.Error:
        raise BadTable(
            _("Row %(row)s cannot be read. Look for a quotation mark too many.", row=number + 1)
        ) from None


def _delimiter(text: str) -> str:
    """Return what separates the cells: what the first lines have most of, outside quotes."""
    first = text.lstrip().splitlines()[:3]
    if first and first[0].lower().startswith("sep=") and len(first[0]) > 4:
        return first[0][4]
    outside_quotes = "".join(part for line in first for part in line.split('"')[::2])
    return max(";,\t", key=lambda mark: (outside_quotes.count(mark), mark == ";"))

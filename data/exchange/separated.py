"""Reads .csv as people's programs write it: any usual mark between cells, any usual lettering."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from data.exchange.tables import LINES_ABOVE, BadTable, Rows, check_size
from data.i18n import _

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_rows(content: bytes, is_heading: Callable[[list[str]], bool]) -> Rows:
    """Return the rows of the text; the heading tells which mark divides them."""
    text = _decoded(content)
    return list(_rows(text, _delimiter(text, is_heading)))


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in UTF_16 else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(_("We cannot read the letters of the file. Save it as CSV UTF-8."))


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
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


def _delimiter(text: str, is_heading: Callable[[list[str]], bool]) -> str:
    """Return what separates the cells: the mark that gives the heading most cells.

    Counting marks is not enough: answers hold semicolons too, where commas divide the cells.
    """
    first = text.lstrip().splitlines()[:LINES_ABOVE]
    if first and first[0].lower().startswith("sep=") and len(first[0]) > 4:
        return first[0][4]
    return max(";,\t", key=lambda mark: (_heading_cells(first, mark, is_heading), mark == ";"))


def _heading_cells(lines: list[str], mark: str, is_heading: Callable[[list[str]], bool]) -> int:
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error:
        return 0
    return next((len([c for c in cells if c]) for cells in rows if is_heading(cells)), 0)

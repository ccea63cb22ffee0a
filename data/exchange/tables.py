"""What a table is on its way in: its heading, its rows, its limits, and what makes it no table."""

from dataclasses import dataclass
from typing import Any

from data.errors import Invalid
from data.i18n import _

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 150 * 1024 * 1024
LINES_ABOVE = 15  # titles that may stand above the heading

Rows = list[tuple[int, list[Any]]]  # each row with its number in the file


class BadTable(Invalid):
    """The file cannot be read as a table at all; the text says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What an empty-looking or faulty cell was: kept apart from what people wrote."""

    code: str  # "formula" or "excel_error"
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A heading and the rows below it; `divided` by marks, so that a mark too many moves cells."""

    heading: list[str]
    rows: Rows
    divided: bool = False


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


def damaged() -> BadTable:
    """Return the answer to a file that says it is a workbook and is not."""
    return BadTable(_("The file is damaged, or is not an Excel file. Save it anew as .xlsx."))

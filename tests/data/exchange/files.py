"""Small files for the tests: .csv as text, .xlsx made by openpyxl or by hand."""

import io
import zipfile
from typing import Any

from openpyxl import Workbook


def csv_file(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def xlsx_file(
    *rows: list[Any], title: str = "Familier", hidden: list[list[Any]] | None = None
) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if hidden is not None:
        secret = book.create_sheet("Skjult", 0)
        for row in hidden:
            secret.append(row)
        secret.sheet_state = "hidden"
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with one part put in or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return out.getvalue()

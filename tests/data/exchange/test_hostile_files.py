"""Broken and hostile files get a clear word, quickly, and never a fault."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from data.exchange import BadTable, read_families
from data.exchange.tables import MOST_COLUMNS, MOST_ROWS
from tests.data.exchange.files import csv_file, saved, with_part, xlsx_file

GOOD = xlsx_file(["id", "postcode"], ["F-1", "7100"])
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet><sheetData>
<row><c t="str"><v>&c;</v></c>
</row></sheetData></worksheet>"""


def zip_of(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return content.getvalue()


BROKEN = {
    "empty": b"",
    "only spaces": b"  \r\n ",
    "heading alone": csv_file("id;navn"),
    "heading alone in a workbook": xlsx_file(["id", "navn"]),
    "heading missing": csv_file("Navn;By", "Skov;Vejle"),
    "pdf": b"%PDF-1.7 ...",
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
    "web page": b"<!DOCTYPE html><html><table><tr><td>id</td></tr></table></html>",
    "bytes": bytes(range(256)) * 20,
    "a zip of something else": zip_of(readme=b"hello"),
    "half a workbook": GOOD[: len(GOOD) // 2],
    "a workbook with a torn sheet": with_part(GOOD, SHEET, b"<worksheet><sheetData><row"),
    "a workbook without sheets": with_part(GOOD, "xl/_rels/workbook.xml.rels", b"<Relations/>"),
    "entities that explode": with_part(GOOD, SHEET, BOMB),
    "entities in another lettering": with_part(GOOD, SHEET, BOMB.decode().encode("utf-16")),
    "entities in another lettering without a mark": with_part(
        GOOD, SHEET, BOMB.decode().encode("utf-16-le")
    ),
    "entities in a part of another name": with_part(GOOD, "xl/worksheets/sheet1.bin", BOMB),
    "impossible letters": "id;navn\r\n1;\x81\x8d".encode("latin-1"),
    "unclosed quotation mark": b'id;about_us\r\n1;"' + b"x" * 200_000,
    "unpacks to gigabytes": with_part(GOOD, "xl/media/image1.xml", b"0" * (160 * 1024 * 1024)),
    "too many columns": csv_file(";".join(["id"] * (MOST_COLUMNS + 1))),
    "too many rows": csv_file("id", *(str(n) for n in range(MOST_ROWS + 1))),
    "no rows": xlsx_file(),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("filename", ["families.xlsx", "families.csv"])
def test_a_file_that_is_no_table_is_refused_with_a_word(kind, filename):
    began = time.monotonic()
    with pytest.raises(BadTable) as refused:
        read_families(BROKEN[kind], filename)
    assert len(str(refused.value)) > 15
    assert time.monotonic() - began < 5


def test_a_single_cell_far_down_and_far_out_does_not_cost_a_million_rows():
    book = Workbook()
    book.active["A1"], book.active["A2"] = "id", "F-1"
    book.active["A1048576"] = "F-2"
    began = time.monotonic()
    assert len(read_families(saved(book), "f.xlsx").records) == 1
    assert time.monotonic() - began < 5
    book.active["XFD1"] = "far out"
    assert len(read_families(saved(book), "f.xlsx").records) == 1
    assert time.monotonic() - began < 5


def test_an_entry_that_lies_about_its_size_is_refused():
    content = bytearray(with_part(GOOD, "xl/media/a.xml", b"0" * 5_000_000))
    # the size in the directory at the end of the archive: say 100 instead of five million
    lie = content.rfind((5_000_000).to_bytes(4, "little"))
    content[lie : lie + 4] = (100).to_bytes(4, "little")
    with pytest.raises(BadTable):
        read_families(bytes(content), "f.xlsx")


@pytest.mark.parametrize("seed", range(60))
def test_no_flipped_byte_is_a_fault(seed):
    """Whatever happened to the file on its way, we answer; we never fall over."""
    import random

    chance = random.Random(seed)
    content = bytearray(GOOD if seed % 2 else csv_file('id;"postcode"', 'F-1;"71""00"', "F-2;7080"))
    for _ in range(chance.randint(1, 12)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        result = read_families(bytes(content), "f.xlsx" if seed % 2 else "f.csv")
    except BadTable:
        return
    assert all(p.what and p.remedy for p in result.problems)


def test_a_picture_in_a_workbook_is_no_reason_to_refuse_it():
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256))
    assert read_families(with_part(GOOD, "xl/media/image1.jpeg", jpeg), "f.xlsx").records

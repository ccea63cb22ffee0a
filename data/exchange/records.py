"""Rows of a table to records of families (docs/records.md), and all that is wrong on the way."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from data.clock import today
from data.exchange.cells import Unreadable, read_cell, text_of
from data.exchange.columns import (
    CONSENT,
    EMAIL,
    EMAIL_2,
    ID,
    NAME,
    columns,
    is_heading,
    key_of,
    nearest,
)
from data.exchange.files import read_table
from data.exchange.private_numbers import holds_cpr, is_cpr, mask
from data.exchange.problems import Problem
from data.exchange.tables import Cell, Table

_EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$")
EXAMPLE_ID = "EKSEMPEL-1"
MOST_ID_CHARS = 64
MOST_NAME_CHARS = 120
IGNORED = "-"  # a column that a person has chosen to leave out


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach a family: kept apart from the record, so that no matcher ever sees it."""

    name: str | None = None
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mending:
    """What a person has put right while looking at the problems, without touching the file."""

    columns: Mapping[str, str] = field(default_factory=dict)  # heading -> key
    cells: Mapping[str, str] = field(default_factory=dict)  # "8:postcode" -> "7100"
    skipped: Collection[int] = ()  # rows


@dataclass(frozen=True, kw_only=True)
class ReadResult:
    """Records in the order of the file, with their rows and contacts, and the problems."""

    records: list[dict[str, Any]]
    problems: list[Problem]
    rows: list[int]
    contacts: list[Contact]
    unknown_columns: list[str]
    columns: list[str]  # the keys that the file has

    @property
    def blocking(self) -> list[Problem]:
        """Return the problems that stop an import."""
        return [problem for problem in self.problems if problem.blocks]


def read_families(
    source: str | Path | bytes,
    filename: str | None = None,
    *,
    mending: Mending | None = None,
    known_ids: Collection[str] | None = None,
    on: date | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> ReadResult:
    """Read a table of families.

    A cell that cannot be read leaves its key out of the record and a problem in the list. Raises
    BadTable when the file is no table at all. With `known_ids` (families that exist already) an
    exclusion to anyone else blocks; without, it is only noted.
    """
    if filename is None:
        filename = "" if isinstance(source, bytes) else Path(source).name
    table = read_table(source, filename, is_heading=is_heading)
    reading = _Reading(table, mending or Mending(), on or today())
    reading.read(tell)
    reading.check_exclusions(known_ids)
    return ReadResult(
        records=reading.records,
        problems=sorted(reading.problems, key=lambda p: (p.row or 0, p.column or "")),
        rows=reading.rows,
        contacts=reading.contacts,
        unknown_columns=reading.unknown,
        columns=list(reading.keys.values()),
    )


class _Reading:
    """One pass over a table."""

    def __init__(self, table: Table, mending: Mending, on: date) -> None:
        # A heading may itself hold what must not be repeated: it comes from outside.
        self.headings = [mask(h) if holds_cpr(h) else h for h in table.heading]
        self.table = table
        self.mending = mending
        self.on = on
        self.records: list[dict[str, Any]] = []
        self.rows: list[int] = []
        self.contacts: list[Contact] = []
        self.problems: list[Problem] = []
        self.unknown: list[str] = []
        self.keys = self._keys()
        self._seen: dict[str, int] = {}

    def _keys(self) -> dict[int, str]:
        """Return which key each column holds."""
        keys: dict[int, str] = {}
        for at, heading in enumerate(self.headings):
            if not heading or self.mending.columns.get(heading) == IGNORED:
                continue
            key = self.mending.columns.get(heading) or key_of(heading)
            if key not in columns():
                self._unknown(heading)
            elif key in keys.values():
                self._note("double_column", column=heading, blocks=False)
            elif (about := columns()[key].field) and about.set_by == "nobody":
                self._note("not_collected", column=heading, blocks=False)
            else:
                keys[at] = key
        return keys

    def _unknown(self, heading: str) -> None:
        self.unknown.append(heading)
        near = nearest(heading)
        self._note("unknown_column", column=heading[:60], blocks=False, facts={"near": near})

    def read(self, tell: Callable[[float], None]) -> None:
        """Read every row; `tell` hears how far we are, in [0, 1]."""
        for done, (number, cells) in enumerate(self.table.rows):
            if done % 250 == 0:
                tell(done / len(self.table.rows))
            if number in self.mending.skipped:
                continue
            self._look_for_more(number, cells)
            at_key = {key: cells[at] for at, key in self.keys.items() if at < len(cells)}
            for key in self.keys.values():
                if (mended := self.mending.cells.get(f"{number}:{key}")) is not None:
                    at_key[key] = mended.strip() or None
            self._read_row(number, {k: c for k, c in at_key.items() if c is not None})

    def _look_for_more(self, number: int, cells: list[Any]) -> None:
        """A mark inside an answer moves the answers after it: such a row says what nobody meant."""
        width = max(at for at, heading in enumerate(self.headings, start=1) if heading)
        if self.table.divided and any(cell is not None for cell in cells[width:]):
            self._note("more_cells", row=number, blocks=True)

    def _read_row(self, number: int, cells: dict[str, Any]) -> None:
        if not cells:
            return
        cells = dict(self._without_private(number, cells))
        key = text_of(cells[ID]) if ID in cells else ""
        if key == EXAMPLE_ID:
            self._note("example_row", row=number, blocks=False)
            return
        if not key:
            self._problem(number, ID, Unreadable("no_id"), "")
            return
        if len(key) > MOST_ID_CHARS:
            self._problem(number, ID, Unreadable("too_long", most=MOST_ID_CHARS), key)
            return
        if key in self._seen:
            self._problem(number, ID, Unreadable("duplicate_id", first=self._seen[key]), key)
            return
        self._seen[key] = number
        self.records.append({"id": key, **self._answers(number, cells)})
        self.rows.append(number)
        self.contacts.append(self._contact(number, cells))

    def _without_private(self, number: int, cells: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, cell in cells.items():
            if isinstance(cell, Cell):
                self._problem(number, key, Unreadable(cell.code), cell.value)
            elif not isinstance(cell, date | bool) and is_cpr(text_of(cell)):
                self._problem(number, key, Unreadable("cpr", blocks=False), mask(text_of(cell)))
            else:
                yield key, cell

    def _answers(self, number: int, cells: dict[str, Any]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for key, cell in cells.items():
            about = columns()[key].field
            if about is None:
                continue
            try:
                value = read_cell(about, cell, on=self.on)
            except Unreadable as wrong:
                self._problem(number, key, wrong, text_of(cell))
                continue
            if isinstance(cell, date) and about.kind in {"single", "multi"}:
                read = about.values[value if isinstance(value, str) else value[0]].da
                told = Unreadable("excel_date", blocks=False, read=read)
                self._problem(number, key, told, text_of(cell))
            if key == CONSENT:
                answers["consents"] = {"matching": value}
            else:
                answers[key] = value
        return answers

    def _contact(self, number: int, cells: dict[str, Any]) -> Contact:
        emails = []
        for key in (EMAIL, EMAIL_2):
            if key not in cells:
                continue
            address = text_of(cells[key]).lower()
            if _EMAIL.match(address) and len(address) <= 254:
                emails.append(address)
            else:
                self._problem(number, key, Unreadable("bad_email"), address)
        name = " ".join(text_of(cells[NAME]).split()) if NAME in cells else None
        if name and len(name) > MOST_NAME_CHARS:
            self._problem(number, NAME, Unreadable("too_long", most=MOST_NAME_CHARS), name)
            name = None
        return Contact(name=name, emails=tuple(dict.fromkeys(emails)))

    def check_exclusions(self, known_ids: Collection[str] | None) -> None:
        there = Counter(record["id"] for record in self.records)
        there.update(known_ids or ())
        for number, record in zip(self.rows, self.records, strict=True):
            if "exclusions" not in record:
                continue
            for other in list(record["exclusions"]):
                wrong = None
                if other == record["id"]:
                    wrong = Unreadable("self_exclusion")
                elif other not in there:
                    wrong = Unreadable(
                        "unknown_exclusion", blocks=known_ids is not None, other=other[:60]
                    )
                if wrong is not None:
                    record["exclusions"].remove(other)
                    self._problem(number, "exclusions", wrong, other)

    def _problem(self, number: int, key: str, wrong: Unreadable, value: str) -> None:
        facts = dict(wrong.facts)
        shown = str(facts.pop("value", value))[:80]
        self.problems.append(
            Problem(
                code=wrong.code,
                row=number,
                key=key,
                blocks=wrong.blocks,
                facts=facts,
                column=self._heading(key),
                value=mask(shown) if holds_cpr(shown) else shown,
            )
        )

    def _heading(self, key: str) -> str:
        return next((self.headings[at] for at, k in self.keys.items() if k == key), key)

    def _note(self, code: str, *, blocks: bool, **where: Any) -> None:
        self.problems.append(Problem(code=code, blocks=blocks, **where))

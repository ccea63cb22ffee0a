"""What the matcher may know about families: records in, one table of numbers out."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.collecting import no_collection
from matcher.days import today
from matcher.errors import MatcherError
from matcher.geography import municipality_codes, postcode_numbers
from matcher.schema import SCHEMA, Field

FloatTable = NDArray[np.float64]

APPROVAL_MONTHS = 24
_PLAIN = frozenset({str, int, float, bool, type(None)})  # nothing to copy
MAX_THEMES_NOW = 5
NOT_MATCHED_ON = frozenset({"about_us", "placing_municipalities", "children_gender"})


@cache
def columns() -> dict[str, slice]:
    """Return where each answer stands in ``Profiles.table``.

    A single code is its position among the values; several codes are one 0/1 column each;
    themes are strengths 0-3; dates are day numbers; ``mentor_expires`` is derived.
    """
    layout: dict[str, slice] = {}
    start = 0
    for field in SCHEMA:
        if field.kind in {"text", "exclusions"} or field.code in NOT_MATCHED_ON:
            continue
        width = len(field.values) if field.many else 1
        layout[field.code] = slice(start, start + width)
        start += width
    layout["mentor_expires"] = slice(start, start + 1)
    return layout


@cache
def _n_columns() -> int:
    return max(int(place.stop) for place in columns().values())


class Profiles:
    """Families as one numeric table, in the order of their records.

    Attributes
    ----------
    ids : tuple of str
        The municipality's own keys.
    table : ndarray of shape (n_families, n_columns)
        NaN where a question was not answered; see ``columns`` for the layout. Read-only.
    exclusions : tuple of frozenset of str
        Whom each family must not be put together with, as written on its own side.
    warnings : tuple of str
        What was read as missing, and why.
    """

    def __init__(
        self,
        ids: tuple[str, ...],
        table: FloatTable,
        exclusions: tuple[frozenset[str], ...],
        records: tuple[Mapping[str, Any], ...],
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.ids = ids
        self.table = table
        self.exclusions = exclusions
        self.warnings = warnings
        self._records = records
        self.table.setflags(write=False)

    @classmethod
    def from_records(cls, records: Sequence[Mapping[str, Any]]) -> "Profiles":
        """Read families from records.

        Parameters
        ----------
        records : sequence of mappings
            One mapping per family with an ``id`` and any of the schema's keys. An absent key
            (or None) is not an answer; an empty list is the answer "none of these".

        Returns
        -------
        Profiles
            In the order of the records. The records are copied, never changed.

        Raises
        ------
        MatcherError
            For an unknown key or code, a value of the wrong kind, a duplicate id, more than five
            ``themes_now`` or a strength outside 1-3; it names the id, the key and the value.

        Examples
        --------
        >>> people = Profiles.from_records([{"id": "F-1", "postcode": "7100"}, {"id": "F-2"}])
        >>> len(people), people.ids, people[[1]].ids
        (2, ('F-1', 'F-2'), ('F-2',))
        """
        table = np.full((len(records), _n_columns()), np.nan)
        warnings: list[str] = []
        seen: dict[str, None] = {}
        copies: list[dict[str, Any]] = []
        exclusions: list[frozenset[str]] = []
        with no_collection():
            for row, record in zip(table, records, strict=True):
                key = _id_of(record)
                if key in seen:
                    raise _refuse(key, "id", key, "is there twice")
                seen[key] = None
                copies.append({code: _copied(value) for code, value in record.items()})
                exclusions.append(_read(key, record, row, warnings))
        _fill_defaults(table)
        return cls(tuple(seen), table, tuple(exclusions), tuple(copies), tuple(warnings))

    def __len__(self) -> int:
        """Return the number of families."""
        return len(self.ids)

    def __getitem__(self, rows: ArrayLike | slice) -> "Profiles":
        """Return some of the families, in the order asked for."""
        if not isinstance(rows, slice):
            rows = np.asarray(rows)
            rows = rows if rows.size else rows.astype(np.intp)
        chosen = np.atleast_1d(np.arange(len(self))[rows])
        return Profiles(
            tuple(self.ids[i] for i in chosen),
            self.table[chosen],
            tuple(self.exclusions[i] for i in chosen),
            tuple(self._records[i] for i in chosen),
        )

    def record(self, i: int) -> dict[str, Any]:
        """Return a copy of the record that family ``i`` was read from."""
        return {code: _copied(value) for code, value in self._records[i].items()}

    def column(self, code: str) -> FloatTable:
        """Return a single answer for every family, shape (n_families,); NaN is unanswered."""
        return self.table[:, columns()[code].start]

    def flags(self, code: str) -> FloatTable:
        """Return an answer of several codes, shape (n_families, n_values); NaN is unanswered."""
        return self.table[:, columns()[code]]

    def answered(self, code: str) -> NDArray[np.bool_]:
        """Tell who answered a question (or has its default), shape (n_families,)."""
        return ~np.isnan(self.column(code))

    def bits(self, code: str) -> NDArray[np.uint32]:
        """Return an answer of several codes as one bit each, shape (n_families,); missing is 0."""
        chosen = np.nan_to_num(self.flags(code)) > 0
        powers = np.uint32(1) << np.arange(chosen.shape[1], dtype=np.uint32)
        bits: NDArray[np.uint32] = (chosen * powers).sum(axis=1, dtype=np.uint32)
        return bits

    def years(self, on: date) -> FloatTable:
        """Return years as a foster family, shape (n_families,)."""
        return on.year - self.column("foster_since")

    @property
    def is_protected(self) -> NDArray[np.bool_]:
        """Tell whose address is protected, shape (n_families,)."""
        protected: NDArray[np.bool_] = self.column("protected_address") == 1
        return protected


def day(on: date | None) -> date:
    """Return the day that counts: the given one, or today in Denmark."""
    return on or today()


def as_profiles(families: "Profiles | Mapping[str, Any] | Sequence[Mapping[str, Any]]") -> Profiles:
    """Take profiles as they are, and read one record or several."""
    if isinstance(families, Profiles):
        return families
    return Profiles.from_records([families] if isinstance(families, Mapping) else families)


def _id_of(record: Mapping[str, Any]) -> str:
    key = record.get("id")
    if not isinstance(key, str) or not key:
        raise MatcherError(f"a family's id must be a text, not {key!r}")
    return key


def _copied(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return value


def _refuse(key: str, code: str, value: object, why: str) -> MatcherError:
    return MatcherError(f"family {key!r}, {code!r}: {value!r} {why}")


def _read(
    key: str, record: Mapping[str, Any], row: FloatTable, warnings: list[str]
) -> frozenset[str]:
    """Write one record into its row of the table; return its exclusions."""
    for code, value in record.items():
        if code == "id":
            continue
        field = SCHEMA.fields.get(code)
        if field is None:
            raise _refuse(key, code, value, "belongs to a key that the profile does not have")
        if value is not None:
            _READERS[field.kind](key, field, value, row, warnings)
    return frozenset(record.get("exclusions") or ())


def _read_single(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    if field.code == "home_municipality":
        _check_municipality(key, field, value)
        row[columns()[field.code]] = int(value)
        return
    row[columns()[field.code]] = _position(key, field, value)


def _check_municipality(key: str, field: Field, value: Any) -> None:
    if not isinstance(value, str) or value not in municipality_codes():
        raise _refuse(key, field.code, value, "is not a municipality code")


def _is_several(value: object) -> bool:
    if type(value) is list:  # nearly always, and asked of every answer of a country
        return True
    return isinstance(value, Sequence | set | frozenset) and not isinstance(value, str)


def _position(key: str, field: Field, value: Any) -> int:
    position = _positions(field.code).get(value) if isinstance(value, str) else None
    if position is None:
        raise _refuse(key, field.code, value, "is not one of its codes")
    return position


@cache
def _positions(code: str) -> dict[str, int]:
    return {value: position for position, value in enumerate(SCHEMA.fields[code].values)}


def _read_multi(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    if not _is_several(value):
        raise _refuse(key, field.code, value, "must be a list of codes")
    if field.code == "placing_municipalities":
        for code in value:
            _check_municipality(key, field, code)
        return
    places = [_position(key, field, code) for code in value]
    if field.code in columns():
        flags = row[columns()[field.code]]
        flags[:] = 0
        flags[places] = 1


def _read_themes(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    if not isinstance(value, Mapping):
        raise _refuse(key, field.code, value, "must map theme codes to strengths")
    if len(value) > MAX_THEMES_NOW:
        raise _refuse(key, field.code, value, f"has more than {MAX_THEMES_NOW} themes")
    strengths = row[columns()[field.code]]
    strengths[:] = 0
    for code, strength in value.items():
        if not _is_int(strength) or not 1 <= strength <= 3:
            raise _refuse(key, field.code, {code: strength}, "has a strength outside 1-3")
        strengths[_position(key, field, code)] = strength


def _is_int(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _read_int(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    # Upper limits are the form's business; benchmarks and old data may go beyond them.
    if not _is_int(value) or value < 0:
        raise _refuse(key, field.code, value, "must be a whole number of at least 0")
    row[columns()[field.code]] = value


def _read_bool(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    if not isinstance(value, bool | np.bool_):
        raise _refuse(key, field.code, value, "must be true or false")
    row[columns()[field.code]] = value


def _day(key: str, code: str, value: Any) -> date:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _refuse(key, code, value, "must be an ISO date") from None


def _read_date(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    day = _day(key, field.code, value)
    row[columns()[field.code]] = day.toordinal()
    row[columns()["mentor_expires"]] = approval_ends(day).toordinal()


def approval_ends(approved: date) -> date:
    """Return the first day on which an approval as mentor no longer holds.

    Two years later; 29 February becomes 1 March.
    """
    year = approved.year + APPROVAL_MONTHS // 12
    try:
        return approved.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _read_consents(
    key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]
) -> None:
    if not isinstance(value, Mapping):
        raise _refuse(key, field.code, value, "must be a mapping")
    if value.get("matching") is not None:
        day = _day(key, "consents.matching", value["matching"])
        row[columns()[field.code]] = day.toordinal()


def _read_postcode(
    key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]
) -> None:
    number = postcode_numbers().get(value) if isinstance(value, str) else None
    if number is None:
        warnings.append(f"family {key!r}, 'postcode': {value!r} is unknown and read as missing")
    else:
        row[columns()[field.code]] = number


def _read_exclusions(
    key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]
) -> None:
    if not _is_several(value) or not all(isinstance(other, str) for other in value):
        raise _refuse(key, field.code, value, "must be a list of ids")


def _read_text(key: str, field: Field, value: Any, row: FloatTable, warnings: list[str]) -> None:
    if not isinstance(value, str):
        raise _refuse(key, field.code, value, "must be a text")


_READERS = {
    "single": _read_single,
    "multi": _read_multi,
    "slots": _read_multi,
    "themes_strength": _read_themes,
    "int": _read_int,
    "year": _read_int,
    "bool": _read_bool,
    "date": _read_date,
    "consents": _read_consents,
    "postcode": _read_postcode,
    "exclusions": _read_exclusions,
    "text": _read_text,
}


def _fill_defaults(table: FloatTable) -> None:
    """Give unanswered questions the default that the schema has for them."""
    for field in SCHEMA:
        if field.default is None:
            continue
        cells = table[:, columns()[field.code]]
        missing = np.isnan(cells[:, 0])
        default = np.zeros(cells.shape[1])
        if field.many:
            default[[_positions(field.code)[code] for code in field.default]] = 1
        elif field.values:
            default[0] = _positions(field.code)[field.default]
        else:
            default[0] = field.default
        cells[missing] = default

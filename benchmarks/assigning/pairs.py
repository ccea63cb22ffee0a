"""How long `pair` takes end to end: rules, scores, optimum, reasons and proof."""

import json
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.assigning import Asked
from benchmarks.assigning.families import Pool, pool
from benchmarks.assigning.processes import measured, middle, own_python, run
from benchmarks.tables import show
from config import Config
from data.answers import set_answers
from data.db import db, transaction
from data.matching import sides
from data.models import Consent, ConsentKind, Exclusion, Family, FamilyStatus, Municipality
from matcher.pairing import Pairing, pair
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from web.app import create_app
from web.shared import warming

Read = Callable[[], tuple[Profiles, Profiles]]


class Size(NamedTuple):
    """How many, from where, and how fast it must be."""

    n: int
    m: int
    stored: bool
    must: float | None

    @property
    def name(self) -> str:
        """How the table calls it."""
        return f"{self.n:,} x {self.m:,}" + (" from the database" if self.stored else "")


SIZES = (
    Size(150, 60, False, 0.1),
    Size(600, 200, False, 0.3),
    Size(4000, 1500, True, 2.0),
    Size(20_000, 10_000, False, None),
)
_ELSEWHERE = frozenset(
    {"id", "status", "consents", "exclusions", "mentor_approved", "protected_address"}
)


def table_pair(asked: Asked) -> None:
    """Print the CPU seconds of each part, the memory, and whether the proof holds."""
    show(
        ["families x mentors", "read s", "pair s, with reasons", "in all s", "must s", "paired",
         "total", "left out, each with a reason", "MB", "certified, in s"],
        (_row(size, asked) for size in SIZES if asked.only in size.name),
    )  # fmt: skip


def _row(size: Size, asked: Asked) -> list[object]:
    runs = [
        run(own_python(), __name__, [json.dumps(size)], core=asked.core)
        for _ in range(asked.repetitions if size.must else min(asked.repetitions, 2))
    ]
    first = runs[0]
    whole = [one["read"] + one["pair"] for one in runs]
    checks = [one["verify"] for one in runs]
    good = all(one["certified"] for one in runs)
    return [size.name, middle([one["read"] for one in runs]),
            middle([one["pair"] for one in runs]), middle(whole),
            size.must or "stated", f"{first['matched']:,}", f"{first['total']:,.2f}",
            f"{first['left_out']:,}", f"{max(one['megabytes'] for one in runs):.0f}",
            f"{'yes' if good else 'NO'}, {middle(checks)}"]  # fmt: skip


def once(size: Size) -> dict[str, Any]:
    """Read, pair and check one pool in this process."""
    _timed(size._replace(n=150, m=60, stored=False))  # compile, and read what is read once
    return _timed(size)


def _timed(size: Size) -> dict[str, Any]:
    people = pool(size.n, size.m)
    with tempfile.TemporaryDirectory() as folder:
        read, waiting = _stored(people, Path(folder)) if size.stored else _given(people)
        warming.warm()  # as the product's processes do soon after their start
        reading, _, (families, mentors) = measured(read)
    seconds, grown, result = measured(lambda: pair(families, mentors, waiting=waiting))
    start = time.process_time()
    certified = result.certificate.verify()
    return {
        "read": reading,
        "pair": seconds,
        "verify": time.process_time() - start,
        "megabytes": grown,
        "certified": certified,
        **_told(result),
    }


def _told(result: Pairing) -> dict[str, Any]:
    left_out = {f for f, j in zip(result.family_ids, result.mentor_of, strict=True) if j < 0}
    assert left_out == set(result.why_not)
    return {"matched": result.matched, "total": result.total, "left_out": len(left_out)}


def _given(people: Pool) -> tuple[Read, dict[str, int]]:
    def read() -> tuple[Profiles, Profiles]:
        return Profiles.from_records(people.families), Profiles.from_records(people.mentors)

    return read, people.waiting


def _stored(people: Pool, folder: Path) -> tuple[Read, dict[str, int]]:
    """Write a pool to a database of its own; return how to read it as the product does."""
    app = create_app(
        Config.for_tests(
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/pool.db", INSTANCE=folder, TESTING=False
        )
    )
    app.app_context().push()
    db.create_all()
    with transaction():
        row_of = store(people)
    db.session.expunge_all()
    asking = [row_of[record["id"]] for record in people.families]
    helping = [row_of[record["id"]] for record in people.mentors]

    def read() -> tuple[Profiles, Profiles]:
        families, mentors = sides(asking, helping)
        return families, mentors

    return read, {str(row_of[key]): days for key, days in people.waiting.items()}


def store(people: Pool) -> dict[str, int]:
    """Add a pool to the database; return each family's row."""
    town = Municipality(name="Landet", code="0630")
    db.session.add(town)
    db.session.flush()
    records = [*people.families, *people.mentors]
    families = {record["id"]: _family(record, town) for record in records}
    db.session.add_all(families.values())
    db.session.flush()
    for record in records:
        family = families[record["id"]]
        facts = {code: value for code, value in record.items() if code not in _ELSEWHERE}
        set_answers(family, facts)
        given = date.fromisoformat(record["consents"]["matching"])
        db.session.add(
            Consent(family_id=family.id, kind=ConsentKind.MATCHING, version="1", given_on=given)
        )
    apart = {
        tuple(sorted((families[record["id"]].id, families[other].id)))
        for record in records
        for other in record.get("exclusions", ())
    }
    db.session.add_all(Exclusion(family_id=a, other_id=b) for a, b in sorted(apart))
    return {key: family.id for key, family in families.items()}


def _family(record: dict[str, Any], town: Municipality) -> Family:
    approved = record.get("mentor_approved")
    return Family(
        municipality_id=town.id,
        external_id=record["id"],
        name="Opfundet",
        status=FamilyStatus(record["status"]),
        protected_address=record["protected_address"],
        mentor_approved_on=date.fromisoformat(approved) if approved else None,
        wizard_done=[step.code for step in SCHEMA.steps],
    )


if __name__ == "__main__":
    import sys

    print(json.dumps(once(Size(*json.loads(sys.argv[1])))))

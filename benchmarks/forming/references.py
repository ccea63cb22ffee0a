"""The fixed long runs that shorter ones are measured against.

A reference made here is kept in the build folder with its grouping; `references.csv` beside this
file holds the values of those that were used for docs/forming.md, with how they were made.
"""

import csv
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.forming.case import apart
from benchmarks.forming.municipalities import Pool
from benchmarks.forming.objective import Formula
from benchmarks.forming.run import KEPT, commit

_TABLE = Path(__file__).with_name("references.csv")


@dataclass(frozen=True)
class Reference:
    """A long run: what it reached, and what drawing by lot reaches."""

    id: str
    pool: str
    seconds: float
    placed: int
    wishes: int
    whole: float
    drawn: float
    proven: bool
    commit: str
    day: str

    def gap(self, whole: float) -> float:
        """Return (F_ref - F) / (F_ref - F_rand) in per cent; negative = better than the run."""
        return 100.0 * (self.whole - whole) / (self.whole - self.drawn)


def reference(pool: Pool) -> Reference | None:
    """Return the pool's reference: the one made here, else the one in the table, else None."""
    made = _made()
    if pool.id in made:
        return Reference(**made[pool.id])
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["id"] == pool.id:
                return _read(row)
    return None


def _read(row: dict[str, str]) -> Reference:
    return Reference(
        id=row["id"],
        pool=row["pool"],
        seconds=float(row["seconds"]),
        placed=int(row["placed"]),
        wishes=int(row["wishes"]),
        whole=float(row["whole"]),
        drawn=float(row["drawn"]),
        proven=row["proven"] == "True",
        commit=row["commit"],
        day=row["day"],
    )


def make(pool: Pool, seconds: float, dice: int = 1000) -> Reference:
    """Run long and keep the result, if it is better than what there is."""
    result = apart(pool, seconds, dice)
    judged = Formula(pool).judge(result["labels"])
    fresh = Reference(
        id=pool.id,
        pool=pool.name,
        seconds=seconds,
        placed=judged.placed,
        wishes=judged.wishes,
        whole=round(float(judged.whole), 6),
        drawn=round(result["drawn"], 6),
        proven=result["proven"],
        commit=commit(),
        day=date.today().isoformat(),  # noqa: DTZ011 - a label
    )
    old = reference(pool)
    if old is not None and (old.placed, old.whole) >= (fresh.placed, fresh.whole):
        return old
    made = _made()
    made[pool.id] = asdict(fresh)
    _store().parent.mkdir(parents=True, exist_ok=True)
    _store().write_text(json.dumps(made, indent=1), encoding="utf-8")
    return fresh


def _store() -> Path:
    return KEPT / "references.json"


def _made() -> dict[str, dict[str, Any]]:
    if not _store().exists():
        return {}
    made: dict[str, dict[str, Any]] = json.loads(_store().read_text(encoding="utf-8"))
    return made

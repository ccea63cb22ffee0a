"""Pools of families: the same every time, whatever the code; known by the hash of their answers."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from tests.matcher.pools import ON, pool, with_holes

Record = dict[str, Any]
TIGHT = {"travel": (15, 35), "slots": (2, 4), "exclusions": 0.3, "forms": (0.2, 0.1, 0.7)}


@dataclass(frozen=True)
class Pool:
    """A pool with a name that tells how it is made: kind, how many, seed."""

    kind: str
    n: int
    seed: int = 0

    @property
    def name(self) -> str:
        """Return kind, size and seed."""
        return f"{self.kind}-{self.n}-{self.seed}"

    @cached_property
    def records(self) -> list[Record]:
        """Return the families."""
        return _MADE[self.kind](self.n, self.seed)

    @cached_property
    def id(self) -> str:
        """Return a hash of all answers: the same families, the same id."""
        text = json.dumps(self.records, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _demo(n: int, seed: int) -> list[Record]:
    """Families that answer as those of the demo municipality do, all of them wanting a group."""
    from data.seed.people import N_FAMILIES, invented_answers, invented_homes

    draw = Random(9000 + seed)
    homes = invented_homes(draw)
    records: list[Record] = []
    for i in range(n):
        number = i * N_FAMILIES // n if n <= N_FAMILIES else i % N_FAMILIES
        home = homes[i % len(homes)]
        record = {
            "id": f"F-{i:04}",
            "status": "active",
            "consents": {"matching": "2026-11-01"},
            **invented_answers(number, home, draw, year=ON.year),
            "participation": ["group"],
        }
        if draw.random() < 0.02:
            record["protected_address"] = True
        if i and draw.random() < 0.04:
            record["exclusions"] = [f"F-{draw.randrange(i):04}"]
        records.append(record)
    return records


def _region(n: int, seed: int) -> list[Record]:
    return pool(n, seed)


def _tight(n: int, seed: int) -> list[Record]:
    return pool(n, seed, **TIGHT)  # type: ignore[arg-type]


def _any(n: int, seed: int) -> list[Record]:
    """Some pool, easy or impossible, with answers missing: for hard rules, not for worth."""
    dice = Random(50_000 + seed)
    return with_holes(
        pool(
            n,
            50_000 + seed,
            travel=dice.choice([(10, 30), (25, 60), (60, 90)]),
            slots=dice.choice([(1, 2), (2, 4), (3, 9)]),
            exclusions=dice.choice([0.04, 0.4, 1.0]),
            forms=dice.choice([(0.5, 0.1, 0.4), (0.1, 0.3, 0.6), (0, 0, 1)]),
        ),
        50_000 + seed,
    )


_MADE = {"demo": _demo, "region": _region, "tight": _tight, "any": _any}

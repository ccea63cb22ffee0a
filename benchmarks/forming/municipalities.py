"""Pools of families: the same every time, whatever the code; known by the hash of their answers."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from tests.matcher.pools import NEAR_VEJLE, ON, SLOTS, pool, with_holes
from tests.matcher.rulebook import drive_of

Record = dict[str, Any]


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
    """Families with a hidden seating that places them all, and few other ways to be seated.

    Every hidden group has a time and a town; its families can meet then and hardly otherwise, and
    drive that far and hardly further. They exclude some of the others, never each other.
    """
    draw = Random(20_000 + seed)
    loose = 5 * (seed % 5)
    records = pool(n, 20_000 + seed, exclusions=0.0, forms=(0.1, 0.0, 0.9))
    sizes = [n // (n // 6)] * (n // 6)
    for extra in range(n - sum(sizes)):
        sizes[extra] += 1
    hidden = [g for g, size in enumerate(sizes) for _ in range(size)]
    draw.shuffle(hidden)
    towns = [draw.choice(NEAR_VEJLE) for _ in sizes]
    times = [draw.choice(SLOTS) for _ in sizes]
    for record, g in zip(records, hidden, strict=True):
        near = [code for code in NEAR_VEJLE if drive_of(code, towns[g]) <= 40]
        record["postcode"] = draw.choice(near)
        record["max_travel_minutes"] = drive_of(record["postcode"], towns[g]) + draw.randint(
            0, loose
        )
        record["availability"] = sorted(
            {times[g], *draw.sample(SLOTS, draw.randint(0, loose // 5))}
        )
        record["languages"] = ["da"]
        record.pop("protected_address", None)
        others = [r["id"] for r, h in zip(records, hidden, strict=True) if h != g]
        record["exclusions"] = draw.sample(others, draw.choice([0, 0, 1, 2]))
    for g, town in enumerate(towns):  # somebody lives where the group meets, so that it is a place
        first = next(r for r, h in zip(records, hidden, strict=True) if h == g)
        first["postcode"] = town
        first["max_travel_minutes"] = draw.randint(10, 30)
    return records


def _scarce(n: int, seed: int) -> list[Record]:
    """Families who drive little and are seldom free: not all of them can be placed."""
    forms = (0.2, 0.1, 0.7)
    return pool(n, seed, travel=(15, 35), slots=(2, 4), exclusions=0.3, forms=forms)


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


_MADE = {"demo": _demo, "region": _region, "tight": _tight, "scarce": _scarce, "any": _any}

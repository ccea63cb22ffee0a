"""What is done elsewhere against ours on the same pools: families served, total, worst pair.

First come, first served: who has waited longest takes the best mentor that is free. Greedy: the
best pair there is, again and again. Stable: nobody could do better with someone who also would.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.assigning import Asked
from benchmarks.assigning.families import Pool, pool
from benchmarks.assigning.instances import Ints
from benchmarks.assigning.processes import environment, run
from benchmarks.forming.run import cpu
from benchmarks.tables import show
from matcher.assigning.market import kept
from matcher.compatibility import ProfileScorer
from matcher.pairing import pair
from matcher.profiles import Profiles

SIZES = ((150, 60), (600, 200), (600, 330), (4000, 1500))
GOALS = ("most_families", "best_fit", "fairest")


def table_practice(asked: Asked) -> None:
    """Print every way at every size."""
    python = environment(asked.environment)
    show(
        ["families x mentors", "way", "served", "total", "mean", "worst", "s"],
        (row for n, m in SIZES if asked.only in f"{n} x {m}" for row in _rows(n, m, python, asked)),
    )


def _rows(n: int, m: int, python: Path, asked: Asked) -> list[list[object]]:
    people = pool(n, m)
    families, mentors = (Profiles.from_records(side) for side in people[:2])
    scorer = ProfileScorer(families, mentors)
    everyone = np.arange(n), np.arange(m)
    table = kept(scorer).scores(*everyone)
    places = np.nan_to_num(mentors.column("mentor_capacity")).astype(np.int64)
    elsewhere: dict[str, Callable[[], Ints]] = {
        "first come, first served": lambda: first_come(table, places, _turns(people)),
        "greedy, best pair first": lambda: greedy(table, places),
    }
    rows = []
    for name, way in elsewhere.items():
        took, mentor_of = cpu(way)
        rows.append([f"{n:,} x {m:,}", name, *_told(table, mentor_of, places), f"{took:.2f}"])
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder) / "pool.npz", scores=table, places=places)
        found = run(
            python, "benchmarks.assigning.stable", [Path(folder) / "pool.npz"], core=asked.core
        )
    told = _told(table, np.array(found["mentor_of"]), places)
    rows.append([f"{n:,} x {m:,}", "stable (algmatch)", *told, f"{found['seconds']:.2f}"])
    for goal in GOALS:
        took, result = cpu(lambda goal=goal: pair(families, mentors, goal=goal))
        told = _told(table, result.mentor_of, places)
        rows.append([f"{n:,} x {m:,}", f"ours, {goal}", *told, f"{took:.2f}"])
    return rows


def _turns(people: Pool) -> Ints:
    """Return the families' rows, who has waited longest first."""
    days = [people.waiting.get(record["id"], 0) for record in people.families]
    return np.argsort(-np.array(days), kind="stable")


def first_come(table: Ints, places: Ints, turns: Ints) -> Ints:
    """Let each family in turn take the best mentor that still has room."""
    left, mentor_of = places.copy(), np.full(len(table), -1)
    for i in turns:
        offered = np.where(left > 0, table[i], -1)
        if offered.size and offered.max() >= 0:
            mentor_of[i] = offered.argmax()
            left[mentor_of[i]] -= 1
    return mentor_of


def greedy(table: Ints, places: Ints) -> Ints:
    """Make the best pair there is, then the best of what is left, and so on."""
    left, mentor_of = places.copy(), np.full(len(table), -1)
    rows, columns = np.nonzero(table >= 0)
    for k in np.argsort(-table[rows, columns], kind="stable"):
        i, j = rows[k], columns[k]
        if mentor_of[i] < 0 and left[j] > 0:
            mentor_of[i] = j
            left[j] -= 1
    return mentor_of


def _told(table: Ints, mentor_of: Any, places: Ints) -> list[object]:
    """Return families served, total, mean and worst; a broken rule or capacity is an error."""
    made = np.flatnonzero(mentor_of >= 0)
    scores = table[made, mentor_of[made]]
    assert (scores >= 0).all()
    assert (np.bincount(mentor_of[made], minlength=len(places)) <= places).all()
    if not len(made):
        return [0, "0.00", "-", "-"]
    total = scores.sum() / 1e6
    return [
        f"{len(made):,}",
        f"{total:.2f}",
        f"{total / len(made):.3f}",
        f"{scores.min() / 1e6:.3f}",
    ]

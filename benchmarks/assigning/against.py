"""`assign` against peers on the same instances, in turns, each run in a process of its own."""

import statistics
from typing import Any, NamedTuple

from benchmarks.assigning import Asked
from benchmarks.assigning.instances import Case
from benchmarks.assigning.processes import environment, middle, own_python, run
from benchmarks.tables import show

SLOW = 60.0  # a peer that takes longer than this a run is run twice only


class Row(NamedTuple):
    """A peer at a size, and how many times faster and leaner we want to be."""

    peer: str
    case: Case
    must: float
    aim: float
    leaner: float = 0.0


ROWS = (
    Row("mentor-match", Case(500, 500, 1, 1), 175, 250),
    Row("mentor-match", Case(500, 500, 3, 3), 900, 1300),
    Row("mentor-match", Case(1000, 1000, 1, 1), 700, 1000),
    Row("network_simplex", Case(2000, 2000, 1, 1), 65, 100),
    Row("network_simplex", Case(2000, 2000, 3, 3), 550, 700),
    Row("dense-scipy", Case(10_000, 10_000, 1, 1), 11, 25, leaner=20),
    Row("dense-scipy", Case(10_000, 10_000, 3, 3), 50, 100, leaner=80),
)


def table_peers(asked: Asked) -> None:
    """Print times and memory of peers and of ours, and by how much ours are better."""
    python = environment(asked.environment)
    rows = [row for row in ROWS if asked.only in f"{row.peer} {row.case.name}"]
    show(
        ["peer", "instance", "peer s", "ours s", "times faster", "must / aim", "peer MB",
         "ours MB", "times less", "must", "same optimum"],
        (_row(row, asked, python) for row in rows),
    )  # fmt: skip


def _row(row: Row, asked: Asked, python: Any) -> list[object]:
    theirs: list[dict[str, Any]] = []
    ours: list[dict[str, Any]] = []
    size = [*row.case, "--instances", asked.instances]
    while len(theirs) < asked.repetitions:
        peer = [row.peer, *size]
        theirs.append(run(python, "benchmarks.assigning.peer", peer, core=asked.core))
        ours.append(
            run(own_python(), "benchmarks.assigning.ours", ["solve", *size], core=asked.core)
        )
        if theirs[-1]["seconds"] > SLOW and len(theirs) == 2:
            break
    same = len({(one["matched"], one["total"]) for one in theirs + ours}) == 1
    a, b = ([one["seconds"] for one in side] for side in (theirs, ours))
    c, d = (statistics.median(one["megabytes"] for one in side) for side in (theirs, ours))
    return [row.peer, row.case.name, middle(a), middle(b),
            f"{statistics.median(a) / statistics.median(b):,.0f}",
            f"{row.must:,.0f} / {row.aim:,.0f}",
            f"{c:,.0f}", f"{d:,.1f}", f"{c / max(d, 0.1):,.0f}",
            f"{row.leaner:.0f}" if row.leaner else "",
            f"yes ({len(theirs)} runs)" if same else "NO"]  # fmt: skip

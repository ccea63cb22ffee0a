"""`assign` where no table of all pairs would fit, and an optimum that follows events."""

import statistics

from benchmarks.assigning import Asked
from benchmarks.assigning.instances import Case
from benchmarks.assigning.processes import middle, own_python, run
from benchmarks.tables import show

SIZES = (Case(50_000, 20_000, 2, 4), Case(50_000, 20_000, 1, 3), Case(100_000, 40_000, 2, 4))
MARKETS = (Case(20_000, 10_000, 2, 4), Case(20_000, 10_000, 1, 3))
REPETITIONS = 3


def table_large(asked: Asked) -> None:
    """Print time, memory and proof of large instances."""
    show(
        ["instance", "s", "MB", "matched", "feasible pairs", "ns a feasible pair", "certified",
         "proof s"],
        (_large(case, asked) for case in SIZES if asked.only in case.name),
    )  # fmt: skip


def _large(case: Case, asked: Asked) -> list[object]:
    runs = [
        run(
            own_python(),
            "benchmarks.assigning.ours",
            ["solve" if k else "prove", *case, "--instances", asked.instances],
            core=asked.core,
        )
        for k in range(min(REPETITIONS, asked.repetitions))
    ]
    seconds = [one["seconds"] for one in runs]
    first = runs[0]
    good = first["certified"] and all(one["best"] for one in runs)
    return [case.name, middle(seconds, 1),
            f"{statistics.median(one['megabytes'] for one in runs):.0f}", f"{first['matched']:,}",
            f"{first['feasible']:,}", f"{1e9 * statistics.median(seconds) / first['feasible']:.0f}",
            "yes" if good else "NO", f"{first['proof_seconds']:.1f}"]  # fmt: skip


def table_events(asked: Asked) -> None:
    """Print how long one event takes, whom it moves, and that the optimum is kept."""
    show(
        ["instance", "first solve s", "p50 ms", "p95 ms", "max ms", "families moved: mean, most",
         "as good as solving anew", "solving anew s"],
        (_events(case, asked) for case in MARKETS if asked.only in case.name),
    )  # fmt: skip


def _events(case: Case, asked: Asked) -> list[object]:
    words = ["events", *case, "--instances", asked.instances, "--events", 200]
    found = run(own_python(), "benchmarks.assigning.ours", words, core=asked.core)
    return [case.name, f"{found['seconds']:.2f}",
            *(f"{1000 * found[key]:.1f}" for key in ("p50", "p95", "max")),
            f"{found['moved']:.1f}, {found['most_moved']}",
            f"{found['equal']} of {found['checked']}", f"{found['anew']:.2f}"]  # fmt: skip

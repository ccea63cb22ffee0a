"""Tight pools with and without the seating by minimum-cost flow: what networkx is good for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.forming.case import form, summary
from benchmarks.forming.municipalities import Pool
from benchmarks.forming.objective import Formula
from benchmarks.forming.run import Run, kept, mean
from benchmarks.tables import show
from matcher.grouping import forming, prepare
from matcher.verify import check_grouping
from tests.matcher.pools import ON

KINDS = {"tight": "hidden seating", "scarce": "scarce"}
HOW_MANY = 100  # of each kind
LIMITS = (0.05, 0.3)


@contextmanager
def _flow(used: bool) -> Iterator[None]:
    """Let the first seating use the flow, or do as in pools that are too large for it."""
    if used:
        yield
    else:
        with patch.object(forming, "FLOW_UP_TO", 0):
            yield


def table_seating(run: Run) -> None:
    """Print placed, score and time of tight pools, started with the flow and without."""
    prepare()
    form(Pool("tight", 30), 0.3, 0)
    rows, differences = [], []
    for kind, name in KINDS.items():
        pools = [Pool(kind, 24 + 12 * (seed % 4), seed) for seed in range(HOW_MANY)]
        pools = pools[: 10 if run.quick else HOW_MANY]
        formulas = [Formula(pool) for pool in pools]
        for limit in LIMITS[: 1 if run.quick else None]:
            placed = {}
            for used in (True, False):
                results = [_result(run, pool, limit, used) for pool in pools]
                placed[used], row = _row(formulas, results)
                rows.append([name, len(pools), "with" if used else "without", limit, *row])
            pairs = list(zip(placed[True], placed[False], strict=True))
            differences.append(
                f"{name}, {limit} s: more placed with the flow in {sum(a > b for a, b in pairs)} "
                f"of {len(pairs)} pools, fewer in {sum(a < b for a, b in pairs)}"
            )
    show(
        ["pools", "how many", "flow", "limit s", "placed", "pools in which all are placed",
         "soft rules given up", "mean score", "mean s"],
        rows,
    )  # fmt: skip
    print("\n" + "\n".join(differences))


def _row(formulas: list[Formula], results: list[dict[str, Any]]) -> tuple[list[int], list[object]]:
    judged = [
        formula.judge(result["labels"]) for formula, result in zip(formulas, results, strict=True)
    ]
    able = [len(formula.records) for formula in formulas]
    placed = [judge.placed for judge in judged]
    return placed, [
        f"{sum(placed)} of {sum(able)}",
        sum(one == most for one, most in zip(placed, able, strict=True)),
        sum(judge.wishes for judge in judged),
        f"{mean([result['score'] for result in results]):.1f}",
        f"{mean([result['took'] for result in results]):.3f}",
    ]


def _result(run: Run, pool: Pool, limit: float, used: bool) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        with _flow(used):
            took, grouping = form(pool, limit, 0)
        found = check_grouping(pool.records, grouping, on=ON)
        if found:
            raise AssertionError(f"{pool.name}: {found}")
        return summary(took, grouping)

    return kept(run, "seating", f"{pool.id} {limit:g} s flow {used}", work)

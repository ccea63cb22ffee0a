"""Pools of families by all rules: against a long run of the same engine, and against a bound."""

from dataclasses import astuple, fields

from benchmarks.forming.case import apart, form, summary
from benchmarks.forming.municipalities import Pool
from benchmarks.forming.objective import Formula
from benchmarks.forming.references import Reference, make, reference
from benchmarks.forming.run import Run, kept, mean
from benchmarks.tables import show
from matcher.grouping import prepare
from matcher.verify import check_grouping
from tests.matcher.pools import ON

MUNICIPALITIES = [Pool("demo", 40, seed) for seed in range(1, 6)] + [
    Pool("demo", 150, seed) for seed in range(1, 4)
]
LARGE = {Pool("region", 600): 1.0, Pool("region", 1000): 2.0, Pool("region", 5000): 3.0}
LIMITS = (0.3, 1.0)


def _checked(pool: Pool, labels: list[int]) -> None:
    found = check_grouping(pool.records, labels, on=ON)
    if found:
        raise AssertionError(f"{pool.name}: {found}")


def table_municipality(run: Run) -> None:
    """Print how far typical municipalities are from the long run, and from the bound."""
    prepare()
    form(Pool("demo", 40), 0.3, 0)
    rows = []
    for pool in MUNICIPALITIES:
        if run.only in pool.name:
            rows += [_municipality(run, pool, limit) for limit in LIMITS]
    show(
        ["pool", "limit s", "took s", "placed", "soft rules given up", "proven", "mean gap %",
         "worst gap %", "against", "of the bound %"],
        rows,
    )  # fmt: skip


def _municipality(run: Run, pool: Pool, limit: float) -> list[object]:
    formula = Formula(pool)
    known = reference(pool)
    results = [
        kept(
            run,
            "municipality",
            f"{pool.id} {limit:g} s seed {dice}",
            lambda d=dice: summary(*form(pool, limit, d)),
        )
        for dice in range(run.seeds)
    ]
    for result in results:
        _checked(pool, result["labels"])
    judged = [formula.judge(result["labels"]) for result in results]
    bound = formula.bound()
    reached = [
        100 * (judge.fit - result["drawn"]) / (bound - result["drawn"])
        for judge, result in zip(judged, results, strict=True)
    ]
    gaps = [known.gap(judge.whole) for judge in judged] if known else []
    return [
        pool.name,
        limit,
        f"{mean([result['took'] for result in results]):.2f}",
        f"{min(judge.placed for judge in judged)} of {len(formula.records)}",
        max(judge.wishes for judge in judged),
        f"{sum(result['proven'] for result in results)} of {len(results)}",
        *_spread(gaps),
        _named(known),
        f"{mean(reached):.0f}",
    ]


def _spread(gaps: list[float]) -> list[str]:
    return [f"{mean(gaps):.2f}", f"{max(gaps):.2f}"] if gaps else ["", ""]


def _named(known: Reference | None) -> str:
    if known is None:
        return "no reference: run `python -m benchmarks forming reference`"
    return "proof" if known.proven else f"{known.seconds:g} s run"


def table_large(run: Run) -> None:
    """Print gap, time and memory in large pools; every run in a process of its own."""
    prepare()
    rows = []
    for pool, limit in LARGE.items():
        if run.only not in pool.name or (run.quick and pool.n > 1000):
            continue
        results = [
            kept(
                run,
                "large",
                f"{pool.id} {limit:g} s seed {dice}",
                lambda p=pool, t=limit, d=dice: apart(p, t, d),
            )
            for dice in range(run.seeds)
        ]
        for result in results:
            _checked(pool, result["labels"])
        formula, known = Formula(pool), reference(pool)
        judged = [formula.judge(result["labels"]) for result in results]
        gaps = [known.gap(judge.whole) for judge in judged] if known else []
        rows.append(
            [pool.n, limit, f"{max(r['took'] for r in results):.2f}",
             f"{min(judge.placed for judge in judged)}", max(judge.wishes for judge in judged),
             f"{known.placed}, {known.wishes}" if known else "", *_spread(gaps), _named(known),
             f"{max(r['mb'] for r in results):.0f}", f"{max(r['whole_mb'] for r in results):.0f}"]
        )  # fmt: skip
    show(
        ["families", "limit s", "slowest s", "placed", "soft rules given up",
         "placed and given up in the reference", "mean gap %", "worst gap %", "against",
         "memory of the run MB", "of the process MB"],
        rows,
    )  # fmt: skip


def table_reference(run: Run) -> None:
    """Make the long runs that the two tables above are measured against."""
    prepare()
    rows = []
    for pool in [*MUNICIPALITIES, *LARGE]:
        if run.only in pool.name:
            seconds = run.seconds or (300.0 if pool in LARGE else 60.0)
            rows.append(list(astuple(make(pool, seconds))))
    show([field.name for field in fields(Reference)], rows)

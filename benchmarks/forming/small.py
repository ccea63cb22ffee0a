"""Small instances: is the value found the greatest there is, as proved apart from the engine?"""

from benchmarks.forming.instances import Instance, invented, mdgplib
from benchmarks.forming.proofs import proved_best
from benchmarks.forming.run import Run, cpu
from benchmarks.tables import show
from matcher.grouping import Infeasible, partition, prepare

HOW_MANY = 60
LIMITS = (0.3, 0.1)


def table_small(run: Run) -> None:
    """Print, for given and own instances, how many were solved to the proved optimum."""
    prepare()
    assert run.data is not None
    own = [invented(number) for number in range(HOW_MANY)]
    sets = {
        "MDGPLIB n = 10 and 12": mdgplib(run.data, 10, 12, only=run.only),
        "own, n = 6 to 12": [one for one in own if len(one) <= 12],
        "own, n = 13 to 16": [one for one in own if len(one) > 12],
    }
    rows = [_row(name, instances, run.seeds) for name, instances in sets.items()]
    limits = [f"optimal in {limit} s" for limit in LIMITS]
    show(["instances", "how many", *limits, "slowest s", "proof s in all"], rows)


def _row(name: str, instances: list[Instance], seeds: int) -> list[object]:
    proof_s, best = cpu(lambda: [proved_best(instance) for instance in instances])
    reached, slowest = [], 0.0
    for limit in LIMITS:
        good = 0
        for instance, value in zip(instances, best, strict=True):
            for seed in range(seeds):
                took, found = cpu(lambda i=instance, s=seed, t=limit: _solve(i, t, s))
                slowest = max(slowest, took)
                right = found == value if None in (found, value) else _same(found, value)
                good += right
                if not right:
                    print(f"{instance.name} seed {seed}, {limit} s: {found}, proved {value}\n")
        reached.append(f"{good} of {len(instances) * seeds}")
    impossible = sum(value is None for value in best)
    many = f"{len(instances)}" + (f" ({impossible} impossible)" if impossible else "")
    return [name, many, *reached, f"{slowest:.2f}", f"{proof_s:.1f}"]


def _same(found: float, value: float) -> bool:
    return abs(found - value) <= 1e-9 * max(1.0, abs(value))


def _solve(instance: Instance, seconds: float, seed: int) -> float | None:
    """Return the engine's value, worked out again; None if it says there is no grouping."""
    try:
        labels = partition(
            instance.W,
            sizes=instance.bounds,
            apart=instance.apart,
            seconds=seconds,
            random_state=seed,
        )
    except Infeasible:
        return None
    faults = instance.faults(labels)
    if faults:
        raise AssertionError(f"{instance.name}: {faults}")
    return instance.value(labels)

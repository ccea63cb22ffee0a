"""Published instances: gaps to the best values known, at the published limits and below."""

import re
from collections import defaultdict
from statistics import median

from benchmarks.forming.instances import LIMITS, Instance, Known, mdgplib, published, read
from benchmarks.forming.run import Run, cpu, kept, mean
from benchmarks.tables import show
from matcher.grouping import partition, prepare

NODE_WEIGHTS = {"Sparse82_01": 1342.17, "Sparse82_02": 1304.07, "Sparse82_03": 1353.74}
TOLERANCE = 0.005
WEIGHTS_LIMIT = 10.0


def solve(run: Run, table: str, instance: Instance, seconds: float, seed: int) -> float:
    """Return the value found, worked out again from the file; a broken bound ends everything."""

    def work() -> dict[str, float]:
        took, labels = cpu(
            lambda: partition(
                instance.W,
                sizes=instance.bounds,
                weights=instance.weights,
                seconds=seconds,
                random_state=seed,
            )
        )
        faults = instance.faults(labels)
        if faults:
            raise AssertionError(f"{instance.name}: {faults}")
        return {"value": instance.value(labels), "took": took}

    result = kept(run, table, f"{instance.name} {seconds:g} s seed {seed}", work)
    if result["took"] > 1.1 * seconds + 0.05:
        print(f"{instance.name}: {result['took']:.2f} s instead of {seconds:g}\n")
    return float(result["value"])


def gap(value: float, best: float) -> float:
    """Return how far below the best a value is, in per cent; negative = above."""
    return 100.0 * (best - value) / best


def table_mdgplib(run: Run) -> None:
    """Print gaps by instance, by class and in all, at a tenth of the published limit and at it."""
    prepare()
    assert run.data is not None
    known = published(run.data)
    sizes = (120,) if run.quick else tuple(LIMITS)
    instances = mdgplib(run.data, *sizes, only=run.only)
    shares = (0.1,) if run.tenth else (0.1, 1.0)
    found: dict[float, dict[str, list[float]]] = {share: {} for share in shares}
    names = [f"{'tenth of the' if share < 1 else 'full'} limit" for share in shares]
    rows = []
    for instance in instances:
        row: list[object] = [instance.name, f"{LIMITS[len(instance)]:g}"]
        best = known[instance.name].best
        for share in shares:
            limit = share * LIMITS[len(instance)]
            values = [solve(run, "mdgplib", instance, limit, seed) for seed in range(run.seeds)]
            found[share][instance.name] = values
            row += [f"{mean([gap(v, best) for v in values]):.3f}", f"{gap(max(values), best):.3f}"]
        row.append(f"{gap(known[instance.name].mean, best):.3f}")
        rows.append(row)
    columns = [part for name in names for part in (f"{name}: mean gap %", "best of seeds")]
    show(["instance", "limit s", *columns, "published mean of 20"], rows)
    print()
    for share, name in zip(shares, names, strict=True):
        _classes(name, found[share], known)


def _classes(name: str, found: dict[str, list[float]], known: dict[str, Known]) -> None:
    """Print the mean of each class of instances, then of all."""
    classes: dict[str, list[str]] = defaultdict(list)
    for instance in found:
        family, n, slack = re.fullmatch(r"(\w+?)_n(\d+)_([sd]s)_.*", instance).groups()  # type: ignore[union-attr]
        for of in (family, f"n = {int(n)}", slack, "all"):
            classes[of].append(instance)
    order = [*sorted(set(classes) - {"all"}), "all"]
    rows = []
    for of in order:
        gaps = [gap(v, known[i].best) for i in classes[of] for v in found[i]]
        at_mean = [v >= known[i].mean - 1e-6 for i in classes[of] for v in found[i]]
        by_instance = [mean(found[i]) >= known[i].mean - 1e-6 for i in classes[of]]
        new = [i for i in classes[of] if max(found[i]) > known[i].best + 1e-3]
        rows.append(
            [of, len(classes[of]), f"{mean(gaps):.3f}", f"{100 * mean(at_mean):.0f} %",  # type: ignore[arg-type]
             f"{sum(by_instance)} of {len(by_instance)}", len(new)]
        )  # fmt: skip
    print(f"By class, {name}:\n")
    show(
        ["class", "instances", "mean gap %", "runs at or above the published mean",
         "instances whose mean is", "new best values"],
        rows,
    )  # fmt: skip
    print()


def table_weights(run: Run) -> None:
    """Print values with node weights (CCPLIB): the median of the seeds against the peer's."""
    prepare()
    assert run.data is not None
    rows = []
    limit = 2.0 if run.quick else WEIGHTS_LIMIT
    for name, target in NODE_WEIGHTS.items():
        if run.only not in name:
            continue
        instance = read(run.data / "ccplib" / f"{name}.txt")
        values = [solve(run, "weights", instance, limit, seed) for seed in range(run.seeds)]
        middle = median(values)
        rows.append(
            [name, target, f"{middle:.3f}", f"{max(values):.3f}",
             "yes" if middle >= target - TOLERANCE else "no"]
        )  # fmt: skip
    show(["instance", "to reach", f"median in {limit:g} s", "best of seeds", "reached"], rows)

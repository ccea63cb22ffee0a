"""One forming in a process of its own: `python -m benchmarks.forming.case KIND N SEED S DICE`.

Prints what came of it as JSON: labels, CPU seconds, and the memory that the run took on top of
what imports, compiled kernels and the pool itself had taken.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from benchmarks.forming.municipalities import Pool
from benchmarks.forming.run import ROOT, cpu
from matcher.grouping import Grouping, form_groups, prepare
from matcher.profiles import Profiles
from tests.matcher.pools import ON


def form(pool: Pool, seconds: float, dice: int) -> tuple[float, Grouping]:
    """Return the CPU seconds and the grouping."""
    families = Profiles.from_records(pool.records)
    return cpu(lambda: form_groups(families, seconds=seconds, random_state=dice, on=ON))


def summary(took: float, grouping: Grouping) -> dict[str, Any]:
    """Return what is kept of a run."""
    seated = int((grouping.labels >= 0).sum())
    return {
        "took": took,
        "labels": grouping.labels.tolist(),
        "proven": bool(grouping.proven),
        "drawn": float(grouping.lottery) * seated,
        "better_than": int(grouping.better_than),
        "score": int(grouping.score),
        "rounds": int(grouping.iterations),
    }


def apart(pool: Pool, seconds: float, dice: int) -> dict[str, Any]:
    """Run in a process of its own and return its summary, with ``mb``."""
    words = [pool.kind, str(pool.n), str(pool.seed), str(seconds), str(dice)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.forming.case", *words],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _main(kind: str, n: str, seed: str, seconds: str, dice: str) -> None:
    with threadpool_limits(1):
        prepare()
        form(Pool("region", 60), 0.1, 0)  # what is loaded when first used
        pool = Pool(kind, int(n), int(seed))
        families = Profiles.from_records(pool.records)
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        took, grouping = cpu(
            lambda: form_groups(families, seconds=float(seconds), random_state=int(dice), on=ON)
        )
        peak = _memory("VmHWM")
    print(json.dumps({**summary(took, grouping), "mb": peak - before, "whole_mb": peak}))


def _memory(name: str) -> float:
    """Return this process's memory in MB: VmRSS now, VmHWM at its peak."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""What every table shares: what was asked for, on which machine, and runs kept from before."""

import json
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matcher

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "forming"


@dataclass(frozen=True)
class Run:
    """What was asked for on the command line."""

    tables: tuple[str, ...] = ()
    data: Path | None = None
    seeds: int = 5
    only: str = ""
    pools: int = 10_000
    first: int = 0
    seconds: float = 0.0
    quick: bool = False
    tenth: bool = False
    again: bool = False


def machine() -> str:
    """Return machine, versions, date and commit, as one paragraph."""
    libraries = ", ".join(
        f"{name} {version(name)}"
        for name in ("numpy", "numba", "scipy", "networkx", "scikit-learn")
    )
    return (
        f"{_processor()}, one thread, CPU seconds; Python {platform.python_version()}, "
        f"{libraries}; {date.today():%d %B %Y}, commit {commit()}"  # noqa: DTZ011 - a label
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return (
        f"{platform.machine()} ({names[0] if names else platform.processor()}, {len(names)} cores)"
    )


@cache
def commit() -> str:
    """Return the commit that is measured; a plus: engine, judge or pools changed since."""
    folder = Path(matcher.__file__).resolve().parent.parent
    git = ["git", "-C", str(folder)]
    head = subprocess.run([*git, "rev-parse", "--short=9", "HEAD"], capture_output=True, text=True)
    dirty = subprocess.run(
        [*git, "status", "--porcelain", "--", "matcher", "benchmarks", "tests/matcher"],
        capture_output=True,
        text=True,
    )
    return (head.stdout.strip() or "unknown") + ("+" if dirty.stdout.strip() else "")


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of this process that some work took, and what it returned."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def kept(run: Run, table: str, key: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return a run of this commit kept in the build folder, or run it now and keep it.

    A long table can so be measured in several sittings. A changed matcher is always run again.
    """
    whole = f"{commit()} {key}"
    store = KEPT / f"{table}.jsonl"
    if not run.again and not commit().endswith("+") and store.exists():
        for line in reversed(store.read_text(encoding="utf-8").splitlines()):
            entry = json.loads(line)
            if entry["key"] == whole:
                return dict(entry["result"])
    result = work()
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"key": whole, "result": result}) + "\n")
    return result


def mean(values: list[float]) -> float:
    """Return the mean, NaN of nothing."""
    return sum(values) / len(values) if values else float("nan")

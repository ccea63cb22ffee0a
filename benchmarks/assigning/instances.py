"""The instances of `assign`, made by a program read from a folder: whole scores by construction.

That program (`common.py`) is nobody's to ship: it is loaded where it lies. It offers
``make(n, m, seed=, cap= or caps=)`` and ``block(instance, rows, columns)``.
"""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

TOP = 300_000  # no score is above
SEED = 1


class Case(NamedTuple):
    """A size to run at."""

    n: int
    m: int
    low: int
    high: int

    @property
    def name(self) -> str:
        """How tables call it."""
        places = str(self.low) if self.low == self.high else f"{self.low}-{self.high}"
        return f"{self.n:,} x {self.m:,}, capacity {places}"


@cache
def program(folder: Path) -> ModuleType:
    """Load the program that makes instances."""
    spec = importlib.util.spec_from_file_location("instances_common", folder / "common.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(folder: Path, case: Case, *, seed: int = SEED) -> dict[str, Any]:
    """Make an instance: families, mentors, what they may not, and places."""
    fixed = {"cap": case.low} if case.low == case.high else {"caps": (case.low, case.high)}
    instance: dict[str, Any] = program(folder).make(case.n, case.m, seed=seed, **fixed)
    return instance


def table(folder: Path, instance: dict[str, Any]) -> Ints:
    """Return all scores, -1 where a pair is not allowed."""
    everyone = np.arange(instance["n"]), np.arange(instance["m"])
    scores, allowed = program(folder).block(instance, *everyone)
    return np.where(allowed, scores, -1).astype(np.int64)

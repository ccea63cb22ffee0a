"""How many groups: brief searches with one more and with one fewer, as long as it gets better.

The search itself opens and closes no group, and one group more or less can be worth more than all
its moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from matcher.grouping import healing
from matcher.grouping.arrays import Array, State
from matcher.grouping.descent import improve
from matcher.grouping.problem import Problem
from matcher.grouping.timebox import Timebox

BRIEF = 0.02  # of the time (or rounds), for one try
UNTIL = 0.4  # of the time: then no other number is tried
BRIEF_SECONDS = 0.005  # at most, for each node
SEEDS = 2  # families around whom another group is tried, and groups that are tried without
OFF_BY = 1.0  # families that the mean size may be off the target
MISSING = 5.0  # what a seat that a new group still lacks costs it while it grows: half a wish


class Counting:
    """Tries numbers of groups from one seating; nobody is locked or has a home in it."""

    def __init__(
        self, problem: Problem, box: Timebox, *, seed: int, stop: Callable[[], bool] | None
    ) -> None:
        self.problem = problem
        self.box = box
        self.seed = seed
        self.stop = stop
        self.nobody = np.zeros(len(problem), bool)

    def best(self, group: Array) -> Array:
        """Return the best seating of brief searches, -1 = no group."""
        if not np.any(group >= 0):
            return group
        worth, group = self._briefly(self._state(group))
        for others in (self._with_more, self._with_fewer):
            while self._goes_on():
                rivals = [self._briefly(self._state(rival)) for rival in others(group)]
                better = max(rivals, key=lambda rival: rival[0], default=(worth, group))
                if better[0] <= worth:
                    break
                worth, group = better
        return group

    def _goes_on(self) -> bool:
        if self.box.timed and self.box.elapsed() > UNTIL * self.box.seconds:
            return False
        return not (self.stop is not None and self.stop())

    def _with_more(self, group: Array) -> Iterator[Array]:
        """Yield a seating with a group more, grown around someone who fits in badly."""
        count = int(group.max(initial=-1)) + 1
        if not self._could_be(group, count + 1):
            return
        state = self._state(group)
        spare = state.size[state.group] - self.problem.weight >= self.problem.sizes.least
        able = np.flatnonzero(spare & (group >= 0))
        each = np.array([state.ST[group[v], v] for v in able])
        for v in able[np.argsort(each, kind="stable")][:SEEDS]:
            grown = self._grown(group, int(v), count)
            if self.problem.weight[grown == count].sum() >= self.problem.sizes.least:
                yield healing.complete(self.problem, grown, locked=self.nobody)
                return

    def _grown(self, group: Array, v: int, new: int) -> Array:
        """Return what a brief search makes of a new group of one, whose empty seats cost it."""
        opened = group.copy()
        opened[v] = new
        state = self._state(opened)
        state.low[new] = 1.0
        size = np.arange(state.table.shape[1])
        lacking = np.maximum(0, self.problem.sizes.least - size)
        state.table[-1, 1:] += MISSING * lacking[1:, None]
        return self._briefly(state)[1]

    def _with_fewer(self, group: Array) -> Iterator[Array]:
        """Yield seatings without one of the smallest groups, its families seated in the others."""
        count = int(group.max(initial=-1)) + 1
        if not self._could_be(group, count - 1):
            return
        sizes = np.bincount(group[group >= 0], self.problem.weight[group >= 0], count)
        for g in np.argsort(sizes, kind="stable")[:SEEDS]:
            closed = healing.numbered(np.where(group == g, -1, group))
            yield healing.complete(self.problem, closed, locked=self.nobody)

    def _could_be(self, group: Array, count: int) -> bool:
        """Answer whether so many groups keep their bounds, near the size asked for or nearer."""
        sizes, families = self.problem.sizes, float(self.problem.weight[group >= 0].sum())
        if count < 1 or not sizes.least <= families / count <= sizes.most:
            return False
        now = abs(families / (int(group.max(initial=-1)) + 1) - sizes.target)
        return abs(families / count - sizes.target) < max(OFF_BY, now)

    def _state(self, group: Array) -> State:
        return healing.state_of(self.problem, group, seed=self.seed)

    def _briefly(self, state: State) -> tuple[float, Array]:
        """Return what a brief search makes of a state: worth and seating."""
        if self.box.timed:
            seconds = min(BRIEF_SECONDS * len(state.group), BRIEF * self.box.seconds)
            box = Timebox(min(seconds, max(0.0, self.box.left())))
        else:
            box = Timebox(0.0, iterations=max(1, round(BRIEF * (self.box.iterations or 0))))
        worth, _ = improve(state, box, seen=lambda _share, _best: not self._goes_on())
        return worth, healing.labels_of(state)

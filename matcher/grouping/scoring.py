"""Scores from 0 (like drawing lots) to 100 (everyone with those they fit best)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.problem import Problem

DRAWS = 1000
MEAN_OF = 200
MIXED = 10_000  # swaps before the first draw, at most
APART = 50  # swaps between two draws, at most


@dataclass(frozen=True)
class Scale:
    """Where 0 and 100 lie for this pool.

    Attributes
    ----------
    lottery
        Mean worth per seated family of 200 random feasible groupings.
    draws
        Worth of all groupings drawn, (n_draws,).
    best
        (n, most) mean benefit of each family with its best k admissible partners, k from 1.
    share
        1 - b, the part of the objective that pairs have.
    """

    lottery: float
    draws: Array
    best: Array
    share: float

    @property
    def span(self) -> float:
        """Return the worth between 0 and 100 points of a whole grouping, roughly."""
        n = len(self.best)
        size = min(5, self.best.shape[1] - 1) if n else 0
        return float(self.bound(np.arange(n), size + 1) - self.lottery * n) if n else 0.0

    def bound(self, members: Array, size: int) -> float:
        """Return the most that these members could be worth in groups of this size."""
        if size < 2:
            return 0.0
        k = min(size - 1, self.best.shape[1]) - 1
        return self.share / 2.0 * float(self.best[members, k].sum())

    def of_groups(self, problem: Problem, groups: Iterable[Array]) -> float:
        """Return the points of several groups as a whole, 0 to 100, not rounded."""
        return points_of([self.parts(problem, members) for members in groups])

    def parts(
        self, problem: Problem, members: Array, known: float | None = None
    ) -> tuple[float, float]:
        """Return what a group has won over the lottery, and the most it could win.

        ``known`` is the group's worth, if it has been worked out.
        """
        drawn = self.lottery * len(members)
        won = worth(problem, members) if known is None else known
        return won - drawn, self.bound(members, len(members)) - drawn

    def of_members(self, problem: Problem, members: Array) -> list[float]:
        """Return how well each of these fits in with the others, 0 to 100."""
        others = len(members) - 1
        if others < 1:
            return [0.0] * len(members)
        each = problem.benefit.among(members, members).sum(axis=1) / others
        most = self.best[members, min(others, self.best.shape[1]) - 1]
        return [points(float(won), float(best)) for won, best in zip(each, most, strict=True)]

    def of_member(self, problem: Problem, i: int, members: Array) -> float:
        """Return how well one family fits in with these, 0 to 100."""
        others = members[members != i]
        if len(others) == 0:
            return 0.0
        k = min(len(others), self.best.shape[1]) - 1
        return points(
            float(problem.benefit.among(np.array([i]), others).mean()), float(self.best[i, k])
        )

    def of_seating(self, problem: Problem, group: Array) -> float:
        """Return the points of a state's seating by nodes."""
        families = group[problem.node]
        return self.of_groups(problem, members_of(families, int(group.max(initial=-1)) + 1))


def points_of(parts: Sequence[tuple[float, float]]) -> float:
    """Return the points of several groups together, from what each has won and could win."""
    return points(sum(won for won, _ in parts), sum(most for _, most in parts))


def points(won: float, most: float) -> float:
    """Return what was won as a share of the most, 0 to 100."""
    if most <= 1e-12:
        return 0.0
    return 100.0 * min(1.0, max(0.0, won / most))


def members_of(labels: Array, n_groups: int) -> list[Array]:
    """Return the families of each label."""
    return [np.flatnonzero(labels == g) for g in range(n_groups)]


def worth(problem: Problem, members: Array) -> float:
    """Return one group's part of the objective, without wishes: pairs less imbalance.

    A family that fits in worse than by lot counts more: the worst off are not the price of a mean.
    """
    m = len(members)
    if m < 2:
        return 0.0
    each = problem.benefit.among(members, members).sum(axis=1)
    nodes = problem.node[members]
    if len(nodes) > len(set(nodes.tolist())):  # those who must be together count as one
        each = np.bincount(nodes - nodes.min(), each)
    inside = float(each.sum() - problem.rules.worst_off * np.maximum(0.0, -each).sum()) / 2.0
    value = (1.0 - problem.rules.balance) * inside / (m - 1)
    for trait, share, price in problem.balance:
        held = np.count_nonzero(problem.pool.traits[trait][members])
        value -= price * (held - m * share) ** 2 / (m * share * (1.0 - share))
    return value


def best_partners(problem: Problem) -> Array:
    """Return each family's mean benefit with its best k admissible partners, (n, most)."""
    n = len(problem.pool)
    most = max(1, min(problem.sizes.most, n) - 1)
    if n < 2:
        return np.zeros((n, 1))
    _, top = problem.benefit.nearest(most)
    known = np.where(np.isfinite(top), top, 0.0)
    count = np.maximum(np.cumsum(np.isfinite(top), axis=1), 1)
    return np.asarray(np.cumsum(known, axis=1) / count)


def build_scale(problem: Problem, group: Array, *, seed: int, draws: int = DRAWS) -> Scale:
    """Draw feasible groupings by lot, from a seating by nodes (-1 = none), and find the best.

    Notes
    -----
    Draws are states of one long walk of random swaps that keep every rule, sizes and who is
    seated: five for each family before the first, one for each ten families between two draws; in
    large pools ten thousand and fifty, in all still a dozen for each of five thousand families.
    """
    from matcher.grouping import kernels

    best = best_partners(problem)
    share = 1.0 - problem.rules.balance
    seated = float(problem.weight[group >= 0].sum())
    n_groups = int(group.max(initial=-1)) + 1
    if n_groups == 0:
        return Scale(0.0, np.zeros(0), best, share)
    filled = np.where(group < 0, n_groups, group)
    state = problem.state(filled, n_groups, wishes=False, seed=seed + 1)
    kernels.build(state)
    drawn = np.empty(draws)
    n = len(problem)
    kernels.shake(state, min(5 * n, MIXED), False)
    kernels.lottery(state, max(2, min(n // 10, APART)), drawn)
    return Scale(float(drawn[:: max(1, draws // MEAN_OF)].mean()) / seated, drawn, best, share)

"""How many families can be placed at best, and how few wishes broken, counted by sessions.

A small integer programme: how many groups meet at each session, and which session each family
comes to. It sets aside who sits with whom inside a session, so its answers are bounds: no grouping
places more, and none that places as many breaks fewer wishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.problem import TRAITS, Problem
from matcher.grouping.sessions import Sessions
from matcher.grouping.settings import BROKEN_BY


@dataclass
class _Rows:
    """Rows of a linear programme as they are written down."""

    at: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        for column, value in terms:
            self.at.append(len(self.low))
            self.column.append(column)
            self.value.append(value)
        self.low.append(low)
        self.high.append(high)


class Openings:
    """The programme of a pool; None of its answers depends on the search."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.attends = largest_sessions(Sessions(problem))
        self.rows = _Rows()
        self.n_columns = 0
        self.top: list[float] = []
        self.wishes: list[int] = []
        K, n = self.attends.shape if len(self.attends) else (0, len(problem))
        self.groups = [self._column(problem.weight.sum()) for _ in range(K)]
        self.seat: dict[tuple[int, int], int] = {
            (int(v), k): self._column(1.0)
            for k in range(K)
            for v in np.flatnonzero(self.attends[k])
        }
        for v in range(n):
            own = [(self.seat[v, k], 1.0) for k in range(K) if self.attends[k, v]]
            if own:
                self.rows.add(own, 0.0, 1.0)
        for k in range(K):
            self._session(k)

    def _column(self, top: float) -> int:
        self.top.append(float(top))
        self.n_columns += 1
        return self.n_columns - 1

    def _session(self, k: int) -> None:
        problem, z = self.problem, self.groups[k]
        here = [int(v) for v in np.flatnonzero(self.attends[k])]
        come = [(self.seat[v, k], float(problem.weight[v])) for v in here]
        self.rows.add([*come, (z, -float(problem.sizes.least))], 0.0, np.inf)
        self.rows.add([*come, (z, -float(problem.sizes.most))], -np.inf, 0.0)
        for v in here:
            self.rows.add([(self.seat[v, k], 1.0), (z, -1.0)], -np.inf, 0.0)
        for a, b in problem.foes:  # in one group neither, in two both
            if self.attends[k, a] and self.attends[k, b]:
                both = [(self.seat[a, k], 1.0), (self.seat[b, k], 1.0)]
                self.rows.add([*both, (z, -1.0)], -np.inf, 0.0)
        self._wishes(k, here)

    def _wishes(self, k: int, here: list[int]) -> None:
        """Count what must be broken at a session: groups without experience, someone alone."""
        for wish, (trait, count) in BROKEN_BY.items():
            held = self.problem.tally[:, TRAITS.index(trait)]
            come = [(self.seat[v, k], float(held[v])) for v in here if held[v]]
            hard = wish in self.problem.rules.hard
            broken = self._column(0.0 if hard else self.problem.weight.sum())
            self.wishes.append(broken)
            if count == 0:
                self.rows.add([*come, (broken, 1.0), (self.groups[k], -1.0)], 0.0, np.inf)
            elif come:
                some = self._column(1.0)  # whether anyone of them comes: then two, or one alone
                self.rows.add([*come, (broken, 1.0), (some, -2.0)], 0.0, np.inf)
                for seat, _ in come:
                    self.rows.add([(seat, 1.0), (some, -1.0)], -np.inf, 0.0)

    def most_placed(self, *, seconds: float, nodes: int | None = None) -> int | None:
        """Return how many families can be placed at most, None = not known in the time."""
        cost = np.zeros(self.n_columns)
        for (v, _), column in self.seat.items():
            cost[column] = -self.problem.weight[v]
        bound = self._solve(cost, [], seconds, nodes)
        return None if bound is None or bound == np.inf else int(np.floor(-bound + 1e-6))

    def fewest_broken(
        self,
        placed: int,
        *,
        groups: int | None = None,
        seconds: float,
        nodes: int | None = None,
    ) -> float | None:
        """Return how many wishes at least are broken when so many are placed, in so many groups.

        None = not known in the time; infinity = it cannot be.
        """
        cost = np.zeros(self.n_columns)
        cost[self.wishes] = 1.0
        come = [(column, float(self.problem.weight[v])) for (v, _), column in self.seat.items()]
        more = [(come, float(placed))]
        if groups is not None:
            more.append(([(z, 1.0) for z in self.groups], float(groups)))
            more.append(([(z, -1.0) for z in self.groups], -float(groups)))
        bound = self._solve(cost, more, seconds, nodes)
        return bound if bound is None or bound == np.inf else float(np.ceil(bound - 1e-6))

    def _solve(
        self,
        cost: Array,
        more: list[tuple[list[tuple[int, float]], float]],
        seconds: float,
        nodes: int | None,
    ) -> float | None:
        """Return a lower bound of the cost, the optimum where the time allows."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_matrix

        if not self.n_columns:
            return 0.0
        if seconds <= 0:
            return None
        rows = _Rows(*(list(part) for part in vars(self.rows).values()))
        for terms, low in more:
            rows.add(terms, low, np.inf)
        A = csr_matrix((rows.value, (rows.at, rows.column)), (len(rows.low), self.n_columns))
        options: dict[str, Any] = {"mip_rel_gap": 0.0}
        if nodes is not None:
            options["node_limit"] = nodes
        elif np.isfinite(seconds):
            options["time_limit"] = seconds
        answer = milp(
            cost,
            constraints=LinearConstraint(A, rows.low, rows.high),
            integrality=np.ones(self.n_columns),
            bounds=Bounds(0.0, np.array(self.top)),
            options=options,
        )
        if answer.status == 2:
            return np.inf
        bound = answer.mip_dual_bound
        return None if bound is None or not np.isfinite(bound) else float(bound)


def largest_sessions(sessions: Sessions) -> Array:
    """Return who could come to each session that is not part of a larger one, (K, nodes) bool."""
    found = {}
    for language, slot, place in np.argwhere(sessions.crowds >= sessions.sizes.least):
        here = sessions.at(int(language), int(slot), int(place))
        found[here.tobytes()] = here
    rows = sorted(found.values(), key=lambda row: -int(row.sum()))
    kept: list[Array] = []
    for row in rows:
        if not any((row <= larger).all() for larger in kept):
            kept.append(row)
    return np.array(kept).reshape(len(kept), len(sessions.weight))

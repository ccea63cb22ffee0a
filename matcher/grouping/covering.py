"""The best choice among listed groups so that nobody sits twice: set partitioning, with its proof.

The linear relaxation is solved by column generation over the list. Its prices bound every choice,
and a group whose price exceeds its worth by more than what is left to win cannot be in a better
one; what remains is small enough for a branch and bound (scipy's HiGHS).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.grouping.arrays import Array

TOLERANCE = 1e-7
FIRST = 30  # groups of each row to begin with
ADDED = 400  # groups added to the linear programme in a round
NEAR = 3_000
BRANCHED = 20_000  # groups left over by the prices, at most, for a branch and bound
SLICE_SECONDS = 0.5


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what it was proved against.

    Attributes
    ----------
    columns
        Positions of the chosen groups in the list; None = no choice was found.
    worth
        Their sum.
    bound
        No choice is worth more; None = not known.
    proven
        Whether none is worth more than this one, within 1e-6 of the scale.
    prices
        (rows,) what each row is worth in the relaxation.
    """

    columns: Array | None
    worth: float
    bound: float | None
    proven: bool
    prices: Array
    impossible: bool = False


def choose(
    rows: Array,
    worth: Array,
    *,
    low: Array,
    high: Array,
    known: Array | None = None,
    also: Sequence[tuple[Array, float, float]] = (),
    seconds_left: Callable[[], float] = lambda: np.inf,
    node_limit: int | None = None,
) -> Choice:
    """Choose groups of greatest summed worth, every row covered within its bounds.

    Parameters
    ----------
    rows : (C, k) int
        The rows each group covers, padded with -1: its members, and what else is counted.
    worth : (C,)
    low, high : (R,)
        How often each row is covered: 0 to 1 for someone who may stay out, 1 to 1 for others.
    known
        Positions of a choice at hand: nothing worse is looked for.
    also
        (values, low, high): what the values of the groups chosen must sum to, for instance sizes.
    seconds_left
        Asked between steps; at 0 or less, the best so far is returned with its bound.
    node_limit
        Of the branch and bound, for an answer that does not depend on a clock.

    Examples
    --------
    >>> rows = np.array([[0, 1], [1, 2], [0, -1], [2, -1]])
    >>> once = np.ones(3)
    >>> choice = choose(rows, np.array([3.0, 5.0, 1.0, 1.0]), low=once, high=once)
    >>> choice.columns.tolist(), choice.worth, choice.proven
    ([1, 2], 6.0, True)
    """
    task = Covering(rows, worth, low=low, high=high, also=also)
    relaxed = task.relax(known, seconds_left)
    return task.finish(relaxed, known, seconds_left, node_limit=node_limit)


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation, and its prices."""

    bound: float  # of the linear programme, or a Lagrangian one if time ran out
    prices: Array
    losses: Array  # (C,) what choosing a group costs against the prices, >= 0 at the optimum
    short: float  # how much of the rows is left uncovered
    solved: bool


class Covering:
    """One set partitioning problem; see `choose` for what it takes."""

    def __init__(
        self,
        rows: Array,
        worth: Array,
        *,
        low: Array,
        high: Array,
        also: Sequence[tuple[Array, float, float]] = (),
    ) -> None:
        self.n_once = len(low)
        self.n_rows = len(low) + len(also)
        self.rows = np.where(rows < 0, self.n_rows, rows)
        self.worth = np.asarray(worth, float)
        self.also = [np.asarray(values, float) for values, _, _ in also]
        self.low = np.append(low, [least for _, least, _ in also])
        self.high = np.append(high, [most for _, _, most in also])
        self.scale = max(1.0, float(np.abs(worth).max(initial=0.0)))

    def finish(
        self,
        relaxed: Relaxed,
        known: Array | None,
        seconds_left: Callable[[], float],
        *,
        beat: float = -np.inf,
        node_limit: int | None = None,
    ) -> Choice:
        """Return the best choice from the relaxation; none worth at most `beat` is sought."""
        best = None if known is None else np.asarray(known, np.int64)
        value = -np.inf if best is None else float(self.worth[best].sum())
        if not relaxed.solved:
            bound = relaxed.bound if np.isfinite(relaxed.bound) else None
            return Choice(best, value, bound, False, relaxed.prices)
        if relaxed.short > TOLERANCE:  # the rows cannot be covered at all
            return Choice(None, -np.inf, None, False, relaxed.prices, impossible=True)
        bound, eps = relaxed.bound, TOLERANCE * self.scale
        if max(value, beat) >= bound - eps:
            return Choice(best, value, bound, True, relaxed.prices)
        if best is None:  # some choice to begin with, from the groups that cost least by the prices
            near = np.argsort(relaxed.losses, kind="stable")[:NEAR]
            best, value, _, _ = self.branch(
                near, None, value, bound, seconds_left, node_limit=node_limit
            )
        kept = np.flatnonzero(relaxed.losses <= bound - max(value, beat) + eps)
        found, value, reached, proven = self.branch(
            kept, best, value, bound, seconds_left, node_limit=node_limit
        )
        impossible = proven and found is None and not np.isfinite(beat)
        return Choice(found, value, reached, proven, relaxed.prices, impossible=impossible)

    def matrix(self, columns: Array) -> Any:
        """Return the coefficients of these groups, sparse (rows, groups)."""
        from scipy.sparse import csc_matrix

        rows = self.rows[columns]
        used = rows < self.n_rows
        of = np.broadcast_to(np.arange(len(columns))[:, None], rows.shape)[used]
        entries, values = rows[used], np.ones(int(used.sum()))
        for row, summed in enumerate(self.also, start=self.n_once):
            entries = np.append(entries, np.full(len(columns), row))
            of = np.append(of, np.arange(len(columns)))
            values = np.append(values, summed[columns])
        return csc_matrix((values, (entries, of)), shape=(self.n_rows, len(columns)))

    def losses(self, prices: Array) -> Array:
        """Return what each group costs by the prices beyond what it is worth."""
        padded = np.append(prices, 0.0)
        asked = np.zeros(len(self.worth))
        for k in range(self.rows.shape[1]):
            asked += padded[self.rows[:, k]]
        for row, summed in enumerate(self.also, start=self.n_once):
            asked += prices[row] * summed
        return np.asarray(asked - self.worth)

    def relax(self, known: Array | None, seconds_left: Callable[[], float]) -> Relaxed:
        """Solve the linear relaxation by adding the groups that its prices find too cheap."""
        chosen = self._first(known)
        prices, losses, short, bound = np.zeros(self.n_rows), -self.worth, np.inf, np.inf
        while True:
            solved = self._solve(chosen, seconds_left())
            if solved is None:
                return Relaxed(bound, prices, losses, short, False)
            prices, total, short = solved
            losses = self.losses(prices)
            cheap = np.flatnonzero(losses < -TOLERANCE * self.scale)
            # Any prices bound the whole: what is too cheap is taken once for each row at most.
            most = float(np.minimum(self.high, 1.0)[: self.n_once].sum())
            if short <= TOLERANCE:
                bound = min(bound, total + most * max(0.0, -float(losses.min(initial=0.0))))
            if not len(cheap):
                return Relaxed(total, prices, np.maximum(losses, 0.0), short, True)
            if seconds_left() <= 0:
                return Relaxed(bound, prices, losses, short, False)
            add = cheap[np.argsort(losses[cheap], kind="stable")[:ADDED]]
            grown = np.union1d(chosen, add)
            if len(grown) == len(chosen):  # their prices are only off by rounding
                return Relaxed(bound, prices, np.maximum(losses, 0.0), short, False)
            chosen = grown

    def _first(self, known: Array | None) -> Array:
        order = np.argsort(-self.worth, kind="stable")
        first = [order[: 2 * ADDED]]
        rows = self.rows[order]
        first += [
            order[np.flatnonzero((rows == row).any(axis=1))[:FIRST]] for row in range(self.n_once)
        ]
        if known is not None:
            first.append(known)
        return np.unique(np.concatenate(first)).astype(np.int64)

    def _solve(self, columns: Array, left: float) -> tuple[Array, float, float] | None:
        """Return prices, worth and shortage of the relaxation over some groups; None = no time."""
        from scipy.optimize import linprog
        from scipy.sparse import eye, hstack, vstack

        fixed = self.low == self.high
        must = np.flatnonzero(self.low > 0)
        dear = 1e3 * self.scale
        A = self.matrix(columns)
        slack = eye(self.n_rows, format="csc")[:, must]  # so that some answer always exists
        A = hstack([A, slack]).tocsr()
        cost = np.concatenate([-self.worth[columns], np.full(len(must), dear)])
        upper, lower = ~fixed & np.isfinite(self.high), ~fixed & (self.low > 0)
        answer = linprog(
            cost,
            A_eq=A[fixed] if fixed.any() else None,
            b_eq=self.low[fixed] if fixed.any() else None,
            A_ub=vstack([A[upper], -A[lower]]) if (upper | lower).any() else None,
            b_ub=np.concatenate([self.high[upper], -self.low[lower]])
            if (upper | lower).any()
            else None,
            method="highs",
            options={} if np.isinf(left) else {"time_limit": max(0.05, left)},
        )
        if answer.status != 0:
            return None
        prices = np.zeros(self.n_rows)
        if fixed.any():
            prices[fixed] = -answer.eqlin.marginals
        if (upper | lower).any():
            prices[upper] -= answer.ineqlin.marginals[: int(upper.sum())]
            prices[lower] += answer.ineqlin.marginals[int(upper.sum()) :]
        short = float(answer.x[len(columns) :].sum())
        return prices, -float(answer.fun) if short <= TOLERANCE else np.inf, short

    def branch(
        self,
        kept: Array,
        best: Array | None,
        value: float,
        bound: float,
        seconds_left: Callable[[], float],
        *,
        node_limit: int | None,
    ) -> tuple[Array | None, float, float | None, bool]:
        """Return the best choice among the groups kept: (columns, worth, bound, proven)."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        if len(kept) > BRANCHED:  # reading so many in takes longer than any time limit allows
            return best, value, bound, False
        eps, span = TOLERANCE * self.scale, SLICE_SECONDS
        within = LinearConstraint(self.matrix(kept), self.low, self.high)
        while (left := seconds_left()) > 0:
            options: dict[str, Any] = {"mip_rel_gap": 0.0}
            if node_limit is not None:
                options["node_limit"] = node_limit
            else:
                options["time_limit"] = min(left, span)
            answer = milp(
                -self.worth[kept],
                constraints=within,
                integrality=np.ones(len(kept)),
                bounds=Bounds(0, 1),
                options=options,
            )
            if answer.status == 2:  # nothing better than what was known, or nothing at all
                return best, value, None if best is None else value, True
            if answer.x is not None:
                columns = kept[np.flatnonzero(answer.x > 0.5)]
                worth = float(self.worth[columns].sum())
                if worth > value:
                    best, value = columns, worth
            if answer.mip_dual_bound is not None:
                bound = min(bound, -float(answer.mip_dual_bound))
            if answer.status == 0 or value >= bound - eps:
                return best, value, max(value, bound), True
            if node_limit is not None:
                break
            span *= 2
        return best, value, bound, False

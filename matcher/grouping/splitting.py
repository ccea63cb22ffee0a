"""The numeric core: split n things into groups so that the benefit inside groups is greatest."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping import infeasible
from matcher.grouping.arrays import Array, fresh_state
from matcher.grouping.infeasible import Infeasible, Pair
from matcher.grouping.start import seat_anyhow
from matcher.grouping.timebox import Timebox

SHARE_FOR_COUNTS = 0.4


@dataclass(frozen=True)
class Instance:
    """A checked problem over nodes: blocks of indices that must be together."""

    W: Array
    inner: Array
    weight: Array
    blocks: list[list[int]]
    foes: list[Pair]
    low: Array
    high: Array
    counts: range

    def bounds(self, n_groups: int) -> tuple[Array, Array]:
        """Return the bounds of each label when there are this many."""
        return self.low[:n_groups], self.high[:n_groups]


def partition(
    benefit: Any,
    *,
    n_groups: int | None = None,
    min_size: float | None = None,
    max_size: float | None = None,
    sizes: Sequence[tuple[float, float]] | None = None,
    weights: Any = None,
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
    seconds: float = 1.0,
    max_iterations: int | None = None,
    random_state: int = 0,
    record: MutableMapping[str, Any] | None = None,
    replay: MutableMapping[str, Any] | None = None,
) -> Array:
    """Split n things into groups so that the sum of benefits inside groups is greatest.

    Parameters
    ----------
    benefit : array of shape (n, n)
        Symmetric; the diagonal is ignored. May be negative.
    n_groups
        How many groups; none = whichever number within the bounds does best.
    min_size, max_size
        Bounds of every group, in things, or in weight if `weights` is given.
    sizes
        (low, high) of each label, by position, instead of `min_size` and `max_size`.
    weights : array of shape (n,), optional
        What each thing counts for in the bounds.
    together, apart
        Pairs of indices that must, or must not, share a group.
    seconds
        CPU time of this thread, not counting compilation.
    max_iterations
        So many rounds of search instead of a time; with the same `random_state` and input the
        answer is then the same everywhere.
    record
        Filled with what the run did: ``value``, ``iterations``, ``proven``, ``n_groups``,
        ``rounds``. Given back as `replay`, it repeats a timed run exactly.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels 0..n_groups-1, none of them empty.

    Raises
    ------
    MatcherError
        The benefits hold NaN or infinity or are not symmetric, or an argument makes no sense.
    Infeasible
        No grouping exists; names the indices that cannot be seated.

    Notes
    -----
    Up to twelve things are solved exactly over subsets; up to sixteen of equal weight too, where
    that is quick. Otherwise: best-partner descent with swaps and single moves, O(n) for each
    thing, then iterated local search: some random swaps, a descent, and the result is kept unless
    it is worse by more than a threshold that falls to zero.
    The threshold is scaled by how far rounds swing, so that no instance needs a setting of its own.

    References
    ----------
    Lai & Hao (2016), Iterated maxima search for the maximally diverse grouping problem, EJOR 254.
    Dueck (1993), New optimization heuristics: the great deluge and record-to-record travel.

    Examples
    --------
    >>> W = np.array([[0, 9, 1, 1], [9, 0, 1, 1], [1, 1, 0, 9], [1, 1, 9, 0]])
    >>> labels = partition(W, n_groups=2, min_size=2, max_size=2)
    >>> bool(labels[0] == labels[1]), bool(labels[2] == labels[3])
    (True, True)
    """
    from matcher.grouping.descent import ready

    ready()
    box = Timebox(seconds, iterations=max_iterations, replay=replay["rounds"] if replay else None)
    if replay:
        n_groups = n_groups or int(replay["n_groups"])
    problem = _instance(
        benefit,
        n_groups=n_groups,
        min_size=min_size,
        max_size=max_size,
        sizes=sizes,
        weights=weights,
        together=together,
        apart=apart,
    )
    if not problem.blocks:
        return np.zeros(0, np.int64)
    value, group, proven = _solve(problem, box, random_state)
    if record is not None:
        record.update(
            value=value,
            iterations=sum(rounds for rounds, _ in box.rounds),
            proven=proven,
            n_groups=int(group.max()) + 1,
            rounds=box.rounds,
        )
    labels = np.empty(sum(map(len, problem.blocks)), np.int64)
    for block, g in zip(problem.blocks, group, strict=True):
        labels[block] = g
    return labels


def _solve(problem: Instance, box: Timebox, seed: int) -> tuple[float, Array, bool]:
    from matcher.grouping.exact import is_small

    if is_small(problem.weight, problem.low, problem.high):
        return _solve_exactly(problem)
    counts = list(problem.counts)
    chosen = counts[0]
    if len(counts) > 1:
        chosen = _most_promising_count(problem, counts, box, seed)
    value, group = _search(problem, chosen, box, seed)
    return value, group, False


def _solve_exactly(problem: Instance) -> tuple[float, Array, bool]:
    from matcher.grouping.exact import prove, subset_sums

    n = len(problem.blocks)
    worth = subset_sums(problem.inner, problem.W)
    load = subset_sums(problem.weight, np.zeros((n, n)))
    masks = np.arange(1 << n)
    for a, b in problem.foes:
        worth[(masks >> a & 1 == 1) & (masks >> b & 1 == 1)] = -np.inf
    answer = prove(worth, low=problem.low, high=problem.high, load=load, counts=problem.counts)
    if answer is None:
        raise _conflict(problem, problem.counts[-1])
    return answer[0], answer[1], True


def _most_promising_count(problem: Instance, counts: list[int], box: Timebox, seed: int) -> int:
    """Return the number of groups whose short search does best, closing in from a coarse grid."""
    worth: dict[int, float] = {}
    low, high = 0, len(counts) - 1
    share = Timebox(box.seconds * SHARE_FOR_COUNTS)
    rounds = 3
    while True:
        for k in sorted({round(low + (high - low) * t / 6) for t in range(7)}):
            if counts[k] in worth or (box.timed and share.over() and worth):
                continue
            try:
                worth[counts[k]] = _search(
                    problem, counts[k], Timebox(1.0, iterations=rounds), seed
                )[0]
            except Infeasible:
                worth[counts[k]] = -np.inf
        best = max(worth, key=lambda g: worth[g])
        at = counts.index(best)
        if high - low <= 6 or (box.timed and share.over()):
            return best
        step = max(1, (high - low) // 6)
        low, high = max(0, at - step), min(len(counts) - 1, at + step)


def _search(problem: Instance, n_groups: int, box: Timebox, seed: int) -> tuple[float, Array]:
    from matcher.grouping.descent import improve

    low, high = problem.bounds(n_groups)
    try:
        start = seat_anyhow(
            problem.weight, low, high, problem.foes, crowd=float(problem.W.mean()) > 0, seed=seed
        )
    except TimeoutError:
        raise Infeasible("no seating was found in the time; there may be none") from None
    if start is None:
        raise _conflict(problem, n_groups)
    state = fresh_state(
        problem.W,
        inner=problem.inner,
        weight=problem.weight,
        low=np.append(low, 0),
        high=np.append(high, 0),
        group=start,
        foes=problem.foes,
        seed=seed,
    )
    return improve(state, box)


def _conflict(problem: Instance, n_groups: int) -> Infeasible:
    """Return what to raise when no seating exists, naming whom it turns on."""
    low, high = problem.bounds(n_groups)
    nodes = infeasible.smallest_conflict(problem.weight, low, high, problem.foes)
    if nodes:
        named = [i for v in nodes for i in problem.blocks[v]]
        return Infeasible(f"these cannot be kept apart in {n_groups} groups of these sizes", named)
    heavy = [
        i for block, w in zip(problem.blocks, problem.weight, strict=True) if w > 1 for i in block
    ]
    return Infeasible(
        "these cannot be divided so that every group keeps its bounds",
        heavy or range(sum(map(len, problem.blocks))),
    )


def _instance(
    benefit: Any,
    *,
    n_groups: int | None,
    min_size: float | None,
    max_size: float | None,
    sizes: Sequence[tuple[float, float]] | None,
    weights: Any,
    together: Sequence[Pair],
    apart: Sequence[Pair],
) -> Instance:
    """Check the arguments and contract those who must be together."""
    W = _checked_benefit(benefit)
    n = len(W)
    weight = _checked_weights(weights, n)
    low, high, counts = _bounds(
        n, weight, n_groups=n_groups, min_size=min_size, max_size=max_size, sizes=sizes
    )
    blocks = _blocks(n, together)
    node = np.empty(n, np.int64)
    for v, block in enumerate(blocks):
        node[block] = v
    pairs = _checked_pairs(n, apart)
    load = np.array([weight[block].sum() for block in blocks])
    if n:
        infeasible.check_blocks(blocks, load, high, pairs)
    foes = sorted({(min(node[a], node[b]), max(node[a], node[b])) for a, b in pairs})
    if foes:
        infeasible.check_clique(len(blocks), foes, counts[-1], blocks)
    if n and counts[0] > len(blocks):
        raise Infeasible(f"{counts[0]} groups cannot be filled from {len(blocks)}", range(n))
    inner = np.zeros(n)
    if len(blocks) < n:
        which = np.zeros((len(blocks), n))
        which[node, np.arange(n)] = 1.0
        W = which @ W @ which.T
        inner = 0.5 * W.diagonal().copy()
        np.fill_diagonal(W, 0.0)
    counts = range(counts[0], min(counts[-1], len(blocks)) + 1) if n else counts
    return Instance(W, inner, load, blocks, [(int(a), int(b)) for a, b in foes], low, high, counts)


def _checked_benefit(benefit: Any) -> Array:
    from matcher.grouping.checks import is_sound

    W = np.array(benefit, dtype=float, order="C")
    if W.size == 0:
        return np.zeros((0, 0))
    if W.ndim != 2 or W.shape[0] != W.shape[1]:
        raise MatcherError(f"benefit must be square, not {W.shape}")
    np.fill_diagonal(W, 0.0)
    if is_sound(W):
        return W
    finite = np.isfinite(W)
    if not finite.all():
        bad = np.argwhere(~finite)
        raise MatcherError(f"benefit[{bad[0, 0]}, {bad[0, 1]}] is not a finite number")
    uneven = np.argwhere(~np.isclose(W, W.T, rtol=1e-9, atol=1e-12))
    if len(uneven):
        i, j = uneven[0]
        raise MatcherError(f"benefit is not symmetric: [{i}, {j}] is not [{j}, {i}]")
    return W


def _checked_weights(weights: Any, n: int) -> Array:
    if weights is None:
        return np.ones(n)
    weight = np.array(weights, dtype=float)
    if weight.shape != (n,) or not np.all(np.isfinite(weight)) or np.any(weight <= 0):
        raise MatcherError(f"weights must be {n} positive numbers")
    return weight


def _checked_pairs(n: int, pairs: Sequence[Pair]) -> set[Pair]:
    checked = set()
    for a, b in pairs:
        if not (0 <= a < n and 0 <= b < n):
            raise MatcherError(f"pair ({a}, {b}) is outside 0..{n - 1}")
        checked.add((int(a), int(b)))
        if a == b:
            raise Infeasible("asked to be apart from itself", (a,))
    return checked


def _blocks(n: int, together: Sequence[Pair]) -> list[list[int]]:
    """Return the connected components of `together`, in order of their first index."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    for a, b in together:
        if not (0 <= a < n and 0 <= b < n):
            raise MatcherError(f"pair ({a}, {b}) is outside 0..{n - 1}")
        graph.add_edge(int(a), int(b))
    return sorted(sorted(block) for block in nx.connected_components(graph))


def _bounds(
    n: int,
    weight: Array,
    *,
    n_groups: int | None,
    min_size: float | None,
    max_size: float | None,
    sizes: Sequence[tuple[float, float]] | None,
) -> tuple[Array, Array, range]:
    """Return the bounds of each label and the numbers of groups to consider."""
    total = float(weight.sum())
    if sizes is not None:
        pairs = [(size, size) if np.isscalar(size) else tuple(size) for size in sizes]
        low = np.array([pair[0] for pair in pairs], float)
        high = np.array([pair[1] for pair in pairs], float)
        if n_groups is not None and n_groups != len(pairs):
            raise MatcherError(f"n_groups is {n_groups}, but {len(pairs)} sizes are given")
        infeasible.check_sums(weight, low, high)
        return low, high, range(len(pairs), len(pairs) + 1)
    least = 0.0 if min_size is None else float(min_size)
    most = total if max_size is None else float(max_size)
    if n_groups is None:
        fewest = max(1, int(np.ceil(total / most - 1e-9))) if most > 0 else n + 1
        limit = int(total / least + 1e-9) if least > 0 else n
        if n and fewest > limit:
            raise Infeasible(
                f"no number of groups of {least:g} to {most:g} holds {total:g}", range(n)
            )
        counts = range(fewest, limit + 1)
    else:
        counts = range(n_groups, n_groups + 1)
    if n_groups is not None and n_groups < 1:
        raise MatcherError("n_groups must be at least 1")
    low = np.full(counts[-1] if len(counts) else 0, least)
    high = np.full(len(low), most)
    if n_groups is not None:
        infeasible.check_sums(weight, low, high)
    return low, high, counts

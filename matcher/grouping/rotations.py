"""Changes of seats in a ring: each of two to four families takes the next one's seat.

Three families can be better off by going round although no two of them could swap. Who could take
whose seat is a graph; a ring that makes the whole better is a negative cycle in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.facts import Broken
from matcher.grouping.settings import WISHES

if TYPE_CHECKING:
    from matcher.grouping.moves import Board, Consequence

LONGEST = 4
SEATS_TRIED = 8  # of the seats each family could take; the best ones
MOST_FAMILIES = 1_500  # a table of all pairs is made
LEAST_GAIN = 0.3  # points of the whole under which a change is not worth the trouble


def rotate(board: Board, families: Sequence[int]) -> Consequence:
    """Return what it would do if each family took the seat of the next, the last that of the first.

    Parameters
    ----------
    board
        The draft.
    families
        Indices among all families of the board, each in another group.
    """
    from matcher.grouping.moves import TRAY

    keys = tuple(board.families.ids[int(f)] for f in families)
    places = [board.position.get(int(f)) for f in families]
    at = [TRAY if i is None else int(board.labels[i]) for i in places]
    if len(set(at)) < len(at) or TRAY in at or not 2 <= len(at) <= LONGEST:
        return board._refused(keys, TRAY, Broken("no_such_group"))
    for key in keys:
        if key in board.locked:
            return board._refused(keys, TRAY, Broken("locked", (key,)))
    after: dict[int, Array] = {}
    sitting = [int(i) for i in places if i is not None]
    following = sitting[1:] + sitting[:1]
    for comes, leaves, label in zip(sitting, following, at[1:] + at[:1], strict=True):
        rest = board.members[label][board.members[label] != leaves]
        after[label] = np.sort(np.append(rest, comes))
    return board._consequence(keys, at[1], after)


def rotations(
    board: Board, *, most: int = 3, least_gain: float = LEAST_GAIN, tried: int = SEATS_TRIED
) -> list[tuple[tuple[int, ...], Consequence]]:
    """Return rings that make the whole better and no group touched worse, the best first.

    Parameters
    ----------
    most
        How many at most; no family is in two of them.
    least_gain
        Points of the whole that a ring must win.
    tried
        Seats looked at for each family; more find more and take longer.

    Returns
    -------
    list of (families, consequence)
        Indices as for `rotate`. None of them breaks a hard rule, moves a locked family, or breaks
        a wish anew.

    Notes
    -----
    In a ring every group loses one member and wins one, so its gain is the sum over the seats
    taken, known before the ring is. `networkx` tells for each strongly connected part whether it
    holds a negative cycle at all (Bellman and Ford); only there are rings of distinct groups
    followed. The consequence is then computed as for any other move.
    """
    import networkx as nx

    gain = seat_gains(board)
    graph: nx.DiGraph[int] = nx.DiGraph()
    for i in np.flatnonzero(np.isfinite(gain).any(axis=1)):
        best = np.argsort(-gain[i], kind="stable")[:tried]
        graph.add_weighted_edges_from(
            (int(i), int(j), -float(gain[i, j])) for j in best if np.isfinite(gain[i, j])
        )
    rings: list[tuple[float, tuple[int, ...]]] = []
    for part in nx.strongly_connected_components(graph):
        if len(part) > 1 and _gains_by_a_cycle(graph.subgraph(part)):
            rings += _rings(board, graph.subgraph(part))
    rings.sort(key=lambda ring: (-ring[0], len(ring[1]), ring[1]))
    found: list[tuple[tuple[int, ...], Consequence]] = []
    for _, ring in rings[: 60 * most]:
        families = tuple(int(board.pool.rows[i]) for i in ring)
        if any(set(families) & set(others) for others, _ in found):
            continue
        said = rotate(board, families)
        if said.allowed and said.gain >= least_gain and _is_kind(said):
            found.append((families, said))
    found.sort(key=lambda pair: -pair[1].gain)
    return found[:most]


def _is_kind(said: Consequence) -> bool:
    fresh = {remark.code for remark in said.remarks}
    return all(c.new >= c.old for c in said.changes) and not fresh & set(WISHES)


def seat_gains(board: Board) -> Array:
    """Return what it wins for a group if i takes the seat of j in it, shape (n, n).

    -inf where a pair must not meet, somebody may not move, or the group's points would fall.
    """
    problem, pool, labels = board.problem, board.pool, board.labels
    n, G = len(pool), board.n_groups
    gain = np.full((n, n), -np.inf)
    if n < 2 or G < 2 or n > MOST_FAMILIES:
        return gain
    everyone = np.arange(n)
    W = problem.benefit.among(everyone, everyone)
    fits = problem.benefit.fits_among(everyone, everyone)
    within = np.zeros((n, G))
    seated = np.flatnonzero(labels >= 0)
    within[seated, labels[seated]] = 1.0
    sums, strangers = W @ within, (~fits).astype(float) @ within
    free = np.array([key not in board.locked for key in pool.ids]) & (labels >= 0)
    share = 1.0 - problem.rules.balance
    worst_off = problem.rules.worst_off
    for g, members in enumerate(board.members):
        m = len(members)
        if m < 2:
            continue
        others = np.flatnonzero(free & (labels != g))
        leaving = members[free[members]]
        if not len(others) or not len(leaving):
            continue
        won = sums[others, g][:, None] - W[np.ix_(others, leaving)] - sums[leaving, g][None, :]
        won -= worst_off / 2.0 * _lacking(W, members, others, leaving)
        won *= share / (m - 1)
        for trait, part, price in problem.balance:
            has = pool.traits[trait].astype(float)
            held = float(has[members].sum())
            new = held + has[others][:, None] - has[leaving][None, :]
            spread = m * part * (1.0 - part)
            won -= price * ((new - m * part) ** 2 - (held - m * part) ** 2) / spread
        # A stranger of the one who leaves is no matter; of anyone else it is.
        odd = strangers[others, g][:, None] - ~fits[np.ix_(others, leaving)]
        k = min(m - 1, board.scale.best.shape[1]) - 1
        best = board.scale.best[:, k]
        had, could = board.parts[g]
        could_then = could + share / 2.0 * (best[others][:, None] - best[leaving][None, :])
        points = np.clip(had / max(could, 1e-12), 0.0, 1.0) if could > 1e-12 else 0.0
        then = np.where(could_then > 1e-12, (had + won) / np.maximum(could_then, 1e-12), 0.0)
        fine = (odd < 0.5) & (
            np.clip(then, 0.0, 1.0) >= points - 0.0051
        )  # rounding is judged later
        gain[np.ix_(others, leaving)] = np.where(fine, won, -np.inf)
    return gain


def _lacking(W: Array, members: Array, others: Array, leaving: Array) -> Array:
    """Return by how much more the members of a group would fit worse than by lot after a change."""
    inside = W[np.ix_(members, members)].sum(axis=1)
    came = W[np.ix_(others, members)]
    more = np.empty((len(others), len(leaving)))
    for k, j in enumerate(leaving):
        rest = members != j
        stay = inside[rest] - W[members[rest], j] + came[:, rest]
        join = came[:, rest].sum(axis=1)
        more[:, k] = np.maximum(0.0, -stay).sum(axis=1) + np.maximum(0.0, -join)
    return np.asarray(more - np.maximum(0.0, -inside).sum())


def _gains_by_a_cycle(graph: object) -> bool:
    """Say whether a strongly connected graph holds a cycle of negative weight."""
    import networkx as nx

    try:
        nx.find_negative_cycle(graph, next(iter(graph)))  # type: ignore[call-overload]
    except nx.NetworkXError:
        return False
    return True


def _rings(board: Board, graph: object) -> list[tuple[float, tuple[int, ...]]]:
    """Return every ring of two to four families of distinct groups that wins something."""
    labels, found = board.labels, []
    weight = {i: dict(graph[i].items()) for i in graph}  # type: ignore[index, attr-defined]

    def follow(ring: tuple[int, ...], won: float) -> None:
        last = ring[-1]
        for j, edge in weight[last].items():
            if j == ring[0] and len(ring) > 1 and won - edge["weight"] > 0.0:
                found.append((won - edge["weight"], ring))
            elif len(ring) < LONGEST and j > ring[0] and labels[j] not in {labels[i] for i in ring}:
                follow((*ring, j), won - edge["weight"])

    for i in weight:
        follow((i,), 0.0)
    return found

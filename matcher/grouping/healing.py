"""Seating those left over: by flow, by chains of moves, and by opening one more group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.grouping.arrays import Array, State
from matcher.grouping.descent import smooth
from matcher.grouping.opening import Session, best_session
from matcher.grouping.problem import TRAITS, Problem
from matcher.grouping.seating import seat

Opened = list[tuple[Session, list[int]]]


def seat_by_flow(problem: Problem, opened: Opened, group: Array) -> Array:
    """Return the seating of the most families in the sessions opened, by networkx.

    Blocks of several families keep their seats; the flow seats single ones around them. A group
    that cannot reach its least size is closed, the emptiest first, and the rest seated again.
    """
    single = np.flatnonzero(problem.weight == 1)
    admits = np.array([session.admits(problem) for session, _ in opened]).T
    if not len(opened) or not len(single):
        return group
    kept = np.where(problem.weight > 1, group, -1)
    experienced = problem.tally[single, TRAITS.index("experienced")] > 0
    closed: set[int] = set()
    while True:
        open_groups = [g for g in range(len(opened)) if g not in closed]
        if not open_groups:
            return group
        held = np.array([problem.weight[kept == g].sum() for g in open_groups])
        answer = seat(
            admits[np.ix_(single, np.array(open_groups))],
            _fit(problem, single, group, open_groups),
            low=np.maximum(problem.sizes.least - held, 0),
            high=np.maximum(problem.sizes.most - held, 0),
            experienced=experienced,
        )
        size = np.bincount(answer.group[answer.group >= 0], minlength=len(open_groups)) + held
        short = np.flatnonzero(size < problem.sizes.least)
        if not len(short):
            break
        worst = open_groups[int(short[np.argmin(size[short])])]
        if held[open_groups.index(worst)] > 0:
            return group
        closed.add(worst)
    seated = kept.copy()
    seated[single] = np.where(answer.group >= 0, np.array(open_groups)[answer.group], -1)
    seated = _part_foes(problem, numbered(seated))
    return seated if _placed(problem, seated) >= _placed(problem, group) else group


def _fit(problem: Problem, single: Array, group: Array, open_groups: list[int]) -> Array:
    """Return how well each family fits each group as first seated, in [0, 1]."""
    columns = []
    for g in open_groups:
        members = np.flatnonzero(group == g)
        columns.append(problem.benefit_among(single, members).sum(axis=1) / max(1, len(members)))
    return np.asarray(0.5 + 0.5 * np.tanh(np.array(columns).T))


def _placed(problem: Problem, group: Array) -> float:
    return float(problem.weight[group >= 0].sum())


def numbered(group: Array) -> Array:
    """Return the same groups numbered without gaps, -1 kept."""
    used = np.unique(group[group >= 0])
    return np.asarray(np.where(group >= 0, np.searchsorted(used, group), -1))


def _part_foes(problem: Problem, group: Array) -> Array:
    """Take one of each pair that must be apart out of its group; close groups grown too small."""
    group = group.copy()
    for a, b in problem.foes:
        if group[a] >= 0 and group[a] == group[b]:
            group[b if problem.partners[a] <= problem.partners[b] else a] = -1
    return numbered(close_small(problem, group))


def close_small(problem: Problem, group: Array) -> Array:
    """Return the seating without the groups below the least size; the others keep their number."""
    group = group.copy()
    for g in range(int(group.max(initial=-1)) + 1):
        if problem.weight[group == g].sum() < problem.sizes.least:
            group[group == g] = -1
    return group


def state_of(problem: Problem, group: Array, **how: object) -> State:
    """Return a built state of a seating with -1 for no group."""
    from matcher.grouping import kernels

    n_groups = int(group.max(initial=-1)) + 1
    state = problem.state(np.where(group < 0, n_groups, group), n_groups, **how)  # type: ignore[arg-type]
    kernels.build(state)
    return state


def labels_of(state: State) -> Array:
    """Return a state's seating with -1 for no group."""
    return np.asarray(np.where(state.group == len(state.low) - 1, -1, state.group))


def complete(problem: Problem, group: Array, *, locked: Array) -> Array:
    """Seat those left over by chains of moves, then by opening groups, until neither helps."""
    if not len(problem):
        return group
    state = state_of(problem, group, locked=locked)
    while True:
        seat_by_chains(problem, state)
        opened = _open_another(problem, labels_of(state), locked)
        if opened is None:
            return labels_of(state)
        state = state_of(problem, opened, locked=locked)


def seat_by_chains(problem: Problem, state: State) -> int:
    """Seat as many of the tray as chains of moves can; return how many nodes."""
    from matcher.grouping import chains

    n, tray = len(problem), len(state.low) - 1
    parent, queue = np.empty(n, np.int64), np.empty(n, np.int64)
    waiting = np.flatnonzero(state.group == tray)
    hardest_first = waiting[np.argsort(problem.partners[waiting], kind="stable")]
    seated = 0
    for v in hardest_first:
        if not state.locked[v] and chains.seat_one(state, int(v), parent, queue):
            seated += 1
    return seated


def _open_another(problem: Problem, group: Array, locked: Array) -> Array | None:
    """Open a group around someone left over, with whom others can spare; None if impossible."""
    size = np.array(
        [problem.weight[group == g].sum() for g in range(int(group.max(initial=-1)) + 1)]
    )
    left = np.flatnonzero(group < 0)
    for seed in left[np.argsort(problem.partners[left], kind="stable")]:
        spare = (group < 0) | (problem.weight <= np.append(size - problem.sizes.least, 0)[group])
        near = np.flatnonzero(spare & problem.fits_row(int(seed)) & ~locked)
        session = best_session(problem, int(seed), near)
        if session is None:
            continue
        near = near[session.admits(problem)[near]]
        members = _invite(problem, int(seed), near, group, size)
        if problem.weight[members].sum() >= problem.sizes.least:
            fresh = group.copy()
            fresh[members] = len(size)
            return fresh
    return None


def _invite(problem: Problem, seed: int, near: Array, group: Array, size: Array) -> list[int]:
    """Return a least group around the seed: others left over, then from the largest groups."""
    size = size.copy()
    members = [seed]
    weight = problem.weight[seed]
    rest = [int(v) for v in near]
    while rest and weight < problem.sizes.least:

        def worth(v: int) -> tuple[bool, float, float]:
            g = group[v]
            return (g < 0, size[g] if g >= 0 else 0.0, float(problem.benefit_row(v)[members].sum()))

        v = max(rest, key=worth)
        rest.remove(v)
        if group[v] >= 0 and size[group[v]] - problem.weight[v] < problem.sizes.least:
            continue
        if (
            weight + problem.weight[v] > problem.sizes.most
            or not problem.fits_row(v)[members].all()
        ):
            continue
        members.append(v)
        weight += problem.weight[v]
        if group[v] >= 0:
            size[group[v]] -= problem.weight[v]
    return members


def mend(problem: Problem, home: Array, locked: Array) -> Array:
    """Return the current grouping with every broken rule healed and the rest seated.

    Whoever breaks a rule leaves the group, the locked last of all; group numbers stay.
    """
    group = home.copy()
    for g in range(int(group.max(initial=-1)) + 1):
        members = [int(v) for v in np.flatnonzero(group == g)]
        members.sort(key=lambda v: (not locked[v], -int(problem.fits_row(v)[members].sum())))
        stay = _agreeing(problem, members)
        group[[v for v in members if v not in stay]] = -1
    state = state_of(problem, group, locked=locked)
    seat_by_chains(problem, state)
    return complete(problem, close_small(problem, labels_of(state)), locked=locked)


def _agreeing(problem: Problem, members: list[int]) -> list[int]:
    """Return those who can sit together, asked one after another, up to the most."""
    stay: list[int] = []
    common = np.full(problem.mask.shape[1], ~np.uint64(0))
    weight = 0.0
    for v in members:
        both = common & problem.mask[v]
        meets = all(
            both[start:end].any()
            for start, end in zip(
                [0, *problem.pool.segment[:-1]], problem.pool.segment, strict=True
            )
        )
        fits = problem.fits_row(v)[stay].all() if stay else True
        if meets and fits and weight + problem.weight[v] <= problem.sizes.most:
            stay.append(v)
            common = both
            weight += problem.weight[v]
    return stay


def heal(problem: Problem, state: State, *, stay: float, over: Callable[[], bool]) -> State:
    """Seat who is still left over after the search, and let a descent smooth the seams."""
    before = int(np.count_nonzero(state.group == len(state.low) - 1))
    if before == 0:
        return state
    group = complete(problem, labels_of(state), locked=state.locked)
    if np.count_nonzero(group < 0) == before:
        return state
    mended = state_of(problem, group, locked=state.locked, home=state.home, stay=stay)
    smooth(mended, over)
    return mended

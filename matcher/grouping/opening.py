"""Opening groups one after another, each around the family that is hardest to seat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.problem import OFF_TARGET, TRAITS, Problem
from matcher.grouping.scoring import best_partners

NEIGHBOURS = 250  # partners looked at around one family
HARD_FIRST = 0.6  # how much being hard to seat counts beside fitting in
ROOM = 0.25  # of a family between the mean size and the bounds, so that families can still move
SKILLED = 0.75  # of those with experience, at most, one to a group


@dataclass(frozen=True)
class Session:
    """A place, a time and a language that a group could meet by."""

    place: int
    slot: int
    language: int

    def admits(self, problem: Problem) -> Array:
        """Return which nodes could come, shape (nodes,)."""
        free = problem.mask[:, 0] >> np.uint64(self.slot) & np.uint64(1)
        speak = problem.mask[:, 1] >> np.uint64(self.language) & np.uint64(1)
        return np.asarray((free == 1) & (speak == 1) & problem.reach[:, self.place])


def open_groups(
    problem: Problem,
    *,
    waiting: Array,
    rng: np.random.Generator,
    jitter: float,
    groups: int = 0,
) -> list[tuple[Session, list[int]]]:
    """Return groups with their session; whoever fits in none is in no group.

    Parameters
    ----------
    waiting
        (nodes,) bool: who may be seated.
    jitter
        0 = always the hardest first; more = some luck, for another try.
    groups
        About how many; 0 = as many as the target size makes.
    """
    waiting = waiting.copy()
    given_up = np.zeros(len(problem), bool)
    opened: list[tuple[Session, list[int]]] = []
    partners = _partners_among(problem, waiting)
    while (waiting & ~given_up).any():
        rest = float(problem.weight[waiting].sum())
        candidates = np.flatnonzero(waiting & ~given_up)
        luck = 1.0 + jitter * rng.random(len(candidates))
        seed = int(candidates[np.argmin((partners[candidates] + 1.0) * luck)])
        more = groups - len(opened) if groups else round(rest / problem.sizes.target)
        size = int(np.ceil(rest / max(1, more)))
        size = min(max(size, problem.sizes.least), problem.sizes.most)
        found = _group_around(problem, seed, waiting, partners, size=size)
        if found is None:
            given_up[seed] = True
            continue
        opened.append(found)
        for v in found[1]:
            waiting[v] = False
            partners -= problem.fits_row(v) * problem.weight[v]
    return opened


def open_wide(problem: Problem, *, seed: int, jitter: float) -> Array:
    """Return the group of each node of a large pool, -1 = none, by the same rules."""
    from matcher.grouping.founding import found_groups

    n = len(problem)
    group = np.full(n, -1, np.int64)
    everyone_waits = problem.state(np.zeros(n, np.int64), 0, seed=seed)
    found_groups(
        everyone_waits,
        np.ones(n, bool),
        problem.partners.copy(),
        problem.tally[:, TRAITS.index("experienced")] > 0,
        float(problem.sizes.least),
        float(problem.sizes.most),
        float(how_many(problem)),
        jitter,
        problem.reach.shape[1],
        group,
    )
    return group


def how_many(problem: Problem) -> int:
    """Return how many groups a large pool is likely to do best in, the search opening none itself.

    A family's mean benefit with its best so many partners tells what a smaller group is worth to
    it: less is the price of a size off the target. Never so many that experience would not do.
    """
    sizes, everyone = problem.sizes, float(problem.weight.sum())
    by_target = max(1, round(everyone / sizes.target))
    low, high = sizes.least + ROOM, sizes.most - ROOM
    if low >= high or sizes.most < 3:
        return by_target
    mean = best_partners(problem).mean(axis=0)
    size = np.linspace(low, high, 50)
    fit = np.interp(size - 1.0, np.arange(1, len(mean) + 1), mean)
    worth = (1.0 - problem.rules.balance) / 2.0 * fit
    worth -= OFF_TARGET * (size - sizes.target) ** 2 / size
    wanted = round(everyone / float(size[worth.argmax()]))
    skilled = int(problem.tally[:, TRAITS.index("experienced")].sum())
    return min(wanted, max(by_target, int(SKILLED * skilled)))


def _partners_among(problem: Problem, waiting: Array) -> Array:
    """Return how many of those waiting could sit with each node."""
    if waiting.all():
        return problem.partners.copy()
    few, columns = np.arange(len(problem)), np.flatnonzero(waiting)
    return np.asarray(problem.fits_among(few, columns) @ problem.weight[waiting])


def _group_around(
    problem: Problem, seed: int, waiting: Array, partners: Array, *, size: int
) -> tuple[Session, list[int]] | None:
    near = np.flatnonzero(waiting & problem.fits_row(seed))
    if len(near) > NEIGHBOURS:
        near = near[np.argsort(-problem.benefit_row(seed)[near], kind="stable")[:NEIGHBOURS]]
    session = best_session(problem, seed, near)
    if session is None:
        return None
    near = near[session.admits(problem)[near]]
    members = _gather(problem, seed, near, partners, size)
    if problem.weight[members].sum() < problem.sizes.least:
        return None
    return session, members


def best_session(problem: Problem, seed: int, near: Array) -> Session | None:
    """Return where and when most of `near`, and the best fitting, could meet with the seed."""
    slots = _bits(problem.mask[seed, 0])
    places = np.flatnonzero(problem.reach[seed])
    if len(near) == 0 or len(slots) == 0 or len(places) == 0:
        return None
    worth = problem.weight[near] * (1.0 + 0.3 * np.tanh(problem.benefit_row(seed)[near]))
    free = (problem.mask[near, 0][:, None] >> slots.astype(np.uint64) & np.uint64(1)).astype(float)
    come = problem.reach[np.ix_(near, places)].astype(float)
    best, best_worth = None, 0.0
    for language in _bits(problem.mask[seed, 1]):
        speak = (problem.mask[near, 1] >> np.uint64(language) & np.uint64(1)).astype(float)
        many = come.T @ (free * (speak * problem.weight[near])[:, None]) + problem.weight[seed]
        value = come.T @ (free * (speak * worth)[:, None])
        value[many < problem.sizes.least] = 0.0
        at = np.unravel_index(int(value.argmax()), value.shape)
        if value[at] > best_worth:
            best_worth = float(value[at])
            best = Session(int(places[at[0]]), int(slots[at[1]]), int(language))
    return best


def _bits(word: np.uint64) -> Array:
    return np.flatnonzero(word >> np.arange(64, dtype=np.uint64) & np.uint64(1))


def _gather(problem: Problem, seed: int, near: Array, partners: Array, size: int) -> list[int]:
    """Add to the seed, one by one, who fits best and is hardest to seat elsewhere."""
    members = [seed]
    weight = problem.weight[seed]
    most = partners[near].max(initial=1.0)
    hard = HARD_FIRST * (1.0 - partners[near] / most)
    together = problem.benefit_row(seed)[near]
    open_to = problem.fits_row(seed)[near]
    experienced = problem.tally[:, TRAITS.index("experienced")] > 0
    while weight < size:
        able = open_to & (weight + problem.weight[near] <= problem.sizes.most)
        last = weight + 1 >= size
        if last and not experienced[members].any() and (able & experienced[near]).any():
            able &= experienced[near]
        if not able.any():
            break
        value = np.where(able, together / len(members) + hard, -np.inf)
        k = int(value.argmax())
        v = int(near[k])
        members.append(v)
        weight += problem.weight[v]
        together += problem.benefit_row(v)[near]
        open_to &= problem.fits_row(v)[near]
        open_to[k] = False
    return members

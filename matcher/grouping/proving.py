"""Proving that no better grouping exists, where every admissible group can be listed.

What is proved is what is searched for: as many families placed as can be, then the objective of
`docs/forming.md` with wishes, sizes off the target, locks and the price of moving. Where the list
would be too long or time runs out, there is a bound instead, and nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from matcher.grouping.arrays import Array, fresh_state
from matcher.grouping.covering import TOLERANCE, Covering
from matcher.grouping.openings import Openings
from matcher.grouping.problem import TRAITS, WISH, Problem
from matcher.grouping.scoring import best_partners
from matcher.grouping.settings import BROKEN_BY
from matcher.grouping.timebox import Timebox

LISTED = 100_000  # groups listed at most, unless there is time for more
PER_SECOND = 80_000  # groups that a second of proof can deal with, with room to spare
LISTED_WITHOUT_CLOCK = 2_000
SEARCHED = 0.4  # of the time, where a proof will be tried; it can better the grouping too
MOST_NODES = 400  # above, no list would be short enough
TRIED_WISHES = 4
NODES = 2_000  # of a branch and bound without a clock


@dataclass(frozen=True)
class Proof:
    """What is known of how good a grouping is.

    Attributes
    ----------
    proven
        No other grouping that keeps the rules places more families, or as many with more worth.
    value
        The grouping's worth as the search weighs it, without the reward for being placed.
    bound
        No grouping of as many families is worth more; None = no bound is at hand.
    placed
        Families in a group.
    admissible
        How many groups keep every hard rule; None = more than were listed.
    groups, worth
        Those groups, by numbers of nodes padded with -1, and what each is worth; the price of
        moving is not in it.
    seating, locked, stay
        The nodes of each group of the grouping, those that had to stay, and the price of moving.
    """

    proven: bool
    value: float
    bound: float | None
    placed: int
    admissible: int | None
    groups: Array | None = None
    worth: Array | None = None
    seating: tuple[tuple[int, ...], ...] = ()
    locked: tuple[int, ...] = ()
    stay: float = 0.0

    def without_claim(self) -> Proof:
        """Return what is left when some were seated by other rules than those proved."""
        return replace(self, proven=False, bound=None)

    @property
    def gap(self) -> float | None:
        """Return how far the bound is above the value, as a share of the bound."""
        if self.bound is None or self.bound <= 0.0:
            return None
        return max(0.0, self.bound - self.value) / self.bound


@cache
def ready() -> None:
    """Compile the listing, or load it from its cache, before any clock starts."""
    from matcher.grouping import listing

    sizes = np.array([1, 0])
    state = fresh_state(np.zeros((2, 2)), low=sizes, high=sizes, group=np.array([0, 1]))
    groups = np.zeros((1, 1), np.int16)
    listing.worths(state, groups, np.zeros(1))
    mask, one = np.ones((1, 1), np.uint64), np.ones((1, 1), bool)
    listing.list_groups(one, mask, np.array([1]), np.ones(1), 1.0, 1.0, groups)


def how_many_listed(box: Timebox) -> int:
    """Return how many groups are worth listing in a run."""
    if not box.timed:
        return LISTED_WITHOUT_CLOCK
    return max(LISTED, int(min(20.0, box.seconds) * PER_SECOND))


def share(box: Timebox, seconds: float) -> Timebox:
    """Take the proof's share off a search's time; return the box of the whole run."""
    if not box.timed:
        return box
    whole = Timebox(seconds)
    whole.began = box.began
    box.seconds = SEARCHED * seconds
    return whole


def admissible_groups(problem: Problem, *, most: int) -> Array | None:
    """Return every group of nodes that keeps the hard rules, or None if there are more than `most`.

    Returns
    -------
    ndarray of int16, shape (n_groups, largest), or None
        Numbers of nodes, padded with -1. Groups that break a wish made hard are left out.
    """
    from matcher.grouping.listing import list_groups

    if problem.is_wide or len(problem) > MOST_NODES:
        return None
    least, largest = problem.sizes.least, problem.sizes.most
    where = (
        np.ascontiguousarray(problem.fits),
        problem.mask,
        problem.pool.segment,
        problem.weight,
        float(least),
        float(largest),
    )
    counted = list_groups(*where, np.empty((most, 0), np.int16)) if len(problem) else 0
    if counted > most:
        return None
    groups = np.full((counted, largest), -1, np.int16)
    if counted:
        list_groups(*where, groups)
    return groups[_keeps_hard_wishes(problem, groups)]


def _keeps_hard_wishes(problem: Problem, groups: Array) -> Array:
    fine = np.ones(len(groups), bool)
    for wish, broken in _each_wish(problem, groups):
        if wish in problem.rules.hard:
            fine &= ~broken
    return fine


def _wishes_broken(problem: Problem, groups: Array) -> Array:
    """Return how many wishes each group breaks."""
    return np.asarray(sum(broken.astype(int) for _, broken in _each_wish(problem, groups)))


def _each_wish(problem: Problem, groups: Array) -> Iterator[tuple[str, Array]]:
    for wish, (trait, count) in BROKEN_BY.items():
        held = _summed(problem.tally[:, TRAITS.index(trait)].astype(float), groups)
        yield wish, held == count


def prove(
    problem: Problem,
    group: Array,
    groups: Array | None,
    *,
    home: Array,
    locked: Array,
    stay: float = 0.0,
    seconds_left: Callable[[], float] = lambda: np.inf,
    clock: bool = True,
) -> tuple[Array, Proof]:
    """Prove a grouping the best, or find the best and prove that.

    Parameters
    ----------
    group : (nodes,) int
        The grouping at hand, -1 = none.
    groups
        What `admissible_groups` returned.
    home, locked, stay
        As the search had them: who sits where now, who must stay, what staying is worth.
    seconds_left
        Asked between steps; at 0 or less it ends with what there is.
    clock
        False = the branch and bound counts nodes instead of time.

    Returns
    -------
    group, proof
        Group numbers of `home` are kept, as in the search.
    """
    placed = int(problem.weight[group >= 0].sum())
    value = worth_of(problem, group, home=home, stay=stay)
    cheap = Proof(False, value, cheap_bound(problem, home=home, stay=stay), placed, None)
    if groups is None:
        return group, cheap
    if not len(problem) or not len(groups):
        return group, replace(cheap, proven=placed == 0, admissible=0)
    task = Listed(problem, groups, home=home, locked=locked, stay=stay)
    known = task.columns_of(group)
    listed = replace(
        cheap,
        admissible=len(groups),
        groups=groups,
        worth=task.bare,
        locked=tuple(np.flatnonzero(locked).tolist()),
        stay=stay,
    )
    if known is None or abs(task.worth[known].sum() - value) > 1e-6 * max(1.0, abs(value)):
        return group, listed  # the search weighs something that the list does not: claim nothing
    found = task.best(known, seconds_left, None if clock else NODES)
    if found.columns is None:
        return group, listed
    bound = found.bound if round(found.placed) == placed or found.proven else None
    if (round(found.placed), found.value) > (placed, value + TOLERANCE):
        group, value, placed = task.seating(found.columns), found.value, round(found.placed)
    elif not found.proven and (round(found.placed), found.value) < (placed, value - TOLERANCE):
        bound = listed.bound
    return group, replace(
        listed,
        proven=found.proven,
        value=value,
        bound=listed.bound if bound is None else bound,
        placed=placed,
        seating=tuple(
            tuple(np.flatnonzero(group == g).tolist()) for g in np.unique(group[group >= 0])
        ),
    )


def worth_of(problem: Problem, group: Array, *, home: Array, stay: float) -> float:
    """Return what a grouping is worth to the search, without the reward for being placed."""
    from matcher.grouping import kernels

    n_groups = int(max(group.max(initial=-1), home.max(initial=-1))) + 1
    state = problem.state(
        np.where(group < 0, n_groups, group), n_groups, home=home, stay=stay, seed=0
    )
    kernels.build(state)
    return float(kernels.value(state) - state.reward[0] * problem.weight[group >= 0].sum())


def cheap_bound(problem: Problem, *, home: Array, stay: float) -> float:
    """Return the most any grouping could be worth: everyone with their best partners."""
    if len(problem) < 2:
        return 0.0
    best = best_partners(problem)
    mean = best[:, min(max(0, problem.sizes.least - 2), best.shape[1] - 1)]
    pairs = (1.0 - problem.rules.balance) / 2.0 * float(np.maximum(mean, 0.0).sum())
    return pairs + stay * float(problem.weight[home >= 0].sum())


@dataclass(frozen=True)
class Best:
    """What the list of groups could show; no columns = nothing."""

    columns: Array | None
    proven: bool
    bound: float | None = None
    value: float = 0.0
    placed: float = 0.0


NOTHING = Best(None, False)


class Listed:
    """The set partitioning of a pool: a column for each admissible group, and for each group that
    keeps a number of the current grouping one more.
    """

    def __init__(
        self, problem: Problem, groups: Array, *, home: Array, locked: Array, stay: float
    ) -> None:
        self.problem, self.groups, self.home, self.stay = problem, groups, home, stay
        self.bare = self._worths()
        n = len(problem)
        size = _summed(problem.weight, groups)
        number = np.full(len(groups), -1)
        of = np.arange(len(groups))
        worth = self.bare
        kept = np.zeros(len(groups), bool)  # columns that keep all their locked members at home
        must = _summed(locked.astype(float), groups)
        kept |= must == 0
        for g in np.unique(home[home >= 0]) if stay or locked.any() else ():
            at_home = _summed((home == g).astype(float) * problem.weight, groups)
            if not stay:  # only locks ask for the number
                at_home = _summed(((home == g) & locked).astype(float), groups)
            locked_here = _summed(((home == g) & locked).astype(float), groups)
            able = np.flatnonzero((at_home > 0) & (must == locked_here))
            of = np.append(of, able)
            number = np.append(number, np.full(len(able), g))
            staying = _summed((home == g).astype(float) * problem.weight, groups[able])
            worth = np.append(worth, self.bare[able] + stay * staying)
            kept = np.append(kept, np.ones(len(able), bool))
        self.of, self.number, self.worth = of[kept], number[kept], worth[kept]
        self.size = size[self.of]
        self.broken = _wishes_broken(problem, groups)[self.of].astype(float)
        self.fit = self.worth + WISH * self.broken
        self.rows = np.column_stack(
            [groups[self.of], np.where(self.number >= 0, n + self.number, -1)]
        ).astype(np.int64)
        self.low = np.append(locked.astype(float), np.zeros(int(home.max(initial=-1)) + 1))
        self.high = np.ones(len(self.low))

    def _worths(self) -> Array:
        from matcher.grouping.listing import worths

        n = len(self.problem)
        state = self.problem.state(np.ones(n, np.int64), 1)
        out = np.zeros(len(self.groups))
        worths(state, self.groups, out)
        return np.asarray(out - state.reward[0] * _summed(self.problem.weight, self.groups))

    def columns_of(self, group: Array) -> Array | None:
        """Return the columns of a grouping; None if one of its groups is not in the list."""
        at = {row.tobytes(): c for c, row in enumerate(self.groups)}
        found = []
        for g in np.unique(group[group >= 0]):
            members = np.flatnonzero(group == g)
            key = np.full(self.groups.shape[1], -1, np.int16)
            if len(members) > len(key):
                return None
            key[: len(members)] = members
            base = at.get(key.tobytes())
            if base is None:
                return None
            column = np.flatnonzero((self.of == base) & (self.number == g))
            if not len(column):
                column = np.flatnonzero((self.of == base) & (self.number == -1))
            if not len(column):
                return None
            found.append(int(column[0]))
        return np.array(found, np.int64)

    def best(self, known: Array, seconds_left: Callable[[], float], nodes: int | None) -> Best:
        """Return the best choice: most placed, then fewest wishes broken, then the best fit.

        Notes
        -----
        The first two are counted by sessions (`openings`), which takes milliseconds where the list
        would take minutes; the list decides only what sessions cannot say. That one more wish
        broken could never pay by a better fit is checked against the prices at the end.
        """
        placed, broken = round(self.size[known].sum()), round(self.broken[known].sum())
        openings = Openings(self.problem)
        most = openings.most_placed(seconds=seconds_left(), nodes=nodes)
        if most is None:
            return NOTHING
        for aim in range(most, placed - 1, -1):
            fewest = openings.fewest_broken(aim, seconds=seconds_left(), nodes=nodes)
            if fewest is None:
                return NOTHING
            if fewest == np.inf:
                continue
            for wishes in range(int(fewest), int(fewest) + TRIED_WISHES):
                begin = known if (aim, wishes) == (placed, broken) else None
                counts = self._counts(openings, aim, wishes, seconds_left, nodes)
                if counts is None:
                    return NOTHING
                found = self._best_fit(begin, aim, wishes, counts, seconds_left, nodes)
                if found is not None:
                    return found
            if self._could_place(aim, seconds_left):
                return NOTHING
        return NOTHING

    def _counts(
        self,
        openings: Openings,
        aim: int,
        wishes: int,
        seconds_left: Callable[[], float],
        nodes: int | None,
    ) -> list[int] | None:
        """Return the numbers of groups by which so many can be placed; None = time is out."""
        sizes, able = self.problem.sizes, []
        for count in range(-(-aim // sizes.most), aim // sizes.least + 1):
            fewest = openings.fewest_broken(aim, groups=count, seconds=seconds_left(), nodes=nodes)
            if fewest is None:
                return None
            if fewest <= wishes:
                able.append(count)
        return able

    def _covering(self, aim: int, wishes: int | None, count: int | None) -> Covering:
        """Return the problem of placing so many in so many groups, breaking so few wishes."""
        n, everyone = len(self.problem), aim >= self.problem.weight.sum() - 0.5
        also = [] if everyone else [(self.size, aim - 0.25, np.inf)]
        if count is not None:
            also.append((np.ones(len(self.worth)), float(count), float(count)))
        if wishes is not None:
            also.append((self.broken, -np.inf, wishes + 0.25))
        low = np.where(np.arange(len(self.low)) < n, 1.0, self.low) if everyone else self.low
        return Covering(self.rows, self.fit, low=low, high=self.high, also=also)

    def _could_place(self, aim: int, seconds_left: Callable[[], float]) -> bool:
        """Say whether so many might be placed, whatever wishes are broken."""
        relaxed = self._covering(aim, None, None).relax(None, seconds_left)
        return not relaxed.solved or relaxed.short <= TOLERANCE

    def _best_fit(
        self,
        known: Array | None,
        aim: int,
        wishes: int,
        counts: list[int],
        seconds_left: Callable[[], float],
        nodes: int | None,
    ) -> Best | None:
        """Return the best fit that places so many and breaks so few wishes; None = there is none.

        The number of groups is branched on first: with it given, the relaxation is far tighter.
        """
        tasks = []
        start = known
        for count in counts:
            task = self._covering(aim, wishes, count)
            relaxed = task.relax(start, seconds_left)
            if relaxed.solved and relaxed.short > TOLERANCE:
                continue
            tasks.append((relaxed.bound, count, task, relaxed))
        best, value = known, -np.inf if known is None else float(self.fit[known].sum())
        bounds, proven = [-np.inf], True
        for _, count, task, relaxed in sorted(tasks, key=lambda t: (-t[0], t[1])):
            begin = best if best is not None and len(best) == count else None
            choice = task.finish(relaxed, begin, seconds_left, beat=value, node_limit=nodes)
            proven &= choice.proven
            if choice.bound is not None:
                bounds.append(choice.bound)
            elif not choice.proven:
                bounds.append(np.inf)
            if choice.columns is not None and choice.worth > value:
                best, value = choice.columns, choice.worth
        if best is None:
            return None if proven else NOTHING
        bound = max(value, *bounds)
        if proven:
            bound = value
        # Could one more wish broken pay by a better fit? Then nothing was shown.
        ceiling = cheap_bound(self.problem, home=self.home, stay=self.stay)
        if ceiling - value >= WISH:
            ceiling = self._covering(aim, None, None).relax(best, seconds_left).bound
        pays = ceiling - value >= WISH
        price = WISH * wishes
        return Best(
            best,
            proven and not pays,
            None if pays or bound == np.inf else bound - price,
            value - price,
            float(self.size[best].sum()),
        )

    def seating(self, columns: Array) -> Array:
        """Return the group of each node, -1 = none, numbers of the current grouping kept."""
        group = np.full(len(self.problem), -1, np.int64)
        taken = {int(g) for g in self.number[columns]}
        fresh = (g for g in range(len(self.problem) + len(self.low)) if g not in taken)
        for c in columns:
            members = self.groups[self.of[c]]
            number = int(self.number[c])
            group[members[members >= 0]] = number if number >= 0 else next(fresh)
        return group


def _summed(values: Array, groups: Array) -> Array:
    """Return the sum of the members' values for each group."""
    padded = np.append(values, 0.0)
    return np.asarray(sum(padded[groups[:, k]] for k in range(groups.shape[1])))

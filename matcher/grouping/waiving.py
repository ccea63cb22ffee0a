"""After the search: wishes that were made hard, and rules that the caller allows to be waived."""

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.facts import broken_rules
from matcher.grouping.healing import close_small
from matcher.grouping.pool import SLOTS
from matcher.grouping.problem import TRAITS, Problem
from matcher.grouping.result import Waived
from matcher.grouping.scoring import members_of
from matcher.grouping.settings import BROKEN_BY


def enforce(problem: Problem, group: Array) -> Array:
    """Return the seating without the groups or families that break a wish made hard.

    Whoever leaves may leave another alone, so it is asked again until nothing changes. The groups
    keep their numbers, by which `proving` knows the current ones.
    """
    group = group.copy()
    while True:
        before = group.copy()
        for trait, count in _hard(problem):
            held = problem.tally[:, TRAITS.index(trait)]
            for g in np.unique(group[group >= 0]):
                here = group == g
                if held[here].sum() == count:
                    group[here & (held > 0) if count else here] = -1
        group = close_small(problem, group)
        if np.array_equal(group, before):
            return group


def _hard(problem: Problem) -> list[tuple[str, int]]:
    """Return (trait, how many of a group may not have it) of the wishes made hard."""
    return [BROKEN_BY[wish] for wish in problem.rules.hard]


def waive(problem: Problem, seated: Array) -> tuple[Array, list[Waived]]:
    """Seat families left over by the waivers allowed; return the seating and what was waived."""
    seated = seated.copy()
    waived: dict[tuple[str, int], list[int]] = {}
    if "slot_80" in problem.rules.waivers:
        _seat_without_a_common_slot(problem, seated, waived)
    if "availability_missing" in problem.rules.waivers:
        silent = ~problem.pool.profiles.answered("availability")
        for i in np.flatnonzero(silent & (seated >= 0)):
            waived.setdefault(("availability_missing", int(seated[i])), []).append(int(i))
    return seated, [
        Waived(waiver, label, tuple(problem.pool.ids[i] for i in families))
        for (waiver, label), families in sorted(waived.items())
    ]


def _seat_without_a_common_slot(
    problem: Problem, seated: Array, waived: dict[tuple[str, int], list[int]]
) -> None:
    """Add to groups whom only the meeting time keeps out, while enough others are free."""
    for i in np.flatnonzero(seated < 0):
        node = problem.node[i]
        if len(problem.blocks[node]) > 1 or not problem.mask[node].any():
            continue
        best, best_fit = -1, -np.inf
        for g, members in enumerate(members_of(seated, int(seated.max(initial=-1)) + 1)):
            grown = np.append(members, i)
            rules = {broken.rule for broken in broken_rules(problem.pool, grown, problem.sizes)}
            fit = float(problem.benefit.row(int(i))[members].mean()) if len(members) else 0.0
            able = rules <= {"availability"} and _keeps_hard_wishes(problem, grown)
            if able and fit > best_fit and _most_can(problem, grown):
                best, best_fit = g, fit
        if best >= 0:
            seated[i] = best
            members = np.flatnonzero(seated == best)
            free = problem.pool.slots[members] >> np.uint64(_slot(problem, members)) & np.uint64(1)
            waived["slot_80", best] = [int(k) for k in members[free == 0]]


def _keeps_hard_wishes(problem: Problem, members: Array) -> bool:
    traits = problem.pool.traits
    return all(traits[trait][members].sum() != count for trait, count in _hard(problem))


def _counts(problem: Problem, members: Array) -> Array:
    bits = np.arange(len(SLOTS), dtype=np.uint64)
    return np.asarray((problem.pool.slots[members][:, None] >> bits & np.uint64(1)).sum(axis=0))


def _slot(problem: Problem, members: Array) -> int:
    return int(_counts(problem, members).argmax())


def _most_can(problem: Problem, members: Array) -> bool:
    most = int(_counts(problem, members).max())
    return most >= problem.rules.slot_share * len(members) - 1e-9

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


def enforce(problem: Problem, group: Array) -> Array:
    """Return the seating without the groups or families that break a wish made hard."""
    group = group.copy()
    for wish, trait, alone in (
        ("lone_kinship", "kinship", True),
        ("lone_single", "single", True),
        ("no_experienced", "experienced", False),
    ):
        if wish not in problem.rules.hard:
            continue
        held = problem.tally[:, TRAITS.index(trait)]
        for g in range(int(group.max(initial=-1)) + 1):
            here = group == g
            if alone and held[here].sum() == 1:
                group[here & (held > 0)] = -1
            elif not alone and here.any() and held[here].sum() == 0:
                group[here] = -1
    return close_small(problem, group)


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
            if rules <= {"availability"} and fit > best_fit and _most_can(problem, grown):
                best, best_fit = g, fit
        if best >= 0:
            seated[i] = best
            members = np.flatnonzero(seated == best)
            free = problem.pool.slots[members] >> np.uint64(_slot(problem, members)) & np.uint64(1)
            waived["slot_80", best] = [int(k) for k in members[free == 0]]


def _counts(problem: Problem, members: Array) -> Array:
    bits = np.arange(len(SLOTS), dtype=np.uint64)
    return np.asarray((problem.pool.slots[members][:, None] >> bits & np.uint64(1)).sum(axis=0))


def _slot(problem: Problem, members: Array) -> int:
    return int(_counts(problem, members).argmax())


def _most_can(problem: Problem, members: Array) -> bool:
    most = int(_counts(problem, members).max())
    return most >= problem.rules.slot_share * len(members) - 1e-9

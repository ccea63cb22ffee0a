"""Why a family stands without a group, by which rule, and the smallest change that would help."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.facts import broken_rules, common_codes, minutes_to
from matcher.grouping.pool import SLOTS, Pool
from matcher.grouping.problem import Problem, Sizes
from matcher.grouping.result import LeftOut

GROUPS = 40  # looked at for a reason: those with most members whom the family could sit with
LOOKS = 100  # companies tried when telling how many more families would make a group
# Where several single rules stand in the way, name the one that is easiest to change.
EASIEST_FIRST = (
    "travel",
    "availability",
    "size_high",
    "meeting_form",
    "place_unsuited",
    "no_place",
    "language",
    "exclusion",
)


def why_left_out(problem: Problem, i: int, groups: list[Array]) -> LeftOut:
    """Return the reason of family i, who could be seated as far as its own answers go."""
    pool, sizes = problem.pool, problem.sizes
    block = problem.blocks[int(problem.node[i])]
    gone = [problem.stranded[j] for j in block if j in problem.stranded]
    if gone:
        return LeftOut("together", "rule.together", families=(gone[0],))
    if len(block) > 1:
        own = {broken.rule for broken in broken_rules(pool, np.array(block), sizes)} - {"size_low"}
        alone = any(not _rules(pool, [i], members, sizes) for members in groups)
        if own or alone or not problem.mask[problem.node[i]].any():
            others = tuple(pool.ids[j] for j in block if j != i)
            return LeftOut("together", "rule.together", families=others)
    near = _nearest_groups(problem, i, groups)
    obstacles = [(_rules(pool, block, members, sizes), members) for members in near]
    for rule in EASIEST_FIRST if len(block) == 1 else ():
        only = [members for rules, members in obstacles if rules == {rule}]
        if only:
            return _single_rule(pool, i, rule, only, sizes)
    partners = int(problem.benefit.fits_row(i).sum())
    if partners < sizes.least - 1 or not groups:
        values = {"n": partners, "least": sizes.least}
        more = max(1, sizes.least - _company(problem, block, groups))
        return LeftOut("few", "left.few", values, remedy_values={"more": more})
    rules, _ = min(obstacles, key=lambda pair: len(pair[0]))
    if not rules:
        return LeftOut("wish", "left.wish")
    named = tuple(rule for rule in EASIEST_FIRST if rule in rules)
    return LeftOut("several", "left.several", {"rules": named})


def _nearest_groups(problem: Problem, i: int, groups: list[Array]) -> list[Array]:
    """Return the groups in which most could sit with family i; all of them where they are few."""
    if len(groups) <= GROUPS:
        return groups
    fits = problem.benefit.fits_row(i)
    share = np.array([fits[members].mean() for members in groups])
    return [groups[g] for g in np.argsort(-share, kind="stable")[:GROUPS]]


def _company(problem: Problem, block: list[int], groups: list[Array]) -> int:
    """Return how many could meet with each other among the block and others left over.

    As many more as are missing to the least size would make a group. The search gives up after
    ``LOOKS`` companies; then rather too many are asked for than too few.
    """
    pool, benefit = problem.pool, problem.benefit
    seated = np.zeros(len(pool), bool)
    for members in groups:
        seated[members] = True
    alone = problem.weight[problem.node] == 1
    partners = np.all([benefit.fits_row(i) for i in block], axis=0)
    near = np.flatnonzero(~seated & alone & partners)
    looks, best = 0, len(block)
    waiting = [(problem.mask[problem.node[block[0]]], near, len(block))]
    while waiting and looks < LOOKS and best < problem.sizes.least:
        common, rest, size = waiting.pop()
        best = max(best, size)
        for at, j in enumerate(rest):
            looks += 1
            both = common & problem.mask[problem.node[j]]
            if _agree(both, pool.segment):
                later = rest[at + 1 :]
                waiting.append((both, later[benefit.fits_row(int(j))[later]], size + 1))
    return best


def _agree(common: Array, segment: Array) -> bool:
    """Say whether every run of words has a bit left that all agree to."""
    return all(common[a:b].any() for a, b in pairwise([0, *segment.tolist()]))


def _rules(pool: Pool, block: list[int], members: Array, sizes: Sizes) -> set[str]:
    """Return the rules that a group would break if these joined it, all who must be together."""
    together = np.append(members, block)
    return {broken.rule for broken in broken_rules(pool, together, sizes)}


def _single_rule(pool: Pool, i: int, rule: str, groups: list[Array], sizes: Sizes) -> LeftOut:
    if rule == "travel":
        minutes = min((_nearest(pool, i, members) for members in groups), default=0)
        values = {"limit": int(pool.limit[i]), "minutes": minutes}
        if minutes <= pool.limit[i]:  # another member is the one who cannot come along
            return LeftOut("several", "left.several", {"rules": ("travel",)})
        return LeftOut("travel", "left.travel", values, remedy_values={"minutes": minutes})
    if rule == "availability":
        wanted = [common_codes(pool.slots[members], SLOTS) for members in groups]
        slots = tuple(dict.fromkeys(codes[0] for codes in wanted if codes))
        own = common_codes(pool.slots[[i]], SLOTS)
        if not slots:
            return LeftOut("several", "left.several", {"rules": ("availability",)})
        return LeftOut(rule, "left.availability", {"own": own}, remedy_values={"slots": slots[:2]})
    if rule == "size_high":
        return LeftOut(rule, "left.size_high", remedy_values={"most": sizes.most + 1})
    if rule == "meeting_form" and not any(_could_meet(pool, i, members) for members in groups):
        return LeftOut("several", "left.several", {"rules": ("meeting_form", "travel")})
    if rule in {"place_unsuited", "no_place"}:
        return LeftOut("several", "left.several", {"rules": (rule,)})
    return LeftOut(rule, f"left.{rule}")


def _could_meet(pool: Pool, i: int, members: Array) -> bool:
    """Say whether i could come to a group if it met both in person and online."""
    if pool.reach[members, -1].all():
        return True
    near = ~(pool.minutes[i] > pool.limit[i])  # an unknown address forbids nothing
    near &= ~pool.profiles.is_protected[i] | np.array(
        [place.neutral for place in pool.places], bool
    )
    return bool((pool.reach[members, :-1].all(axis=0) & near).any())


def _nearest(pool: Pool, i: int, members: Array) -> int:
    """Return the drive of i to the nearest place that all these members can reach."""
    reachable = np.flatnonzero(pool.reach[members, :-1].all(axis=0))
    drives = [minutes_to(pool, np.array([i]), int(p))[0] for p in reachable]
    known = [int(minutes) for minutes in drives if not np.isnan(minutes)]
    return min(known, default=0)

"""A draft's groups reshaped: a late family placed, a thin group healed, two merged, one split.

Everything here is asked before it is done. What would break a hard rule is never proposed; where
nothing can be proposed, the reason is a rule in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.facts import Broken, broken_rules
from matcher.grouping.reasons import why_left_out
from matcher.grouping.report import describe
from matcher.grouping.result import Group, LeftOut, Names, broken_words
from matcher.grouping.words import say
from matcher.profiles import Profiles, as_profiles

if TYPE_CHECKING:
    from matcher.grouping.moves import Board, Consequence

MOST_HALVES = 5_000  # ways to split that are looked at one by one
MOST_ASKED = 60  # families of other groups that are asked about one by one


@dataclass(frozen=True)
class Placing:
    """Where one family could sit.

    Attributes
    ----------
    family
        Its id.
    places
        What joining each group would do, the best first; only what is allowed.
    reason
        Why there is none, with its remedy; None if there is one.
    """

    family: str
    places: tuple[Consequence, ...]
    reason: LeftOut | None = None


@dataclass(frozen=True)
class Reshaped:
    """Groups as they would be.

    Attributes
    ----------
    groups
        Each with members, place, time, scores and remarks; empty if it cannot be.
    broken
        The hard rules in the way; empty if it can be.
    old, new
        Points of the whole draft before and after.
    """

    groups: tuple[Group, ...]
    broken: tuple[Broken, ...]
    old: int
    new: int
    gain: float = 0.0

    @property
    def allowed(self) -> bool:
        """Whether it keeps every hard rule, as of a move."""
        return self.possible

    @property
    def possible(self) -> bool:
        """Whether it can be done without breaking a hard rule."""
        return bool(self.groups) and not self.broken

    def words(self, locale: object = "da", names: Names = None) -> list[str]:
        """Return what stands in the way, or what it would come to."""
        if not self.possible:
            said = [broken_words(broken, locale, names) for broken in self.broken]
            return said or [say("reshape.none", locale)]
        return [
            say(
                "reshape.group",
                locale,
                n=len(group.members),
                score=group.score,
                where=say("reshape.online", locale) if group.online else group.place or "",
            )
            for group in self.groups
        ] + [say("reshape.total", locale, old=self.old, new=self.new)]


def place_late(
    families: Profiles | Sequence[Mapping[str, Any]],
    labels: Sequence[int] | Array,
    late: Mapping[str, Any],
    *,
    most: int = 3,
    **settings: Any,
) -> Placing:
    """Return the best groups for a family that was not in the pool when it was formed.

    Parameters
    ----------
    families, labels, settings
        The pool and the draft, as for `Board`.
    late
        The family's record.
    most
        How many groups at most.
    """
    from matcher.grouping.moves import TRAY, Board

    everyone = as_profiles(families)
    records = [everyone.record(i) for i in range(len(everyone))] + [late]
    board = Board(Profiles.from_records(records), [*map(int, labels), TRAY], **settings)
    return where_to(board, len(records) - 1, most=most)


def where_to(board: Board, family: int, *, most: int = 3, closed: Collection[int] = ()) -> Placing:
    """Return the groups that a family of the board could join, the best first, or why none."""
    key = board.families.ids[int(family)]
    there = [g for g in range(board.n_groups) if len(board.members[g]) and g not in closed]
    said = [c for c in board.moves(family) if c.allowed and c.target in there]
    if said:
        return Placing(key, tuple(said[:most]))
    i = board.position.get(int(family))
    if i is None:
        rule = board.pool.out[key]
        return Placing(key, (), LeftOut(rule, f"rule.{rule}"))
    groups = [board.members[g] for g in there]
    return Placing(key, (), why_left_out(board.problem, i, groups))


def who_could_join(
    board: Board, label: int, *, from_groups: bool = False, most: int = 5
) -> list[Consequence]:
    """Return who would fit a thin group: the families in the tray, the best first.

    Parameters
    ----------
    from_groups
        Also families of groups that stay at their least size without them.
    most
        How many at most.
    """
    size = np.array([len(members) for members in board.members] or [0])
    home = board.labels
    able = (home < 0) | (from_groups & (size[home] > board.problem.sizes.least))
    asked = np.flatnonzero(able & (home != label) & _could_meet(board, board.members[label]))
    if len(asked) > MOST_ASKED:  # the best are almost always among the first
        asked = asked[np.argsort(-_rough_gains(board, asked, label), kind="stable")[:MOST_ASKED]]
    found = [board.move(int(board.pool.rows[i]), label) for i in asked]
    return sorted((c for c in found if c.allowed), key=lambda c: -c.gain)[:most]


def _could_meet(board: Board, members: Array) -> Array:
    """Return who shares a time, a language and a place with all of these, shape (n,)."""
    pool = board.pool
    if not len(members):
        return np.ones(len(pool), bool)
    slots = pool.slots & np.bitwise_and.reduce(pool.slots[members])
    languages = pool.languages & np.bitwise_and.reduce(pool.languages[members])
    there = (pool.reach & pool.reach[members].all(axis=0)).any(axis=1)
    return np.asarray((slots != 0) & (languages != 0) & there)


def _rough_gains(board: Board, families: Array, label: int) -> Array:
    """Return what joining a group would change for each of these, by mean benefits alone."""
    own, home, members = board._with_own, board.labels[families], board.members[label]
    sums = np.array([own[group].sum() / 2.0 for group in board.members])
    size = np.array([len(group) for group in board.members])[home]
    come = sums[label] + board.problem.benefit.among(families, members).sum(axis=1)
    joined = come / max(1, len(members)) - sums[label] / max(1, len(members) - 1)
    left = (sums[home] - own[families]) / np.maximum(1, size - 2)
    return np.asarray(joined + np.where(home < 0, 0.0, left - sums[home] / np.maximum(1, size - 1)))


def merge(board: Board, one: int, other: int) -> Reshaped:
    """Return what merging two groups would come to, or the rules in the way."""
    members = np.sort(np.concatenate([board.members[one], board.members[other]]))
    return _reshaped(board, {one: members, other: members[:0]})


def merges(
    board: Board, label: int, *, most: int | None = None, closed: Collection[int] = ()
) -> list[tuple[int, Reshaped]]:
    """Return the groups that this one could merge with, the best first, at most so many.

    The group asked about keeps its label, unless a locked member holds the other one's. None of
    `closed` is among them.
    """
    found = []
    for other, after, broken in _merges(board, label):
        if not broken and other not in closed:
            found.append((board._total(after), other, after))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [(other, _reshaped(board, after)) for _total, other, after in found[:most]]


def nearest_merge(board: Board, label: int) -> tuple[int, Reshaped] | None:
    """Return the group that the fewest rules keep this one from merging with, and these rules."""
    refused = [(broken, other) for other, _after, broken in _merges(board, label) if broken]
    if not refused:
        return None
    broken, other = min(refused, key=lambda one: (len(one[0]), one[1]))
    return other, Reshaped((), tuple(broken), *_same(board))


def _merges(board: Board, label: int) -> Iterator[tuple[int, dict[int, Array], list[Broken]]]:
    """Yield each other group, what merging would make of the two, and what stands in the way."""
    for other in range(board.n_groups):
        if other == label or not len(board.members[other]):
            continue
        members = np.sort(np.concatenate([board.members[label], board.members[other]]))
        ways = [{one: members, two: members[:0]} for one, two in ((label, other), (other, label))]
        after = next((way for way in ways if not _held(board, way)), ways[0])
        yield other, after, _in_the_way(board, after)


def split(board: Board, label: int) -> Reshaped:
    """Return the best two halves of a group, each with its own place and time.

    Notes
    -----
    Every way to halve it is looked at (a group of 16 has 6,435 into equal halves); where a group
    is so large that there would be more than some thousands, halves grow around the two members
    who fit each other least and are bettered by swaps. Locked members stay together and keep the
    group's label, else the larger half does; must-links are the caller's to keep.
    """
    members = board.members[label]
    least, most = board.problem.sizes.least, board.problem.sizes.most
    m = len(members)
    if m < 2 * least:
        values = {"n": m // 2, "least": least}
        return Reshaped((), (Broken("size_low", (), values),), *_same(board))
    held = np.array([i for i in members if board.pool.ids[i] in board.locked], np.int64)
    ways = []
    for half in _halves(board, members, least=least, most=most):
        rest = np.setdiff1d(members, half, assume_unique=True)
        stays, leaves = (half, rest) if len(half) > len(rest) else (rest, half)
        if len(np.intersect1d(held, leaves)):
            stays, leaves = leaves, stays
        if not len(np.intersect1d(held, leaves)):
            ways.append((stays, leaves))
    if not ways:
        names = tuple(board.pool.ids[i] for i in held)
        rule = [Broken("locked", names)] if len(held) else []
        return Reshaped((), tuple(rule), *_same(board))
    best, worth = None, -np.inf
    nearest: list[Broken] | None = None
    for stays, leaves in ways:
        broken = _broken(board, stays) + _broken(board, leaves)
        if broken:
            if nearest is None or len(broken) < len(nearest):
                nearest = broken
            continue
        value = sum(board.scale.parts(board.problem, part)[0] for part in (stays, leaves))
        if value > worth:
            best, worth = (stays, leaves), value
    if best is None:
        return Reshaped((), tuple(nearest or ()), *_same(board))
    return _reshaped(board, {label: best[0], board.n_groups: best[1]})


def split_off(board: Board, label: int, leaving: Sequence[int]) -> Reshaped:
    """Return what it would come to if these families (their indices) made a group of their own."""
    members = board.members[label]
    away = np.array(sorted({board.position.get(int(i), -1) for i in leaving}), np.int64)
    if not len(away) or not np.isin(away, members).all():
        return Reshaped((), (Broken("no_such_group"),), *_same(board))
    stays = np.setdiff1d(members, away)
    return _reshaped(board, {label: stays, board.n_groups: away})


def _halves(board: Board, members: Array, *, least: int, most: int) -> list[Array]:
    m = len(members)
    sizes = [k for k in range(max(least, m - most), m // 2 + 1) if m - k <= most]
    ways, k = 0, m // 2
    for size in sizes:
        count = 1
        for j in range(size):
            count = count * (m - j) // (j + 1)
        ways += count
    if ways <= 2 * MOST_HALVES:
        return [np.array(half) for size in sizes for half in combinations(members.tolist(), size)]
    return [_grown(board, members, k)] if sizes else []


def _grown(board: Board, members: Array, size: int) -> Array:
    """Return one half of a large group, around the two who fit least, bettered by swaps."""
    W = board.problem.benefit.among(members, members)
    a, b = np.unravel_index(int((W + 1e9 * np.eye(len(W))).argmin()), W.shape)
    lean = W[:, a] - W[:, b]
    lean[a], lean[b] = np.inf, -np.inf
    half = set(np.argsort(-lean, kind="stable")[:size].tolist())
    while True:
        inside, outside = sorted(half), sorted(set(range(len(members))) - half)
        sums = W[:, inside].sum(axis=1) - W[:, outside].sum(axis=1)
        gain = sums[outside][:, None] - sums[inside][None, :] - 2 * W[np.ix_(outside, inside)]
        at = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[at] <= 1e-9:
            return np.sort(members[inside])
        half = (half - {inside[at[1]]}) | {outside[at[0]]}


def _broken(board: Board, members: Array) -> list[Broken]:
    return broken_rules(board.pool, members, board.problem.sizes)


def _same(board: Board) -> tuple[int, int]:
    return round(board.total), round(board.total)


def _held(board: Board, after: dict[int, Array]) -> tuple[str, ...]:
    """Return who is locked and would change groups."""
    return tuple(
        sorted(
            board.pool.ids[i]
            for label, members in after.items()
            for i in members
            if int(board.labels[i]) != label and board.pool.ids[i] in board.locked
        )
    )


def _in_the_way(board: Board, after: dict[int, Array]) -> list[Broken]:
    broken = [
        rule for members in after.values() if len(members) for rule in _broken(board, members)
    ]
    if held := _held(board, after):
        broken.append(Broken("locked", held))
    return broken


def _reshaped(board: Board, after: dict[int, Array]) -> Reshaped:
    """Return a draft with these groups as they would be; nobody who is locked may change groups."""
    full = {label: members for label, members in after.items() if len(members)}
    if broken := _in_the_way(board, after):
        return Reshaped((), tuple(broken), *_same(board))
    total = board._total(after)
    groups = tuple(
        describe(board.problem, label, members, board.scale)
        for label, members in sorted(full.items())
    )
    return Reshaped(groups, (), round(board.total), round(total), total - board.total)

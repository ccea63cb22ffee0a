"""What a move would change, said before it is made, and scores of a draft edited by hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping.arrays import Array
from matcher.grouping.benefit import Benefit
from matcher.grouping.facts import Broken, broken_rules
from matcher.grouping.met import Met
from matcher.grouping.pool import Pool, build_pool
from matcher.grouping.problem import Problem, Sizes, build_problem
from matcher.grouping.report import describe, remarks
from matcher.grouping.result import Group, LeftOut, Names, Remark, broken_words
from matcher.grouping.scoring import Scale, best_partners, build_scale, members_of, points
from matcher.grouping.settings import GroupRules, Place, read_criteria
from matcher.profiles import Profiles, as_profiles, day

TRAY = -1
KEPT_BOARDS = 4


@dataclass(frozen=True)
class Change:
    """One group before and after, in points from 0 to 100."""

    label: int
    old: int
    new: int


@dataclass(frozen=True)
class Consequence:
    """What a move or swap would do.

    Attributes
    ----------
    forbidden
        Hard rules that it would newly break; empty = allowed.
    changes
        The groups touched.
    old, new
        Points of the whole draft.
    remarks
        What would newly be worth a remark.
    solved
        Remarks that would be gone.
    """

    families: tuple[str, ...]
    target: int
    forbidden: tuple[Broken, ...]
    changes: tuple[Change, ...]
    old: int
    new: int
    gain: float
    remarks: tuple[Remark, ...] = ()
    solved: tuple[Remark, ...] = ()
    reason: LeftOut | None = None

    @property
    def allowed(self) -> bool:
        """Whether the move keeps every hard rule."""
        return not self.forbidden and self.reason is None

    def words(self, locale: object = "da", names: Names = None) -> list[str]:
        """Return why the move is forbidden, or what it would be worth remarking."""
        said = [broken_words(broken, locale, names) for broken in self.forbidden]
        if self.reason is not None:
            said.append(self.reason.why(locale, names))
        return said or [remark.words(locale, names) for remark in self.remarks]


@dataclass(frozen=True)
class Scored:
    """A draft as it stands: every group, and the whole in points."""

    groups: tuple[Group, ...]
    score: int
    lottery: float
    broken: tuple[Broken, ...] = field(default=())


class Look(NamedTuple):
    """What the board knows of one group, whoever asks."""

    members: Array
    part: tuple[float, float]
    points: int
    broken: tuple[Broken, ...]


class Board:
    """A draft to ask questions about: computed once, asked many times.

    Parameters
    ----------
    families
        The pool, as it was formed.
    labels
        Group of each family, -1 = in the tray.
    locked
        Ids that may not be moved.
    scale
        ``Grouping.lottery`` of the proposal the draft began as; none = drawn anew from the draft.
    Others as for `form_groups`.
    """

    def __init__(
        self,
        families: Profiles | Sequence[Mapping[str, Any]],
        labels: Sequence[int] | Array,
        *,
        min_size: int = 5,
        max_size: int = 8,
        target_size: int = 6,
        criteria: Mapping[str, Any] | None = None,
        rules: GroupRules | Mapping[str, Any] | None = None,
        places: Sequence[Mapping[str, Any] | Place] | None = None,
        apart: Iterable[tuple[str, str]] = (),
        met: Iterable[tuple[str, str]] = (),
        met_before: str = "ignore",
        met_weight: float | None = None,
        met_hard: bool = False,
        locked: Collection[str] = (),
        scale: float | None = None,
        on: date | None = None,
    ) -> None:
        families = as_profiles(families)
        self.families = families
        self.locked = frozenset(locked)
        settings = GroupRules.of(rules)
        sizes = Sizes.of(min_size, max_size, target_size)
        known = Met.of(met, met_before, weight=met_weight, hard=met_hard)
        pairs = (*apart, *known.apart)
        self.problem = _problem(families, sizes, criteria, settings, places, pairs, known, day(on))
        self.pool: Pool = self.problem.pool
        all_labels = np.asarray(labels, np.int64)
        if len(all_labels) != len(families):
            raise MatcherError(f"{len(all_labels)} labels for {len(families)} families")
        self.n_groups = int(all_labels.max(initial=-1)) + 1
        self.labels = all_labels[self.pool.rows]
        self.members = members_of(self.labels, self.n_groups)
        self.position = {int(row): i for i, row in enumerate(self.pool.rows)}
        self.scale = self._scale(scale)
        self._looks: dict[bytes, Look] = {}
        self._said: dict[bytes, list[Remark]] = {}
        self.parts = [self.scale.parts(self.problem, members) for members in self.members]
        self.won, self.most = np.sum([*self.parts, (0.0, 0.0)], axis=0)
        self.total = points(self.won, self.most)

    def _scale(self, lottery: float | None) -> Scale:
        if lottery is None:
            return build_scale(self.problem, self.labels, seed=0, draws=200)
        best = best_partners(self.problem)
        return Scale(lottery, np.zeros(0), best, 1.0 - self.problem.rules.balance)

    def scored(self) -> Scored:
        """Return every group with scores, bars, remarks and broken rules."""
        groups = tuple(
            describe(self.problem, g, members, self.scale) for g, members in enumerate(self.members)
        )
        broken = tuple(rule for group in groups for rule in group.broken)
        return Scored(groups, round(self.total), self.scale.lottery, broken)

    def move(self, family: int, target: int) -> Consequence:
        """Return what moving a family (its index) to a group or the tray (-1) would do."""
        i = self.position.get(int(family))
        key = self.families.ids[int(family)]
        if i is None:
            rule = self.pool.out[key]
            reason = LeftOut(rule, f"rule.{rule}")
            return Consequence((key,), target, (), (), *self._same(), reason=reason)
        if not -1 <= target <= self.n_groups:
            return self._refused((key,), target, Broken("no_such_group"))
        if key in self.locked:
            return self._refused((key,), target, Broken("locked", (key,)))
        home = int(self.labels[i])
        if home == target:
            return Consequence((key,), target, (), (), *self._same())
        after: dict[int, Array] = {}
        if home >= 0:
            after[home] = self.members[home][self.members[home] != i]
        if target >= 0:
            before = self.members[target] if target < self.n_groups else np.zeros(0, np.int64)
            after[target] = np.sort(np.append(before, i))
        return self._consequence((key,), target, after)

    def swap(self, family: int, other: int) -> Consequence:
        """Return what letting two families change places would do."""
        i, j = self.position.get(int(family)), self.position.get(int(other))
        keys = (self.families.ids[int(family)], self.families.ids[int(other)])
        if i is None or j is None:
            return self._refused(keys, TRAY, Broken("no_such_group"))
        for key in keys:
            if key in self.locked:
                return self._refused(keys, TRAY, Broken("locked", (key,)))
        a, b = int(self.labels[i]), int(self.labels[j])
        if a == b:
            return Consequence(keys, b, (), (), *self._same())
        after: dict[int, Array] = {}
        for label, leaves, comes in ((a, i, j), (b, j, i)):
            if label >= 0:
                rest = self.members[label][self.members[label] != leaves]
                after[label] = np.sort(np.append(rest, comes))
        return self._consequence(keys, b, after)

    def moves(self, family: int) -> list[Consequence]:
        """Return what every target would do, the best first, the forbidden last."""
        i = self.position.get(int(family))
        home = TRAY if i is None else int(self.labels[i])
        found = [self.move(family, g) for g in range(self.n_groups) if g != home]
        return sorted(found, key=lambda c: (not c.allowed, -c.gain))

    def swaps(self, family: int, *, most: int = 3) -> list[Consequence]:
        """Return the best swaps allowed, by the gain of the whole."""
        i = self.position.get(int(family))
        if i is None or self.labels[i] == TRAY:
            return []
        others = np.flatnonzero((self.labels != self.labels[i]) & (self.labels != TRAY))
        order = np.argsort(-self._rough_gains(i, others), kind="stable")
        found: list[Consequence] = []
        for j in others[order[:60]].tolist():  # the best are almost always among the first
            if self._may_swap(i, j):
                found.append(self.swap(family, int(self.pool.rows[j])))
            if len(found) >= 4 * most:
                break
        return sorted((c for c in found if c.allowed), key=lambda c: -c.gain)[:most]

    def _may_swap(self, i: int, j: int) -> bool:
        benefit = self.problem.benefit
        mine, yours = self.members[self.labels[j]], self.members[self.labels[i]]
        if self.pool.ids[j] in self.locked or self.pool.ids[i] in self.locked:
            return False
        return bool(
            benefit.fits_among(np.array([i]), mine[mine != j]).all()
            and benefit.fits_among(np.array([j]), yours[yours != i]).all()
        )

    def _rough_gains(self, i: int, others: Array) -> Array:
        """Return what swapping i with each of these would change, by mean benefits alone."""
        benefit, seated = self.problem.benefit, np.flatnonzero(self.labels != TRAY)
        mates = self.members[self.labels[i]]
        mates = mates[mates != i]
        come = benefit.among(others, mates).sum(axis=1) - self._with_own[i]
        mine = benefit.row(i)
        held = np.bincount(self.labels[seated], mine[seated], self.n_groups)[self.labels[others]]
        go = held - mine[others] - self._with_own[others]
        sizes = np.bincount(self.labels[seated], minlength=self.n_groups)[self.labels[others]]
        return np.asarray(come / max(1, len(mates)) + go / np.maximum(1, sizes - 1))

    @cached_property
    def _with_own(self) -> Array:
        """Each family's summed benefit with the others of its group, shape (n,)."""
        own = np.zeros(len(self.pool))
        for members in self.members:
            own[members] = self.problem.benefit.among(members, members).sum(axis=1)
        return own

    def _same(self) -> tuple[int, int, float]:
        total = round(self.total)
        return total, total, 0.0

    def _refused(self, keys: tuple[str, ...], target: int, broken: Broken) -> Consequence:
        return Consequence(keys, target, (broken,), (), *self._same())

    def _total(self, after: dict[int, Array]) -> float:
        won, most = self.won, self.most
        for label, members in after.items():
            old = self.parts[label] if label < self.n_groups else (0.0, 0.0)
            new = self._look(members).part
            won, most = won + new[0] - old[0], most + new[1] - old[1]
        return points(won, most)

    def _consequence(
        self, keys: tuple[str, ...], target: int, after: dict[int, Array]
    ) -> Consequence:
        empty = np.zeros(0, np.int64)
        touched = [
            (
                label,
                self._look(self.members[label] if label < self.n_groups else empty),
                self._look(m),
            )
            for label, m in after.items()
        ]
        forbidden = [rule for _, old, new in touched for rule in _newly_broken(old, new)]
        fresh: list[Remark] = []
        solved: list[Remark] = []
        for _, old, new in [] if forbidden else touched:
            before, now = self._remarks(old), self._remarks(new)
            fresh += [remark for remark in now if remark not in before]
            solved += [remark for remark in before if remark not in now]
        total = self._total(after)
        return Consequence(
            families=keys,
            target=target,
            forbidden=tuple(forbidden),
            changes=tuple(Change(label, old.points, new.points) for label, old, new in touched),
            old=round(self.total),
            new=round(total),
            gain=total - self.total,
            remarks=tuple(fresh),
            solved=tuple(solved),
        )

    def _look(self, members: Array) -> Look:
        """Return what is asked of a group again and again, from memory if it was asked before."""
        key = members.tobytes()
        if key not in self._looks:
            part = self.scale.parts(self.problem, members)
            broken = broken_rules(self.pool, members, self.problem.sizes) if len(members) else []
            score = round(points(*part)) if len(members) else 0
            self._looks[key] = Look(members, part, score, tuple(broken))
        return self._looks[key]

    def _remarks(self, look: Look) -> list[Remark]:
        key = look.members.tobytes()
        if key not in self._said:
            fit = {
                self.pool.ids[i]: round(self.scale.of_member(self.problem, int(i), look.members))
                for i in look.members
            }
            self._said[key] = remarks(self.problem, look.members, fit, set()) if fit else []
        return self._said[key]


def _newly_broken(before: Look, after: Look) -> list[Broken]:
    """Return rules broken after and not before; a group may shrink, that is seen on the board."""
    now = {(broken.rule, broken.families) for broken in before.broken}
    return [
        broken
        for broken in after.broken
        if broken.rule != "size_low" and (broken.rule, broken.families) not in now
    ]


def explain_move(
    families: Profiles | Sequence[Mapping[str, Any]],
    labels: Sequence[int] | Array,
    family_index: int,
    target: int,
    **settings: Any,
) -> Consequence:
    """Return what moving one family would do, before anyone moves it.

    Parameters
    ----------
    families, labels
        The pool and the draft, -1 = in the tray.
    family_index
        Whom to move.
    target
        Label of a group, -1 = the tray, the next unused label = a group of its own.
    settings
        As for `Board`.

    Notes
    -----
    Asking about several moves of one draft is cheaper through one `Board`. What depends on the
    pool alone is remembered for the last few pools.
    """
    return Board(families, labels, **settings).move(family_index, target)


def score_groups(
    families: Profiles | Sequence[Mapping[str, Any]],
    labels: Sequence[int] | Array,
    **settings: Any,
) -> Scored:
    """Return the scores, bars, remarks and broken rules of a draft as it stands."""
    return Board(families, labels, **settings).scored()


_remembered: OrderedDict[tuple[Any, ...], tuple[Pool, Benefit]] = OrderedDict()


def _problem(
    families: Profiles,
    sizes: Sizes,
    criteria: Mapping[str, Any] | None,
    rules: GroupRules,
    places: Sequence[Mapping[str, Any] | Place] | None,
    apart: tuple[tuple[str, str], ...],
    met: Met,
    on: date,
) -> Problem:
    """Lay out a pool, or take it from the last few, known by content."""
    wished = read_criteria(criteria)
    named = None if places is None else tuple(_frozen(place) for place in places)
    key = (
        families.ids,
        hash(families.table.tobytes()),
        families.exclusions,
        tuple(wished.items()),
        rules,
        named,
        apart,
        met,
        on,
    )
    if key not in _remembered:
        pool = build_pool(families, rules=rules, places=places, apart=apart, on=on)
        _remembered[key] = (pool, met.benefit_of(pool, wished, on=on))
        while len(_remembered) > KEPT_BOARDS:
            _remembered.popitem(last=False)
    _remembered.move_to_end(key)
    pool, benefit = _remembered[key]
    return build_problem(pool, benefit, rules=rules, sizes=sizes)


def _frozen(place: Mapping[str, Any] | Place) -> Any:
    if isinstance(place, Place):
        return place
    return tuple(sorted((name, str(value)) for name, value in place.items()))

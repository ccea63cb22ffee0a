"""Two states of the same families side by side: the same measures, who moved, group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from flask_babel import gettext as _

from data.matching import families_by_id
from matcher.grouping.words import in_fives
from web.groups.boards import BARS, WEAK
from web.groups.cards import card_of
from web.groups.outcomes import Outcome, Seats, hue, letter
from web.groups.previews import criteria_texts
from web.groups.views.scene import (
    Head,
    Scene,
    drive,
    head_of,
)
from web.groups.views.sides import Side

CLOSE = 3  # points: a smaller change in how well a family fits is none


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line: both values, where the lottery is, and which side is better by how much."""

    name: str
    here: str
    there: str
    lottery: int | None
    better: str  # "here", "there" or ""
    by: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A family that sits elsewhere, and what that does to it."""

    name: str
    ref: str
    place: str
    here: tuple[str, str]  # letter and colour now
    there: tuple[str, str]
    fit: tuple[int | None, int | None]  # there, now
    minutes: tuple[int | None, int | None]
    change: str  # "up", "down" or ""
    said: str


@dataclass(frozen=True, kw_only=True)
class GroupPair:
    """Two groups that share most families."""

    letter: str
    hue: str
    here: Head | None
    there: Head | None
    common: int

    @property
    def size(self) -> int:
        """Return how many families the larger of them has."""
        return max(head.size for head in (self.here, self.there) if head)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The page."""

    measures: tuple[Measure, ...]
    moved: tuple[Moved, ...]
    n_families: int
    n_better: int
    n_worse: int
    groups: tuple[GroupPair, ...]


def comparison_of(scene: Scene, here: Side, there: Side) -> Comparison:
    """Hold the draft as it stands (`here`) up against another state (`there`)."""
    names = paired(here.seats, there.seats)
    moved = _moved(scene, here, there, names)
    return Comparison(
        measures=tuple(_measures(here, there)),
        moved=moved,
        n_families=len(set(here.seats) | set(there.seats)),
        n_better=sum(move.change == "up" for move in moved),
        n_worse=sum(move.change == "down" for move in moved),
        groups=tuple(_groups(here, there, names)),
    )


def paired(here: Seats, there: Seats) -> dict[int, int]:
    """Return each group of `there` under the number of the group of `here` it shares most with.

    The pairing is the one with the most families in common in all. A group that shares no family
    with any left over gets a number that is not in use.
    """
    from scipy.optimize import linear_sum_assignment

    ours = sorted({n for n in here.values() if n is not None})
    theirs = sorted({n for n in there.values() if n is not None})
    common = np.zeros((len(theirs), len(ours)), int)
    for family, number in there.items():
        now = here.get(family)
        if number is not None and now is not None:
            common[theirs.index(number), ours.index(now)] += 1
    names: dict[int, int] = {}
    for row, column in zip(*linear_sum_assignment(common, maximize=True), strict=True):
        if common[row, column]:
            names[theirs[row]] = ours[column]
    free = (n for n in range(len(ours) + len(theirs) + 1) if n not in ours)
    for number in theirs:
        if number not in names:
            names[number] = next(free)
    return names


def _measures(own: Side, other: Side) -> list[Measure]:
    texts, here, there = criteria_texts(), own.outcome, other.outcome
    found = [
        _measure(_("In all, 0 to 100"), here.score, there.score),
        _measure(_("The weakest group"), _weakest_group(here), _weakest_group(there)),
        _measure(_("The family that fits least"), _weakest(here), _weakest(there)),
        _measure(
            _("Families with little in common with their group"),
            _n_weak(here),
            _n_weak(there),
            less=True,
        ),
        *_drive_measures(here, there),
    ]
    for code in BARS:
        value = _bar(here, code)
        found.append(_measure(texts[code]["name"], value[0], _bar(there, code)[0], tick=value[1]))
    found += [
        _measure(_("Families without a group"), own.n_without, other.n_without, less=True),
        _measure(_("Remarks"), _n_remarks(here), _n_remarks(there), less=True),
        _measure(_("Fixed rules broken"), here.n_broken, there.n_broken, less=True),
    ]
    return [line for line in found if (line.here, line.there) != ("–", "–")]


def _drive_measures(here: Outcome, there: Outcome) -> list[Measure]:
    old, new = _drives(there), _drives(here)
    return [
        _measure(_("Average drive"), _mean(new), _mean(old), less=True, unit=True),
        _measure(_("Longest drive"), _longest(new), _longest(old), less=True, unit=True),
    ]


def _measure(
    name: str,
    here: int | None,
    there: int | None,
    *,
    less: bool = False,
    unit: bool = False,
    tick: int | None = None,
) -> Measure:
    say: Callable[[int | None], str] = _minutes if unit else _number
    better, by = "", ""
    if here is not None and there is not None and here != there:
        better = "here" if (here < there) == less else "there"
        by = say(abs(here - there))
    return Measure(name=name, here=say(here), there=say(there), lottery=tick, better=better, by=by)


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _minutes(value: int | None) -> str:
    return "–" if value is None else str(_("%(n)s min.", n=value))


def _weakest_group(outcome: Outcome) -> int | None:
    return min((group.score for group in outcome.groups), default=None)


def _fits(outcome: Outcome) -> list[int]:
    return [fit for group in outcome.groups for fit in group.fit.values()]


def _weakest(outcome: Outcome) -> int | None:
    return min(_fits(outcome), default=None)


def _n_weak(outcome: Outcome) -> int:
    return sum(fit < WEAK for fit in _fits(outcome))


def _drives(outcome: Outcome) -> list[int]:
    return [m for group in outcome.groups for m in group.minutes.values()]


def _mean(drives: list[int]) -> int | None:
    return in_fives(sum(drives) / len(drives)) if drives else None


def _longest(drives: list[int]) -> int | None:
    return in_fives(max(drives)) if drives else None


def _bar(outcome: Outcome, code: str) -> tuple[int | None, int | None]:
    """Return a criterion over all groups, each with the weight of its size, and the lottery's."""
    known = [
        (bar.value, len(group.members), bar.lottery)
        for group in outcome.groups
        if (bar := group.bars.get(code)) and bar.value is not None
    ]
    if not known:
        return None, None
    total = sum(size for _value, size, _tick in known)
    return round(sum(value * size for value, size, _tick in known) / total), known[0][2]


def _n_remarks(outcome: Outcome) -> int:
    return sum(len(group.remarks) for group in outcome.groups)


def _moved(scene: Scene, here: Side, there: Side, names: Mapping[int, int]) -> tuple[Moved, ...]:
    only_there = families_by_id(set(there.seats) - set(scene.families))
    families = {**scene.families, **{f.id: f for f in only_there}}
    found = []
    for family_id, family in sorted(families.items(), key=lambda pair: pair[1].name):
        now, then = here.seats.get(family_id), there.seats.get(family_id)
        if now == (None if then is None else names[then]):
            continue
        card, key = card_of(family), str(family_id)
        old, new = there.outcome.group(then), here.outcome.group(now)
        fit = (old.fit.get(key) if old else None, new.fit.get(key) if new else None)
        drives = drive(old, key), drive(new, key)
        change = _change(fit)
        found.append(
            Moved(
                name=family.name,
                ref=family.ref,
                place=card.municipality,
                here=_sign(now),
                there=_sign(None if then is None else names[then]),
                fit=fit,
                minutes=drives,
                change=change,
                said=_said(fit, drives, now, then),
            )
        )
    return tuple(sorted(found, key=lambda move: {"down": 0, "": 1, "up": 2}[move.change]))


def _sign(number: int | None) -> tuple[str, str]:
    return ("?", "gx") if number is None else (letter(number), hue(number))


def _change(fit: tuple[int | None, int | None]) -> str:
    old, new = fit
    if old is None or new is None:
        return "" if old == new else "down" if new is None else "up"
    return "" if abs(new - old) < CLOSE else "up" if new > old else "down"


def _said(
    fit: tuple[int | None, int | None],
    minutes: tuple[int | None, int | None],
    now: int | None,
    then: int | None,
) -> str:
    """Say what the move does to the family."""
    if now is None:
        return str(_("stands without a group now"))
    if then is None:
        return str(_("has a group now"))
    parts = {
        "": _("fits about as well"),
        "up": _("fits better now"),
        "down": _("fits less well now"),
    }[_change(fit)]
    before, after = minutes
    if before is not None and after is not None and before != after:
        longer = _("drives longer") if after > before else _("drives less")
        return f"{parts}, {longer}"
    return str(parts)


def _groups(here: Side, there: Side, names: Mapping[int, int]) -> list[GroupPair]:
    ours = {group.label: group for group in here.outcome.groups}
    theirs = {names[group.label]: group for group in there.outcome.groups}
    pairs = []
    for number in sorted({*ours, *theirs}):
        one, other = ours.get(number), theirs.get(number)
        common = set(one.members) & set(other.members) if one and other else set()
        pairs.append(
            GroupPair(
                letter=letter(number),
                hue=hue(number),
                here=head_of(one) if one else None,
                there=head_of(other) if other else None,
                common=len(common),
            )
        )
    return pairs

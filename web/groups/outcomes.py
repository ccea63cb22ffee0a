"""The matcher's words about a draft, kept with it: scores, bars, remarks and who stands without.

A page reads what is kept; only a change at the board asks the matcher again.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the matcher brings numpy along: imported when a board is opened
    from data.models import DraftSeat
    from data.queries.desk import SeatRow
    from matcher.grouping.result import Group, Grouping, LeftOut, Waived

KEPT = 8
_read: OrderedDict[bytes, Outcome] = OrderedDict()
Seats = Mapping[int, int | None]  # family -> number of its group, None is the tray


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A whole draft as the matcher sees it. Group numbers are those of the seats."""

    score: int
    better_than: int
    n_draws: int
    lottery: float
    untouched: bool
    groups: tuple[Group, ...]
    unplaced: Mapping[str, LeftOut]
    waived: tuple[Waived, ...]
    proven: bool = False  # no better grouping exists, as long as nobody has changed it
    doubted: bool = False  # it was said to be proven, and the check did not agree

    def group(self, number: int | None) -> Group | None:
        """Return a group by its number; the tray has none."""
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> Mapping[int | None, Group]:
        return {group.label: group for group in self.groups}

    @property
    def n_broken(self) -> int:
        """Return how many hard rules the draft breaks."""
        return sum(len(group.broken) for group in self.groups)

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as it is kept with the draft."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Outcome:
        """Read what `as_json` wrote."""
        from matcher.grouping.result import LeftOut, Waived

        return cls(
            **{
                **kept,
                "groups": tuple(_group(g) for g in kept["groups"]),
                "unplaced": {key: LeftOut(**_tuples(v)) for key, v in kept["unplaced"].items()},
                "waived": tuple(Waived(**_tuples(w)) for w in kept["waived"]),
            }
        )


def outcome_of(grouping: Grouping, *, numbers: Mapping[int, int], doubted: bool = False) -> Outcome:
    """Return what is kept of a fresh proposal, its groups under the numbers of the board.

    ``doubted``: the check of its proof did not agree, so nothing is claimed.
    """
    return Outcome(
        score=grouping.score,
        better_than=grouping.better_than,
        n_draws=grouping.n_draws,
        lottery=grouping.lottery,
        untouched=True,
        groups=tuple(
            sorted(
                (replace(group, label=numbers[group.label]) for group in grouping.groups),
                key=lambda group: group.label,
            )
        ),
        unplaced=grouping.unplaced,
        waived=tuple(replace(w, label=numbers[w.label]) for w in grouping.waived if w.label >= 0),
        proven=grouping.proven and not doubted,
        doubted=grouping.proven and doubted,
    )


def told(outcome: Outcome, seats: Iterable[DraftSeat | SeatRow]) -> Outcome:
    """Return what may be told: no drive of those whose address is protected today.

    The matcher tells none, but what it said is kept, also from before the address was protected.
    """
    protected = {str(seat.family_id) for seat in seats if seat.protected}
    return replace(
        outcome,
        groups=tuple(_without_drives(group, protected) for group in outcome.groups),
        unplaced={
            key: _several(left) if key in protected else left
            for key, left in outcome.unplaced.items()
        },
    )


def _without_drives(group: Group, protected: Container[str]) -> Group:
    from matcher.grouping.facts import Broken

    drives = {key: m for key, m in group.minutes.items() if key not in protected}
    return replace(
        group,
        minutes=drives,
        mean_minutes=sum(drives.values()) / len(drives) if drives else None,
        broken=tuple(
            Broken("place_unsuited", broken.families)
            if broken.rule == "travel" and broken.families[0] in protected
            else broken
            for broken in group.broken
        ),
    )


def _several(left: LeftOut) -> LeftOut:
    from matcher.grouping.result import LeftOut

    if left.rule != "travel":
        return left
    return LeftOut("several", "left.several", {"rules": ("travel",)})


def read_once(text: str) -> Outcome:
    """Read a kept outcome; the last few are remembered, by a mark and not by what they say."""
    mark = hashlib.blake2b(text.encode(), digest_size=16).digest()
    if mark in _read:
        _read.move_to_end(mark)
    else:
        _read[mark] = Outcome.from_json(json.loads(text))
        while len(_read) > KEPT:
            _read.popitem(last=False)
    return _read[mark]


def letter(number: int) -> str:
    """Return the letter of a group: A ... Z, then A2 ..."""
    turn, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(turn + 1) if turn else "")


def hue(number: int) -> str:
    """Return the class of a group's colour; after twelve the colours come again."""
    return f"g{number % 12}"


def _group(kept: Mapping[str, Any]) -> Group:
    from matcher.grouping.facts import Broken
    from matcher.grouping.result import Bar, Group, Remark

    facts = _tuples(kept)
    facts["bars"] = {code: Bar(**bar) for code, bar in kept["bars"].items()}
    facts["remarks"] = tuple(Remark(**_tuples(r)) for r in kept["remarks"])
    facts["broken"] = tuple(Broken(**_tuples(b)) for b in kept["broken"])
    return Group(**facts)


def _tuples(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with lists as the tuples they were before JSON."""
    return {
        name: tuple(value)
        if isinstance(value, list)
        else _tuples(value)
        if isinstance(value, dict)
        else value
        for name, value in kept.items()
    }

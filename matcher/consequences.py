"""What a decision about a pair costs the others, found before it is made.

The prices of an optimum bound the cost at once; to know it exactly, the one family is taken out of
(or its pair taken from) a copy of the optimum, and the copy mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.assigning.graph import surplus
from matcher.assigning.standing import Standing
from matcher.compatibility import UNITS
from matcher.errors import MatcherError

if TYPE_CHECKING:
    from matcher.pairing import Pairing


@dataclass(frozen=True)
class Move:
    """A family that would have another mentor: ids, None for no mentor."""

    family: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Consequence:
    """What a decision would come to.

    Attributes
    ----------
    families : int
        How many fewer would have a mentor; below 0 = more.
    points : float
        By how much the sum of all scores, each in [0, 1], would be lower; below 0 = higher. Not
        told of what the round's goal weighs beside: waiting, and who is kept.
    moves : tuple of Move
        Everyone who would change, the family decided about among them.
    """

    families: int
    points: float
    moves: tuple[Move, ...]


def if_not(pairing: Pairing, family_id: str, mentor_id: str) -> Consequence:
    """Return what it would come to were these two not to be a pair.

    Raises
    ------
    MatcherError
        For an unknown id, or a pair that is pinned.
    """
    i, j = _rows(pairing, family_id, mentor_id)
    after = pairing.solved.copy()
    after.forbid(i, j)
    return _consequence(pairing, after, held=None)


def if_instead(pairing: Pairing, family_id: str, mentor_id: str) -> Consequence | None:
    """Return what it would come to were these two a pair; None if a rule forbids it.

    Raises
    ------
    MatcherError
        For an unknown id, or a family that is pinned.
    """
    i, j = _rows(pairing, family_id, mentor_id)
    after = pairing.solved.copy()
    score = int(after.market.scores(np.array([i]), np.array([j]))[0, 0])
    if score < 0 or not after.graph.places[j]:
        return None
    after.hold(i, j)
    return _consequence(pairing, after, held=(i, j, score))


def at_least(pairing: Pairing, family_id: str, mentor_id: str) -> float:
    """Return a bound at once: the worth that is lost, in scores, if these two are a pair.

    Notes
    -----
    The reduced cost of the pair: surplus + price - worth. In a round where families come first,
    a lost family counts for more than any sum of scores.
    """
    i, j = _rows(pairing, family_id, mentor_id)
    solved = pairing.solved
    score = int(solved.market.scores(np.array([i]), np.array([j]))[0, 0])
    if score < 0:
        return float("inf")
    weighing = solved.weighing
    worth = weighing.factor * score + int(weighing.offset[i])
    reduced = int(surplus(solved.graph)[i]) + int(solved.graph.price[j]) - worth
    return max(0, reduced) / weighing.factor / UNITS


def _rows(pairing: Pairing, family_id: str, mentor_id: str) -> tuple[int, int]:
    if family_id not in pairing.family_ids or mentor_id not in pairing.mentor_ids:
        raise MatcherError(f"no family {family_id!r} or no mentor {mentor_id!r}")
    i = pairing.family_ids.index(family_id)
    if i in pairing.certificate.pins:
        raise MatcherError(f"family {family_id!r} is pinned")
    return i, pairing.mentor_ids.index(mentor_id)


def _consequence(
    pairing: Pairing, after: Standing, *, held: tuple[int, int, int] | None
) -> Consequence:
    before = pairing.solved
    now = after.mentor_of.copy()
    lost = int(before.scores().sum()) - int(after.scores().sum())
    fewer = before.matched - after.matched
    if held is not None:
        now[held[0]] = held[1]
        lost, fewer = lost - held[2], fewer - 1
    moves = tuple(
        Move(
            pairing.family_ids[i],
            _named(pairing, int(before.mentor_of[i])),
            _named(pairing, int(now[i])),
        )
        for i in np.flatnonzero(now != before.mentor_of)
    )
    return Consequence(fewer, lost / UNITS, moves)


def _named(pairing: Pairing, j: int) -> str | None:
    return pairing.mentor_ids[j] if j >= 0 else None

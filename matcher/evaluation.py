"""How good a pairing is, beyond its total: for whom, where, and whether anyone would rather swap.

Numbers for a coordinator to look at and for `benchmarks/` to compare; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.compatibility import UNITS
from matcher.profiles import Profiles
from matcher.schema import SCHEMA

if TYPE_CHECKING:
    from matcher.pairing import Pairing

SAMPLE = 2_000  # families whose blocking pairs are looked for, evenly, in larger rounds


@dataclass(frozen=True)
class Part:
    """How one part of the families came out.

    Attributes
    ----------
    families, matched : int
    mean : float
        Mean score of its pairs, NaN if there are none.
    """

    families: int
    matched: int
    mean: float

    @property
    def coverage(self) -> float:
        """The share that has a mentor, NaN if there is nobody."""
        return self.matched / self.families if self.families else float("nan")


@dataclass(frozen=True)
class Evaluation:
    """What a round came to.

    Attributes
    ----------
    all : Part
    worst : float
        The weakest pair's score, NaN without a pair.
    waiting_served, waiting_left : float
        Mean days waited by those with and those without a mentor, NaN if there are none.
    load : mapping of int to int
        How many mentors have so many families, those without a place left out.
    spare : int
        Places left.
    areas, types : mapping of str to Part
        By municipality, and by family type ("" = not answered).
    unevenness : float
        Gini coefficient of the scores, those without a mentor counting 0: 0 = all alike.
    blocking : int
        Pairs of a family and a mentor who would both rather have each other than (the worst of)
        what they have; in a round of more than `SAMPLE` families, reckoned from a sample.
    """

    all: Part
    worst: float
    waiting_served: float
    waiting_left: float
    load: Mapping[int, int]
    spare: int
    areas: Mapping[str, Part]
    types: Mapping[str, Part]
    unevenness: float
    blocking: int


def evaluate(
    pairing: Pairing,
    *,
    areas: Mapping[str, str] | None = None,
    waiting: Mapping[str, int] | None = None,
) -> Evaluation:
    """Look at a pairing from all sides.

    Parameters
    ----------
    pairing
    areas : mapping of family id to the name of an area, optional
    waiting : mapping of family id to days waited, optional

    Returns
    -------
    Evaluation

    Notes
    -----
    Only families who could take part count. Time: O(n + m), and one pass over the scores of at
    most `SAMPLE` families for the blocking pairs.
    """
    families = pairing.scorer.families
    part = np.flatnonzero(~np.logical_or.reduce(list(pairing.scorer.book.families_out.values())))
    named = areas or {}
    made = pairing.mentor_of >= 0
    days = np.array([float((waiting or {}).get(key, 0)) for key in families.ids])
    places = _places(pairing)
    load = np.bincount(pairing.mentor_of[made], minlength=len(places))
    return Evaluation(
        all=_part(pairing, part),
        worst=float(np.nanmin(pairing.scores, initial=np.inf)) if made.any() else float("nan"),
        waiting_served=_mean(days[part][made[part]]),
        waiting_left=_mean(days[part][~made[part]]),
        load={int(k): int(c) for k, c in enumerate(np.bincount(load[places > 0])) if c},
        spare=int((places - load).clip(0).sum()),
        areas=_by(pairing, part, [named.get(families.ids[i], "") for i in part]) if named else {},
        types=_by(pairing, part, _types(families, part)),
        unevenness=gini(np.nan_to_num(pairing.scores[part])),
        blocking=blocking_pairs(pairing),
    )


def _places(pairing: Pairing) -> np.ndarray:
    """Return all places there were, pinned ones too."""
    places = pairing.certificate.places.copy()
    for j in pairing.certificate.pins.values():
        places[j] += 1
    return places


def _mean(numbers: np.ndarray) -> float:
    return float(numbers.mean()) if len(numbers) else float("nan")


def _part(pairing: Pairing, rows: np.ndarray) -> Part:
    scores = pairing.scores[rows]
    return Part(len(rows), int((~np.isnan(scores)).sum()), _mean(scores[~np.isnan(scores)]))


def _by(pairing: Pairing, rows: np.ndarray, names: list[str]) -> dict[str, Part]:
    named = np.array(names)
    return {str(name): _part(pairing, rows[named == name]) for name in np.unique(named)}


def _types(families: Profiles, rows: np.ndarray) -> list[str]:
    codes = tuple(SCHEMA.fields["family_type"].values)
    column = families.column("family_type")[rows]
    return ["" if np.isnan(at) else codes[int(at)] for at in column]


def gini(numbers: np.ndarray) -> float:
    """Return the Gini coefficient of numbers of at least 0, 0 if there are none.

    >>> gini(np.array([1.0, 1.0])), round(gini(np.array([0.0, 1.0])), 3)
    (0.0, 0.5)
    """
    ordered = np.sort(numbers)
    total = float(ordered.sum())
    if not total:
        return 0.0
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def blocking_pairs(pairing: Pairing) -> int:
    """Return how many pairs would both rather have each other, by score.

    A stable matching has none, and serves fewer or fits less well in all; a best total may have
    some. How many tells how often someone could ask "why not that one?".
    """
    market, n = pairing.solved.market, len(pairing.family_ids)
    own = np.nan_to_num(pairing.scores, nan=-1.0) * UNITS
    places = _places(pairing)
    made = np.flatnonzero(pairing.mentor_of >= 0)
    load = np.bincount(pairing.mentor_of[made], minlength=len(places))
    least = np.full(len(places), np.inf)
    np.minimum.at(least, pairing.mentor_of[made], own[made])
    bar = np.where(load < places, -1.0, least)
    every = -(-n // SAMPLE)
    found = asked = 0
    for rows, columns in market.rectangles():
        some = rows[rows % every == 0]
        if not len(some):
            continue
        scores = market.scores(some, columns)
        better = (scores > own[some, None] + 0.5) & (scores > bar[columns] + 0.5) & (scores >= 0)
        found += int((better & (places[columns] > 0)).sum())
        asked += len(some)
    everyone = sum(len(rows) for rows, _ in market.rectangles())
    return round(found * everyone / asked) if asked else 0

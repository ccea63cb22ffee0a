"""How much two families in one group are worth, criterion by criterion (groups.md, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.pool import Pool
from matcher.grouping.settings import Criterion

if TYPE_CHECKING:
    from matcher.similarity import PairwiseScore

FLAT = 1e-6  # a criterion that hardly varies says nothing
MET_BEFORE = "met_before"  # the code of a criterion beside those of the profile
TRAVEL = "max_travel_minutes"


@dataclass(frozen=True)
class Benefit:
    """Pair benefits, and what is needed to take a group's benefit apart again.

    Attributes
    ----------
    W
        (n, n) weighted sum of standardised pair scores, mean 0 over admissible pairs.
    fits
        (n, n) bool: these two could sit in one group.
    kept
        Criterion -> (n, n) scores as wished, NaN = unanswered.
    lottery
        Criterion -> mean score of admissible pairs, what drawing lots would give.
    met, met_wish
        (n_pairs, 2) who met before, and what is wished of it; see `met`.
    """

    W: Array
    fits: Array
    lottery: Mapping[str, float]
    criteria: Mapping[str, Criterion]
    kept: Mapping[str, Array]
    met: Array = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    met_wish: str = "ignore"

    def row(self, i: int) -> Array:
        """Return the benefit of family i with every family, shape (n,)."""
        return np.asarray(self.W[i])

    def among(self, rows: Array, columns: Array) -> Array:
        """Return the benefit of these families with those, shape (rows, columns)."""
        return np.asarray(self.W[np.ix_(rows, columns)])

    def fits_row(self, i: int) -> Array:
        """Return who could sit with family i, shape (n,) bool."""
        return np.asarray(self.fits[i])

    def fits_among(self, rows: Array, columns: Array) -> Array:
        """Return which of these could sit with which of those, shape (rows, columns) bool."""
        return np.asarray(self.fits[np.ix_(rows, columns)])

    def nearest(self, k: int) -> tuple[Array, Array]:
        """Return each family's k best partners, the best first, and their benefit, (n, k) each.

        -1 and -inf where fewer could sit with it.
        """
        n = len(self.W)
        k = min(k, max(n - 1, 1))
        worth = np.where(self.fits, self.W, -np.inf)
        order = np.argsort(-worth, axis=1, kind="stable")[:, :k]
        best = np.take_along_axis(worth, order, axis=1)
        return np.where(np.isfinite(best), order, -1), best

    def score_within(self, code: str, members: Array) -> float:
        """Return the mean pair score of a group by one criterion, NaN if nobody answered."""
        if code not in self.kept or len(members) < 2:
            return float("nan")
        rows, columns = np.triu_indices(len(members), 1)
        pairs = self.kept[code][members[rows], members[columns]]
        known = pairs[~np.isnan(pairs)]
        return float(known.mean()) if known.size else float("nan")


def build_benefit(pool: Pool, criteria: Mapping[str, Criterion], *, on: date) -> Benefit:
    """Standardise every criterion over the pairs that could sit together, and add them up.

    An unanswered criterion adds 0, the mean of the others: it is never punished.
    """
    from matcher.similarity import FamilySimilarity

    n = len(pool)
    fits = admissible(pool)
    W = np.zeros((n, n))
    if n == 0:
        return Benefit(W, fits, {}, criteria, {})
    pairs = fits if np.count_nonzero(fits) >= 2 else ~np.eye(n, dtype=bool)
    similarity = FamilySimilarity(purpose="group", on=on).fit(pool.profiles)
    features = similarity.features(pool.profiles)
    lottery, kept = {}, {}
    for code, wish in criteria.items():
        score = _scores(similarity.pairwise, code, features, features)
        if wish.mode == "mixed":
            score = 1.0 - score
        known = score[pairs & ~np.isnan(score)]
        lottery[code] = float(known.mean()) if known.size else float("nan")
        spread = float(known.std()) if known.size else 0.0
        if spread > FLAT:
            standard = (score - lottery[code]) * (wish.weight / spread)
            W += np.where(np.isnan(standard), 0.0, standard)
        kept[code] = score.astype(np.float32)
    W = (W + W.T) / 2
    np.fill_diagonal(W, 0.0)
    return Benefit(W, fits, lottery, criteria, kept)


def _scores(pairwise: PairwiseScore, code: str, A: Array, B: Array) -> Array:
    """Return (len(A), len(B)) scores in [0, 1], NaN where unanswered or not to be weighed."""
    from matcher.criteria import travel_is_left_out

    place = pairwise.slices[code]
    scores: Array = np.array(pairwise.kernels[code](A[:, place], B[:, place]), dtype=float)
    if code == TRAVEL:
        scores[travel_is_left_out(A[:, place], B[:, place])] = np.nan
    return scores


def admissible(pool: Pool) -> Array:
    """Return who could sit with whom, shape (n, n), False on the diagonal."""
    n = len(pool)
    fits = np.ones((n, n), bool)
    start = 0
    for end in pool.segment:
        common = np.zeros((n, n), bool)
        for word in range(start, end):
            common |= (pool.mask[:, None, word] & pool.mask[None, :, word]) != 0
        fits &= common
        start = end
    for a, b in pool.foes:
        fits[a, b] = fits[b, a] = False
    np.fill_diagonal(fits, False)
    return fits

"""The benefit of a large pool: no table of all pairs, only what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np

from matcher.grouping.arrays import Array, Pairs, neighbours
from matcher.grouping.benefit import FLAT, MET_BEFORE, Benefit, build_benefit
from matcher.grouping.pairs import Laid, lay_out, measure_of
from matcher.grouping.pool import Pool
from matcher.grouping.settings import Criterion

WIDE_ABOVE = 300  # families; above, no table of all pairs is held
COUNTED = 3_000_000  # pairs, about: of more, each family's in so many tells means and spreads
NEAR = 32  # partners kept for each family: who the search tries to seat it with


@dataclass(frozen=True, kw_only=True)
class WideBenefit(Benefit):
    """Pair benefits of a large pool; ``W`` and ``fits`` are empty, rows are computed when asked.

    Attributes
    ----------
    near, near_worth
        (n, k) best partners of each family, the best first, -1 = no more, and their benefit.
    partners
        (n,) how many each could sit with.
    """

    pool: Pool
    laid: Laid
    pairs: Pairs
    near: Array
    near_worth: Array
    partners: Array
    foes: tuple[Array, Array] = field(repr=False)

    def row(self, i: int) -> Array:
        """Return the benefit of family i with every family, shape (n,)."""
        return np.asarray(self.among(np.array([i]), np.arange(len(self.pool)))[0])

    def among(self, rows: Array, columns: Array) -> Array:
        """Return the benefit of these families with those, shape (rows, columns)."""
        from matcher.grouping import bonds

        out = np.empty((len(rows), len(columns)))
        bonds.benefits(self.pairs, rows.astype(np.int64), columns.astype(np.int64), out)
        return out

    def nearest(self, k: int) -> tuple[Array, Array]:
        """Return each family's k best partners as they were kept, at most `NEAR`."""
        return self.near[:, :k], self.near_worth[:, :k]

    def fits_row(self, i: int) -> Array:
        """Return who could sit with family i, shape (n,) bool."""
        return np.asarray(self.fits_among(np.array([i]), np.arange(len(self.pool)))[0])

    def fits_among(self, rows: Array, columns: Array) -> Array:
        """Return which of these could sit with which of those, shape (rows, columns) bool."""
        from matcher.grouping import bonds

        out = np.empty((len(rows), len(columns)), bool)
        where = (self.pool.mask, self.pool.segment, *self.foes)
        bonds.sittings(*where, rows.astype(np.int64), columns.astype(np.int64), out)
        return out

    def score_within(self, code: str, members: Array) -> float:
        """Return the mean pair score of a group by one criterion, NaN if nobody answered."""
        return float(self.scores_within(code, [members])[0])

    def scores_within(self, code: str, groups: Sequence[Array]) -> Array:
        """Return the mean pair score of each group by one criterion, NaN where nobody answered."""
        rows, columns, number = _pairs_of(groups)
        if code == MET_BEFORE:
            score = self._have_met(rows, columns)
        else:
            score = self.laid.measures[code].between(rows, columns)
        known = ~np.isnan(score)
        count = np.bincount(number[known], minlength=len(groups))
        total = np.bincount(number[known], weights=score[known], minlength=len(groups))
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        return np.asarray(1.0 - mean if self.criteria[code].mode == "mixed" else mean)

    def _have_met(self, rows: Array, columns: Array) -> Array:
        """Return 1 for each pair that is as was wished of families that have met, else 0."""
        n = len(self.pool)
        first, second = self.met.min(axis=1), self.met.max(axis=1)
        have = np.isin(
            np.minimum(rows, columns) * n + np.maximum(rows, columns), first * n + second
        )
        return np.asarray(have if self.met_wish == "together" else ~have, float)


def _pairs_of(groups: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Return all pairs inside groups: first, second, number of the group."""
    rows, columns, number = (
        [np.zeros(0, np.int64)],
        [np.zeros(0, np.int64)],
        [np.zeros(0, np.int64)],
    )
    for g, members in enumerate(groups):
        first, second = _corner(len(members))
        rows.append(members[first])
        columns.append(members[second])
        number.append(np.full(len(first), g))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(number)


@cache
def _corner(m: int) -> tuple[Array, Array]:
    first, second = np.triu_indices(m, 1)
    return np.asarray(first), np.asarray(second)


def benefit_of(pool: Pool, criteria: Mapping[str, Criterion], *, on: date) -> Benefit:
    """Return the pool's benefits: all in one table, or in a large pool computed when asked for."""
    build = build_wide if len(pool) > WIDE_ABOVE else build_benefit
    return build(pool, criteria, on=on)


def build_wide(
    pool: Pool,
    criteria: Mapping[str, Criterion],
    *,
    on: date,
    extra: Mapping[tuple[int, int], float] | None = None,
) -> WideBenefit:
    """Lay out a large pool, with the same means and spreads over all pairs as a small one has.

    Two passes over the pairs that could sit together: one for means and spreads, one for each
    family's best partners. ``extra`` is added to pairs by itself.
    """
    from matcher.features import scale_of
    from matcher.grouping import bonds
    from matcher.similarity import FamilySimilarity

    similarity = FamilySimilarity(purpose="group", on=on).fit(pool.profiles)
    features = similarity.features(pool.profiles)
    score = similarity.pairwise
    n = len(pool)
    measures = {
        code: measure_of(
            scale_of(code), features[:, score.slices[code]], score.kernels[code], score.means[code]
        )
        for code in criteria
    }
    laid = lay_out(measures, n)
    pairs = laid.pairs(extra or {})
    foes = neighbours(n, pool.foes)
    where = (pool.mask, pool.segment, *foes)
    count = np.zeros(len(pairs.worth) - laid.n_drives, np.int64)
    drive = np.zeros(3)
    every = 1 + n * n // (2 * COUNTED)
    if bonds.tally_pairs(pairs, *where, False, every, count, drive) < 1:
        bonds.tally_pairs(pairs, *where, True, every, count, drive)
    lottery = _standardise(laid, pairs, criteria, count, drive)
    near, near_worth, partners = nearest(pairs, where)
    none = np.zeros((0, 0))
    return WideBenefit(
        W=none,
        fits=none.astype(bool),
        lottery=lottery,
        criteria=criteria,
        kept={},
        pool=pool,
        laid=laid,
        pairs=pairs,
        near=near,
        near_worth=near_worth,
        partners=partners,
        foes=foes,
    )


def nearest(pairs: Pairs, where: tuple[Array, ...]) -> tuple[Array, Array, Array]:
    """Return each family's best partners, their benefit, and how many it could sit with."""
    from matcher.grouping import rows

    n = len(pairs.facts)
    width = min(NEAR, max(1, n - 1))
    near = np.full((n, width), -1, np.int32)
    worth = np.full((n, width), -np.inf)
    partners = np.zeros(n, np.int64)
    turned = [np.ascontiguousarray(part.T) for part in (pairs.facts, pairs.bits, where[0])]
    floats = np.zeros((2, n), np.float32)
    scratch = np.zeros(n, np.int32), np.zeros(n, np.uint8)
    rows.find_near(
        pairs, *turned, *where, near, worth, np.zeros(n, np.int64), partners, *floats, *scratch
    )
    return near, worth, partners


def _standardise(
    laid: Laid,
    pairs: Pairs,
    criteria: Mapping[str, Criterion],
    count: Array,
    drive: Array,
) -> dict[str, float]:
    """Fill the tables with weighted standard scores; return each criterion's mean."""
    lottery: dict[str, float] = {}
    together = np.zeros(len(count))
    start = 0
    for b, bundle in enumerate(laid.bundles):
        width = len(laid.bundled[b][1])
        used = count[start : start + width**2].reshape(width, width)
        for code in bundle:
            joint = _standard(criteria[code], laid.table_of(code, b), used, lottery, code)
            together[start : start + width**2] += joint.ravel()
        start += width**2
    for code in laid.sets:
        scores = laid.set_scores(code)
        uses = count[start : start + scores.size].reshape(scores.shape)
        alone = _standard(criteria[code], scores, uses, lottery, code)
        together[start : start + scores.size] = alone.ravel()
        start += scores.size
    pairs.worth[: len(count)] = together
    if laid.drive:
        wish, at = criteria[laid.drive], len(count)
        number, total, squares = drive
        mean = total / number if number else float("nan")
        spread = np.sqrt(max(0.0, squares / number - mean**2)) if number else 0.0
        sign = -1.0 if wish.mode == "mixed" else 1.0
        lottery[laid.drive] = 1.0 - mean if wish.mode == "mixed" else mean
        if spread > FLAT:
            pairs.worth[at - 2] = sign * wish.weight / spread
            pairs.worth[at - 1] = -sign * mean * wish.weight / spread
    return {code: lottery[code] for code in criteria}


def _standard(
    wish: Criterion, scores: Array, used: Array, lottery: dict[str, float], code: str
) -> Array:
    """Return a table's scores as wished, standardised by how often each is used; note the mean."""
    wished = 1.0 - scores if wish.mode == "mixed" else scores
    known = ~np.isnan(wished)
    number = float(used[known].sum())
    if not number:
        lottery[code] = float("nan")
        return np.zeros(scores.shape)
    mean = float((wished[known] * used[known]).sum() / number)
    spread = float(np.sqrt(((wished[known] - mean) ** 2 * used[known]).sum() / number))
    lottery[code] = mean
    if spread <= FLAT:
        return np.zeros(scores.shape)
    return np.asarray(np.where(known, (wished - mean) * (wish.weight / spread), 0.0))

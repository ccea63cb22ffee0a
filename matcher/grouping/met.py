"""Families that have been in a group together before: kept apart, gladly together, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping.arrays import Array
from matcher.grouping.benefit import FLAT, MET_BEFORE, Benefit
from matcher.grouping.pool import Pool
from matcher.grouping.settings import Criterion
from matcher.grouping.wide import WideBenefit, benefit_of, build_wide

Wish = Literal["apart", "together", "ignore"]
USUAL_WEIGHT = 0.15  # as much as the drive

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Met:
    """Who met before, and what is wished of it.

    Attributes
    ----------
    pairs
        Ids; those not in the pool are of no account.
    wish
        ``apart``, ``together`` or ``ignore``.
    weight
        As for the other criteria, whose weights sum to 1.
    hard
        A rule that is never broken, instead of a criterion.
    """

    pairs: Pairs = ()
    wish: Wish = "ignore"
    weight: float = USUAL_WEIGHT
    hard: bool = False

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[str, str]],
        wish: str,
        *,
        weight: float | None = None,
        hard: bool = False,
    ) -> Met:
        """Read what a caller gave; raises MatcherError for a wish or weight that makes no sense."""
        if wish not in get_args(Wish):
            raise MatcherError(f"met_before: {wish!r} is none of {', '.join(get_args(Wish))}")
        weight = USUAL_WEIGHT if weight is None else float(weight)
        if not 0.0 <= weight < float("inf"):
            raise MatcherError(f"met_before: the weight {weight!r} is not a number from 0 up")
        both = {(min(a, b), max(a, b)) for a, b in pairs if a != b}
        return cls(tuple(sorted(both)), wish, weight, hard)  # type: ignore[arg-type]

    @property
    def apart(self) -> Pairs:
        """Pairs that must be apart."""
        return self.pairs if self.hard and self.wish == "apart" else ()

    @property
    def together(self) -> Pairs:
        """Pairs that must be together."""
        return self.pairs if self.hard and self.wish == "together" else ()

    def numbers(self, pool: Pool) -> Array:
        """Return the pairs that can be seated, by number in the pool, shape (n_pairs, 2)."""
        at: Mapping[str, int] = {key: i for i, key in enumerate(pool.ids)}
        found = [(at[a], at[b]) for a, b in self.pairs if a in at and b in at]
        return np.array(found, np.int64).reshape(-1, 2)

    def benefit_of(self, pool: Pool, criteria: Mapping[str, Criterion], *, on: date) -> Benefit:
        """Return the pool's benefits with this as one more criterion, in one table or wide."""
        benefit = benefit_of(pool, criteria, on=on)
        if not isinstance(benefit, WideBenefit):
            return self.weighed(benefit, pool)
        pairs = self.numbers(pool)
        benefit = replace(benefit, met=pairs, met_wish=self.wish)
        if self.wish == "ignore" or self.hard or self.weight == 0.0 or not len(pairs):
            return benefit
        able = sum(bool(benefit.fits_among(a[None], b[None])[0, 0]) for a, b in pairs)
        common = 2.0 * able / max(1.0, float(benefit.partners.sum()))
        spread = float(np.sqrt(common * (1.0 - common)))
        if spread <= FLAT:
            return benefit
        # Pairs that have not met keep their benefit: the constant that `weighed` takes from all of
        # them is the same in every grouping of the same families.
        share = self.weight / (1.0 + self.weight)
        step = share / spread * (1.0 if self.wish == "together" else -1.0)
        smaller = {
            code: replace(k, weight=k.weight * (1.0 - share)) for code, k in criteria.items()
        }
        extra = {(int(a), int(b)): step for a, b in pairs}
        wide = build_wide(pool, smaller, on=on, extra=extra)
        mean = common if self.wish == "together" else 1.0 - common
        return replace(
            wide,
            met=pairs,
            met_wish=self.wish,
            criteria={**wide.criteria, MET_BEFORE: Criterion("alike", share)},
            lottery={**wide.lottery, MET_BEFORE: mean},
        )

    def weighed(self, benefit: Benefit, pool: Pool) -> Benefit:
        """Return the benefit with this as one more criterion, weights summing to 1 again.

        Notes
        -----
        Standardised like the others over the pairs that could sit together, so the rarer it is to
        have met, the more each such pair counts.
        """
        pairs = self.numbers(pool)
        benefit = replace(benefit, met=pairs, met_wish=self.wish)
        if self.wish == "ignore" or self.hard or self.weight == 0.0 or not len(pairs):
            return benefit
        n = len(pool)
        score = np.full((n, n), self.wish == "apart", np.int8)
        score[pairs[:, 0], pairs[:, 1]] = score[pairs[:, 1], pairs[:, 0]] = self.wish == "together"
        known = score[benefit.fits]
        spread = float(known.std()) if known.size else 0.0
        if spread <= FLAT:
            return benefit
        mean, share = float(known.mean()), self.weight / (1.0 + self.weight)
        W = (1.0 - share) * benefit.W + share * (score - mean) / spread
        np.fill_diagonal(W, 0.0)
        criteria = {
            code: replace(k, weight=k.weight * (1.0 - share))
            for code, k in benefit.criteria.items()
        }
        return replace(
            benefit,
            W=W,
            criteria={**criteria, MET_BEFORE: Criterion("alike", share)},
            lottery={**benefit.lottery, MET_BEFORE: mean},
            kept={**benefit.kept, MET_BEFORE: score},
        )

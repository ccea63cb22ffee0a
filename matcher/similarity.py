"""How alike two families are, and how well a mentor fits: the only similarity there is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from matcher import criteria
from matcher.errors import MatcherError
from matcher.features import encoder, scale_of
from matcher.profiles import Profiles, day
from matcher.schema import SCHEMA, Purpose

FloatTable = NDArray[np.float64]
Kernel = Callable[[FloatTable, FloatTable], FloatTable]

UNITS = 1_000_000
BLOCK_CELLS = 1 << 18
# Halves are common (a drive of 1/32 of a limit) and the last bits of a sum are not to decide them.
NUDGE = 0.00073106
TRAVEL = "max_travel_minutes"


def normalised_weights(purpose: Purpose, weights: Mapping[str, float] | None) -> dict[str, float]:
    """Return the weights of all criteria, given ones replacing the schema's, summing to 1.

    Raises
    ------
    MatcherError
        For a criterion without a weight in the schema, a negative or unreadable weight, or
        weights that are all zero.
    """
    merged = SCHEMA.weights(purpose)
    for code, weight in (weights or {}).items():
        if code not in merged:
            raise MatcherError(f"{code!r} is not a weighted criterion of purpose {purpose!r}")
        if not isinstance(weight, int | float | np.number) or not 0 <= weight < np.inf:
            raise MatcherError(f"the weight of {code!r} must be at least 0, not {weight!r}")
        merged[code] = float(weight)
    total = sum(merged.values())
    if total <= 0:
        raise MatcherError("at least one weight must be above 0")
    return {code: weight / total for code, weight in merged.items()}


class PairwiseScore(TransformerMixin, BaseEstimator):
    """Score rows of features against the rows it was fitted on.

    Parameters
    ----------
    kernels : mapping of criterion code to function
        Each takes that criterion's features of both sides and returns scores, NaN = unanswered.
    slices : mapping of criterion code to slice
        Where each criterion's features stand.
    weights, means : mapping of criterion code to float
        Constants of the schema; ``means`` stand in for what was not answered.
    """

    def __init__(
        self,
        *,
        kernels: Mapping[str, Kernel],
        slices: Mapping[str, slice],
        weights: Mapping[str, float],
        means: Mapping[str, float],
    ) -> None:
        self.kernels = kernels
        self.slices = slices
        self.weights = weights
        self.means = means

    def fit(self, X: FloatTable, y: None = None) -> "PairwiseScore":
        """Remember the rows to score against; nothing is learned from them."""
        self.features_ = X
        return self

    def transform(self, X: FloatTable) -> FloatTable:
        """Return scores, shape (len(X), n_fitted), in [0, 1] and multiples of 1e-6."""
        step = max(1, BLOCK_CELLS // max(len(self.features_), 1))
        scores = np.empty((len(X), len(self.features_)))
        for start in range(0, len(X), step):
            scores[start : start + step] = self.units(X[start : start + step]) / UNITS
        return scores

    def units(self, X: FloatTable) -> NDArray[np.int64]:
        """Return scores of one block as whole millionths, shape (len(X), n_fitted)."""
        total = np.zeros((len(X), len(self.features_)))
        for code, weight in self.weights.items():
            if code != TRAVEL and weight > 0:
                total += weight * self.filled(code, X)
        if TRAVEL in self.weights:
            total = self._with_travel(total, X)
        units = np.floor(total * UNITS + (0.5 + NUDGE)).astype(np.int64)
        return np.clip(units, 0, UNITS)

    def _with_travel(self, others: FloatTable, X: FloatTable) -> FloatTable:
        """Add travel where it counts; where it does not, the other criteria share its weight."""
        weight, rest = self.weights[TRAVEL], 1 - self.weights[TRAVEL]
        without = (
            others / rest if rest > criteria.TINY else np.full_like(others, self.means[TRAVEL])
        )
        return np.where(
            self.travel_is_left_out(X), without, others + weight * self.filled(TRAVEL, X)
        )

    def travel_is_left_out(self, X: FloatTable) -> NDArray[np.bool_]:
        """Tell for which pairs no distance may or need be weighed."""
        place = self.slices[TRAVEL]
        return criteria.travel_is_left_out(X[:, place], self.features_[:, place])

    def raw(self, code: str, X: FloatTable) -> FloatTable:
        """Return one criterion's scores; NaN where either side did not answer."""
        place = self.slices[code]
        return self.kernels[code](X[:, place], self.features_[:, place])

    def filled(self, code: str, X: FloatTable) -> FloatTable:
        """Return one criterion's scores, the schema's constant standing in for no answer."""
        scores = self.raw(code, X)
        return np.where(np.isnan(scores), self.means[code], scores)


class FamilySimilarity(TransformerMixin, BaseEstimator):
    """Score families against the families it was fitted on.

    A ColumnTransformer turns the table of profiles into each criterion's features, and a
    pairwise score ends the pipeline. All scales, weights and means are constants of the schema:
    fitting only remembers whom to compare with, so a score depends on its two profiles alone.

    Parameters
    ----------
    purpose : {"mentor", "group"}
        "mentor" is asymmetric: rows ask, columns (the fitted families) are the mentors.
        "group" is symmetric.
    weights : mapping of criterion code to float, optional
        Replace the schema's weights; all are renormalised to sum to 1.
    on : date, optional
        The day that years are counted to; None is today.

    Examples
    --------
    >>> asks = Profiles.from_records([{"id": "A", "themes_now": {"adhd": 3, "siblings": 1}}])
    >>> helps = Profiles.from_records([{"id": "B", "themes_experience": ["adhd"]}])
    >>> similarity = FamilySimilarity(weights={"themes_now": 1}).fit(helps)
    >>> similarity.criterion_scores(asks)["themes_now"]
    array([[0.75]])
    """

    def __init__(
        self,
        *,
        purpose: Purpose = "mentor",
        weights: Mapping[str, float] | None = None,
        on: date | None = None,
    ) -> None:
        self.purpose = purpose
        self.weights = weights
        self.on = on

    def fit(self, X: Profiles, y: None = None) -> "FamilySimilarity":
        """Remember the families to compare with.

        Parameters
        ----------
        X : Profiles of length n_fitted

        Returns
        -------
        FamilySimilarity
            With ``weights_``, ``means_`` and ``pipeline_``.
        """
        self.weights_ = normalised_weights(self.purpose, self.weights)
        self.means_ = SCHEMA.means(self.purpose)
        features, slices = encoder(self.purpose, day(self.on).year)
        score = PairwiseScore(
            kernels=_kernels(self.purpose, self.means_),
            slices=slices,
            weights=self.weights_,
            means=self.means_,
        )
        self.pipeline_ = Pipeline([("features", features), ("score", score)])
        score.fit(features.transform(X.table))
        return self

    def transform(self, X: Profiles) -> FloatTable:
        """Return scores, shape (len(X), n_fitted), in [0, 1] and multiples of 1e-6."""
        scores: FloatTable = self.pipeline_.transform(X.table)
        return scores

    def features(self, X: Profiles) -> FloatTable:
        """Return the features of families, shape (len(X), n_features)."""
        table: FloatTable = self.pipeline_["features"].transform(X.table)
        return table

    @property
    def pairwise(self) -> PairwiseScore:
        """The last step of the pipeline."""
        step: PairwiseScore = self.pipeline_["score"]
        return step

    def blocks(
        self, X: Profiles, *, cells: int = BLOCK_CELLS
    ) -> Iterator[tuple[slice, NDArray[np.int64]]]:
        """Go through the scores in blocks of whole rows, as millionths, in bounded memory."""
        rows = self.features(X)
        step = max(1, cells // max(len(self.pairwise.features_), 1))
        for start in range(0, len(rows), step):
            place = slice(start, min(start + step, len(rows)))
            yield place, self.pairwise.units(rows[place])

    def criterion_scores(
        self, X: Profiles, codes: Sequence[str] | None = None
    ) -> dict[str, FloatTable]:
        """Return each criterion's scores, shape (len(X), n_fitted) in [0, 1].

        NaN where either side did not answer, or where distance must be left out.
        """
        return self.criteria_of(self.features(X), codes)

    def criteria_of(
        self, rows: FloatTable, codes: Sequence[str] | None = None
    ) -> dict[str, FloatTable]:
        """Return each criterion's scores for rows of features."""
        scores = {code: self.pairwise.raw(code, rows) for code in codes or self.weights_}
        if TRAVEL in scores:
            scores[TRAVEL][self.pairwise.travel_is_left_out(rows)] = np.nan
        return scores


def pair_scores(
    profiles: Profiles, *, on: date | None = None, codes: Sequence[str] | None = None
) -> dict[str, FloatTable]:
    """Return how alike families are by each criterion of forming groups.

    Returns
    -------
    dict of criterion code to ndarray of shape (n, n)
        Symmetric, in [0, 1]; NaN where either did not answer or distance must be left out.
        ``SCHEMA.means("group")`` has the constants towards which unanswered ones shrink.

    Examples
    --------
    >>> people = Profiles.from_records(
    ...     [{"id": "A", "children_count": 1}, {"id": "B", "children_count": 1}, {"id": "C"}]
    ... )
    >>> pair_scores(people)["children_count"][0]
    array([ 1.,  1., nan])
    """
    return FamilySimilarity(purpose="group", on=on).fit(profiles).criterion_scores(profiles, codes)


def _kernels(purpose: Purpose, means: Mapping[str, float]) -> dict[str, Kernel]:
    return {code: _kernel(code, purpose, means[code]) for code in SCHEMA.weights(purpose)}


def _kernel(code: str, purpose: Purpose, neutral: float) -> Kernel:
    """Return the function that compares two sides' features of one criterion."""
    scale = scale_of(code)
    mentor = purpose == "mentor"
    match scale["kernel"]:
        case "ordinal":
            table = criteria.ordinal_table(tuple(SCHEMA.fields[code].values), scale)
            return partial(criteria.looked_up, table=table)
        case "lead":
            table = criteria.lead_table(len(SCHEMA.fields[code].values), scale["lead"])
            return partial(criteria.looked_up, table=table)
        case "distance":
            return partial(criteria.nearness, span=scale["span"])
        case "years" if mentor:
            return partial(criteria.years_ahead, points=scale["gap_points"])
        case "years":
            return partial(criteria.years_alike, width=scale["width"])
        case "bands" if mentor:
            return partial(criteria.bands_reached, neutral=neutral)
        case "bands":
            return criteria.bands_alike
        case "themes" if mentor:
            return partial(criteria.themes_covered, neutral=neutral)
        case "themes":
            return partial(criteria.themes_alike, neutral=neutral)
        case "overlap":
            return partial(criteria.overlap, enough=scale["enough"])
        case "jaccard":
            return criteria.jaccard
        case "travel":
            return criteria.short_drive
        case unknown:
            raise MatcherError(f"criterion {code!r} has the unknown kernel {unknown!r}")

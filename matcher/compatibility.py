"""How well families and mentors fit: a table of scores, or one pair explained."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matcher.assigning.market import runs_of_rows
from matcher.explanation import Explanation
from matcher.profiles import Profiles, as_profiles, day
from matcher.rules import Mask, PairRules, RuleBook

if TYPE_CHECKING:
    from matcher.quick_scores import QuickScores
    from matcher.similarity import FamilySimilarity

Families = Profiles | Sequence[Mapping[str, Any]]
UNITS = 1_000_000
BLOCK_CELLS = 1 << 18


class ProfileScorer:
    """Scores and hard rules between families and mentors, block by block in bounded memory.

    Parameters
    ----------
    families, mentors : Profiles of lengths n_families and n_mentors
    weights, rules, on
        As in ``score_pairs``.
    """

    def __init__(
        self,
        families: Profiles,
        mentors: Profiles,
        *,
        weights: Mapping[str, float] | None = None,
        rules: PairRules | Mapping[str, int] | None = None,
        on: date | None = None,
    ) -> None:
        self.families = families
        self.mentors = mentors
        self.weights = weights
        self.on = day(on)
        self.book = RuleBook(families, mentors, rules=PairRules.of(rules), on=self.on)

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of families and mentors."""
        return len(self.families), len(self.mentors)

    @cached_property
    def similarity(self) -> "FamilySimilarity":
        """The similarity, fitted on the mentors."""
        from matcher.similarity import FamilySimilarity  # scikit-learn takes a second to import

        return FamilySimilarity(weights=self.weights, on=self.on).fit(self.mentors)

    @property
    def top(self) -> int:
        """A score that none is above."""
        return UNITS

    @cached_property
    def _features(self) -> NDArray[np.float64]:
        return self.similarity.features(self.families)

    @cached_property
    def _taking_part(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of families, and of mentors, who take part at all."""
        families, mentors = (
            np.flatnonzero(~np.logical_or.reduce(list(reasons.values())))
            for reasons in (self.book.families_out, self.book.mentors_out)
        )
        return families, mentors

    def rectangles(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return everyone who takes part, in runs of families against all mentors."""
        self.similarity  # noqa: B018 - refuses bad weights, also when there is nobody to score
        return runs_of_rows(self.shape, *self._taking_part)

    def scores(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return scores as whole millionths, -1 = forbidden, shape (rows, columns)."""
        return self._quick.of(rows, columns)

    @cached_property
    def _quick(self) -> "QuickScores":
        from matcher.quick_scores import QuickScores  # numba takes a moment to import

        return QuickScores(self.similarity.pairwise, self._features, self.book)

    def units_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return scores as whole millionths whatever the rules say, shape (rows, n_mentors)."""
        return self.similarity.pairwise.units(self._features[rows])

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.int64], Mask]]:
        """Go through rows, scores as whole millionths, and which pairs are allowed."""
        similarity = self.similarity  # also refuses bad weights when there is nobody to score
        if 0 in self.shape:
            return
        for rows, units in similarity.blocks(self.families, cells=BLOCK_CELLS):
            yield rows, units, ~self.book.forbidden(rows)


def ready() -> None:
    """Compile what scores pairs, or load it from its cache, before anyone waits."""
    nobody = Profiles.from_records([{"id": "A"}])
    ProfileScorer(nobody, nobody).scores(np.zeros(1, np.int64), np.zeros(1, np.int64))


def score_pairs(
    families: Families,
    mentors: Families,
    *,
    weights: Mapping[str, float] | None = None,
    rules: PairRules | Mapping[str, int] | None = None,
    on: date | None = None,
) -> NDArray[np.float64]:
    """Score every family against every mentor.

    Parameters
    ----------
    families, mentors : Profiles, or sequences of records
    weights : mapping of criterion code to weight of at least 0, optional
        Replace the schema's weights; all are renormalised to sum to 1.
    rules : PairRules or mapping, optional
        What the municipality has set, such as ``{"min_years": 3}``.
    on : date, optional
        The day that consents, approvals and years are judged on; None is today.

    Returns
    -------
    ndarray of shape (n_families, n_mentors)
        In [0, 1], multiples of 1e-6; NaN exactly where a hard rule forbids the pair.

    Raises
    ------
    MatcherError
        For an unknown criterion or rule, or a weight below 0.

    Notes
    -----
    A score depends on the two profiles, the weights, the rules and the day, and on nobody else.
    Time and the size of the answer grow with n_families x n_mentors; the work is done in blocks.

    Examples
    --------
    >>> common = {"status": "active", "consents": {"matching": "2026-01-01"}}
    >>> family = {"id": "A", "participation": ["mentee"], "themes_now": {"siblings": 2}, **common}
    >>> mentor = {
    ...     "id": "B",
    ...     "participation": ["mentor"],
    ...     "mentor_approved": "2026-01-01",
    ...     "themes_experience": ["siblings"],
    ...     **common,
    ... }
    >>> score_pairs([family], [mentor, family], on=date(2026, 11, 1))
    array([[0.684,   nan]])
    """
    scorer = ProfileScorer(
        as_profiles(families), as_profiles(mentors), weights=weights, rules=rules, on=on
    )
    scores = np.full(scorer.shape, np.nan)
    for rows, units, allowed in scorer.blocks():
        scores[rows] = np.where(allowed, units / UNITS, np.nan)
    return scores


def explain(
    family: Profiles | Mapping[str, Any],
    mentor: Profiles | Mapping[str, Any],
    *,
    weights: Mapping[str, float] | None = None,
    rules: PairRules | Mapping[str, int] | None = None,
    on: date | None = None,
) -> Explanation:
    """Explain one pair.

    Parameters
    ----------
    family, mentor : a record, or Profiles of one row
    weights, rules, on
        As in ``score_pairs``.

    Returns
    -------
    Explanation
        Its contributions sum to its score within 1e-6; a forbidden pair has a score of NaN.

    Examples
    --------
    >>> explain({"id": "A"}, {"id": "A"}).forbidden
    ('status', 'consent', 'role', 'approval', 'self')
    """
    scorer = ProfileScorer(
        as_profiles(family), as_profiles(mentor), weights=weights, rules=rules, on=on
    )
    row = slice(0, 1)
    forbidden = tuple(code for code, mask in scorer.book.broken(row) if mask[0, 0])
    similarity = scorer.similarity
    features = similarity.features(scorer.families)
    left_out = bool(similarity.pairwise.travel_is_left_out(features)[0, 0])
    raw = {code: float(scores[0, 0]) for code, scores in similarity.criteria_of(features).items()}
    minutes = float(scorer.book.minutes(row)[0, 0])
    return Explanation.of(
        family=scorer.families.record(0),
        mentor=scorer.mentors.record(0),
        on=scorer.on,
        score=np.nan if forbidden else int(similarity.pairwise.units(features)[0, 0]) / UNITS,
        raw={c: s for c, s in raw.items() if not (left_out and c == "max_travel_minutes")},
        weights=similarity.weights_,
        means=similarity.means_,
        forbidden=forbidden,
        ask_first=tuple(code for code, mask in scorer.book.ask_first(row) if mask[0, 0]),
        minutes=None if left_out or np.isnan(minutes) else int(minutes),
    )

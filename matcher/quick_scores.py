"""Scores and hard rules of pairs, compiled: the same to the last unit as their plain twin, sooner.

The plain twin is `similarity.PairwiseScore.units` with `rules.RuleBook.forbidden`, which says what
a score is. Here its criteria are asked once for every two different answers that there are, and a
pair adds up what it finds; tests hold the two together. A forbidden pair is never added up.
"""

# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher import criteria
from matcher.features import scale_of
from matcher.geography import minutes_table
from matcher.grouping.compiled import entry, inlined
from matcher.profiles import Profiles
from matcher.rules import PHYSICAL, RuleBook
from matcher.similarity import NUDGE, TRAVEL, UNITS, PairwiseScore

Array = NDArray[Any]

UNANSWERED = -1e9  # stands for NaN where rows of answers are compared
MOST_FLAGS = 8  # a criterion of more flags has too many different answers for a table of any two
LEVELS = 3  # strengths of a theme
SHARED = ("languages", "availability", "contact_modes")


class Side(NamedTuple):
    """What is asked of each family of one side, row by row."""

    taking_part: Array  # (n,) bool
    shared: Array  # (n, 3) int64 bits; two must have one in common
    form: Array  # (n,) int64
    protected: Array  # (n,) bool
    postcode: Array  # (n,) int64, -1 = unknown
    limit: Array  # (n,) float64 minutes
    years: Array  # (n,) float64, NaN = unknown
    themes: Array  # (n,) int64 bits: needed by a family, known by a mentor
    themes_known: Array  # (n,) bool
    place: Array  # (n, criteria) int64, where its answer stands in the criterion's table
    counted: Array  # (n, criteria, LEVELS) int64 bits, for criteria that are counted


class Scale(NamedTuple):
    """What every pair is measured by."""

    table: Array  # float64, all criteria's tables one after the other
    is_counted: Array  # (criteria,) bool
    drive: Array  # (postcodes, postcodes) int16
    numbers: Array  # float64: weight of travel, what is left, its mean, half, TINY
    least_years: Array  # (1,)
    apart_from: Array  # (n + 1,) where each family's mentors that it may not have begin
    apart: Array  # mentors' rows


class QuickScores:
    """Scores of a scorer's pairs.

    Parameters
    ----------
    pairwise : PairwiseScore of purpose "mentor", fitted on the mentors
    features : array of the families' features
    book : RuleBook
    """

    def __init__(self, pairwise: PairwiseScore, features: Array, book: RuleBook) -> None:
        measures = [
            _measure(code, pairwise, features)
            for code, weight in pairwise.weights.items()
            if code != TRAVEL and weight > 0
        ]
        starts = np.cumsum([0, *(one.table.size for one in measures)])
        self._family = _side(
            book.families,
            out=book.families_out,
            themes="themes_now",
            place=[one.row + start for one, start in zip(measures, starts, strict=False)],
            counted=[one.needed for one in measures],
            book=book,
        )
        self._mentor = _side(
            book.mentors,
            out=book.mentors_out,
            themes="themes_experience",
            place=[one.column for one in measures],
            counted=[one.offered for one in measures],
            book=book,
        )
        weight, mean = pairwise.weights[TRAVEL], pairwise.means[TRAVEL]
        apart_from, apart = _apart(book)
        self._scale = Scale(
            table=np.concatenate([np.zeros(0), *(one.table.ravel() for one in measures)]),
            is_counted=np.array([one.is_counted for one in measures], np.bool_),
            drive=minutes_table(),
            numbers=np.array([weight, 1 - weight, mean, 0.5 + NUDGE, criteria.TINY]),
            least_years=np.array([book.rules.min_years]),
            apart_from=apart_from,
            apart=apart,
        )

    def of(self, rows: Array, columns: Array) -> NDArray[np.int64]:
        """Return scores as whole millionths, -1 = forbidden, shape (rows, columns)."""
        units = np.empty((len(rows), len(columns)), np.int64)
        at = np.full(len(self._mentor.form), -1, np.int64)
        at[columns] = np.arange(len(columns))
        begin = np.empty(len(self._scale.is_counted), np.int64)
        score(self._family, self._mentor, self._scale, rows, columns, at, begin, units)
        return units


class _Measure(NamedTuple):
    """One criterion: weighted scores of different answers, and where everyone's stand."""

    table: Array  # (different answers of families, of mentors) float64
    row: Array  # (n,) where a family's row of the table begins
    column: Array  # (m,) a mentor's column; where counted, 0 or the column of no answer
    is_counted: bool = False
    needed: Array | None = None  # (n, LEVELS) int64 bits
    offered: Array | None = None  # (m, LEVELS) int64 bits


def _measure(code: str, pairwise: PairwiseScore, features: Array) -> _Measure:
    place = pairwise.slices[code]
    mine, theirs = features[:, place], pairwise.features_[:, place]
    kernel = scale_of(code)["kernel"]
    if kernel == "themes":
        half = mine.shape[1] // 2
        return _counting(code, pairwise, mine[:, :half], theirs[:, half:], is_half=True)
    if kernel == "overlap" and mine.shape[1] > MOST_FLAGS:
        return _counting(code, pairwise, mine, theirs, is_half=False)
    (first, row), (second, column) = _different(mine), _different(theirs)
    table = _asked(code, pairwise, mine[first], theirs[second])
    return _Measure(table, row * table.shape[1], column)


def _asked(code: str, pairwise: PairwiseScore, mine: Array, theirs: Array) -> Array:
    """Return the weighted scores of some answers, as the plain twin finds them."""
    part = PairwiseScore(
        kernels=pairwise.kernels,
        slices={code: slice(0, mine.shape[1])},
        weights=pairwise.weights,
        means=pairwise.means,
    )
    table: Array = pairwise.weights[code] * part.fit(theirs).filled(code, mine)
    return table


def _different(X: Array) -> tuple[Array, Array]:
    """Return one row of each different answer, and which of them everyone gave."""
    which = np.zeros(len(X), np.int64)
    for answers in np.nan_to_num(X, nan=UNANSWERED).T:  # far sooner than comparing whole rows
        _, number = np.unique(answers, return_inverse=True)
        _, which = np.unique(which * len(X) + number, return_inverse=True)
    _, first = np.unique(which, return_index=True)
    return first, which


def _counting(
    code: str, pairwise: PairwiseScore, mine: Array, theirs: Array, *, is_half: bool
) -> _Measure:
    """Measure a criterion that asks only how much is needed and how much of it is offered.

    The plain twin is asked for everyone who needs and offers so much, and for who has not answered.
    """
    width = mine.shape[1]
    some = np.tri(width + 2, width, -1)  # row k: the first k of all
    some[-1] = np.nan
    blank = np.zeros_like(some)
    if is_half:
        table = _asked(code, pairwise, np.hstack([some, blank]), np.hstack([blank, some]))
    else:
        table = _asked(code, pairwise, some, some)
    no_answer = width + 1
    need = np.where(np.isnan(mine[:, 0]), no_answer, np.nan_to_num(mine).sum(axis=1))
    levels = [mine >= level for level in range(1, LEVELS + 1)]
    return _Measure(
        table,
        need.astype(np.int64) * (width + 2),
        np.where(np.isnan(theirs[:, 0]), no_answer, 0),
        is_counted=True,
        needed=np.stack([_bits(flags) for flags in levels], axis=1),
        offered=np.repeat(_bits(theirs >= 1)[:, None], LEVELS, axis=1),
    )


def _bits(flags: Array) -> Array:
    return np.asarray(flags.astype(np.int64) @ (np.int64(1) << np.arange(flags.shape[1])))


def _side(
    profiles: Profiles,
    *,
    out: dict[str, Array],
    themes: str,
    place: list[Array],
    counted: list[Array | None],
    book: RuleBook,
) -> Side:
    n = len(profiles)
    mine, other = (1 << 40, 1 << 41) if profiles is book.families else (1 << 41, 1 << 40)
    nothing = np.zeros((n, LEVELS), np.int64)
    return Side(
        taking_part=~np.logical_or.reduce(list(out.values())),
        # Two have something in common, too, where one of them has not answered.
        shared=np.stack(
            [
                np.where(profiles.answered(code), mine, mine | other) | profiles.bits(code)
                for code in SHARED
            ],
            axis=1,
        ).astype(np.int64),
        form=profiles.column("meeting_form").astype(np.int64),
        protected=profiles.is_protected,
        postcode=np.nan_to_num(profiles.column("postcode"), nan=-1).astype(np.int64),
        limit=profiles.column("max_travel_minutes").copy(),
        years=profiles.years(book.on),
        themes=profiles.bits(themes).astype(np.int64),
        themes_known=profiles.answered(themes),
        place=np.stack(place, axis=1) if place else np.zeros((n, 0), np.int64),
        counted=np.stack([nothing if one is None else one for one in counted], axis=1)
        if counted
        else np.zeros((n, 0, LEVELS), np.int64),
    )


def _apart(book: RuleBook) -> tuple[Array, Array]:
    """Return each family's mentors that are itself or excluded, one after the other."""
    pairs = np.array(sorted(book.apart()), np.int64).reshape(-1, 2)
    counts = np.bincount(pairs[:, 0], minlength=len(book.families))
    return np.concatenate([[0], np.cumsum(counts)]), np.ascontiguousarray(pairs[:, 1])


@inlined
def _how_many(bits: int) -> int:
    """Count the bits of a number below 2**32."""
    bits -= (bits >> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >> 2) & 0x33333333)
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F
    return ((bits * 0x01010101) & 0xFFFFFFFF) >> 24


@inlined
def _is_forbidden(f: Side, i: int, m: Side, j: int, drive: int, least_years: int) -> bool:
    """Say whether a pair breaks a rule, itself and exclusions left aside."""
    if not m.taking_part[j]:
        return True
    mine, theirs = f.form[i], m.form[j]
    in_person = mine == PHYSICAL or theirs == PHYSICAL
    online = mine == criteria.ONLINE or theirs == criteria.ONLINE
    if in_person and online:
        return True
    protected = f.protected[i] or m.protected[j]
    if in_person and not protected and drive > min(f.limit[i], m.limit[j]):
        return True
    for k in range(f.shared.shape[1]):
        if (f.shared[i, k] & m.shared[j, k]) == 0:
            return True
    if f.years[i] != f.years[i] or m.years[j] != m.years[j]:
        return False
    if m.years[j] < least_years:
        return True
    if m.years[j] > f.years[i]:
        return False
    if f.years[i] < least_years:
        return True
    known = f.themes_known[i] and m.themes_known[j]
    return known and (f.themes[i] & m.themes[j]) == 0


@entry
def score(
    f: Side, m: Side, scale: Scale, rows: Array, columns: Array, at: Array, begin: Array, out: Array
) -> None:
    """Write the scores of rows against columns, -1 = forbidden.

    `at` says where each mentor stands among the columns, -1 = not there; `begin` is scratch.
    """
    weight = scale.numbers[0]
    rest = scale.numbers[1]
    mean = scale.numbers[2]
    half = scale.numbers[3]
    tiny = scale.numbers[4]
    for a in range(rows.shape[0]):
        i = rows[a]
        if not f.taking_part[i]:
            for b in range(columns.shape[0]):
                out[a, b] = -1
            continue
        for k in range(begin.shape[0]):
            begin[k] = f.place[i, k]
        here = f.postcode[i]
        for b in range(columns.shape[0]):
            j = columns[b]
            there = m.postcode[j]
            drive = -1
            if here >= 0 and there >= 0:
                drive = scale.drive[here, there]
            if _is_forbidden(f, i, m, j, drive, scale.least_years[0]):
                out[a, b] = -1
                continue
            total = 0.0
            for k in range(begin.shape[0]):
                column = m.place[j, k]
                if scale.is_counted[k] and column == 0:
                    for level in range(f.counted.shape[2]):
                        needed = f.counted[i, k, level]
                        if needed == 0:
                            break
                        column += _how_many(needed & m.counted[j, k, level])
                total += scale.table[begin[k] + column]
            if (
                f.protected[i]
                or m.protected[j]
                or f.form[i] == criteria.ONLINE
                or m.form[j] == criteria.ONLINE
            ):
                total = total / rest if rest > tiny else mean
            elif drive < 0:
                total += weight * mean
            else:
                limit = max(min(f.limit[i], m.limit[j]), 1.0)
                total += weight * max(0.0, 1 - drive / limit)
            units = np.int64(np.floor(total * UNITS + half))
            out[a, b] = min(max(units, 0), UNITS)
        for e in range(scale.apart_from[i], scale.apart_from[i + 1]):
            b = at[scale.apart[e]]
            if b >= 0:
                out[a, b] = -1

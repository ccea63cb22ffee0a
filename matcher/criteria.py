"""What each criterion measures: two sides' features in, a table of scores in [0, 1] out.

Every function takes ``A`` of shape (n, k) and ``B`` of shape (m, k) and returns shape (n, m),
NaN where either side did not answer. Sums run over small whole numbers, which floats hold
exactly: a pair gets the same score to the last bit whoever else is in the pool.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.geography import minutes_table
from matcher.schema import SCHEMA

FloatTable = NDArray[np.float64]

TINY = 1e-12
BAND_UNITS = 20  # the steps of "near" are multiples of 1/20, so that their sums are exact
TRAVEL_COLUMNS = ("postcode", "max_travel_minutes", "meeting_form", "protected_address")
ONLINE = tuple(SCHEMA.fields["meeting_form"].values).index("online")


# --- features of one side -----------------------------------------------------------------


def years_since(X: FloatTable, *, year: int) -> FloatTable:
    """Turn years into numbers of years."""
    return year - X


def flags_and_reach(X: FloatTable, *, near: Sequence[float]) -> FloatTable:
    """Put beside each age band how near the family's own bands come to it."""
    n_bands = X.shape[1]
    steps = np.abs(np.arange(n_bands)[:, None] - np.arange(n_bands))
    closeness = np.zeros((n_bands, n_bands))
    for step, value in enumerate(near):
        closeness[steps == step] = round(value * BAND_UNITS)
    reach = (np.nan_to_num(X)[:, :, None] * closeness).max(axis=1)
    return np.hstack([X, reach])


# --- scores of pairs ----------------------------------------------------------------------


def _unanswered(A: FloatTable, B: FloatTable) -> FloatTable:
    """Return 0 where both answered and NaN elsewhere, shape (n, m)."""
    return (A[:, :1] * 0) + (B[:, 0] * 0)


def ordinal_table(codes: Sequence[str], scale: Mapping[str, Any]) -> FloatTable:
    """Return the score of every two codes; the last row and column mean no answer."""
    positions = scale["positions"]
    table = np.full((len(codes) + 1, len(codes) + 1), np.nan)
    for i, first in enumerate(codes):
        for j, second in enumerate(codes):
            if first == second:
                table[i, j] = 1
            elif first in positions and second in positions:
                steps = abs(positions[first] - positions[second])
                table[i, j] = max(0, 1 - steps / scale["span"])
            else:
                table[i, j] = scale["otherwise"]
    return table


def lead_table(n_codes: int, lead: Sequence[Sequence[float]]) -> FloatTable:
    """Return the score of every two positions by how far the second is ahead of the first."""
    steps, scores = zip(*lead, strict=True)
    table = np.full((n_codes + 1, n_codes + 1), np.nan)
    ahead = np.arange(n_codes) - np.arange(n_codes)[:, None]
    table[:n_codes, :n_codes] = np.interp(ahead, steps, scores)
    return table


def looked_up(A: FloatTable, B: FloatTable, *, table: FloatTable) -> FloatTable:
    """Look each two codes up in a table."""
    missing = len(table) - 1
    first = np.nan_to_num(A[:, 0], nan=missing).astype(np.intp)
    second = np.nan_to_num(B[:, 0], nan=missing).astype(np.intp)
    return table[first][:, second]


def nearness(A: FloatTable, B: FloatTable, *, span: float) -> FloatTable:
    """Fall from 1 at the same number to 0 at ``span`` apart."""
    return np.maximum(0, 1 - np.abs(A - B[:, 0]) / span)


def years_ahead(A: FloatTable, B: FloatTable, *, points: Sequence[Sequence[float]]) -> FloatTable:
    """Score how many more years the second has; best at three to ten more."""
    gaps, scores = zip(*points, strict=True)
    return np.asarray(np.interp(B[:, 0] - A, gaps, scores), dtype=np.float64)


def years_alike(A: FloatTable, B: FloatTable, *, width: float) -> FloatTable:
    """Fall from 1 at the same number of years to a half at ``width`` apart."""
    return 1 / (1 + ((A - B[:, 0]) / width) ** 2)


def _halves(X: FloatTable) -> tuple[FloatTable, FloatTable]:
    middle = X.shape[1] // 2
    return np.nan_to_num(X[:, :middle]), np.nan_to_num(X[:, middle:])


def _band_reach(A: FloatTable, B: FloatTable) -> tuple[FloatTable, FloatTable]:
    """Return how well B's bands reach A's on average, and how many bands A has."""
    flags, _ = _halves(A)
    _, reach = _halves(B)
    count = flags.sum(axis=1, keepdims=True)
    return (flags @ reach.T) / (BAND_UNITS * np.maximum(count, 1)), count


def bands_reached(A: FloatTable, B: FloatTable, *, neutral: float) -> FloatTable:
    """Score how near the second comes to each age band of the first."""
    reached, count = _band_reach(A, B)
    return np.where(count > 0, reached, neutral) + _unanswered(A, B)


def bands_alike(A: FloatTable, B: FloatTable) -> FloatTable:
    """Score how near two families' age bands are, both ways."""
    there, mine = _band_reach(A, B)
    back, theirs = _band_reach(B, A)
    alike = (there + back.T) / 2
    return np.where((mine == 0) & (theirs.T == 0), 1, alike) + _unanswered(A, B)


def themes_covered(A: FloatTable, B: FloatTable, *, neutral: float) -> FloatTable:
    """Score the share of the first's themes, by strength, that the second has experience with."""
    needs, _ = _halves(A)
    _, knows = _halves(B)
    needed = needs.sum(axis=1, keepdims=True)
    covered = (needs @ knows.T) / np.maximum(needed, 1)
    # The first half holds what one is in now, the second what one has experience with.
    answered = _unanswered(A, B[:, B.shape[1] // 2 :])
    return np.where(needed > 0, covered, neutral) + answered


def themes_alike(A: FloatTable, B: FloatTable, *, neutral: float) -> FloatTable:
    """Score what two families share of their themes: a Jaccard index weighted by strength."""
    first, second = _halves(A)[0], _halves(B)[0]
    shared = sum(
        (first >= level).astype(np.float64) @ (second >= level).astype(np.float64).T
        for level in (1, 2, 3)
    )
    either = first.sum(axis=1, keepdims=True) + second.sum(axis=1) - shared
    return np.where(either > 0, shared / np.maximum(either, 1), neutral) + _unanswered(A, B)


def _shared(A: FloatTable, B: FloatTable) -> FloatTable:
    return np.asarray(np.nan_to_num(A) @ np.nan_to_num(B).T, dtype=np.float64)


def overlap(A: FloatTable, B: FloatTable, *, enough: int) -> FloatTable:
    """Score how many answers are shared, up to ``enough``."""
    return np.minimum(1, _shared(A, B) / enough) + _unanswered(A, B)


def jaccard(A: FloatTable, B: FloatTable) -> FloatTable:
    """Score what is shared out of what either has; two times nothing is alike."""
    shared = _shared(A, B)
    counts = np.nan_to_num(A).sum(axis=1, keepdims=True) + np.nan_to_num(B).sum(axis=1)
    either = counts - shared
    return np.where(either > 0, shared / np.maximum(either, 1), 1) + _unanswered(A, B)


def minutes(A: FloatTable, B: FloatTable) -> FloatTable:
    """Return minutes of driving by ``TRAVEL_COLUMNS``; NaN where a postcode is missing."""
    first = np.nan_to_num(A[:, 0]).astype(np.intp)
    second = np.nan_to_num(B[:, 0]).astype(np.intp)
    return minutes_table()[first][:, second] + _unanswered(A, B)


def shorter_limit(A: FloatTable, B: FloatTable) -> FloatTable:
    """Return the smaller of both families' limits of minutes."""
    return np.minimum(A[:, 1:2], B[:, 1])


def short_drive(A: FloatTable, B: FloatTable) -> FloatTable:
    """Fall from 1 for no drive to 0 at the smaller of both limits."""
    return np.maximum(0, 1 - minutes(A, B) / np.maximum(shorter_limit(A, B), 1))


def travel_is_left_out(A: FloatTable, B: FloatTable) -> NDArray[np.bool_]:
    """Tell where either address is protected or either meets online only."""
    first = (A[:, 2:3] == ONLINE) | (A[:, 3:4] == 1)
    second = (B[:, 2] == ONLINE) | (B[:, 3] == 1)
    return np.asarray(first | second, dtype=np.bool_)

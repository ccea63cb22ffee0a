"""The benefit of any pair from compact rows of its two families, so that no n x n table is held.

Answers with few values are looked up in tables of value by value, several criteria in one; sets
(themes, times) are compared by counting common bits; the drive comes from the postcodes in use.
A pair costs about as many steps as there are criteria; the memory grows with n alone. It is the
same benefit as the table that small pools hold, to the rounding of 32-bit floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matcher.grouping.arrays import Array, Pairs, neighbours, packed

FEW = 300  # values of one criterion, or of several together, that a table may have
NO_ANSWER = 1 << 20  # counts as more than any set holds
TABLES, SETS, DRIVES, HEAD = 0, 1, 2, 3  # places in `plan`; each set then has five
SET_FIELDS = 5  # first word, end word, start of its table, sums it knows, width


@dataclass(frozen=True)
class Looked:
    """A criterion looked up by both families' values: (n,) values, then scores, NaN = no answer."""

    value: Array
    scores: Array

    def between(self, rows: Array, columns: Array) -> Array:
        """Return the scores of these pairs."""
        return np.asarray(self.scores[self.value[rows], self.value[columns]])


@dataclass(frozen=True)
class Compared:
    """A criterion of sets: words of bits, how many are set (NO_ANSWER), score by sum and shared."""

    words: Array
    count: Array
    scores: Array

    def between(self, rows: Array, columns: Array) -> Array:
        """Return the scores of these pairs."""
        both = self.count[rows] + self.count[columns]
        shared = np.bitwise_count(self.words[rows] & self.words[columns]).sum(axis=-1)
        known = both < len(self.scores)
        found = self.scores[np.where(known, both, 0), np.where(known, shared, 0)]
        return np.asarray(np.where(known, found, np.nan))


@dataclass(frozen=True)
class Driven:
    """The drive between two homes: place in `minutes` (-1 = not to be weighed), and the limit."""

    home: Array
    limit: Array
    minutes: Array

    def between(self, rows: Array, columns: Array) -> Array:
        """Return the scores of these pairs."""
        first, second = self.home[rows], self.home[columns]
        drive = self.minutes[first, second] if self.minutes.size else np.zeros(len(first))
        limit = np.minimum(self.limit[rows], self.limit[columns])
        score = np.maximum(0.0, 1.0 - drive / limit)
        return np.asarray(np.where((first >= 0) & (second >= 0), score, np.nan))


Measure = Looked | Compared | Driven


@dataclass(frozen=True)
class Laid:
    """All criteria of a pool laid out, before their means and spreads are known."""

    measures: Mapping[str, Measure]
    bundles: Sequence[tuple[str, ...]]
    n: int

    @cached_property
    def bundled(self) -> list[tuple[Array, Array]]:
        """Return, for each bundle, each family's joint value and a family that has each value."""
        found = []
        for bundle in self.bundles:
            first, value = _values(np.column_stack([self._looked(code).value for code in bundle]))
            found.append((value, first))
        return found

    @property
    def sets(self) -> list[str]:
        """The criteria of sets."""
        return [code for code, m in self.measures.items() if isinstance(m, Compared)]

    @property
    def drive(self) -> str | None:
        """The criterion of the drive."""
        return next((code for code, m in self.measures.items() if isinstance(m, Driven)), None)

    @property
    def n_drives(self) -> int:
        """How many numbers of the flat table are drives."""
        measure = self.measures[self.drive] if self.drive else None
        return measure.minutes.size if isinstance(measure, Driven) else 0

    def set_scores(self, code: str) -> Array:
        """Return the scores of a criterion of sets by sum and shared."""
        measure = self.measures[code]
        assert isinstance(measure, Compared)  # noqa: S101 - asked of `sets` only
        return measure.scores

    def _looked(self, code: str) -> Looked:
        measure = self.measures[code]
        assert isinstance(measure, Looked)  # noqa: S101 - bundles hold no others
        return measure

    def table_of(self, code: str, bundle: int) -> Array:
        """Return one criterion's scores by the joint values of its bundle."""
        _, first = self.bundled[bundle]
        scores = self.measures[code].between(first[:, None], first[None, :])
        return np.asarray((scores + scores.T) / 2)

    def pairs(self, extra: Mapping[tuple[int, int], float]) -> Pairs:
        """Return the arrays, tables still empty, drives filled in."""
        plan = [len(self.bundles), len(self.sets), 0]
        facts: list[Array] = []
        columns: list[Array] = []
        words: list[Array] = []
        size = 0
        for value, first in self.bundled:
            facts.append(size + value * len(first))
            columns.append(value)
            size += len(first) ** 2
        facts += columns
        for code in self.sets:
            measure = self.measures[code]
            assert isinstance(measure, Compared)  # noqa: S101 - `sets` holds no others
            at = sum(w.shape[1] for w in words)
            plan += [at, at + measure.words.shape[1], size, *measure.scores.shape]
            facts.append(measure.count)
            words.append(measure.words)
            size += measure.scores.size
        drives = np.zeros(0, np.float32)
        driven = self.measures[self.drive] if self.drive else None
        if isinstance(driven, Driven):
            size += 2
            plan[DRIVES] = size
            drives = driven.minutes.astype(np.float32).ravel()
            stride = len(driven.minutes)
            facts += [np.where(driven.home < 0, -1, driven.home * stride), driven.home]
            facts.append(driven.limit)
        start, partner = neighbours(self.n, list(extra))
        added = [
            extra.get((i, int(j)), extra.get((int(j), i), 0.0))
            for i in range(self.n)
            for j in partner[start[i] : start[i + 1]]
        ]
        none = np.zeros((self.n, 0))
        return Pairs(
            bits=np.ascontiguousarray(np.column_stack(words or [none]).astype(np.uint64)),
            facts=np.ascontiguousarray(np.column_stack(facts or [none]).astype(np.int32)),
            worth=np.concatenate([np.zeros(size, np.float32), drives]),
            plan=np.array(plan, np.int32),
            extra_start=start,
            extra=partner,
            extra_worth=np.array(added, np.float64),
        )


def lay_out(measures: Mapping[str, Measure], n: int) -> Laid:
    """Put criteria with few values together in tables that stay small."""
    bundles: list[tuple[str, ...]] = []
    open_bundle: tuple[str, ...] = ()
    joint = np.zeros((n, 0), np.int64)
    looked = [(code, m) for code, m in measures.items() if isinstance(m, Looked)]
    for code, measure in sorted(looked, key=lambda item: len(item[1].scores)):
        wider = np.column_stack([joint, measure.value])
        if open_bundle and len(_values(wider)[0]) > FEW:
            bundles.append(open_bundle)
            open_bundle, wider = (), measure.value[:, None]
        open_bundle, joint = (*open_bundle, code), wider
    if open_bundle:
        bundles.append(open_bundle)
    return Laid(measures, tuple(bundles), n)


def measure_of(kernel: Mapping[str, Any], features: Array, score: Any, neutral: float) -> Measure:
    """Return how one criterion is compared.

    Parameters
    ----------
    kernel
        The schema's ``scale`` of the criterion.
    features
        (n, k) features of the criterion, as the similarity has them.
    score
        The similarity's function of two such tables.
    neutral
        What two families without any theme score.
    """
    if kernel["kernel"] == "travel":
        return _driven(features)
    if kernel["kernel"] == "themes":
        strength = features[:, : features.shape[1] // 2]
        words = packed(np.column_stack([strength >= level for level in (1, 2, 3)]))
        return _compared(words, features, lambda both, shared: _ratio(both, shared, neutral))
    first, value = _values(features)
    if kernel["kernel"] not in ("jaccard", "overlap") or len(first) <= FEW:
        return Looked(value, np.asarray(score(features[first], features[first]), float))
    words = packed(features > 0)
    if kernel["kernel"] == "jaccard":
        return _compared(words, features, lambda both, shared: _ratio(both, shared, 1.0))
    enough = kernel["enough"]
    return _compared(words, features, lambda _, shared: np.minimum(1.0, shared / enough))


def _values(columns: Array) -> tuple[Array, Array]:
    """Return a row that has each value, and each row's value; NaN is a value as any other."""
    value = np.zeros(len(columns), np.int64)
    first = np.zeros(min(1, len(columns)), np.int64)
    for column in columns.T:
        seen, code = np.unique(column, return_inverse=True)
        _, first, value = np.unique(
            value * len(seen) + code.reshape(-1), return_index=True, return_inverse=True
        )
    return first, value.reshape(-1)


def _ratio(both: Array, shared: Array, neutral: float) -> Array:
    """Return what is shared of what either has."""
    either = both - shared
    return np.asarray(np.where(either > 0, shared / np.maximum(either, 1), neutral))


def _compared(words: Array, features: Array, score: Any) -> Compared:
    answered = ~np.isnan(features[:, 0])
    held = np.bitwise_count(words).sum(axis=1).astype(np.int64)
    most = int(held[answered].max(initial=0))
    both, shared = np.ogrid[: 2 * most + 1, : most + 1]
    scores = np.broadcast_to(score(both, shared), (2 * most + 1, most + 1)).astype(float)
    return Compared(words, np.where(answered, held, NO_ANSWER), scores)


def _driven(features: Array) -> Driven:
    """Read the columns of `criteria.TRAVEL_COLUMNS`."""
    from matcher.criteria import ONLINE
    from matcher.geography import minutes_table

    postcode, limit, form, protected = features.T
    counts = ~(np.isnan(postcode) | np.isnan(limit) | (form == ONLINE) | (protected == 1))
    used, home = np.unique(postcode[counts].astype(np.int64), return_inverse=True)
    place = np.full(len(features), -1, np.int64)
    place[counts] = home.reshape(-1)
    minutes = minutes_table()[np.ix_(used, used)].astype(float)
    return Driven(place, np.maximum(np.nan_to_num(limit, nan=1.0), 1.0), minutes)

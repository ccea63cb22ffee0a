"""From the table of profiles to each criterion's features: a ColumnTransformer of constants."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import FunctionTransformer

from matcher import criteria
from matcher.errors import MatcherError
from matcher.profiles import columns
from matcher.schema import SCHEMA, Purpose


def scale_of(code: str) -> Mapping[str, Any]:
    """Return how a criterion is measured."""
    scale = SCHEMA.fields[code].scale
    if scale is None:
        raise MatcherError(f"criterion {code!r} has a weight but no scale")
    return scale


@lru_cache(maxsize=8)
def encoder(purpose: Purpose, year: int) -> tuple[ColumnTransformer, dict[str, slice]]:
    """Return the encoder of a purpose and where each criterion's features stand.

    Most answers pass through as they are. It is fitted on one empty row, to know the shape and
    nothing else, so one encoder serves every pool of a year.
    """
    place = {code: list(range(where.start, where.stop)) for code, where in columns().items()}
    passing: list[int] = []
    slices: dict[str, slice] = {}
    encoders: list[tuple[str, Any, list[int]]] = []
    for code in SCHEMA.weights(purpose):
        scale = scale_of(code)
        if scale["kernel"] == "years":
            encode = partial(criteria.years_since, year=year)
            encoders.append((code, FunctionTransformer(encode), place[code]))
        elif scale["kernel"] == "bands":
            encode = partial(criteria.flags_and_reach, near=tuple(scale["near"]))
            encoders.append((code, FunctionTransformer(encode), place[code]))
        else:
            needed = [column for name in _needed(code, scale) for column in place[name]]
            slices[code] = slice(len(passing), len(passing) + len(needed))
            passing += needed
    features = ColumnTransformer([("as answered", "passthrough", passing), *encoders])
    features.fit(np.full((1, max(max(p) for p in place.values()) + 1), np.nan))
    return features, slices | {code: features.output_indices_[code] for code, _, _ in encoders}


def _needed(code: str, scale: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the answers that a criterion reads."""
    if scale["kernel"] == "themes":
        return code, "themes_experience"
    return criteria.TRAVEL_COLUMNS if scale["kernel"] == "travel" else (code,)

"""Reading the pairs that must share a group."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.grouping.pool import Pool, number_of
from matcher.profiles import Profiles

Pairs = list[tuple[int, int]]


def pairs_of(
    families: Profiles, pool: Pool, together: Iterable[tuple[str, str]]
) -> tuple[Pairs, dict[int, str]]:
    """Return the pairs by number in the pool, and who must sit with someone who takes no part."""
    place_of = {int(row): i for i, row in enumerate(pool.rows)}
    pairs: Pairs = []
    stranded: dict[int, str] = {}
    for pair in together:
        a, b = number_of(families, pair, what="together")
        if a in place_of and b in place_of:
            pairs.append((place_of[a], place_of[b]))
        elif a in place_of or b in place_of:  # one takes no part: then neither is seated
            stranded[place_of[a if a in place_of else b]] = pair[1 if a in place_of else 0]
    return pairs, stranded

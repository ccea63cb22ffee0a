"""What is true of one group: when and where it can meet, and which hard rules it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.pool import LANGUAGES, SLOTS, Pool
from matcher.grouping.problem import Sizes


@dataclass(frozen=True)
class Broken:
    """A hard rule that a group breaks, whom it is about, and what to say of it."""

    rule: str
    families: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Meeting:
    """How a group can meet.

    Attributes
    ----------
    slots, languages
        Codes common to all members, Danish first.
    place
        Number of the place with the shortest mean drive that all can reach, None = nowhere.
    minutes
        Of each member to that place; NaN where it may not be known, or online.
    """

    slots: tuple[str, ...]
    languages: tuple[str, ...]
    place: int | None
    minutes: Array


def common_codes(words: Array, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the codes whose bit is set in every word."""
    both = np.bitwise_and.reduce(words) if len(words) else np.uint64(0)
    return tuple(code for k, code in enumerate(codes) if int(both) >> k & 1)


def meeting(pool: Pool, members: Array) -> Meeting:
    """Return how these families can meet."""
    slots = common_codes(pool.slots[members], SLOTS)
    languages = common_codes(pool.languages[members], LANGUAGES)
    languages = tuple(sorted(languages, key=lambda code: code != "da"))
    reachable = np.flatnonzero(pool.reach[members].all(axis=0)) if len(members) else np.array([])
    if len(reachable) == 0:
        return Meeting(slots, languages, None, np.full(len(members), np.nan))
    place = int(reachable[-1])
    if reachable[0] < len(pool.places):  # somewhere in person, before online
        towns = reachable[reachable < len(pool.places)]
        place = int(towns[np.argmin(mean_minutes(pool, members, towns))])
    return Meeting(slots, languages, place, minutes_to(pool, members, place))


def minutes_to(pool: Pool, members: Array, place: int) -> Array:
    """Return each member's drive to a place, NaN if unknown, protected or online."""
    if place >= len(pool.places):
        return np.full(len(members), np.nan)
    return np.asarray(pool.minutes[members, place])


def mean_minutes(pool: Pool, members: Array, places: Array) -> Array:
    """Return the mean drive to each place of those whose drive is known, 0 if there are none."""
    minutes = pool.minutes[np.ix_(members, places)]
    known = ~np.isnan(minutes)
    total = np.where(known, minutes, 0.0).sum(axis=0)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1))


def broken_rules(pool: Pool, members: Array, sizes: Sizes) -> list[Broken]:
    """Return every hard rule that these families would break as one group."""
    found = []
    ids = pool.ids
    if len(members) < sizes.least:
        found.append(Broken("size_low", (), {"n": len(members), "least": sizes.least}))
    if len(members) > sizes.most:
        found.append(Broken("size_high", (), {"n": len(members), "most": sizes.most}))
    inside = {int(i) for i in members}
    for a, b in pool.foes:
        if a in inside and b in inside:
            found.append(Broken("exclusion", (ids[a], ids[b])))
    if len(members) and not common_codes(pool.languages[members], LANGUAGES):
        found.append(
            Broken("language", tuple(ids[i] for i in _lacking(pool.languages[members], members)))
        )
    if len(members) and not common_codes(pool.slots[members], SLOTS):
        found.append(
            Broken("availability", tuple(ids[i] for i in _lacking(pool.slots[members], members)))
        )
    return found + _travel(pool, members)


def _lacking(words: Array, members: Array) -> Array:
    """Return the members who lack what most have."""
    bits = words[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)
    return np.asarray(members[bits[:, bits.sum(axis=0).argmax()] == 0])


def _travel(pool: Pool, members: Array) -> list[Broken]:
    """Return who cannot come, to the place that most can reach."""
    if len(members) == 0 or pool.reach[members].all(axis=0).any():
        return []
    physical = bool(pool.meets[members, 0].all())
    online = bool(pool.meets[members, 1].all())
    if not physical and not online:
        alone = members[~pool.meets[members][:, 0]]
        return [Broken("meeting_form", tuple(pool.ids[i] for i in alone))]
    if not physical or not pool.places:
        return [Broken("no_place", tuple(pool.ids[i] for i in members))]
    over = ~pool.reach[members][:, :-1]
    drives = mean_minutes(pool, members, np.arange(len(pool.places)))
    place = int(np.lexsort((drives, over.sum(axis=0)))[0])
    found = []
    for i in members[over[:, place]]:
        minutes = pool.minutes[i, place]
        values = {"place": pool.places[place].name, "limit": int(pool.limit[i])}
        if np.isnan(minutes) or minutes <= pool.limit[i]:
            found.append(Broken("place_unsuited", (pool.ids[i],), values))
        else:
            found.append(Broken("travel", (pool.ids[i],), values | {"minutes": int(minutes)}))
    return found

"""Where a group meets over a year, so that the drive is shared fairly.

Meeting at one place is always farthest for the same family. A turn of places shares it: over the
meetings of a year, the family that drives most should drive as little as can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.words import say

if TYPE_CHECKING:
    from matcher.grouping.moves import Board
    from matcher.grouping.result import Names

EXACTLY_UP_TO = 30_000  # turns looked at one by one; above, an integer programme


@dataclass(frozen=True)
class PlaceOption:
    """One place that all members of a group can reach.

    Attributes
    ----------
    minutes
        Id -> drive; those whose drive is unknown or may not be known are not there.
    longest, mean
        Of the known drives; 0 if none is known.
    """

    name: str
    postcode: str
    minutes: Mapping[str, int]
    longest: int
    mean: float

    def words(self, locale: object = "da") -> str:
        """Return the place in words."""
        return say(
            "place.option", locale, place=self.name, longest=self.longest, mean=round(self.mean)
        )


@dataclass(frozen=True)
class Turn:
    """A year of meetings.

    Attributes
    ----------
    places
        One place for each meeting, in order; the same place not twice in a row where avoidable.
    minutes
        Id -> minutes driven one way over all meetings.
    longest
        The most that any family drives.
    one_place
        The most if all meetings were at the one place that is best for whoever drives most.
    """

    places: tuple[PlaceOption, ...]
    minutes: Mapping[str, int]
    longest: int
    one_place: int

    def words(self, locale: object = "da", names: Names = None) -> str:
        """Return what the turn means for whoever drives most."""
        from matcher.grouping.result import named

        if not self.places or not self.minutes:
            return say("turn.unknown", locale)
        who = named(max(self.minutes, key=lambda key: self.minutes[key]), names)
        values = {"who": who, "longest": self.longest, "one": self.one_place, "n": len(self.places)}
        return say("turn.fair" if self.longest < self.one_place else "turn.same", locale, **values)


def place_options(board: Board, label: int, *, slack: int = 0) -> list[PlaceOption]:
    """Return the places a group can meet at, the shortest longest drive first.

    Parameters
    ----------
    board, label
        The draft and the group.
    slack
        Minutes over a family's own limit that are looked at as well; 0 = never over it.
    """
    pool, members = board.pool, board.members[label]
    if not len(members):
        return []
    found = []
    for p, place in enumerate(pool.places):
        fits = pool.reach[members, p]
        if slack:
            near = pool.minutes[members, p] <= pool.limit[members] + slack
            fits = fits | (near & pool.meets[members, 0])
        if fits.all():
            found.append(_option(board, members, p, place.name, place.postcode))
    return sorted(found, key=lambda option: (option.longest, option.mean, option.name))


def _option(board: Board, members: Array, p: int, name: str, postcode: str) -> PlaceOption:
    drives = board.pool.minutes[members, p]
    minutes = {
        board.pool.ids[i]: int(drive)
        for i, drive in zip(members, drives, strict=True)
        if not np.isnan(drive)
    }
    values = list(minutes.values()) or [0]
    return PlaceOption(name, postcode, minutes, max(values), float(np.mean(values)))


def fair_turn(board: Board, label: int, *, meetings: int = 6) -> Turn:
    """Return an order of places for a year by which whoever drives most drives the least.

    Parameters
    ----------
    board, label
        The draft and the group.
    meetings
        How many meetings; each at one place that all members can reach.

    Returns
    -------
    Turn
        No places if the group meets online or nowhere.

    Notes
    -----
    How often each place is used is chosen so that the largest sum of minutes is least, then the
    whole sum; exactly, by looking at every way or by an integer programme (scipy's HiGHS). Only
    then the order is chosen, so that the same place does not come twice in a row.

    Examples
    --------
    See ``tests/matcher/test_grouping_travel.py``.
    """
    options = place_options(board, label)
    known = sorted({key for option in options for key in option.minutes})
    if not options or not known:
        return Turn(tuple(options[:1]) * meetings, {}, 0, 0)
    drives = np.array([[option.minutes.get(key, 0) for key in known] for option in options])
    times = how_often(drives, meetings)
    sums = times @ drives
    order = _in_turn(times)
    return Turn(
        tuple(options[p] for p in order),
        {key: int(n) for key, n in zip(known, sums, strict=True)},
        int(sums.max()),
        int(meetings * drives.max(axis=1).min()),
    )


def how_often(drives: Array, meetings: int) -> Array:
    """Return how many of the meetings to hold at each place, (places,) int.

    >>> how_often(np.array([[10, 40], [40, 10], [30, 30]]), 2).tolist()
    [1, 1, 0]
    """
    n = len(drives)
    ways = 1
    for k in range(meetings):
        ways = ways * (n + k) // (k + 1)
    if ways > EXACTLY_UP_TO:
        return _by_programme(drives, meetings)
    chosen = np.array(list(combinations_with_replacement(range(n), meetings)), np.int64)
    sums = np.zeros((len(chosen), drives.shape[1]))
    for k in range(meetings):
        sums += drives[chosen[:, k]]
    best = np.lexsort((sums.sum(axis=1), sums.max(axis=1)))[0]
    return np.bincount(chosen[best], minlength=n)


def _by_programme(drives: Array, meetings: int) -> Array:
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, members = drives.shape
    # One more column: the minutes of whoever drives most. The whole sum breaks ties.
    tie = drives.sum(axis=1) / (1.0 + meetings * float(drives.sum()))
    rows = np.vstack(
        [
            np.append(np.ones(n), 0.0),
            np.column_stack([drives.T.astype(float), -np.ones(members)]),
        ]
    )
    low = np.append(float(meetings), np.full(members, -np.inf))
    high = np.append(float(meetings), np.zeros(members))
    answer = milp(
        np.append(tie, 1.0),
        constraints=LinearConstraint(rows, low, high),
        integrality=np.append(np.ones(n), 0),
        bounds=Bounds(0.0, np.append(np.full(n, float(meetings)), np.inf)),
        options={"time_limit": 5.0},
    )
    if answer.x is None:
        one = np.zeros(n, np.int64)
        one[int(drives.max(axis=1).argmin())] = meetings
        return one
    return np.asarray(np.round(answer.x[:n]).astype(np.int64))


def _in_turn(times: Array) -> list[int]:
    """Return the places in an order in which none follows itself, if that can be."""
    left = times.copy()
    order: list[int] = []
    while left.sum() > 0:
        last = order[-1] if order else -1
        able = [p for p in np.argsort(-left, kind="stable") if left[p] > 0]
        p = int(next((p for p in able if p != last), able[0]))
        order.append(p)
        left[p] -= 1
    return order

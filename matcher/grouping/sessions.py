"""Who could come to what: every time, language and place at which some families could meet.

A group keeps the hard rules exactly when one session admits all its members, none of them must be
apart, and its size is within the bounds. So whether a family can sit in any group at all is asked
session by session, without trying groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import copy
from itertools import islice
from typing import NamedTuple

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.pool import LANGUAGES, SLOTS, Pool
from matcher.grouping.problem import Problem
from matcher.schema import SCHEMA

# What may keep families apart, in the order in which it is told.
RULES = (
    "availability",
    "travel",
    "language",
    "meeting_form",
    "place_unsuited",
    "exclusion",
    "together",
)
TRIED = 20_000  # steps of a search for one group; undecided then counts as possible


class Seats(NamedTuple):
    """The least and the most families of a group."""

    least: int
    most: int


class Sessions:
    """The sessions of a pool, with some or all of the hard rules.

    Parameters
    ----------
    problem
        The pool, with those who must be together in one node.
    kept
        The rules that hold, of ``RULES``; the others are set aside.

    Attributes
    ----------
    slots, languages, places : (nodes, ...) bool
        What each node could come to; the last place is online.
    weight : (nodes,) float
    foes : list of sets
        Nodes that must not share a group with each.
    """

    def __init__(self, problem: Problem, *, kept: Collection[str] = RULES) -> None:
        pool = problem.pool
        self.sizes = Seats(problem.sizes.least, problem.sizes.most)
        together = "together" in kept
        blocks = problem.blocks if together else [[i] for i in range(len(pool))]
        self.weight = np.array([float(len(block)) for block in blocks])
        self.slots = _by_node(_bits(pool.slots, len(SLOTS)), blocks)
        self.languages = _by_node(_bits(pool.languages, len(LANGUAGES)), blocks)
        self.places = _by_node(_places(pool, kept), blocks)
        if "availability" not in kept:
            self.slots[:] = True
        if "language" not in kept:
            self.languages[:] = True
        node = problem.node if together else np.arange(len(pool))
        self.foes: list[set[int]] = [set() for _ in blocks]
        for a, b in pool.foes if "exclusion" in kept else ():
            self.foes[node[a]].add(int(node[b]))
            self.foes[node[b]].add(int(node[a]))
        never = [v for v, foes in enumerate(self.foes) if v in foes]  # both together and apart
        never += [int(node[i]) for i in problem.stranded] if together else []
        self.slots[never] = False
        self.slots[self.weight > self.sizes.most] = False
        # How many could come to each (language, slot, place): one product for each language.
        come = self.places * self.weight[:, None]
        self.crowds = np.array(
            [(self.slots & spoken[:, None]).T.astype(float) @ come for spoken in self.languages.T]
        )

    def if_node(
        self,
        v: int,
        *,
        slots: Array | None = None,
        places: Array | None = None,
        forgiven: bool = False,
    ) -> Sessions:
        """Return the sessions as they would be if node v had answered otherwise."""
        other = copy(self)
        before = self._open_to(v)
        if slots is not None:
            other.slots = self.slots.copy()
            other.slots[v] = slots
        if places is not None:
            other.places = self.places.copy()
            other.places[v] = places
        if forgiven:
            other.foes = [foes - {v} for foes in self.foes]
            other.foes[v] = set()
        other.crowds = self.crowds + self.weight[v] * (other._open_to(v) - before)
        return other

    def _open_to(self, v: int) -> Array:
        """Return which sessions admit node v, shape (languages, slots, places), 0 or 1."""
        return np.asarray(
            self.languages[v][:, None, None]
            * self.slots[v][None, :, None]
            * self.places[v][None, None, :],
            dtype=float,
        )

    def at(self, language: int, slot: int, place: int) -> Array:
        """Return which nodes a session admits, shape (nodes,) bool."""
        return np.asarray(self.slots[:, slot] & self.languages[:, language] & self.places[:, place])

    def of(self, v: int) -> Iterator[tuple[int, int, int]]:
        """Yield the sessions that admit node v, those that most could come to first."""
        crowd = self.crowds * self._open_to(v)
        for at in np.argsort(-crowd, axis=None, kind="stable"):
            if crowd.flat[at] <= 0:
                return
            language, slot, place = np.unravel_index(at, crowd.shape)
            yield int(language), int(slot), int(place)

    def seatable(self) -> Array:
        """Return which nodes could sit in some group of this pool, shape (nodes,) bool."""
        able = np.zeros(len(self.weight), bool)
        plain = bool(np.all(self.weight == 1.0))
        for language, slot, place in np.argwhere(self.crowds >= self.sizes.least):
            here = self.at(int(language), int(slot), int(place))
            if plain and not any(here[list(self.foes[v])].any() for v in np.flatnonzero(here)):
                able |= here
                if able.all():
                    return able
        for v in np.flatnonzero(~able):
            if not able[v]:
                found = self.group_with(int(v))
                able[list(found)] = True
        return able

    def group_with(self, v: int) -> tuple[int, ...]:
        """Return some group that v could sit in, as nodes; empty = there is provably none."""
        tried: set[bytes] = set()
        for session in self.of(v):
            here = self.at(*session)
            if self.weight[here].sum() < self.sizes.least:
                return ()
            if here.tobytes() in tried:
                continue
            tried.add(here.tobytes())
            if found := self._choose(v, here):
                return found
        return ()

    def any_group(self) -> bool:
        """Say whether any group at all could be formed."""
        return any(self.group_with(v) for v in range(len(self.weight)))

    def most_at_once(self, v: int) -> int:
        """Return how many other families could come to one and the same session as v."""
        best = 0.0
        for session in islice(self.of(v), 200):
            here = self.at(*session)
            here[list(self.foes[v])] = False
            best = max(best, float(self.weight[here].sum() - self.weight[v]))
        return int(best)

    def _choose(self, v: int, here: Array) -> tuple[int, ...]:
        """Return nodes of a session around v, none of them apart, of an allowed size."""
        rest = [int(u) for u in np.flatnonzero(here) if u != v and u not in self.foes[v]]
        rest.sort(key=lambda u: (sum(w in self.foes[u] for w in rest), -self.weight[u]))
        steps = 0

        def more(chosen: list[int], weight: float, start: int) -> list[int] | None:
            nonlocal steps
            steps += 1
            if self.sizes.least <= weight <= self.sizes.most:
                return chosen
            if steps > TRIED:
                return [v]
            left = weight + float(sum(self.weight[u] for u in rest[start:]))
            for k in range(start, len(rest)):
                if left < self.sizes.least:
                    return None
                u = rest[k]
                left -= self.weight[u]
                if weight + self.weight[u] > self.sizes.most or self.foes[u] & set(chosen):
                    continue
                if found := more([*chosen, u], weight + self.weight[u], k + 1):
                    return found
            return None

        return tuple(more([v], float(self.weight[v]), 0) or ())


def _bits(words: Array, n: int) -> Array:
    return np.asarray(words[:, None] >> np.arange(n, dtype=np.uint64) & np.uint64(1) == 1)


def _by_node(flags: Array, blocks: list[list[int]]) -> Array:
    rows = [flags[block].all(axis=0) for block in blocks]
    return np.array(rows, bool).reshape(len(blocks), flags.shape[1])


def _places(pool: Pool, kept: Collection[str]) -> Array:
    """Return where each family would go, the last place is online; some rules set aside."""
    if {"travel", "meeting_form", "place_unsuited"} <= set(kept):
        return pool.reach.copy()
    near = np.ones(pool.minutes.shape, bool)
    if "travel" in kept:
        near &= ~(pool.minutes > pool.limit[:, None])
    if "place_unsuited" in kept:
        near &= suits(pool)
    meets = pool.meets if "meeting_form" in kept else np.ones_like(pool.meets)
    return np.column_stack([near & meets[:, :1], meets[:, 1]])


def suits(pool: Pool) -> Array:
    """Return which places suit whom however far they are, shape (n, n_places) bool."""
    neutral = np.array([place.neutral for place in pool.places], bool)
    fine = neutral[None, :] | ~pool.profiles.is_protected[:, None]
    wants = np.nan_to_num(pool.profiles.flags("place_limits")) > 0
    for k, code in enumerate(SCHEMA.fields["place_limits"].values):
        unsuited = np.array([code in place.unsuited for place in pool.places], bool)
        fine &= ~(unsuited & wants[:, k][:, None])
    return fine

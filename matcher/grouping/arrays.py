"""The state of a search: what an instance is, and the grouping that changes in place."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

EPSILON = 1e-9


class Pairs(NamedTuple):
    """What the compiled `bonds` read: plain arrays, one row for each family."""

    bits: Array  # (n, words) uint64, sets
    facts: Array  # (n, k) int32: rows of tables, columns of tables, counts of sets, home, limit
    worth: Array  # flat float32: tables one after another, then scale and shift, then drives
    plan: Array  # int32: how many tables, how many sets, where drives start, then the sets
    extra_start: Array  # (n + 1,) CSR of pairs with something added
    extra: Array
    extra_worth: Array


def no_pairs() -> Pairs:
    """Return the arrays of no family, for a state that holds a table instead."""
    return Pairs(
        bits=np.zeros((0, 0), np.uint64),
        facts=np.zeros((0, 0), np.int32),
        worth=np.zeros(0, np.float32),
        plan=np.zeros(3, np.int32),
        extra_start=np.zeros(1, np.int64),
        extra=np.zeros(0, np.int64),
        extra_worth=np.zeros(0),
    )


class State(NamedTuple):
    """All a search needs: the instance first, then the grouping it changes in place."""

    W: Array  # (n, n) benefit between nodes, zero diagonal; (0, 0) = computed from `pairs`
    pairs: Pairs  # of families, read where W is empty
    first: Array  # (n + 1,) where each node's families begin in `family`
    family: Array
    near: Array  # (n, k) int32, nodes worth trying to sit with, -1 = no more
    top: Array  # (n, k) most that a node could have with 1 to k others; read where W is empty
    inner: Array  # (n,) benefit inside a node
    weight: Array  # (n,) families in a node
    low: Array  # (G + 1,) least weight of a group
    high: Array  # (G + 1,) most weight of a group
    rate: Array  # (m,) factor on a group's benefit by its weight; length 1 = the same for all
    table: Array  # (C, m, m) cost of a group by category, weight and how many it holds
    tally: Array  # (n, C) families of each category in a node
    reward: Array  # (1,) worth of one placed family, above all else
    worst: Array  # (1,) how much more it counts to fit in worse than by lot
    home: Array  # (n,) group to stay in, -1 = anywhere
    stay: Array  # (n,) worth of staying there
    locked: Array  # (n,) bool
    mask: Array  # (n, K) uint64, what a node could agree to
    segment: Array  # (S,) end of each run of words that must keep a common bit
    foe_start: Array  # (n + 1,) CSR of nodes that must be apart
    foe: Array
    group: Array  # (n,) the grouping
    ST: Array  # (G + 1, n) benefit of a node with a group's members, tray 0; (G + 1, 0) = none held
    own: Array  # (n,) benefit of a node with its own group, where ST is empty
    keep: Array  # (n,) what a node's seat is worth to it, less what leaving it could cost
    total: Array  # (G + 1,) benefit inside a group
    size: Array  # (G + 1,) weight
    nodes: Array  # (G + 1,) how many
    held: Array  # (G + 1, C) families of each category
    common: Array  # (G + 1, K) what all members agree to
    others: Array  # (n, K) what the other members of my group agree to
    factor: Array  # (G + 1,) rate of a group now
    cost: Array  # (G + 1,) table cost of a group now
    relief: Array  # (G + 1,) the most of that a swap could save
    head: Array  # (G + 1,) linked members of a group
    after: Array  # (n,)
    before: Array  # (n,)
    changed: Array  # (G + 1,) tick of a group's last change
    seen: Array  # (n,) tick at which a node last found nothing better
    filled: Array  # (G + 1,) tick at which a group last found no one who would rather be in it
    clock: Array  # (1,) ticks
    dice: Array  # (1,) uint64 state of the random numbers
    plain: Array  # (1,) bool, whether all nodes weigh the same
    column: Array  # (G + 1,) scratch, here because the kernels allocate nothing
    gain: Array  # (n,) scratch
    base: Array  # (n,) scratch
    touched: Array  # (G + 1,) scratch


def fresh_state(
    W: Array,
    *,
    low: Array,
    high: Array,
    group: Array,
    pairs: Pairs | None = None,
    blocks: list[list[int]] | None = None,
    near: Array | None = None,
    top: Array | None = None,
    inner: Array | None = None,
    weight: Array | None = None,
    rate: Array | None = None,
    table: Array | None = None,
    tally: Array | None = None,
    reward: float = 0.0,
    worst: float = 0.0,
    home: Array | None = None,
    stay: Array | None = None,
    locked: Array | None = None,
    mask: Array | None = None,
    segment: Array | None = None,
    foes: list[tuple[int, int]] | None = None,
    seed: int = 0,
    sums: bool = True,
) -> State:
    """Lay out a state; what is left out has no effect. The caller then runs `kernels.build`.

    Without `sums` no benefit of every node with every group is held, as in large pools.
    """
    n, G = len(group), len(low)
    held = len(W) if sums else 0
    blocks = [[v] for v in range(n)] if blocks is None else blocks
    inner = np.zeros(n) if inner is None else inner
    weight = np.ones(n) if weight is None else weight
    table = np.zeros((0, 0, 0)) if table is None else table
    tally = np.zeros((n, 0), np.int64) if tally is None else tally
    mask = np.zeros((n, 0), np.uint64) if mask is None else mask
    start, foe = neighbours(n, foes or [])
    return State(
        W=np.ascontiguousarray(W),
        pairs=no_pairs() if pairs is None else pairs,
        first=np.cumsum([0, *map(len, blocks)]),
        family=np.array([i for block in blocks for i in block], np.int64),
        near=np.zeros((n, 0), np.int32) if near is None else near,
        top=np.zeros((n, 0)) if top is None else top,
        inner=inner,
        weight=weight,
        low=low.astype(float),
        high=high.astype(float),
        rate=np.ones(1) if rate is None else rate,
        table=table,
        tally=tally,
        reward=np.array([reward]),
        worst=np.array([worst]),
        home=np.full(n, -1, np.int64) if home is None else home,
        stay=np.zeros(n) if stay is None else stay,
        locked=np.zeros(n, bool) if locked is None else locked,
        mask=mask,
        segment=np.zeros(0, np.int64) if segment is None else segment,
        foe_start=start,
        foe=foe,
        group=group.astype(np.int64),
        ST=np.zeros((G, held), W.dtype),
        own=np.zeros(n),
        keep=np.zeros(n, W.dtype),
        total=np.zeros(G),
        size=np.zeros(G),
        nodes=np.zeros(G, np.int64),
        held=np.zeros((G, tally.shape[1]), np.int64),
        common=np.zeros((G, mask.shape[1]), np.uint64),
        others=np.zeros(mask.shape, np.uint64),
        factor=np.zeros(G),
        cost=np.zeros(G),
        relief=np.zeros(G),
        head=np.full(G, -1, np.int64),
        after=np.full(n, -1, np.int64),
        before=np.full(n, -1, np.int64),
        changed=np.zeros(G, np.int64),
        seen=np.full(n, -1, np.int64),
        filled=np.full(G, -1, np.int64),
        clock=np.zeros(1, np.int64),
        dice=np.array([seed * 2654435769 + 88172645463325252], np.uint64),
        plain=np.zeros(1, bool),
        column=np.zeros(G, W.dtype),
        gain=np.zeros(n, W.dtype),
        base=np.zeros(n, np.int64),
        touched=np.zeros(G, bool),
    )


def neighbours(n: int, pairs: list[tuple[int, int]]) -> tuple[Array, Array]:
    """Return the pairs as compressed rows: (start of each node's row, partners)."""
    both = sorted({(a, b) for a, b in pairs} | {(b, a) for a, b in pairs})
    start = np.zeros(n + 1, np.int64)
    for a, _ in both:
        start[a + 1] += 1
    return np.cumsum(start), np.array([b for _, b in both], np.int64)


def packed(flags: Array) -> Array:
    """Pack (n, k) flags into uint64 words, shape (n, ceil(k / 64))."""
    width = -(-flags.shape[1] // 64) * 64
    padded = np.zeros((len(flags), width), np.uint8)
    padded[:, : flags.shape[1]] = flags
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)

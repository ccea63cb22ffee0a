"""The objective of groups.md section 4 as tables that the search kernels read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.errors import MatcherError
from matcher.grouping.arrays import Array, State, fresh_state
from matcher.grouping.benefit import Benefit
from matcher.grouping.pool import Pool
from matcher.grouping.settings import BROKEN_BY, GroupRules
from matcher.grouping.wide import WideBenefit

WISH = 10.0  # one broken wish weighs more than any fit can win
HARD = 500.0
PLACED = 10_000.0
TABLE_UP_TO = 1500  # nodes; a search of more works out each benefit when it asks for it
OFF_TARGET = 0.02  # of the objective, for each family squared beside the target size
BALANCED = ("experienced", "many_placements")
TRAITS = ("experienced", "kinship", "single", "many_placements")


@dataclass(frozen=True)
class Sizes:
    """How many families a group may have, and how many it should."""

    least: int
    most: int
    target: int

    @classmethod
    def of(cls, least: int, most: int, target: int) -> Sizes:
        """Return sizes that make sense, the target brought within them.

        >>> Sizes.of(5, 8, 12)
        Sizes(least=5, most=8, target=8)
        """
        if not 1 <= least <= most:
            raise MatcherError(f"groups of {least} to {most} families cannot be formed")
        return cls(least, most, min(max(target, least), most))


@dataclass(frozen=True)
class Problem:
    """A pool ready to search: nodes are families, or those who must be together.

    Attributes
    ----------
    blocks
        The families in each node.
    stranded
        Family -> id of someone it must sit with, who takes no part.
    reach
        (nodes, n_places + 1) bool.
    """

    pool: Pool
    benefit: Benefit
    rules: GroupRules
    sizes: Sizes
    blocks: list[list[int]]
    node: Array
    inner: Array
    weight: Array
    mask: Array
    reach: Array
    tally: Array
    foes: list[tuple[int, int]]
    stranded: Mapping[int, str]

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.blocks)

    @property
    def is_wide(self) -> bool:
        """Whether the pool is so large that benefits are computed when asked for."""
        return isinstance(self.benefit, WideBenefit)

    @cached_property
    def W(self) -> Array:  # noqa: N802 - the mathematical name
        """Benefit between nodes, shape (nodes, nodes), zero diagonal; large in a large pool."""
        n = len(self)
        if not self.is_wide and n == len(self.pool):
            return self.benefit.W
        return self.benefit_among(np.arange(n), np.arange(n))

    @cached_property
    def fits(self) -> Array:
        """Which nodes could sit together, shape (nodes, nodes) bool; large in a large pool."""
        n = len(self)
        if not self.is_wide and n == len(self.pool):
            return self.benefit.fits
        return self.fits_among(np.arange(n), np.arange(n))

    def benefit_row(self, v: int) -> Array:
        """Return the benefit of node v with every node, shape (nodes,)."""
        if not self.is_wide:
            return np.asarray(self.W[v])
        return np.asarray(self.benefit_among(np.array([v]), np.arange(len(self)))[0])

    def benefit_among(self, rows: Array, columns: Array) -> Array:
        """Return the benefit of these nodes with those, shape (rows, columns)."""
        table = self._by_block(self.benefit.among, np.add, rows, columns)
        table[np.equal.outer(rows, columns)] = 0.0
        return table

    def fits_row(self, v: int) -> Array:
        """Return which nodes could sit with node v, shape (nodes,) bool."""
        if not self.is_wide:
            return np.asarray(self.fits[v])
        return np.asarray(self.fits_among(np.array([v]), np.arange(len(self)))[0])

    def fits_among(self, rows: Array, columns: Array) -> Array:
        """Return which of these nodes could sit with which of those, (rows, columns) bool."""
        table = self._by_block(self.benefit.fits_among, np.logical_and, rows, columns)
        table[np.equal.outer(rows, columns)] = False
        return table

    def _by_block(
        self, among: Callable[[Array, Array], Array], how: np.ufunc, rows: Array, columns: Array
    ) -> Array:
        """Return what is asked of pairs of families, put together by nodes."""
        if len(self) == len(self.pool):
            return among(rows, columns)
        few, many = [self.blocks[v] for v in rows], [self.blocks[v] for v in columns]
        if not few or not many:
            return among(np.zeros(0, np.int64), np.zeros(0, np.int64)).reshape(len(few), len(many))
        table = among(np.concatenate(few), np.concatenate(many))
        return _all_of(
            np.ascontiguousarray(_all_of(table, few, how, own=True).T), many, how, own=True
        ).T.copy()

    @cached_property
    def partners(self) -> Array:
        """Return how many families could sit with each node, shape (nodes,)."""
        if isinstance(self.benefit, WideBenefit):
            return _all_of(self.benefit.partners.astype(float), self.blocks, np.minimum)
        return np.asarray(self.fits @ self.weight)

    @cached_property
    def near(self) -> Array:
        """Return the nodes each does best with, shape (nodes, k), -1 = no more; wide pools only."""
        if not isinstance(self.benefit, WideBenefit):
            return np.zeros((len(self), 0), np.int32)
        families = self.benefit.near
        if len(self) == len(self.pool):
            return families
        found = np.full((len(self), families.shape[1]), -1, np.int32)
        for v, block in enumerate(self.blocks):
            by_turns = families[block].T.ravel()
            nodes = self.node[by_turns[by_turns >= 0]]
            nodes = nodes[np.sort(np.unique(nodes, return_index=True)[1])]
            nodes = nodes[nodes != v][: found.shape[1]]
            found[v, : len(nodes)] = nodes
        return found

    @cached_property
    def top(self) -> Array:
        """Return the most each node could have with 1 to k others; wide pools of families only."""
        if not isinstance(self.benefit, WideBenefit) or len(self) < len(self.pool):
            return np.zeros((len(self), 0))
        _, worth = self.benefit.nearest(self.sizes.most)
        return np.cumsum(np.where(np.isfinite(worth), worth, 0.0), axis=1)

    def state(
        self,
        group: Array,
        n_groups: int,
        *,
        wishes: bool = True,
        home: Array | None = None,
        stay: float = 0.0,
        locked: Array | None = None,
        seed: int = 0,
    ) -> State:
        """Return a state for the kernels; without `wishes` its value is the bare objective."""
        n = len(self)
        low = np.full(n_groups + 1, self.sizes.least)
        high = np.full(n_groups + 1, self.sizes.most)
        low[-1], high[-1] = 0, len(self.node)
        wide = isinstance(self.benefit, WideBenefit)
        return fresh_state(
            np.zeros((0, 0)) if wide and len(self) > TABLE_UP_TO else self.W,
            sums=not wide or len(self) <= TABLE_UP_TO,
            pairs=self.benefit.pairs if isinstance(self.benefit, WideBenefit) else None,
            blocks=self.blocks,
            near=self.near,
            top=self.top,
            low=low,
            high=high,
            group=group,
            inner=self.inner,
            weight=self.weight,
            rate=self.rate(),
            table=self.table(wishes=wishes),
            tally=self.tally,
            reward=PLACED if wishes else 0.0,
            worst=self.rules.worst_off,
            home=home if wishes else None,
            stay=np.full(n, stay) * self.weight,
            locked=locked,
            mask=self.mask,
            segment=self.pool.segment,
            foes=self.foes,
            seed=seed,
        )

    def rate(self) -> Array:
        """Return the factor of a group's summed benefit by its size: (1 - b) / (m - 1)."""
        size = np.arange(self._top() + 1)
        return np.where(size > 1, (1.0 - self.rules.balance) / np.maximum(size - 1, 1), 0.0)

    def table(self, *, wishes: bool, price: float | None = None) -> Array:
        """Return the cost of a group by trait, size and how many have the trait.

        ``price`` replaces what a broken wish costs: a search of large pools begins with a low one.
        """
        top = self._top()
        size = np.arange(top + 1)[:, None].astype(float)
        held = np.arange(top + 1)[None, :].astype(float)
        table = np.zeros((len(TRAITS) + 1, top + 1, top + 1))
        for trait, share, worth in self.balance:
            spread = np.maximum(size, 1.0) * share * (1.0 - share)
            table[TRAITS.index(trait)] += worth * (held - size * share) ** 2 / spread
        if wishes:
            for wish, (trait, count) in BROKEN_BY.items():
                table[TRAITS.index(trait)] += self._price(wish, price) * (held == count)
            table[-1] += OFF_TARGET * (size - self.sizes.target) ** 2
        table[:, 0, :] = 0.0
        return table

    def _top(self) -> int:
        return int(self.sizes.most + self.weight.max(initial=1.0))

    def _price(self, wish: str, price: float | None) -> float:
        if price is not None:
            return price
        return HARD if wish in self.rules.hard else WISH

    @cached_property
    def balance(self) -> list[tuple[str, float, float]]:
        """Return (trait, its share of the pool, price) of what groups should have evenly."""
        found = []
        for trait in BALANCED:
            share = float(np.mean(self.pool.traits[trait])) if len(self.pool) else 0.0
            if 0.0 < share < 1.0:
                found.append((trait, share, self.rules.balance / len(BALANCED)))
        return found


def build_problem(
    pool: Pool,
    benefit: Benefit,
    *,
    rules: GroupRules,
    sizes: Sizes,
    together: Sequence[tuple[int, int]] = (),
    stranded: Mapping[int, str] | None = None,
) -> Problem:
    """Contract those who must be together and lay everything out by node.

    ``stranded`` are families who must sit with someone who takes no part: none of them is seated,
    nor are those who must be together and are more than a group may have.
    """
    stranded = stranded or {}
    import networkx as nx

    n = len(pool)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(together)
    blocks = sorted(sorted(block) for block in nx.connected_components(graph))
    node = np.empty(n, np.int64)
    for v, block in enumerate(blocks):
        node[block] = v
    inner = np.zeros(len(blocks))
    for v, block in enumerate(blocks):
        if len(block) > 1:
            members = np.array(block)
            inner[v] = 0.5 * benefit.among(members, members).sum()
    mask = _all_of(pool.mask, blocks, np.bitwise_and)
    for a, b in pool.foes:
        if node[a] == node[b]:  # asked to be both together and apart: no seat until that is solved
            mask[node[a]] = 0
    for i in stranded:
        mask[node[i]] = 0
    weight = np.array([float(len(block)) for block in blocks])
    mask[weight > sizes.most] = 0  # more than any group may have
    traits = np.column_stack([pool.traits[trait] for trait in TRAITS] + [np.zeros(n, bool)])
    return Problem(
        pool=pool,
        benefit=benefit,
        rules=rules,
        sizes=sizes,
        blocks=blocks,
        node=node,
        inner=inner,
        weight=weight,
        mask=mask,
        stranded=stranded,
        reach=_all_of(pool.reach, blocks, np.logical_and),
        tally=_all_of(traits.astype(np.int64), blocks, np.add),
        foes=sorted({_ordered(node[a], node[b]) for a, b in pool.foes if node[a] != node[b]}),
    )


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (int(min(a, b)), int(max(a, b)))


def _all_of(values: Array, blocks: list[list[int]], how: np.ufunc, *, own: bool = False) -> Array:
    """Return rows put together by blocks; `own` = they already stand block by block."""
    if not blocks:
        return values[:0]
    starts = np.cumsum([0] + [len(block) for block in blocks[:-1]])
    rows = values if own else values[np.concatenate(blocks)]
    return np.ascontiguousarray(how.reduceat(rows, starts, axis=0))

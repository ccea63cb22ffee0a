"""Who fits with whom: each family's four best partners, and who of them sits apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, cos, pi, sin, sqrt

import numpy as np
from flask_babel import gettext as _

from data.models import GroupDraft
from data.queries.desk import seat_rows
from web.groups.actions.board import desk_of
from web.groups.cards import Card
from web.groups.views.frames import Floats
from web.groups.views.scene import Scene, Spot

PARTNERS = 4
MOST_DISCS = 800
TOLD = 8  # pairs that were split, by name
RADIUS = 14
CELL = (320, 250)
NAMED_UP_TO = 14  # groups: with more, names would lie on each other
MOST_REASONS = 2


@dataclass(frozen=True, kw_only=True)
class Partner:
    """One of the four whom a family fits best."""

    spot: Spot
    together: bool
    of: Card

    @property
    def why(self) -> str:
        """Return what the two have in common; asked for few of many rows."""
        return why(self.of, self.spot.card)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A family and its four best."""

    spot: Spot
    partners: tuple[Partner, ...]

    @property
    def n_together(self) -> int:
        """Return how many of them sit in its own group."""
        return sum(partner.together for partner in self.partners)


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A line between two families."""

    one: Spot
    other: Spot
    x1: float
    y1: float
    x2: float
    y2: float
    together: bool
    width: float


@dataclass(frozen=True, kw_only=True)
class Node:
    """A family in the picture; its name stands outside its group's ring."""

    spot: Spot
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Ring:
    """The ground under a group."""

    number: int
    hue: str
    letter: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, kw_only=True)
class Split:
    """Two who are among each other's four best, and sit apart."""

    one: Spot
    other: Spot
    why: str


@dataclass(frozen=True, kw_only=True)
class DraftGraph:
    """The picture, and the same in words."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    rings: tuple[Ring, ...]
    edges: tuple[Edge, ...]
    rows: tuple[Row, ...]
    split: tuple[Split, ...]
    n_split: int
    alone: tuple[Spot, ...]  # none of their four best sits with them
    radius: int
    named: bool
    too_many: bool


class Fits:
    """How well any two families of a draft fit, as the matcher weighs it."""

    def __init__(self, draft: GroupDraft) -> None:
        seats = seat_rows(draft)
        board = desk_of(draft, seats).board
        self.ids = [int(key) for key in board.pool.ids]
        refs = {seat.family_id: seat.ref for seat in seats}
        self._at = {refs[family_id]: i for i, family_id in enumerate(self.ids)}
        near, worth = board.problem.benefit.nearest(PARTNERS)
        self.best = [[int(j) for j in row if j >= 0] for row in near]
        self._worth = {
            frozenset((i, j)): float(worth[i, k])
            for i, row in enumerate(self.best)
            for k, j in enumerate(row)
        }

    def best_of(self, ref: str | None) -> list[int]:
        """Return the ids of the four that a family fits best with."""
        at = self._at.get(ref or "")
        return [] if at is None else [self.ids[j] for j in self.best[at]]

    def worth(self, pair: tuple[int, int]) -> float:
        """Return how well two fit of whom one is among the other's best."""
        return self._worth[frozenset(pair)]


def graph_of(scene: Scene, fits: Fits) -> DraftGraph:
    """Draw the picture and find who was split."""
    spots = [scene.spots[i] for i in fits.ids]
    best = {fits.ids[i]: [spots[j] for j in those] for i, those in enumerate(fits.best)}
    rows = tuple(_row(spot, best.get(spot.card.id, ())) for spot in scene.in_order)
    pairs = _pairs(fits)
    too_many = len(scene.spots) > MOST_DISCS
    picture = _Picture(scene, [] if too_many else pairs, fits)
    mutual = [
        (i, j)
        for i, j in pairs
        if i in fits.best[j] and j in fits.best[i] and _apart(spots[i], spots[j])
    ]
    mutual.sort(key=lambda pair: -fits.worth(pair))
    return DraftGraph(
        width=picture.width,
        height=picture.height,
        nodes=() if too_many else picture.nodes(),
        rings=() if too_many else picture.rings(),
        edges=() if too_many else picture.edges(),
        rows=rows,
        split=tuple(
            Split(one=spots[i], other=spots[j], why=why(spots[i].card, spots[j].card))
            for i, j in mutual[:TOLD]
        ),
        n_split=len(mutual),
        alone=tuple(r.spot for r in rows if r.spot.number is not None and _sits_alone(r)),
        radius=RADIUS,
        named=len(scene.heads) <= NAMED_UP_TO,
        too_many=too_many,
    )


def why(one: Card, other: Card) -> str:
    """Say what two families have in common, of what staff may see of both."""
    said = []
    themes = [theme for theme in one.themes if theme in other.themes]
    if themes:
        said.append(
            _("themes in common: %(themes)s", themes=", ".join(t.lower() for t in themes[:2]))
        )
    if one.ages and one.ages == other.ages:
        said.append(_("children of the same age (%(ages)s)", ages=one.ages))
    if one.years is not None and other.years is not None and abs(one.years - other.years) <= 1:
        said.append(_("foster families for about as long"))
    return "; ".join(said[:MOST_REASONS])


def row_of(scene: Scene, fits: Fits) -> Row | None:
    """Return the row of the chosen family."""
    if scene.chosen is None:
        return None
    return _row(scene.chosen, [scene.spots[i] for i in fits.best_of(scene.chosen.card.ref)])


def _row(spot: Spot, best: Iterable[Spot]) -> Row:
    partners = (
        Partner(spot=other, together=not _apart(spot, other), of=spot.card) for other in best
    )
    return Row(spot=spot, partners=tuple(partners))


def _sits_alone(row: Row) -> bool:
    return bool(row.partners) and row.n_together == 0


def _apart(one: Spot, other: Spot) -> bool:
    return one.number is None or one.number != other.number


def _pairs(fits: Fits) -> list[tuple[int, int]]:
    """Return every pair in which one is among the other's best, once."""
    return sorted({(min(i, j), max(i, j)) for i, those in enumerate(fits.best) for j in those})


class _Picture:
    """Groups in the order of their letters, each a ring; a family faces whom it misses."""

    def __init__(self, scene: Scene, pairs: list[tuple[int, int]], fits: Fits) -> None:
        self.scene, self.pairs, self.fits = scene, pairs, fits
        # The sentences are translated once for all.
        self.name, self.group = _("The family %(name)s"), _("group %(letter)s")
        self.tray = _("without a group")
        self.columns, rows = self._grid(len(scene.heads))
        tray = len(scene.tray)
        self.width = max(self.columns, 1) * CELL[0]
        per_row = max(1, self.width // 120)
        self.height = rows * CELL[1] + (ceil(tray / per_row) * 46 + 30 if tray else 0)
        self.centres = {
            head.number: self._centre(k, rows, len(scene.heads))
            for k, head in enumerate(scene.heads)
        }
        self.spots = [scene.spots[i] for i in fits.ids]
        self.at: dict[int, tuple[float, float, float]] = {}  # family -> x, y, direction
        members: dict[int, list[int]] = {}
        for family_id, spot in scene.spots.items():
            if spot.number is not None:
                members.setdefault(spot.number, []).append(family_id)
        pulls = self._pulls()
        for number, those in members.items():
            self._seat(number, those, pulls)
        for k, spot in enumerate(scene.tray):
            row, column = divmod(k, per_row)
            self.at[spot.card.id] = (60 + column * 120, rows * CELL[1] + 26 + row * 46, -pi / 2)

    @staticmethod
    def _grid(n: int) -> tuple[int, int]:
        columns = max(1, ceil(sqrt(n * 0.95)))
        return columns, ceil(n / columns) if n else 0

    def _centre(self, k: int, rows: int, n: int) -> tuple[float, float]:
        row, column = divmod(k, self.columns)
        here = n - self.columns * (rows - 1) if row == rows - 1 else self.columns
        indent = (self.columns - here) * CELL[0] / 2
        return indent + (column + 0.5) * CELL[0], (row + 0.5) * CELL[1]

    def _pulls(self) -> dict[int, Floats]:
        """Return where each family's partners in other groups lie, seen from its own."""
        pulls: dict[int, Floats] = {}
        for pair in self.pairs:
            for i, j in (pair, pair[::-1]):
                mine, yours = self.spots[i].number, self.spots[j].number
                if mine is not None and yours is not None and mine != yours:
                    way = np.subtract(self.centres[yours], self.centres[mine])
                    there = pulls.setdefault(self.fits.ids[i], np.zeros(2))
                    there += way / (np.linalg.norm(way) + 1e-9)
        return pulls

    def _seat(self, number: int, family_ids: list[int], pulls: dict[int, Floats]) -> None:
        """Give each member the place on the ring that lies most towards whom it misses."""
        from scipy.optimize import linear_sum_assignment

        m = len(family_ids)
        turns = -pi / 2 + 2 * pi * np.arange(m) / m
        towards = np.column_stack([np.cos(turns), np.sin(turns)])
        wish = np.array([pulls.get(f, np.zeros(2)) for f in family_ids]).reshape(m, 2)
        rows, places = linear_sum_assignment(wish @ towards.T, maximize=True)
        x, y = self.centres[number]
        radius = _ring(m)
        for row, place in zip(rows, places, strict=True):
            turn = float(turns[place])
            self.at[family_ids[int(row)]] = (x + radius * cos(turn), y + radius * sin(turn), turn)

    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._node(spot) for spot in self.scene.in_order)

    def _node(self, spot: Spot) -> Node:
        x, y, turn = self.at[spot.card.id]
        side = cos(turn)
        anchor = "start" if side > 0.3 else "end" if side < -0.3 else "middle"
        step, group = RADIUS + 5, self.tray if spot.number is None else self.group
        flat = anchor == "middle"
        return Node(
            spot=spot,
            x=round(x, 1),
            y=round(y, 1),
            label_x=0 if flat else step if side > 0 else -step,
            label_y=(step + 9 if sin(turn) > 0 else -step + 1) if flat else 4.5,
            anchor=anchor,
            name=f"{self.name % {'name': spot.card.name}}, {group % {'letter': spot.letter}}",
        )

    def rings(self) -> tuple[Ring, ...]:
        return tuple(
            Ring(
                number=head.number,
                hue=head.hue,
                letter=head.letter,
                x=round(self.centres[head.number][0], 1),
                y=round(self.centres[head.number][1], 1),
                radius=_ring(head.size) + 24,
            )
            for head in self.scene.heads
        )

    def edges(self) -> tuple[Edge, ...]:
        if not self.pairs:
            return ()
        worth = np.array([self.fits.worth(pair) for pair in self.pairs])
        much = (worth - worth.min()) / max(1e-9, float(np.ptp(worth)))
        return tuple(
            self._edge(self.spots[i], self.spots[j], float(share))
            for (i, j), share in zip(self.pairs, much, strict=True)
        )

    def _edge(self, one: Spot, other: Spot, share: float) -> Edge:
        (x1, y1, _), (x2, y2, _) = self.at[one.card.id], self.at[other.card.id]
        return Edge(
            one=one,
            other=other,
            x1=round(x1, 1),
            y1=round(y1, 1),
            x2=round(x2, 1),
            y2=round(y2, 1),
            together=not _apart(one, other),
            width=round(1 + 3 * share, 1),
        )


def _ring(members: int) -> float:
    """Return a ring wide enough for its discs."""
    return max(34.0, min(86.0, members * 38 / (2 * pi) + 22)) if members > 1 else 0.0

"""The sheet of paper under a map: its edges, how places fall on it, and the land drawn there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil, cos, floor, radians

import numpy as np
from numpy.typing import NDArray

from data.queries.outlines import Point, outlines

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 860, 700
GRID = 0.05  # degrees: the edges fall on these, so that one move does not shift the whole map
SMALLEST = 0.3  # degrees from north to south
FINEST = 0.8  # nearer than this on paper, two corners of a coast are one
LABEL_MARGIN = 40
DENMARK = (8.0, 54.5, 13.0, 57.8)


@dataclass(frozen=True, kw_only=True)
class Land:
    """One municipality on the sheet.

    Only where families of the draft are drawn does it get its name: a name on the map must never be
    that of the municipality in which a protected address lies.
    """

    name: str
    path: str
    x: float | None
    y: float | None
    ours: bool


@dataclass(frozen=True)
class Frame:
    """A sheet from west to east and south to north, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def _lat(self) -> float:
        return (self.south + self.north) / 2

    @property
    def scale(self) -> float:
        """Return units per degree of longitude."""
        wide = self.east - self.west
        high = (self.north - self.south) / cos(radians(self._lat))
        return min(WIDTH / wide, HEIGHT / high)

    def on_paper(self, points: Sequence[Point] | Floats) -> Floats:
        """Return points (longitude, latitude) as units from the upper left corner, (n, 2)."""
        given = np.asarray(points, float).reshape(-1, 2)
        x = WIDTH / 2 + (given[:, 0] - (self.west + self.east) / 2) * self.scale
        y = HEIGHT / 2 - (given[:, 1] - self._lat) * self.scale / cos(radians(self._lat))
        return np.column_stack([x, y])


def frame_around(points: Sequence[Point]) -> Frame:
    """Return a sheet that holds these points with room around them."""
    if not points:
        return Frame(*DENMARK)
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    high = max(SMALLEST, (max(lats) - min(lats)) * 1.16)
    wide = max(SMALLEST * 1.8, (max(lons) - min(lons)) * 1.16)
    middle = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    edges = (middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2)
    west, south = (floor(edge / GRID) * GRID for edge in edges[:2])
    east, north = (ceil(edge / GRID) * GRID for edge in edges[2:])
    return Frame(round(west, 3), round(south, 3), round(east, 3), round(north, 3))


@lru_cache(maxsize=16)
def land_on(frame: Frame, ours: frozenset[str]) -> tuple[Land, ...]:
    """Return the municipalities on the sheet, our own last so that their edges lie on top."""
    found = []
    for code, name, rings in _corners():
        parts = [part for ring in rings if (part := _part(frame, ring))]
        if parts:
            x, y = _middle(frame, rings)
            found.append(
                Land(
                    name=name,
                    path="".join(parts),
                    x=x,
                    y=y,
                    ours=code in ours,
                )
            )
    return tuple(sorted(found, key=lambda land: land.ours))


@cache
def _corners() -> tuple[tuple[str, str, tuple[Floats, ...]], ...]:
    return tuple((o.code, o.name, tuple(np.array(r, float) for r in o.rings)) for o in outlines())


def _part(frame: Frame, ring: Floats) -> str:
    """Return one piece of land as a path, "" when it does not reach the sheet."""
    flat = frame.on_paper(ring)
    if (flat.max(axis=0) < 0).any() or (flat.min(axis=0) > (WIDTH, HEIGHT)).any():
        return ""
    kept = [flat[0]]
    for corner in flat[1:]:
        if abs(corner - kept[-1]).sum() >= FINEST:
            kept.append(corner)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def _middle(frame: Frame, rings: tuple[Floats, ...]) -> tuple[float | None, float | None]:
    """Return where the name stands: the middle of the largest piece's part on the sheet."""
    flat = frame.on_paper(max(rings, key=len))
    seen = np.clip(flat, (0, 0), (WIDTH, HEIGHT))
    low, high = seen.min(axis=0), seen.max(axis=0)
    if (high - low).min() < 2 * LABEL_MARGIN:
        return None, None
    x, y = (low + high) / 2
    return round(float(x), 1), round(float(y), 1)

"""Where a family is drawn on a map: never where it lives, and never its postcode.

A postcode is first made coarser, to an area of at least three postcodes of its municipality (all of
them where there are fewer than six). The disc then stands at a place drawn by lot in that area. The
lot is drawn from the family's reference, so that a picture does not jump between two visits; the
postcode itself has no part in it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, pi, radians, sin, sqrt

from data.queries.outlines import Point, Ring, outlines
from matcher.geography import places

AT_LEAST = 3  # postcodes in an area: fewer would tell which
NARROWEST_KM = 1.5
KM_PER_DEGREE = 111.2
TRIES = 40


@dataclass(frozen=True, kw_only=True)
class Area:
    """Some neighbouring postcodes of one municipality."""

    municipality: str
    postcodes: tuple[str, ...]
    centre: Point
    spread_km: float


@cache
def areas_of(municipality: str) -> tuple[Area, ...]:
    """Return a municipality's areas; none for a code that no postcode has."""
    inside = [code for code, (_, _, codes) in places().items() if municipality in codes]
    return tuple(_area(municipality, part) for part in _split(inside)) if inside else ()


def area_of(municipality: str | None, postcode: str | None) -> Area | None:
    """Return the area to draw a family in: all of its municipality if that is all one knows."""
    known = places().get(postcode or "")
    if municipality is None:
        if known is None:
            return None
        municipality = known[2][0]
    areas = areas_of(municipality)
    for area in areas:
        if postcode in area.postcodes:
            return area
    if known is not None and municipality not in known[2]:
        return area_of(known[2][0], postcode)
    return _area(municipality, [code for a in areas for code in a.postcodes]) if areas else None


@lru_cache(maxsize=4096)
def drawn_at(ref: str, area: Area) -> Point:
    """Return where a family is drawn: by lot in its area, on land."""
    lot = random.Random(f"{ref} {area.municipality} {area.postcodes[0]}")  # noqa: S311  # a picture
    land = _land(area.municipality)
    for _ in range(TRIES):
        far, turn = area.spread_km * sqrt(lot.random()), 2 * pi * lot.random()
        x = area.centre[0] + far * cos(turn) / (KM_PER_DEGREE * cos(radians(area.centre[1])))
        y = area.centre[1] + far * sin(turn) / KM_PER_DEGREE
        if any(_is_inside(x, y, ring) for ring in land):
            return x, y
    return area.centre


@cache
def _land(municipality: str) -> tuple[Ring, ...]:
    return next((o.rings for o in outlines() if o.code == municipality), ())


def _is_inside(x: float, y: float, ring: Ring) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _split(codes: list[str]) -> list[list[str]]:
    """Halve along the longer side as long as both halves keep enough postcodes."""
    if len(codes) < 2 * AT_LEAST:
        return [codes]
    where = {code: places()[code] for code in codes}
    heights = [lat for lat, _, _ in where.values()]
    widths = [lon for _, lon, _ in where.values()]
    wide = (max(widths) - min(widths)) * 0.56 > max(heights) - min(heights)
    ordered = sorted(codes, key=lambda code: (where[code][1 if wide else 0], code))
    half = len(ordered) // 2
    return [*_split(ordered[:half]), *_split(ordered[half:])]


def _area(municipality: str, codes: list[str]) -> Area:
    found = [places()[code] for code in codes]
    lat = sum(p[0] for p in found) / len(found)
    lon = sum(p[1] for p in found) / len(found)
    squared = [
        ((p[0] - lat) * KM_PER_DEGREE) ** 2
        + ((p[1] - lon) * KM_PER_DEGREE * cos(radians(lat))) ** 2
        for p in found
    ]
    return Area(
        municipality=municipality,
        postcodes=tuple(sorted(codes)),
        centre=(lon, lat),
        spread_km=max(NARROWEST_KM, 1.2 * sqrt(sum(squared) / len(squared))),
    )

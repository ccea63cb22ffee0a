"""The outlines of municipalities, read from the shipped table; for overview, not legal borders."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parents[1] / "datasets" / "municipalities_simplified.geojson"

Point = tuple[float, float]  # longitude, latitude
Ring = tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One municipality: the outer edge of each of its pieces of land."""

    code: str
    name: str
    rings: tuple[Ring, ...]


@cache
def outlines() -> tuple[Outline, ...]:
    """Return every municipality's outline."""
    with _TABLE.open(encoding="utf-8") as file:
        features = json.load(file)["features"]
    return tuple(
        Outline(
            code=feature["properties"]["code"],
            name=feature["properties"]["name"],
            rings=tuple(_rings(feature["geometry"])),
        )
        for feature in features
    )


def _rings(geometry: dict[str, object]) -> list[Ring]:
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    return [tuple((x, y) for x, y in polygon[0]) for polygon in polygons]  # type: ignore[attr-defined]

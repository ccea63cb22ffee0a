"""Where postcodes lie, and how long the drive between two of them takes.

Reads ``postcodes.csv`` beside this file; its source and licence are in ``README.md``.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
ROAD_FACTOR = 1.3
KM_PER_HOUR = 55
START_MINUTES = 5

# Minutes to add for waiting and crossing, for places with no bridge: our own estimates.
FERRY_ISLANDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "bornholm": (120, ("3700", "3720", "3730", "3740", "3751", "3760", "3770", "3782", "3790")),
    "agersø": (25, ("4244",)),
    "omø": (60, ("4245",)),
    "orø": (20, ("4305",)),
    "sejerø": (70, ("4592",)),
    "askø": (40, ("4942",)),
    "fejø": (30, ("4944",)),
    "femø": (60, ("4945",)),
    "lyø": (50, ("5601",)),
    "avernakø": (50, ("5602",)),
    "bjørnø": (30, ("5603",)),
    "strynø": (40, ("5943",)),
    "ærø": (75, ("5960", "5970", "5985")),
    "birkholm": (60, ("5965",)),
    "barsø": (25, ("6210",)),
    "fanø": (25, ("6720",)),
    "samsø": (75, ("8305",)),
    "anholt": (180, ("8592",)),
    "endelave": (70, ("8789",)),
    "tunø": (70, ("8799",)),
    "læsø": (105, ("9940",)),
}


@cache
def places() -> dict[str, tuple[float, float, tuple[str, ...]]]:
    """Return latitude, longitude and municipality codes of every known postcode."""
    with Path(__file__).with_name("postcodes.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["postcode"]: (
                float(row["lat"]),
                float(row["lon"]),
                tuple(row["municipalities"].split("|")),
            )
            for row in csv.DictReader(lines)
        }


@cache
def postcode_numbers() -> dict[str, int]:
    """Return the row of each postcode in ``minutes_table``."""
    return {postcode: row for row, postcode in enumerate(places())}


@cache
def municipality_codes() -> frozenset[str]:
    """Return the codes of the municipalities that have a postcode."""
    return frozenset(code for _, _, codes in places().values() for code in codes)


def _ferry_minutes() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each postcode's island number (0 = mainland) and minutes of crossing."""
    number = postcode_numbers()
    island = np.zeros(len(number), dtype=np.int64)
    extra = np.zeros(len(number), dtype=np.int64)
    for index, (minutes, postcodes) in enumerate(FERRY_ISLANDS.values(), start=1):
        rows = [number[postcode] for postcode in postcodes]
        island[rows], extra[rows] = index, minutes
    return island, extra


@cache
def minutes_table() -> NDArray[np.int16]:
    """Return the minutes between all postcodes, shape (n_postcodes, n_postcodes).

    Notes
    -----
    Crow-fly km x 1.3 / 55 km/h x 60 + 5, rounded up; same postcode 5; ferries add their own.
    Built once for all postcodes, so that a pair's minutes cannot depend on who else is in a pool.
    """
    lat, lon = np.radians([(lat, lon) for lat, lon, _ in places().values()]).T
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    # Rounding first: the last bits of a sine must not decide about a whole minute.
    minutes = np.ceil(np.round(km * ROAD_FACTOR / KM_PER_HOUR * 60 + START_MINUTES, 6))
    island, extra = _ferry_minutes()
    minutes += np.where(island[:, None] != island, extra[:, None] + extra, 0)
    np.fill_diagonal(minutes, START_MINUTES)
    table: NDArray[np.int16] = minutes.astype(np.int16)
    table.setflags(write=False)
    return table


def minutes_between(first: str, second: str) -> int | None:
    """Return the minutes of driving between two postcodes, None when one is unknown.

    Examples
    --------
    >>> minutes_between("7100", "7100"), minutes_between("7100", "7080")
    (5, 22)
    """
    number = postcode_numbers()
    if first not in number or second not in number:
        return None
    return int(minutes_table()[number[first], number[second]])

"""Names of municipalities and towns, read from the shipped tables."""

import csv
from functools import cache
from pathlib import Path

_TABLES = Path(__file__).parents[1] / "datasets"


@cache
def municipalities() -> dict[str, str]:
    """Return the name of each municipality by its four-digit code, in Danish order."""
    rows = _rows("municipalities_dk.csv")
    return {row["code"]: row["name"] for row in sorted(rows, key=lambda r: danish_key(r["name"]))}


@cache
def towns() -> dict[str, str]:
    """Return the town of each postcode."""
    return {row["postcode"]: row["city"] for row in _rows("postcodes_dk.csv")}


@cache
def municipalities_of_postcode() -> dict[str, tuple[str, ...]]:
    """Return the codes of the municipalities that each postcode lies in."""
    rows = _rows("postcodes_dk.csv")
    return {row["postcode"]: tuple(row["municipality_codes"].split("|")) for row in rows}


def danish_key(text: str) -> str:
    """Return a key that sorts as Danes do: æ, ø and å last, aa as å."""
    folded = text.casefold().replace("aa", "å").replace("ä", "æ").replace("ö", "ø")
    return folded.translate({ord("æ"): "{", ord("ø"): "|", ord("å"): "}"})


def fold(text: str) -> str:
    """Return a key for searching: aa finds å, ae finds æ, oe finds ø, whatever the case."""
    folded = " ".join(text.casefold().split())
    for letter, spelt in (
        ("æ", "ae"),
        ("ø", "oe"),
        ("å", "aa"),
        ("ä", "ae"),
        ("ö", "oe"),
        ("é", "e"),
    ):
        folded = folded.replace(letter, spelt)
    return folded


def _rows(name: str) -> list[dict[str, str]]:
    with (_TABLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

"""Invented families of a whole country, to pair: every rule of the contract can bind.

Postcodes are drawn over all of the product's own; every question may be unanswered.
"""

from random import Random
from typing import Any, NamedTuple

from data.clock import today
from matcher.geography import places
from matcher.schema import SCHEMA

Record = dict[str, Any]

_CODES = {field.code: list(field.values) for field in SCHEMA}
_BEFORE_TODAY = today().year


class Pool(NamedTuple):
    """Families who ask, mentors, and how many days each family has waited."""

    families: list[Record]
    mentors: list[Record]
    waiting: dict[str, int]


def pool(n: int, m: int, *, seed: int = 1) -> Pool:
    """Invent so many families and mentors; the same ones every time."""
    draw = Random(seed)
    asking, helping = [f"F-{i}" for i in range(n)], [f"M-{j}" for j in range(m)]
    families = [_family(draw, key, helping, mentor=False) for key in asking]
    mentors = [_family(draw, key, asking, mentor=True) for key in helping]
    waiting = {key: draw.randint(0, 400) for key in asking if draw.random() < 0.8}
    return Pool(families, mentors, waiting)


def _family(draw: Random, key: str, others: list[str], *, mentor: bool) -> Record:
    def some(code: str, least: int, most: int) -> list[str]:
        return draw.sample(_CODES[code], draw.randint(least, min(most, len(_CODES[code]))))

    def one(code: str) -> str:
        return draw.choice(_CODES[code])

    answers: Record = {
        "family_type": one("family_type"),
        "support_level": one("support_level"),
        "foster_since": _BEFORE_TODAY - (draw.randint(3, 25) if mentor else draw.randint(0, 12)),
        "placements_total": one("placements_total"),
        "children_age_bands": some("children_age_bands", 0, 3),
        "children_count": draw.randint(0, 4),
        "themes_now": {theme: draw.randint(1, 3) for theme in some("themes_now", 0, 5)},
        "themes_experience": some("themes_experience", 0, 12),
        "postcode": draw.choice(list(places())),
        "max_travel_minutes": draw.choice([15, 30, 45, 60, 90]),
        "availability": some("availability", 1, 8),
        "meeting_form": draw.choice(["physical", "physical", "both", "both", "online"]),
        "meeting_frequency": one("meeting_frequency"),
        "purposes": some("purposes", 0, 3),
        "languages": _spoken(draw),
        "household_form": one("household_form"),
        "own_children_bands": some("own_children_bands", 0, 3),
        "work_pattern": one("work_pattern"),
        "interests": some("interests", 0, 4),
        "contact_modes": some("contact_modes", 1, 3),
    }
    answers = {code: value for code, value in answers.items() if draw.random() > 0.1}
    if draw.random() < 0.05:
        answers["exclusions"] = draw.sample(others, min(2, len(others)))
    if mentor:
        answers["mentor_capacity"] = draw.choice([1, 1, 2, 2, 3])
        answers["mentor_approved"] = f"{_BEFORE_TODAY - draw.randint(0, 1)}-01-01"
    return {
        "id": key,
        "participation": ["mentor" if mentor else "mentee"],
        "status": "paused" if draw.random() < 0.02 else "active",
        "consents": {"matching": f"{_BEFORE_TODAY - 1}-06-01"},
        "protected_address": draw.random() < 0.04,
        **answers,
    }


def _spoken(draw: Random) -> list[str]:
    more = draw.sample(_CODES["languages"][1:], 1) if draw.random() < 0.2 else []
    return more if more and draw.random() < 0.3 else ["da", *more]

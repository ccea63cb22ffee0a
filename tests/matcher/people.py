"""Invented families for the matcher's tests: plain ones, and random ones with holes in them."""

from datetime import date
from typing import Any

import numpy as np

from matcher.geography import places
from matcher.schema import SCHEMA

ON = date(2026, 11, 22)
Record = dict[str, Any]

NEAR_VEJLE = [code for code, (_, _, towns) in places().items() if set(towns) & {"0630", "0766"}]
CODES = {field.code: list(field.values) for field in SCHEMA}


def family(key: str = "F", **answers: Any) -> Record:
    """A family that asks for a mentor and has answered nothing else."""
    return {
        "id": key,
        "participation": ["mentee"],
        "status": "active",
        "consents": {"matching": "2026-10-01"},
        **answers,
    }


def mentor(key: str = "M", **answers: Any) -> Record:
    """A mentor family that is approved and has answered nothing else."""
    return {
        **family(key, participation=["mentor"], mentor_approved="2026-01-15"),
        **answers,
    }


def random_record(rng: np.random.Generator, key: str, role: str, others: list[str]) -> Record:
    """A family with a random profile; every question may be unanswered."""

    def some(code: str, most: int) -> list[str]:
        return [str(v) for v in rng.choice(CODES[code], int(rng.integers(0, most + 1)), False)]

    def one(code: str) -> str:
        return str(rng.choice(CODES[code]))

    since = int(rng.integers(2005, 2020) if role == "mentor" else rng.integers(2012, 2027))
    record: Record = {
        "family_type": one("family_type"),
        "support_level": one("support_level"),
        "foster_since": since,
        "placements_total": one("placements_total"),
        "current_placement_phase": one("current_placement_phase"),
        "children_age_bands": some("children_age_bands", 3),
        "children_count": int(rng.integers(0, 5)),
        "themes_now": {theme: int(rng.integers(1, 4)) for theme in some("themes_now", 5)},
        "themes_experience": some("themes_experience", 12),
        "postcode": str(rng.choice(NEAR_VEJLE)),
        "max_travel_minutes": int(rng.choice([15, 25, 32, 45, 60])),
        "availability": some("availability", 9),
        "meeting_form": str(rng.choice(["physical", "both", "both", "online"])),
        "meeting_frequency": one("meeting_frequency"),
        "purposes": some("purposes", 3),
        "languages": ["da"] if rng.random() < 0.9 else ["ar", "en"],
        "household_form": one("household_form"),
        "own_children_bands": some("own_children_bands", 2),
        "work_pattern": one("work_pattern"),
        "interests": some("interests", 4),
        "contact_modes": some("contact_modes", 4),
        "protected_address": bool(rng.random() < 0.05),
    }
    record = {code: value for code, value in record.items() if rng.random() > 0.12}
    if others and rng.random() < 0.1:
        record["exclusions"] = [str(rng.choice(others))]
    if role == "mentor" and rng.random() < 0.8:
        record["mentor_capacity"] = int(rng.integers(0, 4))
    ready = family(key) if role == "mentee" else mentor(key)
    if rng.random() < 0.05:
        ready["status"] = "paused"
    return {**ready, **record}


def random_pool(seed: int, n_families: int, n_mentors: int) -> tuple[list[Record], list[Record]]:
    """Some families and some mentors; now and then one family is both."""
    rng = np.random.default_rng(seed)
    mentors = [f"M{j}" for j in range(n_mentors)]
    families = [f"F{i}" for i in range(n_families)]
    asking = [random_record(rng, key, "mentee", mentors) for key in families]
    helping = [random_record(rng, key, "mentor", families) for key in mentors]
    if n_families and n_mentors and rng.random() < 0.3:
        both = {**helping[0], "participation": ["mentee", "mentor"], "id": asking[0]["id"]}
        asking[0], helping[0] = both, dict(both)
    return asking, helping

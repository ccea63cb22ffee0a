"""A file of sixty invented families, as a coordinator would bring it."""

from pathlib import Path
from typing import Any

from data.exchange import write_rows

NEW_HERE = {"id": "F-001", "name": "Lindø", "email": "lindoe@example.org"}
MENTORS = {
    "id": "F-002", "name": "Egholm", "email": "egholm@example.org", "status": "active",
    "participation": "mentor", "family_type": "general", "foster_since": 2004,
    "placements_total": "4_6", "children_age_bands": "3_5; 6_9", "children_count": 2,
    "themes_experience": "attachment; sleep_food_routines; siblings; school_cooperation",
    "mentor_capacity": 1, "contact_modes": "chat; phone", "household_form": "two_adults",
}  # fmt: skip
_NEAR = {
    "postcode": "7100", "home_municipality": "0630", "max_travel_minutes": 60,
    "availability": "tue_evening; thu_evening; sat_morning", "meeting_form": "both",
    "languages": "da",
}  # fmt: skip
_THEMES = ("attachment:3; siblings:1", "sleep_food_routines:2", "adhd:2; school_absence:3")
_SURNAMES = [
    first + last
    for first in ("Ager", "Birke", "Dal", "Eng", "Foss", "Gran", "Hede", "Kilde", "Lyng", "Mose")
    for last in ("bæk", "dal", "holt", "lund", "skov", "toft")
]
IN_TARGET_GROUP = 14
HEADER = [
    "id", "name", "email", "status", "participation", "family_type", "support_level",
    "foster_since", "placements_total", "current_placement_phase", "children_age_bands",
    "children_count", "themes_now", "themes_experience", "postcode", "home_municipality",
    "max_travel_minutes", "availability", "meeting_form", "languages", "household_form",
    "mentor_capacity", "contact_modes", "consent_matching",
]  # fmt: skip


def sixty_families() -> list[dict[str, Any]]:
    """Return a family that fills its own profile, its mentors-to-be, and 58 others."""
    mentors = {**_NEAR, **MENTORS, "consent_matching": "2026-10-01"}
    return [NEW_HERE, mentors, *(_other(number) for number in range(58))]


def _other(number: int) -> dict[str, Any]:
    in_target = number < IN_TARGET_GROUP
    return {
        **_NEAR,
        "id": f"F-{number + 3:03}",
        "name": _SURNAMES[number],
        "email": f"family{number + 3}@example.org",
        "status": "active",
        "participation": "group",
        "family_type": "specialised" if in_target else "general",
        "support_level": "severe" if in_target else "light",
        "foster_since": 2010 + number % 15,
        "placements_total": "1",
        "current_placement_phase": "0_6m",
        "children_age_bands": "3_5" if number % 2 else "6_9",
        "children_count": 1,
        "themes_now": _THEMES[number % 3],
        "consent_matching": "2026-10-01",
    }


def write_file(path: Path) -> Path:
    """Write the sixty as a table and return where it stands."""
    write_rows(path, HEADER, ([family.get(key) for key in HEADER] for family in sixty_families()))
    return path

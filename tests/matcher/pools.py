"""Invented pools of families for tests of forming groups, easy or tight."""

import random
from datetime import date
from typing import Any

from matcher.geography import places
from matcher.schema import SCHEMA

ON = date(2026, 11, 22)
NEAR_VEJLE = [code for code, (lat, lon, _) in places().items() if 55.3 < lat < 56 and 9 < lon < 10]
SLOTS = list(SCHEMA.fields["availability"].values)
THEMES = list(SCHEMA.fields["themes_now"].values)
BANDS = list(SCHEMA.fields["children_age_bands"].values)


def member(key: str, **answers: Any) -> dict[str, Any]:
    """A family that wants a group, is free on Monday evenings and lives in Vejle."""
    return {
        "id": key,
        "participation": ["group"],
        "status": "active",
        "consents": {"matching": "2026-01-01"},
        "availability": ["mon_evening"],
        "postcode": "7100",
        **answers,
    }


def members(n: int, **answers: Any) -> list[dict[str, Any]]:
    """That many of them."""
    return [member(f"F-{i:02}", **answers) for i in range(n)]


def pool(
    n: int,
    seed: int = 0,
    *,
    travel: tuple[int, int] = (25, 60),
    slots: tuple[int, int] = (3, 9),
    exclusions: float = 0.04,
    forms: tuple[float, float, float] = (0.5, 0.1, 0.4),
) -> list[dict[str, Any]]:
    """A believable municipality; `forms` are the shares of both, online and physical."""
    dice = random.Random(seed)
    towns = dice.sample(NEAR_VEJLE, min(len(NEAR_VEJLE), max(4, n // 8)))
    records = [_family(dice, i, towns, travel, slots, forms) for i in range(n)]
    for i in range(1, n):
        if dice.random() < exclusions:
            records[i]["exclusions"] = [f"F-{dice.randrange(i):03}"]
    return records


def _family(
    dice: random.Random,
    i: int,
    towns: list[str],
    travel: tuple[int, int],
    slots: tuple[int, int],
    forms: tuple[float, float, float],
) -> dict[str, Any]:
    popular = [
        8 if slot.endswith("evening") and slot[:3] not in ("sat", "sun") else 1 for slot in SLOTS
    ]
    free = {dice.choices(SLOTS, popular)[0] for _ in range(dice.randint(*slots))}
    record = member(
        f"F-{i:03}",
        family_type=dice.choices(["general", "enhanced", "specialised", "kinship"], [5, 3, 1, 1])[
            0
        ],
        foster_since=2026 - int(min(25, dice.expovariate(0.2))),
        placements_total=dice.choice(["1", "2_3", "4_6", "7_plus"]),
        children_age_bands=dice.sample(BANDS, dice.randint(1, 2)),
        themes_now={theme: dice.randint(1, 3) for theme in dice.sample(THEMES, dice.randint(1, 5))},
        postcode=dice.choice(towns),
        max_travel_minutes=dice.randint(*travel),
        availability=sorted(free),
        meeting_form=dice.choices(["both", "online", "physical"], forms)[0],
        household_form=dice.choices(["two_adults", "one_adult", "extended"], [7, 2, 1])[0],
        languages=dice.choices([["da"], ["da", "en"], ["en"]], [20, 5, 0.3])[0],
    )
    if dice.random() < 0.03:
        record["protected_address"] = True
    return record


def with_holes(records: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The same families, some of whom have left a question unanswered or take no part."""
    dice = random.Random(seed)
    for record in records:
        for key in ("availability", "postcode", "foster_since", "consents"):
            if dice.random() < 0.04:
                del record[key]
        if dice.random() < 0.04:
            record["status"] = "paused"
    return records

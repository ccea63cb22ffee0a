"""How long pairing and forming take at the sizes of municipalities and of the country."""

import resource
import time
from random import Random
from typing import Any

from benchmarks.tables import show
from data.clock import today
from matcher.compatibility import score_pairs
from matcher.grouping import form_groups
from matcher.pairing import pair
from matcher.profiles import Profiles
from matcher.schema import SCHEMA

_SIZES = (40, 150, 600, 4000)
_POSTCODES = (
    "7100",
    "7120",
    "7182",
    "7300",
    "7080",
    "6040",
    "8722",
    "7160",
    "7000",
    "6000",
    "8700",
)


_TIMES = ("mon_evening", "thu_evening", "sat_morning")


def main() -> None:
    """Print CPU seconds of one process, compilation done before."""
    form_groups(Profiles.from_records(families(12)), seconds=0.1)
    show(
        ["families", "mentors", "scores s", "pair s", "paired", "form s (limit 1 s)", "placed",
         "score /100", "peak MB"],
        [_measure(size) for size in _SIZES],
    )  # fmt: skip


def _measure(size: int) -> list[object]:
    everyone = families(size)
    seeking = Profiles.from_records([f for f in everyone if "mentee" in f["participation"]])
    mentors = Profiles.from_records([f for f in everyone if "mentor" in f["participation"]])
    pool = Profiles.from_records(everyone)
    scores_s, _ = _timed(lambda: score_pairs(seeking, mentors))
    pair_s, pairing = _timed(lambda: pair(seeking, mentors))
    form_s, grouping = _timed(lambda: form_groups(pool, seconds=1.0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    placed = sum(label >= 0 for label in grouping.labels)
    return [f"{len(seeking)} of {size}", len(mentors), f"{scores_s:.2f}", f"{pair_s:.2f}",
            pairing.matched, f"{form_s:.2f}", f"{placed} of {size}", f"{grouping.score:.0f}",
            f"{peak:.0f}"]  # fmt: skip


def _timed(work: Any) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def families(count: int) -> list[dict[str, Any]]:
    """Invent families: a quarter mentors, half seeking one, all in the pool for groups."""
    draw = Random(count)
    themes = list(SCHEMA.themes)
    year = today().year
    return [_family(number, draw, themes, year) for number in range(count)]


def _family(number: int, draw: Random, themes: list[str], year: int) -> dict[str, Any]:
    mentor = number % 4 == 0
    return {
        "id": f"F-{number}",
        "participation": ["group", *(["mentor"] if mentor else ["mentee"] * (number % 2))],
        "status": "active",
        "consents": {"matching": f"{year}-01-01"},
        "family_type": draw.choice(["general", "enhanced", "specialised", "kinship"]),
        "support_level": draw.choice(["light", "moderate", "severe"]),
        "foster_since": year - (draw.randint(6, 20) if mentor else draw.randint(0, 6)),
        "children_age_bands": draw.sample(["0_2", "3_5", "6_9", "10_12", "13_15"], 2),
        "children_count": draw.randint(1, 3),
        "themes_now": {theme: draw.randint(1, 3) for theme in draw.sample(themes, 3)},
        "themes_experience": draw.sample(themes, 8 if mentor else 2),
        "postcode": draw.choice(_POSTCODES),
        "max_travel_minutes": draw.choice([30, 45, 60]),
        "availability": ["tue_evening", *draw.sample(_TIMES, 2)],
        "meeting_form": draw.choice(["both", "both", "physical"]),
        "contact_modes": ["chat", draw.choice(["visit", "phone"])],
        "mentor_capacity": draw.choice([1, 2, 3]),
        **({"mentor_approved": f"{year}-01-01"} if mentor else {}),
    }  # fmt: skip

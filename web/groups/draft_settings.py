"""What a facilitator sets before groups are formed, and what the matcher makes of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from data.queries.met import pairs_met_in_groups
from data.queries.places import municipalities_of_postcode, towns

# The criteria one sees, in the order of the page; others keep the weight of the profile schema.
CRITERIA = (
    "children_age_bands",
    "themes_now",
    "max_travel_minutes",
    "foster_since",
    "availability",
    "family_type",
)
ONE_WAY = frozenset({"max_travel_minutes", "availability"})  # a long drive is nobody's wish
MODES = ("alike", "ignore", "mixed")
STEPS = (0.0, 0.05, 0.15, 0.25)  # none, little, some, much
WISHES = ("no_experienced", "lone_kinship", "lone_single")
MET = ("apart", "ignore", "together")
SECONDS = (5, 20, 60)
MOVE_PRICES = (0.5, 1.0, 2.0, 5.0)  # points of the whole that a family's move must win
MOVE_COST = 1.0  # unless someone chooses
SMALLEST, LARGEST = 3, 12


@dataclass(frozen=True, kw_only=True)
class DraftSettings:
    """Sizes, criteria, rules, places and time of one run."""

    min_size: int = 5
    target_size: int = 6
    max_size: int = 8
    modes: Mapping[str, str] = field(
        default_factory=lambda: (
            {code: "mixed" if code == "foster_since" else "alike" for code in CRITERIA}
            | {"family_type": "ignore"}
        )
    )
    steps: Mapping[str, int] = field(
        default_factory=lambda: dict(zip(CRITERIA, (3, 3, 2, 1, 1, 0), strict=True))
    )
    hard: tuple[str, ...] = ()
    slot_80: bool = False
    met_before: str = "ignore"  # families that have been in a group together: one of MET
    places: tuple[tuple[str, str], ...] = ()  # (name, postcode)
    seconds: float = 20

    def as_json(self) -> dict[str, Any]:
        """Return the settings as they are kept with the draft."""
        kept = asdict(self)
        kept["places"] = [list(place) for place in self.places]
        kept["hard"] = list(self.hard)
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "DraftSettings":
        """Read what `as_json` wrote; an older draft may lack what came later."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        known["hard"] = tuple(known.get("hard", ()))
        known["places"] = tuple((name, code) for name, code in known.get("places", ()))
        return cls(**known)

    def for_matcher(self) -> dict[str, Any]:
        """Return the arguments that forming, explaining and scoring all take."""
        waivers = ("slot_80",) if self.slot_80 else ()
        return {
            "min_size": self.min_size,
            "max_size": self.max_size,
            "target_size": self.target_size,
            "criteria": {
                code: {"mode": self.modes[code], "weight": STEPS[self.steps[code]]}
                for code in CRITERIA
            },
            "rules": {"hard": self.hard, "waivers": waivers},
            "met_before": self.met_before,
            "places": [{"name": name, "postcode": code} for name, code in self.places],
        }


def pairs_met(settings: DraftSettings, ids: Collection[int]) -> list[tuple[int, int]]:
    """Return which of these families have met in a group, where the settings ask for it."""
    return pairs_met_in_groups(ids) if settings.met_before != "ignore" else []


def town_places(municipality_code: str) -> list[tuple[str, str]]:
    """Return a municipality's towns as places to meet: never taken from where families live."""
    names = towns()
    return [
        (names[postcode], postcode)
        for postcode, codes in sorted(municipalities_of_postcode().items())
        if codes[0] == municipality_code
    ]


def without_doubles(places: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return places once each, in order."""
    return tuple(dict.fromkeys(places))

"""What a facilitator may set about forming groups: criteria, rules, places, waivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from matcher.errors import MatcherError
from matcher.geography import postcode_numbers
from matcher.schema import SCHEMA

Mode = Literal["alike", "mixed", "ignore"]
MODES = ("alike", "mixed", "ignore")
MIXED_BY_DEFAULT = frozenset({"foster_since"})

# Strong wishes: avoided whenever there is an alternative, a remark where there is none.
# Each is broken by a group in which just so many have the trait.
BROKEN_BY = {
    "no_experienced": ("experienced", 0),
    "lone_kinship": ("kinship", 1),
    "lone_single": ("single", 1),
}
WISHES = tuple(BROKEN_BY)
# What may be given up for families who would otherwise stand without a group.
WAIVERS = ("availability_missing", "slot_80")


@dataclass(frozen=True)
class Criterion:
    """How one answer counts: whether members should be alike or mixed, and how much."""

    mode: Mode
    weight: float


def read_criteria(given: Mapping[str, Any] | None) -> dict[str, Criterion]:
    """Return every criterion in use, weights summing to 1.

    Parameters
    ----------
    given
        Code -> mode, weight, (mode, weight) or {"mode": ..., "weight": ...}. Those not named keep
        the schema's weight; experience is mixed, all else alike.

    Examples
    --------
    >>> read_criteria({"themes_now": "mixed"})["themes_now"].mode
    'mixed'
    """
    weights = SCHEMA.weights("group")
    chosen = {
        code: Criterion("mixed" if code in MIXED_BY_DEFAULT else "alike", weight)
        for code, weight in weights.items()
    }
    for code, setting in (given or {}).items():
        if code not in chosen:
            raise MatcherError(f"{code!r} is not a criterion for groups; there is {sorted(chosen)}")
        chosen[code] = _criterion(code, setting, chosen[code])
    used = {c: k for c, k in chosen.items() if k.mode != "ignore" and k.weight > 0}
    total = sum(k.weight for k in used.values())
    return {code: replace(k, weight=k.weight / total) for code, k in used.items()}


def _criterion(code: str, setting: Any, default: Criterion) -> Criterion:
    if isinstance(setting, Criterion):
        return setting
    if isinstance(setting, Mapping):
        mode, weight = setting.get("mode", default.mode), setting.get("weight", default.weight)
    elif isinstance(setting, str):
        mode, weight = setting, default.weight
    elif isinstance(setting, int | float):
        mode, weight = default.mode, setting
    else:
        mode, weight = setting
    if mode not in MODES:
        raise MatcherError(f"criterion {code!r}: {mode!r} is none of {', '.join(MODES)}")
    if not 0 <= float(weight) < float("inf"):
        raise MatcherError(f"criterion {code!r}: the weight {weight!r} is not a number from 0 up")
    return Criterion(mode, float(weight))


@dataclass(frozen=True, kw_only=True)
class GroupRules:
    """What a municipality may set about the rules of a group.

    Attributes
    ----------
    min_years
        From how many years a family counts as experienced.
    balance
        Share of the objective that asks every group to resemble the pool.
    worst_off
        How much more it counts when a family fits its group worse than by lot: 1 = twice.
    hard
        Wishes that are never given up: some of ``WISHES``.
    waivers
        What may be given up for those otherwise left out: some of ``WAIVERS``.
    slot_share
        How many of a group must be free at its meeting time under the waiver ``slot_80``.
    """

    min_years: int = 5
    balance: float = 0.2
    worst_off: float = 1.0
    hard: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    slot_share: float = 0.8

    @classmethod
    def of(cls, rules: GroupRules | Mapping[str, Any] | None) -> GroupRules:
        """Read rules from a mapping, or take the defaults."""
        if isinstance(rules, GroupRules):
            return rules
        known = {field.name for field in fields(cls)}
        given = dict(rules or {})
        for name in given:
            if name not in known:
                raise MatcherError(f"there is no rule {name!r} to set; there is {sorted(known)}")
        for name, allowed in (("hard", WISHES), ("waivers", WAIVERS)):
            given[name] = tuple(given.get(name, ()))
            for code in given[name]:
                if code not in allowed:
                    raise MatcherError(f"{name}: {code!r} is none of {', '.join(allowed)}")
        return cls(**given)


@dataclass(frozen=True)
class Place:
    """Where a group can meet. A neutral one is nobody's home."""

    name: str
    postcode: str
    neutral: bool = True
    unsuited: frozenset[str] = frozenset()


def read_places(given: Sequence[Mapping[str, Any] | Place]) -> list[Place]:
    """Read places from records: name, postcode, and if needed neutral and unsuited.

    ``unsuited`` names codes of ``place_limits`` that the place cannot meet, e.g. ``wheelchair``.
    """
    places = []
    limits = SCHEMA.fields["place_limits"].values
    for record in given:
        place = record
        if not isinstance(record, Place):
            place = Place(
                name=str(record.get("name") or record.get("postcode")),
                postcode=str(record.get("postcode")),
                neutral=bool(record.get("neutral", True)),
                unsuited=frozenset(record.get("unsuited", ())),
            )
        assert isinstance(place, Place)  # noqa: S101 - for the type checker
        if place.postcode not in postcode_numbers():
            raise MatcherError(f"place {place.name!r}: {place.postcode!r} is not a known postcode")
        for code in place.unsuited:
            if code not in limits:
                raise MatcherError(f"place {place.name!r}: {code!r} is not one of place_limits")
        places.append(place)
    return places

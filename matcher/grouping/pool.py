"""Who can be seated at all, and what each of them could agree to, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from matcher.errors import MatcherError
from matcher.geography import minutes_table, postcode_numbers
from matcher.grouping.arrays import Array, packed
from matcher.grouping.settings import GroupRules, Place, read_places
from matcher.profiles import Profiles
from matcher.rules import why_not_eligible
from matcher.schema import SCHEMA

SLOTS = tuple(SCHEMA.fields["availability"].values)
LANGUAGES = tuple(SCHEMA.fields["languages"].values)
ALL_SLOTS = np.uint64((1 << len(SLOTS)) - 1)


def _position(field: str, code: str) -> int:
    return tuple(SCHEMA.fields[field].values).index(code)


@dataclass(frozen=True)
class Pool:
    """The families that can be seated, numbered 0..n-1, and their hard facts.

    Attributes
    ----------
    profiles
        Of these families only.
    rows
        Their positions among all families given.
    out
        Id -> rule, for those who cannot be seated whatever the others answer.
    places
        Where groups could meet; place number ``len(places)`` is online.
    slots, languages
        (n,) uint64, one bit for each.
    reach
        (n, n_places + 1) bool, where each would go; the last is online.
    minutes
        (n, n_places), NaN where unknown or not to be used.
    mask, segment
        The same packed for the search: slots, languages, then places.
    foes
        Pairs that must be apart.
    traits
        Name -> (n,) bool: experienced, kinship, single, many_placements.
    """

    profiles: Profiles
    rows: Array
    out: Mapping[str, str]
    places: list[Place]
    slots: Array
    languages: Array
    reach: Array
    minutes: Array
    limit: Array
    meets: Array
    mask: Array
    segment: Array
    foes: list[tuple[int, int]]
    traits: Mapping[str, Array]

    @property
    def ids(self) -> tuple[str, ...]:
        """The families' ids."""
        return self.profiles.ids

    def __len__(self) -> int:
        """Return the number of families that can be seated."""
        return len(self.profiles)

    def place_name(self, number: int) -> str:
        """Return a place's name, "online" for the last."""
        return "online" if number == len(self.places) else self.places[number].name


def build_pool(
    families: Profiles,
    *,
    rules: GroupRules,
    places: Sequence[Mapping[str, Any] | Place] | None,
    apart: Iterable[tuple[str, str]] = (),
    on: date,
) -> Pool:
    """Sort out who can be seated and lay out what each could agree to."""
    out = _left_out(families, rules=rules, on=on)
    rows = np.array([i for i, key in enumerate(families.ids) if key not in out], np.int64)
    known = families[rows]
    chosen = _default_places(known) if places is None else read_places(places)
    slots = known.bits("availability").astype(np.uint64)
    slots[~known.answered("availability")] = ALL_SLOTS
    languages = known.bits("languages").astype(np.uint64)
    reach, minutes = _reach(known, chosen)
    words = packed(reach)
    mask = np.column_stack([slots, languages, words])
    return Pool(
        profiles=known,
        rows=rows,
        out=out,
        places=chosen,
        slots=slots,
        languages=languages,
        reach=reach,
        minutes=minutes,
        limit=known.column("max_travel_minutes"),
        meets=_meets(known),
        mask=np.ascontiguousarray(mask),
        segment=np.array([1, 2, mask.shape[1]], np.int64),
        foes=_foes(known, apart),
        traits=_traits(known, rules=rules, on=on),
    )


def _left_out(families: Profiles, *, rules: GroupRules, on: date) -> dict[str, str]:
    """Return the first reason of each family that cannot be seated at all."""
    reasons = dict(why_not_eligible(families, role="group", on=on))
    answered = families.answered("availability")
    if "availability_missing" not in rules.waivers:
        reasons["availability_missing"] = ~answered
    reasons["availability_none"] = answered & (families.bits("availability") == 0)
    reasons["languages_none"] = families.bits("languages") == 0
    out: dict[str, str] = {}
    for reason, mask in reasons.items():
        for i in np.flatnonzero(mask):
            out.setdefault(families.ids[i], reason)
    return out


def _default_places(families: Profiles) -> list[Place]:
    """Return the town centres of the families' postcodes, save those of protected addresses."""
    name = list(postcode_numbers())
    open_to = families.answered("postcode") & ~families.is_protected & (_meets(families)[:, 0])
    numbers = np.unique(families.column("postcode")[open_to].astype(np.int64))
    return [Place(name=name[number], postcode=name[number]) for number in numbers]


def _meets(families: Profiles) -> Array:
    """Return who meets in person and who online, shape (n, 2)."""
    form = families.column("meeting_form")
    physical = form != _position("meeting_form", "online")
    online = form != _position("meeting_form", "physical")
    return np.column_stack([physical, online])


def _reach(families: Profiles, places: list[Place]) -> tuple[Array, Array]:
    numbers = [postcode_numbers()[place.postcode] for place in places]
    known = families.answered("postcode") & ~families.is_protected
    home = np.nan_to_num(families.column("postcode")).astype(np.int64)
    minutes = minutes_table()[home][:, numbers].astype(float)
    minutes[~known] = np.nan
    meets = _meets(families)
    limit = families.column("max_travel_minutes")[:, None]
    near = ~(minutes > limit)  # an unknown address forbids nothing
    neutral = np.array([place.neutral for place in places], bool)
    near &= neutral | ~families.is_protected[:, None]
    wants = np.nan_to_num(families.flags("place_limits")) > 0
    for code in SCHEMA.fields["place_limits"].values:
        unsuited = np.array([code in place.unsuited for place in places], bool)
        near &= ~(unsuited & wants[:, _position("place_limits", code)][:, None])
    return np.column_stack([near & meets[:, :1], meets[:, 1]]), minutes


def _foes(families: Profiles, apart: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    number = {key: i for i, key in enumerate(families.ids)}
    pairs = {
        (i, number[other])
        for i, others in enumerate(families.exclusions)
        for other in others
        if other in number
    }
    pairs |= {(number[a], number[b]) for a, b in apart if a in number and b in number}
    return sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b})


def _traits(families: Profiles, *, rules: GroupRules, on: date) -> dict[str, Array]:
    def is_(field: str, code: str) -> Array:
        return np.asarray(families.column(field) == _position(field, code))

    return {
        "experienced": families.years(on) >= rules.min_years,
        "kinship": is_("family_type", "kinship"),
        "single": is_("household_form", "one_adult"),
        "many_placements": is_("placements_total", "4_6") | is_("placements_total", "7_plus"),
    }


def number_of(families: Profiles, keys: Iterable[str], *, what: str) -> list[int]:
    """Return the positions of ids, refusing one that is not there."""
    number = {key: i for i, key in enumerate(families.ids)}
    for key in keys:
        if key not in number:
            raise MatcherError(f"{what}: there is no family {key!r}")
    return [number[key] for key in keys]

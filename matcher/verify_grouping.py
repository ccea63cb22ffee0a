"""Checks a finished grouping against the contract, with code shared with nobody.

Deliberately naive: it reads records one by one, compares every pair and computes every distance
itself, so that a mistake in the pool, the search or the report cannot hide here as well.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matcher import geography
from matcher.days import today
from matcher.profiles import Profiles

if TYPE_CHECKING:
    from matcher.grouping.result import Group, Grouping

DEFAULTS: dict[str, Any] = {
    "languages": ["da"],
    "meeting_form": "both",
    "max_travel_minutes": 30,
}


def check_grouping(
    families: Profiles | Sequence[Mapping[str, Any]],
    result: "Grouping | Sequence[int] | NDArray[np.int64]",
    *,
    min_size: int = 5,
    max_size: int = 8,
    places: Sequence[Mapping[str, Any]] | None = None,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    waivers: Iterable[str] = (),
    slot_share: float = 0.8,
    hard: Iterable[str] = (),
    min_years: int = 5,
    on: date | None = None,
) -> list[str]:
    """Return every hard rule that a grouping breaks, in plain words; empty = it keeps them all.

    Parameters
    ----------
    families
        The pool, as given to `form_groups`.
    result
        A Grouping, or only the label of each family, -1 = none. A Grouping is also held to what
        it says itself: members, meeting time, place and who is left out.
    min_size, max_size, places, together, apart, on
        As given to `form_groups`.
    waivers, slot_share
        Rules that were allowed to be waived.
    hard, min_years
        Wishes that were made hard, and from how many years a family counts as experienced.

    Examples
    --------
    >>> people = [{"id": f"F-{i}"} for i in range(5)]
    >>> check_grouping(people, [0, 0, 0, 0, 0], on=date(2026, 11, 1))[0]
    'F-0 is not active'
    """
    records = _records(families)
    plain = isinstance(result, Sequence | np.ndarray)
    whole: Any = None if plain else result
    stated: Any = result if plain else whole.labels
    labels = [int(label) for label in stated]
    if len(labels) != len(records):
        return [f"{len(labels)} labels for {len(records)} families"]
    waived, hard = set(waivers), set(hard)
    day = on or today()
    problems: list[str] = []
    seated = [record for record, label in zip(records, labels, strict=True) if label >= 0]
    for record in seated:
        problems += _not_eligible(record, day, waived)
    used = sorted({label for label in labels if label >= 0})
    if used != list(range(len(used))) or any(label < -1 for label in labels):
        problems.append(f"labels are not numbered from 0 without gaps: {used}")
    where = dict(zip([record["id"] for record in records], labels, strict=True))
    problems += _wrong_company(records, where, together, apart)
    spots = _spots(records, places)
    for label in used:
        members = [r for r, at in zip(records, labels, strict=True) if at == label]
        broken = _group_problems(members, min_size, max_size, spots, waived, slot_share)
        broken += _hard_wishes(members, hard, min_years, day)
        problems += [f"group {label}: {text}" for text in broken]
    if whole is not None:
        problems += _contradictions(records, labels, whole, spots, waived)
    return problems


def _contradictions(
    records: list[Mapping[str, Any]],
    labels: list[int],
    result: "Grouping",
    spots: list[Mapping[str, Any]],
    waived: set[str],
) -> list[str]:
    """Return where a grouping says something else than its labels."""
    problems = []
    by_id = {record["id"]: record for record in records}
    for label, group in enumerate(result.groups):
        listed = [r["id"] for r, at in zip(records, labels, strict=True) if at == label]
        if sorted(listed) != sorted(group.members):
            problems.append(f"group {label} lists other members than its labels")
            continue
        problems += _meets_as_said(label, group, [by_id[key] for key in listed], spots, waived)
    left = {r["id"] for r, at in zip(records, labels, strict=True) if at < 0}
    if left != set(result.unplaced):
        problems.append("a reason is given for others than those left out")
    if result.violations:
        problems.append("violations are reported")
    return problems


def _meets_as_said(
    label: int,
    group: "Group",
    members: list[Mapping[str, Any]],
    spots: list[Mapping[str, Any]],
    waived: set[str],
) -> list[str]:
    problems = []
    answers = [m["availability"] for m in members if m.get("availability") is not None]
    if "slot_80" not in waived and not all(group.slot in answer for answer in answers):
        problems.append(f"group {label}: not everyone is free on {group.slot}")
    if group.place == "online":
        if any(_answer(m, "meeting_form") == "physical" for m in members):
            problems.append(f"group {label}: not everyone meets online")
    else:
        here = [spot for spot in spots if spot["postcode"] == group.place_postcode]
        able = [spot for spot in here if all(_comes(m, spot) for m in members)]
        if not able or any(_answer(m, "meeting_form") == "online" for m in members):
            problems.append(f"group {label}: not everyone can come to {group.place}")
    return problems + [
        f"group {label}: shows the drive of a protected address"
        for member in members
        if member.get("protected_address") and member["id"] in group.minutes
    ]


def _records(families: Profiles | Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if isinstance(families, Profiles):
        return [families.record(i) for i in range(len(families))]
    return list(families)


def _answer(record: Mapping[str, Any], key: str) -> Any:
    value = record.get(key)
    return DEFAULTS.get(key) if value is None else value


def _not_eligible(record: Mapping[str, Any], day: date, waived: set[str]) -> list[str]:
    problems = []
    name = record["id"]
    if record.get("status") != "active":
        problems.append(f"{name} is not active")
    consent = (record.get("consents") or {}).get("matching")
    if consent is None or date.fromisoformat(str(consent)[:10]) > day:
        problems.append(f"{name} has not consented")
    if "group" not in (record.get("participation") or []):
        problems.append(f"{name} has not asked for a group")
    if record.get("availability") is None and "availability_missing" not in waived:
        problems.append(f"{name} has not said when to meet")
    return problems


def _wrong_company(
    records: list[Mapping[str, Any]],
    where: dict[str, int],
    together: Iterable[tuple[str, str]],
    apart: Iterable[tuple[str, str]],
) -> list[str]:
    problems = []
    for record in records:
        for other in record.get("exclusions") or []:
            mine, theirs = where[record["id"]], where.get(other, -1)
            if mine >= 0 and mine == theirs and other != record["id"]:
                problems.append(f"{record['id']} and {other} must not be put together")
    for first, second in apart:
        if where.get(first, -1) >= 0 and where.get(first) == where.get(second) and first != second:
            problems.append(f"{first} and {second} were to be apart")
    for first, second in together:
        mine, theirs = where.get(first, -1), where.get(second, -1)
        if (mine >= 0 or theirs >= 0) and mine != theirs:
            problems.append(f"{first} and {second} were to be together")
    return problems


def _group_problems(
    members: list[Mapping[str, Any]],
    min_size: int,
    max_size: int,
    spots: list[Mapping[str, Any]],
    waived: set[str],
    slot_share: float,
) -> list[str]:
    problems = []
    if not min_size <= len(members) <= max_size:
        problems.append(f"{len(members)} families, not {min_size} to {max_size}")
    languages = list(_answer(members[0], "languages"))
    if not any(all(code in _answer(m, "languages") for m in members) for code in languages):
        problems.append("no language common to all")
    if not _has_a_time(members, slot_share if "slot_80" in waived else 1.0):
        problems.append("no meeting time common to all")
    forms = {_answer(member, "meeting_form") for member in members}
    if {"physical", "online"} <= forms:
        problems.append("some only meet in person and some only online")
    elif "physical" in forms and not any(all(_comes(m, spot) for m in members) for spot in spots):
        problems.append("no meeting place within everyone's limit")
    return problems  # where all accept both, they can always meet online


def _hard_wishes(
    members: list[Mapping[str, Any]], hard: set[str], min_years: int, day: date
) -> list[str]:
    """Return which of the wishes that were made hard a group breaks."""
    problems = []
    kinship = [m for m in members if m.get("family_type") == "kinship"]
    single = [m for m in members if m.get("household_form") == "one_adult"]
    since = [m["foster_since"] for m in members if m.get("foster_since") is not None]
    if "no_experienced" in hard and not any(day.year - year >= min_years for year in since):
        problems.append(f"nobody with {min_years} years of experience")
    if "lone_kinship" in hard and len(kinship) == 1:
        problems.append("a kinship family alone")
    if "lone_single" in hard and len(single) == 1:
        problems.append("a single carer alone")
    return problems


def _has_a_time(members: list[Mapping[str, Any]], share: float) -> bool:
    known = [member for member in members if member.get("availability") is not None]
    if not known:
        return True
    unknown = len(members) - len(known)
    for slot in {slot for member in known for slot in member["availability"]}:
        free = sum(1 for member in known if slot in member["availability"])
        if free + unknown >= share * len(members) - 1e-9:
            return True
    return False


def _spots(
    records: list[Mapping[str, Any]], places: Sequence[Mapping[str, Any]] | None
) -> list[Mapping[str, Any]]:
    """Return the meeting places: those given, or the towns of open addresses."""
    if places is not None:
        return list(places)
    open_to = [r for r in records if not r.get("protected_address")]
    return [{"postcode": r["postcode"]} for r in open_to if r.get("postcode")]


def _comes(member: Mapping[str, Any], spot: Mapping[str, Any]) -> bool:
    needs = set(member.get("place_limits") or [])
    if needs & set(spot.get("unsuited", ())):
        return False
    if member.get("protected_address"):
        return bool(spot.get("neutral", True))
    minutes = _drive(member.get("postcode"), spot["postcode"])
    return minutes is None or minutes <= _answer(member, "max_travel_minutes")


def _drive(home: str | None, goal: str) -> int | None:
    """Return the contract's minutes: crow-fly km x 1.3 / 55 km/h, plus 5, plus ferries."""
    towns = geography.places()
    if home not in towns or goal not in towns:
        return None
    if home == goal:
        return 5
    (lat1, lon1, *_), (lat2, lon2, *_) = towns[home], towns[goal]
    one, two = math.radians(lat1), math.radians(lat2)
    cosine = math.sin(one) * math.sin(two)
    cosine += math.cos(one) * math.cos(two) * math.cos(math.radians(lon2 - lon1))
    km = 6371.0088 * math.acos(min(1.0, cosine))
    minutes = math.ceil(round(km * 1.3 / 55 * 60 + 5, 4))
    islands = [
        {name for name, (_, codes) in geography.FERRY_ISLANDS.items() if code in codes}
        for code in (home, goal)
    ]
    if islands[0] != islands[1]:
        minutes += sum(geography.FERRY_ISLANDS[name][0] for found in islands for name in found)
    return minutes

"""Is what a family without a group is told true? Every reason held to the records themselves."""

from itertools import combinations
from typing import Any

from matcher.grouping import Grouping
from matcher.grouping.result import LeftOut
from tests.matcher.rulebook import Record, Rulebook

SIZES = {"size_low", "size_high"}


def untrue(book: Rulebook, grouping: Grouping) -> list[str]:
    """Return what is not so among the reasons and remedies given; empty = all are true.

    Whoever is left over is named; no group would take them as they are; and the remedy, where it
    names one, opens a group to them.
    """
    left = {
        key for key, label in zip(book.records, grouping.labels.tolist(), strict=True) if label < 0
    }
    found = [f"{key} is not named" for key in left ^ set(grouping.unplaced)]
    groups = [frozenset(group.members) for group in grouping.groups]
    for key in sorted(left & set(grouping.unplaced)):
        found += [f"{key}: {text}" for text in _about(book, key, grouping.unplaced[key], groups)]
    return found


def _about(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> list[str]:
    if key in book.out:
        return [] if said.rule == book.out[key] else [f"{said.rule}, but it is {book.out[key]}"]
    block = book.blocks[key]
    if block & set(book.out):
        return [] if said.rule == "together" else [f"{said.rule}, but {block} must be together"]
    obstacles = [book.faults(group | block) for group in groups]
    found = []
    if not all(obstacles):
        found.append("a group would take it as it is")
    check = _CHECKS.get(said.rule)
    if check is None:
        found.append(f"the reason {said.rule} is not known here")
    elif not check(book, key, said, groups):
        found.append(f"{said.words('en')} is not so ({obstacles})")
    return found


def _opens(book: Rulebook, key: str, groups: list[frozenset[str]], **answers: Any) -> bool:
    """Say whether some group would take the family if it had answered so."""
    record: Record = {**book.records[key], **answers}
    return any(not book.faults(group | {key}, **{key: record}) for group in groups)


def _together(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    others = book.blocks[key] - {key}
    return bool(others) and set(said.families) <= others


def _travel(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    limit, needed = said.values["limit"], said.remedy_values["minutes"]
    own = book.records[key].get("max_travel_minutes", 30)
    return own == limit < needed and _opens(book, key, groups, max_travel_minutes=needed)


def _availability(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    own = book.records[key]["availability"]
    slots = said.remedy_values["slots"]
    return bool(slots) and all(
        slot not in own and _opens(book, key, groups, availability=[*own, slot]) for slot in slots
    )


def _language(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    spoken = sorted({code for r in book.records.values() for code in r.get("languages", ["da"])})
    return _opens(book, key, groups, languages=spoken)


def _meeting_form(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    return book.records[key].get("meeting_form", "both") != "both" and _opens(
        book, key, groups, meeting_form="both"
    )


def _exclusion(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    return any(book.faults(group | {key}) == {"exclusion"} for group in groups)


def _size_high(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    most = said.remedy_values["most"]
    return most == book.max_size + 1 and any(
        book.faults(group | {key}) == {"size_high"} for group in groups
    )


def _few(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    partners = book.partners(key)
    few = partners < book.min_size - 1 or not groups
    true = few and said.values["n"] == partners and said.values["least"] == book.min_size
    return true and _enough(book, key, said.remedy_values["more"], groups)


def _enough(book: Rulebook, key: str, more: int, groups: list[frozenset[str]]) -> bool:
    """Say whether so many more like this family would make a group, with others left over."""
    seated = frozenset().union(*groups)
    block = book.blocks[key]
    missing = book.min_size - len(block) - more
    left = [k for k in book.able if k not in seated | block and len(book.blocks[k]) == 1]
    return missing <= 0 or any(
        not book.faults({*block, *others}) - SIZES for others in combinations(left, missing)
    )


def _several(book: Rulebook, key: str, said: LeftOut, groups: list[frozenset[str]]) -> bool:
    return all(book.faults(group | book.blocks[key]) for group in groups)


_CHECKS = {
    "together": _together,
    "travel": _travel,
    "availability": _availability,
    "language": _language,
    "meeting_form": _meeting_form,
    "exclusion": _exclusion,
    "size_high": _size_high,
    "few": _few,
    "several": _several,
}

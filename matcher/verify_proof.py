"""Looks for what speaks against the claim that no better grouping exists.

As naive as `verify_grouping` and for the same reason: it counts groups record by record, with plain
sets, so that a mistake in the listing or the branch and bound cannot hide here as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.days import today
from matcher.profiles import Profiles
from matcher.verify_grouping import (
    _answer,
    _comes,
    _not_eligible,
    _records,
    _spots,
    check_grouping,
)

if TYPE_CHECKING:
    from matcher.grouping.result import Grouping


def check_proof(
    families: Profiles | Sequence[Mapping[str, Any]],
    result: "Grouping",
    *,
    min_size: int = 5,
    max_size: int = 8,
    places: Sequence[Mapping[str, Any]] | None = None,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    waivers: Iterable[str] = (),
    hard: Iterable[str] = (),
    min_years: int = 5,
    on: date | None = None,
    count_up_to: int = 100_000,
) -> list[str]:
    """Return what speaks against the claim that no better grouping exists; empty = nothing does.

    Counts the groups that could be formed by itself, record by record, and holds the number
    against the one the proof rests on; then lets every family change groups, or places with every
    other, and sees whether the proof's own worths get better by it. An empty answer is no second
    proof: it says that the usual mistakes were not made.

    Parameters
    ----------
    result
        A Grouping that says it is proven.
    hard, min_years
        Wishes that were fixed rules, and from how many years a family is experienced.
    count_up_to
        A longer list of groups is not counted again.
    others
        As for `check_grouping`.
    """
    records, day = _records(families), on or today()
    pairs, waived = list(together), set(waivers)
    problems = check_grouping(
        records,
        result,
        min_size=min_size,
        max_size=max_size,
        places=places,
        together=pairs,
        apart=apart,
        waivers=waived,
        on=day,
    )
    proof = result.proof
    if proof is None or not proof.proven:
        return [*problems, "no proof is claimed"]
    if proof.groups is None or proof.worth is None:
        return problems if proof.placed == 0 else [*problems, "the proof lists no groups"]
    able = [r for r in records if not _not_eligible(r, day, waived)]
    # Without places of their own, groups meet in the towns of those who meet in person.
    in_person = [record for record in able if _answer(record, "meeting_form") != "online"]
    company = _Company(able, _spots(in_person, places), pairs, list(apart), records)
    if proof.admissible is not None and proof.admissible <= count_up_to:
        counted = sum(
            not _breaks_a_hard_wish([able[i] for i in group], set(hard), min_years, day)
            for group in company.groups(min_size, max_size)
        )
        if counted != proof.admissible:
            problems.append(f"{counted} groups could be formed, not {proof.admissible}")
    return problems if proof.stay else problems + _could_be_better(result)


class _Company:
    """Who could share a group, told family by family with plain sets."""

    def __init__(
        self,
        able: list[Mapping[str, Any]],
        spots: list[Mapping[str, Any]],
        together: list[tuple[str, str]],
        apart: list[tuple[str, str]],
        records: list[Mapping[str, Any]],
    ) -> None:
        number = {record["id"]: i for i, record in enumerate(able)}
        every = {slot for r in able for slot in r.get("availability") or ()}
        self.slots = [
            every if r.get("availability") is None else set(r["availability"]) for r in able
        ]
        self.languages = [set(_answer(r, "languages")) for r in able]
        self.places = [
            ({k for k, spot in enumerate(spots) if _comes(r, spot)} if meets != "online" else set())
            | ({-1} if meets != "physical" else set())
            for r in able
            for meets in [_answer(r, "meeting_form")]
        ]
        self.foes: list[set[int]] = [set() for _ in able]
        excluded = [(r["id"], other) for r in records for other in r.get("exclusions") or []]
        for a, b in [*excluded, *apart]:
            if a in number and b in number and a != b:
                self.foes[number[a]].add(number[b])
                self.foes[number[b]].add(number[a])
        self.with_me: list[set[int]] = [set() for _ in able]
        self.never: set[int] = set()
        for a, b in together:
            if a in number and b in number:
                self.with_me[number[a]].add(number[b])
                self.with_me[number[b]].add(number[a])
            else:
                self.never |= {number[key] for key in (a, b) if key in number}

    def groups(self, least: int, most: int) -> Iterable[list[int]]:
        """Yield every group of these sizes that keeps the rules."""

        def grow(
            group: list[int], slots: set[str], languages: set[str], places: set[int], first: int
        ) -> Iterable[list[int]]:
            if len(group) >= least and all(self.with_me[i] <= set(group) for i in group):
                yield group
            if len(group) == most:
                return
            for i in range(first, len(self.slots)):
                if i in self.never or not self.foes[i].isdisjoint(group):
                    continue
                both = (slots & self.slots[i], languages & self.languages[i])
                if all(both) and (spots := places & self.places[i]):
                    yield from grow([*group, i], *both, spots, i + 1)

        for i in range(len(self.slots)):
            if i not in self.never:
                start = (self.slots[i], self.languages[i], self.places[i])
                if all(start):
                    yield from grow([i], *start, i + 1)


def _breaks_a_hard_wish(
    members: list[Mapping[str, Any]], hard: set[str], min_years: int, day: date
) -> bool:
    years = [day.year - int(m["foster_since"]) for m in members if m.get("foster_since")]
    kinship = sum(m.get("family_type") == "kinship" for m in members)
    single = sum(m.get("household_form") == "one_adult" for m in members)
    return (
        ("no_experienced" in hard and not any(n >= min_years for n in years))
        or ("lone_kinship" in hard and kinship == 1)
        or ("lone_single" in hard and single == 1)
    )


def _could_be_better(result: "Grouping") -> list[str]:
    """Return the changes of one or two nodes by which the proof's own worths get better."""
    proof = result.proof
    if proof is None or proof.groups is None or proof.worth is None:
        return []
    worth = {
        frozenset(int(v) for v in row if v >= 0): float(value)
        for row, value in zip(proof.groups, proof.worth, strict=True)
    }
    fixed = frozenset(proof.locked)
    sitting = [frozenset(group) for group in proof.seating if group]
    problems = []
    for g, here in enumerate(sitting):
        for there in sitting[g + 1 :]:
            now = worth.get(here, 0.0) + worth.get(there, 0.0)
            for i in [None, *here - fixed]:
                for j in [None, *there - fixed]:
                    mine = set() if i is None else {i}
                    theirs = set() if j is None else {j}
                    one, other = (here - mine) | theirs, (there - theirs) | mine
                    if one in worth and other in worth and worth[one] + worth[other] > now + 1e-6:
                        problems.append(f"changing {i} and {j} would make it better")
    return problems

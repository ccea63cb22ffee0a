"""Hard rules: a pair that breaks one is never suggested, whatever its score."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher import criteria
from matcher.errors import MatcherError
from matcher.profiles import Profiles, columns
from matcher.schema import SCHEMA

Mask = NDArray[np.bool_]
Rows = slice | NDArray[np.int64]

# Why a family takes no part at all, in the order in which they are told.
NOT_ELIGIBLE = ("status", "consent", "role", "approval", "capacity")
# Why two families cannot be a pair.
PAIR_RULES = (
    "self",
    "exclusion",
    "language",
    "meeting_form",
    "availability",
    "contact_modes",
    "travel",
    "experience",
)
PHYSICAL = tuple(SCHEMA.fields["meeting_form"].values).index("physical")
ACTIVE = tuple(SCHEMA.fields["status"].values).index("active")


@dataclass(frozen=True, kw_only=True)
class PairRules:
    """What a municipality may set about the hard rules of a pair."""

    min_years: int = 5

    @classmethod
    def of(cls, rules: "PairRules | Mapping[str, int] | None") -> "PairRules":
        """Read rules from a mapping, or take the defaults.

        Raises
        ------
        MatcherError
            For a rule that cannot be set or a value that is not a whole number.
        """
        if isinstance(rules, PairRules):
            return rules
        known = {field.name for field in fields(cls)}
        for name, value in (rules or {}).items():
            if name not in known:
                raise MatcherError(f"there is no rule {name!r} to set; there is {sorted(known)}")
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not whole or value < 0:
                raise MatcherError(f"rule {name!r} must be a whole number, not {value!r}")
        return cls(**(rules or {}))


def why_not_eligible(profiles: Profiles, *, role: str, on: date) -> dict[str, Mask]:
    """Tell who takes no part in a role, and why.

    Parameters
    ----------
    profiles : Profiles of length n
    role : {"mentee", "mentor", "group"}
    on : date

    Returns
    -------
    dict of code to ndarray of shape (n,)
        True where that reason holds; an absent status, consent, role or approval is a reason.
    """
    today = on.toordinal()
    consent = profiles.column("consents")
    position = list(SCHEMA.fields["participation"].values).index(role)
    reasons = {
        "status": ~(profiles.column("status") == ACTIVE),
        "consent": ~(consent <= today),
        "role": ~(profiles.flags("participation")[:, position] == 1),
    }
    if role == "mentor":
        approved, expires = (
            profiles.column("mentor_approved"),
            profiles.column("mentor_expires"),
        )
        reasons["approval"] = ~((approved <= today) & (today < expires))
        reasons["capacity"] = ~(profiles.column("mentor_capacity") >= 1)
    return reasons


def is_eligible(profiles: Profiles, *, role: str, on: date) -> Mask:
    """Tell who takes part in a role, shape (n,)."""
    reasons = why_not_eligible(profiles, role=role, on=on)
    eligible: Mask = ~np.logical_or.reduce(list(reasons.values()))
    return eligible


class RuleBook:
    """The hard rules between some families and some mentors, asked block by block.

    Parameters
    ----------
    families, mentors : Profiles of lengths n_families and n_mentors
    rules : PairRules
    on : date
    """

    def __init__(
        self, families: Profiles, mentors: Profiles, *, rules: PairRules, on: date
    ) -> None:
        self.families = families
        self.mentors = mentors
        self.rules = rules
        self.on = on
        self.families_out = why_not_eligible(families, role="mentee", on=on)
        self.mentors_out = why_not_eligible(mentors, role="mentor", on=on)
        self._same, self._excluded = _named_pairs(families, mentors)
        self._bits = {
            code: (families.bits(code), mentors.bits(code))
            for code in ("languages", "availability", "contact_modes", "themes_experience")
        }

    def codes(self) -> tuple[str, ...]:
        """Return every reason for which a pair may be forbidden."""
        return (*NOT_ELIGIBLE, *PAIR_RULES)

    def forbidden(self, rows: Rows) -> Mask:
        """Tell which pairs of some families are forbidden, shape (n_rows, n_mentors)."""
        any_broken = np.zeros(self._shape(rows), bool)
        for _, mask in self.broken(rows):
            any_broken |= mask
        return any_broken

    def broken(self, rows: Rows) -> Iterator[tuple[str, Mask]]:
        """Go through the rules with where each is broken, shape (n_rows, n_mentors)."""
        shape = self._shape(rows)
        for code in NOT_ELIGIBLE:  # a mentor has all of these reasons, a family the first three
            mask = np.zeros(shape, bool)
            if code in self.families_out:
                mask |= self.families_out[code][rows, None]
            mask |= self.mentors_out[code]
            yield code, mask
        yield "self", self._marked(self._same, rows)
        yield "exclusion", self._marked(self._excluded, rows)
        yield "language", self._nothing_common("languages", rows)
        yield "meeting_form", self._forms_clash(rows)
        yield "availability", self._nothing_common("availability", rows)
        yield "contact_modes", self._nothing_common("contact_modes", rows)
        yield "travel", self._too_far(rows)
        yield "experience", self._too_little_experience(rows)

    def apart(self) -> set[tuple[int, int]]:
        """Return the pairs, by row, that are one and the same family or must not meet."""
        return {pair for found in (self._same, self._excluded) for pair in zip(*found, strict=True)}

    def ask_first(self, rows: Rows) -> Iterator[tuple[str, Mask]]:
        """Go through the rules that an absent answer keeps from being judged."""
        for code in ("availability", "contact_modes"):
            yield code, ~self._both_answered(code, rows)
        yield "travel", self._may_drive(rows) & ~self._both_answered("postcode", rows)
        years_known = self._both_answered("foster_since", rows)
        yield "experience", ~years_known | self._experience_open(rows)

    def _shape(self, rows: Rows) -> tuple[int, int]:
        some = (
            len(range(*rows.indices(len(self.families)))) if isinstance(rows, slice) else len(rows)
        )
        return some, len(self.mentors)

    def _marked(self, pairs: tuple[list[int], list[int]], rows: Rows) -> Mask:
        mask = np.zeros(self._shape(rows), bool)
        if pairs[0]:
            at = np.full(len(self.families), -1)
            at[rows] = np.arange(len(mask))
            where, columns = at[pairs[0]], np.array(pairs[1])
            mask[where[where >= 0], columns[where >= 0]] = True
        return mask

    def _both_answered(self, code: str, rows: Rows) -> Mask:
        return self.families.answered(code)[rows, None] & self.mentors.answered(code)

    def _nothing_common(self, code: str, rows: Rows) -> Mask:
        mine, theirs = self._bits[code]
        nothing: Mask = (mine[rows, None] & theirs) == 0
        return nothing & self._both_answered(code, rows)

    def _forms(self, rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self.families.column("meeting_form")[rows, None], self.mentors.column("meeting_form")

    def _forms_clash(self, rows: Rows) -> Mask:
        mine, theirs = self._forms(rows)
        clash: Mask = ((mine == PHYSICAL) & (theirs == criteria.ONLINE)) | (
            (mine == criteria.ONLINE) & (theirs == PHYSICAL)
        )
        return clash

    def _travel_matters(self, rows: Rows) -> Mask:
        """Tell where they can only meet in person and both addresses may be used."""
        mine, theirs = self._forms(rows)
        matters: Mask = ((mine == PHYSICAL) | (theirs == PHYSICAL)) & self._may_drive(rows)
        return matters

    def _may_drive(self, rows: Rows) -> Mask:
        """Tell where they may meet in person at all and both addresses may be used."""
        mine, theirs = self._forms(rows)
        protected = self.families.is_protected[rows, None] | self.mentors.is_protected
        may: Mask = (mine != criteria.ONLINE) & (theirs != criteria.ONLINE) & ~protected
        return may

    def minutes(self, rows: Rows) -> NDArray[np.float64]:
        """Return minutes of driving, NaN where unknown or protected."""
        minutes = criteria.minutes(_travel(self.families)[rows], _travel(self.mentors))
        protected = self.families.is_protected[rows, None] | self.mentors.is_protected
        return np.where(protected, np.nan, minutes)

    def _too_far(self, rows: Rows) -> Mask:
        mine, theirs = _travel(self.families)[rows], _travel(self.mentors)
        too_far = criteria.minutes(mine, theirs) > criteria.shorter_limit(mine, theirs)
        return np.asarray(too_far & self._travel_matters(rows), dtype=np.bool_)

    def _experience(self, rows: Rows) -> tuple[Mask, Mask, Mask]:
        """Return: mentor has the least years; more than the family; family has them too."""
        mine, theirs = self.families.years(self.on)[rows, None], self.mentors.years(self.on)
        least = self.rules.min_years
        return theirs >= least, theirs > mine, mine >= least

    def _themes_known(self, rows: Rows) -> Mask:
        return self.families.answered("themes_now")[rows, None] & self.mentors.answered(
            "themes_experience"
        )

    def _covers_a_theme(self, rows: Rows) -> Mask:
        needs = np.nan_to_num(self.families.flags("themes_now")[rows]) > 0
        powers = np.uint32(1) << np.arange(needs.shape[1], dtype=np.uint32)
        needed = (needs * powers).sum(axis=1, dtype=np.uint32)
        covers: Mask = (needed[:, None] & self._bits["themes_experience"][1]) != 0
        return covers

    def _too_little_experience(self, rows: Rows) -> Mask:
        enough, more, experienced = self._experience(rows)
        covers = self._covers_a_theme(rows) | ~self._themes_known(rows)
        allowed = enough & (more | (experienced & covers))
        return ~allowed & self._both_answered("foster_since", rows)

    def _experience_open(self, rows: Rows) -> Mask:
        """Tell where only unanswered themes could decide whether the mentor has enough to give."""
        enough, more, experienced = self._experience(rows)
        return enough & ~more & experienced & ~self._themes_known(rows)


def _travel(profiles: Profiles) -> NDArray[np.float64]:
    places = [columns()[code].start for code in criteria.TRAVEL_COLUMNS]
    return profiles.table[:, places]


def _named_pairs(
    families: Profiles, mentors: Profiles
) -> tuple[tuple[list[int], list[int]], tuple[list[int], list[int]]]:
    """Return the pairs that are one and the same family, and those excluded by either side."""
    mentor_rows = _rows_of(mentors)
    family_rows = _rows_of(families)
    same = [(i, j) for i, key in enumerate(families.ids) for j in mentor_rows.get(key, ())]
    excluded = {
        (i, j)
        for i, others in enumerate(families.exclusions)
        for other in others
        for j in mentor_rows.get(other, ())
    }
    excluded |= {
        (i, j)
        for j, others in enumerate(mentors.exclusions)
        for other in others
        for i in family_rows.get(other, ())
    }
    return _unzipped(same), _unzipped(sorted(excluded))


def _rows_of(profiles: Profiles) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(profiles.ids):
        rows.setdefault(key, []).append(row)
    return rows


def _unzipped(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [i for i, _ in pairs], [j for _, j in pairs]

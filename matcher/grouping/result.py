"""What a forming returns: groups with scores, bars and remarks, and who stands without, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matcher.grouping.arrays import Array
from matcher.grouping.facts import Broken
from matcher.grouping.words import say
from matcher.schema import SCHEMA
from matcher.words import listed

if TYPE_CHECKING:
    from matcher.grouping.proving import Proof

Names = Callable[[str], str] | Mapping[str, str] | None


def named(family: str, names: Names) -> str:
    """Return what to call a family: its id where no name is given."""
    if names is None:
        return family
    if isinstance(names, Mapping):
        return names.get(family, family)
    return names(family)


def listed_names(families: tuple[str, ...], names: Names, locale: object) -> str:
    """Return families by name, as a list in words."""
    return listed([named(family, names) for family in families], locale)


def slot_words(slots: tuple[str, ...], locale: object) -> str:
    """Return meeting times as a list in words."""
    lang = str(locale)
    return listed(
        [SCHEMA.value_label("availability", slot, lang).lower() for slot in slots], locale
    )


@dataclass(frozen=True)
class Remark:
    """Something that is allowed, and that a facilitator should know."""

    code: str
    families: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def words(self, locale: object = "da", names: Names = None) -> str:
        """Return the remark as a sentence."""
        who = listed_names(self.families, names, locale)
        return say(f"remark.{self.code}", locale, who=who, **self.values)


def broken_words(broken: Broken, locale: object = "da", names: Names = None) -> str:
    """Return a broken rule as a sentence."""
    who = listed_names(broken.families, names, locale)
    return say(f"rule.{broken.rule}", locale, who=who, **broken.values)


@dataclass(frozen=True)
class Bar:
    """One criterion of a group: 0 to 100, and where drawing lots would be."""

    value: int | None
    lottery: int | None


@dataclass(frozen=True)
class Group:
    """One proposed group.

    Attributes
    ----------
    members
        Ids, in the order of the pool.
    slot, slots
        Code of the suggested meeting time, and of all that suit everyone.
    place
        Name of the meeting place, "online", or None if there is none.
    minutes
        Id -> drive to the place; those whose address is protected or unknown are not there.
    score
        0 to 100.
    bars
        Criterion -> bar.
    fit
        Id -> how well the family fits in, 0 to 100.
    broken
        Hard rules broken; always empty in a proposal, maybe not in an edited draft.
    """

    label: int
    members: tuple[str, ...]
    slot: str | None
    slots: tuple[str, ...]
    language: str | None
    place: str | None
    place_postcode: str | None
    minutes: Mapping[str, int]
    mean_minutes: float | None
    score: int
    bars: Mapping[str, Bar]
    fit: Mapping[str, int]
    remarks: tuple[Remark, ...]
    broken: tuple[Broken, ...] = ()

    @property
    def online(self) -> bool:
        """Whether the group meets online."""
        return self.place == "online"


@dataclass(frozen=True)
class LeftOut:
    """Why a family stands without a group, and what would solve it."""

    rule: str
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    families: tuple[str, ...] = ()
    remedy_values: Mapping[str, Any] = field(default_factory=dict)

    def words(self, locale: object = "da", names: Names = None) -> str:
        """Return the rule and the remedy as two sentences."""
        return f"{self.why(locale, names)} {self.remedy(locale)}"

    def why(self, locale: object = "da", names: Names = None) -> str:
        """Return the rule as a sentence."""
        values = dict(self.values)
        if self.families:
            values["with"] = listed_names(self.families, names, locale)
        if "own" in values:
            values["own"] = slot_words(values["own"], locale)
        if "rules" in values:
            rules = [say(f"rulename.{rule}", locale) for rule in values["rules"]]
            values["rules"] = listed(rules, locale)
        return say(self.sentence, locale, **values)

    def remedy(self, locale: object = "da") -> str:
        """Return what would solve it as a sentence."""
        values = dict(self.remedy_values)
        if "slots" in values:
            values["slots"] = slot_words(values["slots"], locale)
        if "more" in values:
            values["n"] = values["more"]
        return say(f"remedy.{self.rule}", locale, **values)


@dataclass(frozen=True)
class Waived:
    """A rule that was given up, by name, for these families in this group."""

    waiver: str
    label: int
    families: tuple[str, ...]

    def words(self, locale: object = "da", names: Names = None) -> str:
        """Return the waiver as a sentence."""
        return say(f"waiver.{self.waiver}", locale, who=listed_names(self.families, names, locale))


@dataclass(frozen=True)
class Conflict:
    """Families left without a group for one and the same rule."""

    rule: str
    families: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """A proposal: groups that keep every hard rule, and who stands without.

    Attributes
    ----------
    labels
        (n,) group of each family given, -1 = none; 0..len(groups)-1.
    score
        0 (like drawing lots) to 100, of the whole.
    better_than
        How many of `n_draws` groupings drawn by lot this one beats.
    unplaced
        Id -> rule and remedy.
    violations
        Broken hard rules, always empty: what breaks one is not proposed.
    waived
        Rules given up by name, only those the caller allowed.
    proven
        Whether no better grouping exists: none that keeps the rules places more families, or as
        many with fewer wishes broken, or with those a better fit.
    conflicts
        The unplaced by rule, the largest first.
    objective, lottery
        Value of `docs/forming.md`, and its mean per family over 200 draws by lot: give it back as
        `scale` to score an edited draft on the same scale.
    iterations, seconds
        What the run used.
    proof
        What is known of how much better a grouping could be; see `proving.Proof`.
    """

    labels: Array
    groups: tuple[Group, ...]
    score: int
    better_than: int
    n_draws: int
    unplaced: Mapping[str, LeftOut]
    waived: tuple[Waived, ...]
    proven: bool
    conflicts: tuple[Conflict, ...]
    objective: float
    lottery: float
    iterations: int
    seconds: float
    violations: tuple[Broken, ...] = ()
    proof: Proof | None = field(default=None, compare=False, repr=False)

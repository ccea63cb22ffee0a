"""The profile: the one description of its fields that every floor reads.

Nothing here is learned from families. Labels, limits, weights, scales and who may see what are
constants in ``profile_schema.json``, which stands beside this file and is read once.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from matcher.errors import MatcherError

Purpose = Literal["mentor", "group"]
Locale = str

KINDS = frozenset(
    {
        *("single", "multi", "int", "year", "text", "bool", "date", "postcode"),
        *("themes_strength", "exclusions", "consents", "slots"),
    }
)


def _danish(locale: Locale) -> bool:
    return not str(locale).lower().startswith("en")


@dataclass(frozen=True, kw_only=True)
class Value:
    """One answer that can be chosen; ``short`` labels fit inside a sentence."""

    code: str
    da: str
    en: str
    short_da: str
    short_en: str
    group: str | None = None
    starred: bool = False

    def label(self, locale: Locale = "da") -> str:
        """Return the label for a list of choices."""
        return self.da if _danish(locale) else self.en

    def short(self, locale: Locale = "da") -> str:
        """Return the label for the middle of a sentence."""
        return self.short_da if _danish(locale) else self.short_en


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of the profile, with all that is known about it.

    ``sees`` says who may see the answer, ``sees_starred`` who may see its starred values.
    ``peer_form`` names what other families see instead of the answer ("years", "overlap").
    """

    code: str
    kind: str
    label_da: str
    label_en: str
    help_da: str
    help_en: str
    step: int | None
    set_by: str
    sees: Mapping[str, bool]
    sees_starred: Mapping[str, bool]
    values: Mapping[str, Value]
    sensitivity: str
    mentor_role: str
    group_role: str
    mentor_weight: float
    group_weight: float
    mentor_mean: float | None = None
    group_mean: float | None = None
    scale: Mapping[str, Any] | None = None
    default: Any = None
    min: int | None = None
    max: int | None = None
    max_items: int | None = None
    peer_form: str | None = None
    hidden_when_protected: bool = False
    note: str = ""

    def label(self, locale: Locale = "da") -> str:
        """Return the name of the field."""
        return self.label_da if _danish(locale) else self.label_en

    def help(self, locale: Locale = "da") -> str:
        """Return one plain sentence of help."""
        return self.help_da if _danish(locale) else self.help_en

    @property
    def many(self) -> bool:
        """Whether the answer is a list of codes, or themes with strengths."""
        return self.kind in {"multi", "slots", "themes_strength"}

    def weight(self, purpose: Purpose) -> float:
        """Return the weight of this field as a criterion."""
        return self.mentor_weight if purpose == "mentor" else self.group_weight

    def mean(self, purpose: Purpose) -> float | None:
        """Return the constant that stands in for an unanswered criterion."""
        return self.mentor_mean if purpose == "mentor" else self.group_mean


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the wizard and the fields asked on it."""

    number: int
    code: str
    da: str
    en: str
    fields: tuple[Field, ...]

    def label(self, locale: Locale = "da") -> str:
        """Return the heading of the page."""
        return self.da if _danish(locale) else self.en


@dataclass(frozen=True, kw_only=True)
class ThemeGroup:
    """Themes that stand together; a starred group is hidden until both have said yes."""

    code: str
    da: str
    en: str
    starred: bool

    def label(self, locale: Locale = "da") -> str:
        """Return the heading of the group."""
        return self.da if _danish(locale) else self.en


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All fields in their order, and the questions the floors ask about them.

    Examples
    --------
    >>> SCHEMA.label("children_age_bands", "en")
    'Ages of the foster children'
    >>> SCHEMA.value_label("themes_now", "siblings", "da")
    'Søskende – anbragt sammen eller hver for sig'
    >>> SCHEMA.may_see("peer_before", "themes_now", "adhd")
    False
    """

    version: str
    viewers: tuple[str, ...]
    fields: Mapping[str, Field]
    themes: Mapping[str, Value]
    theme_groups: tuple[ThemeGroup, ...]
    steps: tuple[Step, ...]

    def __iter__(self) -> Iterator[Field]:
        """Go through the fields in their order."""
        return iter(self.fields.values())

    def field(self, code: str) -> Field:
        """Return a field, or raise MatcherError for an unknown code."""
        try:
            return self.fields[code]
        except KeyError:
            raise MatcherError(f"the profile has no field {code!r}") from None

    def label(self, code: str, locale: Locale = "da") -> str:
        """Return the name of a field."""
        return self.field(code).label(locale)

    def value_label(self, code: str, value: object, locale: Locale = "da") -> str:
        """Return the label of a value; a value from outside the schema is its own label."""
        known = self.field(code).values.get(str(value))
        return known.label(locale) if known else str(value)

    def weights(self, purpose: Purpose) -> dict[str, float]:
        """Return the weighted criteria of a purpose; they sum to 1."""
        return {f.code: f.weight(purpose) for f in self if f.weight(purpose) > 0}

    def means(self, purpose: Purpose) -> dict[str, float]:
        """Return the constants towards which unanswered criteria shrink."""
        return {code: float(self.fields[code].mean(purpose) or 0) for code in self.weights(purpose)}

    def visible_to(self, viewer: str, *, protected: bool = False) -> tuple[Field, ...]:
        """Return the fields that a viewer may see of a family.

        Parameters
        ----------
        viewer : one of ``Schema.viewers``
        protected : bool
            Whether that family's address is protected.
        """
        return tuple(f for f in self if self.may_see(viewer, f.code, protected=protected))

    def may_see(
        self, viewer: str, code: str, value: str | None = None, *, protected: bool = False
    ) -> bool:
        """Tell whether a viewer may see a field, or one value of it."""
        if viewer not in self.viewers:
            raise MatcherError(f"there is no viewer {viewer!r}")
        field = self.field(code)
        if protected and field.hidden_when_protected and viewer not in SEES_PROTECTED:
            return False
        known = field.values.get(value) if value is not None else None
        return (field.sees_starred if known and known.starred else field.sees)[viewer]


SEES_PROTECTED = frozenset({"self", "consultant", "coordinator"})


def _value(raw: Mapping[str, Any]) -> Value:
    return Value(**{"short_da": raw["da"], "short_en": raw["en"], **raw})


def _field(raw: Mapping[str, Any]) -> Field:
    values = MappingProxyType({v["code"]: _value(v) for v in raw.get("values", ())})
    sees = MappingProxyType(raw["sees"])
    starred = MappingProxyType(raw.get("sees_starred", raw["sees"]))
    field = Field(**{**raw, "values": values, "sees": sees, "sees_starred": starred})
    if field.kind not in KINDS:
        raise MatcherError(f"field {field.code!r} has the unknown kind {field.kind!r}")
    return field


def load(path: Path) -> Schema:
    """Read a schema from its file."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    fields = {f["code"]: _field(f) for f in raw["fields"]}
    steps = tuple(
        Step(**step, fields=tuple(f for f in fields.values() if f.step == step["number"]))
        for step in raw["steps"]
    )
    return Schema(
        version=raw["version"],
        viewers=tuple(raw["viewers"]),
        fields=MappingProxyType(fields),
        themes=fields["themes_now"].values,
        theme_groups=tuple(ThemeGroup(**group) for group in raw["theme_groups"]),
        steps=steps,
    )


SCHEMA = load(Path(__file__).with_name("profile_schema.json"))

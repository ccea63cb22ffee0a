"""A family as staff who form groups see it: name, municipality, type, ages and themes."""

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from data.answers import seen_by
from data.clock import today
from data.models import Family
from data.queries.places import municipalities
from matcher.schema import SCHEMA

_KINDS = {
    "general": _l("General"),
    "enhanced": _l("Enhanced"),
    "specialised": _l("Specialised"),
    "kinship": _l("Kinship family"),
    "respite": _l("Respite family"),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands on a family's card at the board and in a pool."""

    id: int
    ref: str
    name: str
    municipality: str
    kind: str
    ages: str
    themes: tuple[str, ...]
    years: int | None
    minutes: int | None

    @property
    def place_and_kind(self) -> str:
        """Return the first line below the name."""
        return " · ".join(part for part in (self.municipality, self.kind) if part)

    @property
    def few_themes(self) -> str:
        """Return two themes and how many more there are."""
        more = f" +{len(self.themes) - 2}" if len(self.themes) > 2 else ""
        return ", ".join(self.themes[:2]) + more


def card_of(family: Family) -> Card:
    """Return the card; what a facilitator may not see is not asked for."""
    seen = seen_by("facilitator", family)
    since = seen.get("foster_since")
    return Card(
        id=family.id,
        ref=family.ref,
        name=family.name,
        municipality=municipalities().get(seen.get("home_municipality", ""), ""),
        kind=_kind(seen.get("family_type")),
        ages=ages_text(seen.get("children_age_bands")),
        themes=tuple(theme_word(code) for code in _strongest(seen.get("themes_now"))),
        years=None if since is None else today().year - int(since),
        minutes=seen.get("max_travel_minutes"),
    )


def label(code: str, value: str) -> str:
    """Return an answer's label in the reader's language."""
    return SCHEMA.value_label(code, value, str(get_locale()))


def theme_word(code: str) -> str:
    """Return a theme in few words, for a card: "Søvn, mad og rutiner"."""
    word = SCHEMA.themes[code].short(str(get_locale()))
    return word[:1].upper() + word[1:]


def ages_text(bands: Any) -> str:
    """Return bands in one line: "3–5, 6–9 år"."""
    known = SCHEMA.field("children_age_bands").values
    spans = [b.replace("_", "–") for b in known if b in (bands or ())]
    return str(_("%(spans)s years", spans=", ".join(spans))) if spans else ""


def slot_text(slot: str | None) -> str:
    """Return a meeting time in words: "torsdag aften"."""
    if slot is None:
        return ""
    return SCHEMA.field("availability").values[slot].short(str(get_locale()))


def _kind(family_type: str | None) -> str:
    """Return a short word for the type of a family."""
    return str(_KINDS.get(family_type or "", ""))


def _strongest(themes: Any) -> list[str]:
    order = list(SCHEMA.themes)
    return sorted(themes or {}, key=lambda code: (-themes[code], order.index(code)))

"""How another family sees this one: drawn from `seen_by` and nothing else."""

from dataclasses import dataclass
from typing import Any

from data.answers import seen_by
from data.clock import today
from data.i18n import _, ngettext
from data.models import Family
from data.queries.places import municipalities
from matcher.schema import SCHEMA
from web.families.words import in_words, locale


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands on the card of a family whose name is not shown yet."""

    title: str
    line: str
    themes: list[str]
    lines: list[tuple[str, str]]
    hides: bool


def before(family: Family) -> Card:
    """Return what a family we suggest sees before both have said yes."""
    return _card(family, "peer_before")


def after(family: Family) -> Card:
    """Return what a mentor sees when both have said yes."""
    return _card(family, "peer_after")


def _card(family: Family, viewer: str) -> Card:
    shown = seen_by(viewer, family)
    everything = seen_by("self", family)
    themes = [*shown.get("themes_now", {}), *shown.get("themes_experience", [])]
    all_themes = {*everything.get("themes_now", {}), *everything.get("themes_experience", [])}
    return Card(
        title=_title(shown),
        line=" · ".join(part for part in (_place(shown), _bands(shown)) if part),
        themes=[_capital(SCHEMA.themes[code].short(locale())) for code in dict.fromkeys(themes)],
        lines=_lines(shown),
        hides=len(set(themes)) < len(all_themes) or len(shown) < len(everything),
    )


_OWN_PLACE = {
    *("foster_since", "home_municipality", "children_age_bands"),
    *("themes_now", "themes_experience"),
}


def _lines(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (SCHEMA.label(code, locale()), in_words(code, value))
        for code, value in shown.items()
        if code not in _OWN_PLACE and SCHEMA.fields[code].peer_form != "overlap"
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(shown: dict[str, Any]) -> str:
    since = shown.get("foster_since")
    if since is None:
        return _("A foster family")
    years = max(0, today().year - int(since))
    if years == 0:
        return _("A new foster family")
    return ngettext("%(num)s year as a foster family", "%(num)s years as a foster family", years)


def _place(shown: dict[str, Any]) -> str:
    name = municipalities().get(str(shown.get("home_municipality")))
    return _("%(name)s Municipality", name=name) if name else ""


def _bands(shown: dict[str, Any]) -> str:
    bands = [
        SCHEMA.value_label("children_age_bands", code, locale())
        for code in shown.get("children_age_bands", [])
    ]
    return _("children of %(ages)s", ages=", ".join(bands)) if bands else ""

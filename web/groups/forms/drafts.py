"""The form of a new draft: sizes, criteria in words, hard rules, places and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from data.models import Institution
from data.queries.places import towns
from web.groups.draft_settings import (
    CRITERIA,
    LARGEST,
    MET,
    MODES,
    ONE_WAY,
    SECONDS,
    SMALLEST,
    STEPS,
    WISHES,
    DraftSettings,
    town_places,
    without_doubles,
)

PLACE_ROWS = 4


@dataclass
class DraftForm:
    """What was written, what can be used of it, and what is wrong with the rest."""

    name: str
    settings: DraftSettings
    towns_too: bool = True
    institutions: tuple[str, ...] = ()
    own_places: Sequence[tuple[str, str]] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def first_form(name: str, *, institutions: Sequence[Institution], code: str) -> DraftForm:
    """Return the form as it stands before anyone has touched it."""
    refs = tuple(i.ref for i in institutions if i.postcode)
    places = without_doubles([*_of(institutions, refs), *town_places(code)])
    return DraftForm(
        name=name,
        settings=DraftSettings(places=places),
        institutions=refs,
        own_places=[("", "")] * PLACE_ROWS,
    )


def form_like(
    name: str, settings: DraftSettings, *, institutions: Sequence[Institution], code: str
) -> DraftForm:
    """Return the form as an earlier draft was made with it."""
    towns = set(town_places(code))
    ours = {(i.name, i.postcode): i.ref for i in institutions if i.postcode}
    own = [place for place in settings.places if place not in towns and place not in ours]
    return DraftForm(
        name=name,
        settings=settings,
        towns_too=towns <= set(settings.places),
        institutions=tuple(ref for place, ref in ours.items() if place in settings.places),
        own_places=[*own, *[("", "")] * (PLACE_ROWS - len(own))],
    )


def read_form(
    answers: MultiDict[str, str], *, institutions: Sequence[Institution], code: str
) -> DraftForm:
    """Read the posted form; a value that cannot be used leaves the default and an error."""
    errors: dict[str, str] = {}
    default = DraftSettings()
    sizes = {
        k: _size(answers.get(k, ""), k, errors) for k in ("min_size", "target_size", "max_size")
    }
    least, target, most = (sizes[k] or getattr(default, k) for k in sizes)
    if not errors and not least <= target <= most:
        errors["target_size"] = _("The sizes must go up: least, preferably, most.")
    own = _own_places(answers, errors)
    refs = tuple(answers.getlist("institution"))
    towns_too = "towns" in answers
    places = without_doubles(
        [*_of(institutions, refs), *own, *(town_places(code) if towns_too else [])]
    )
    if not places and "places" not in errors:
        errors["places"] = _("Choose at least one place to meet.")
    name = answers.get("name", "").strip()[:120]
    if not name:
        errors["name"] = _("Give the draft a name.")
    seconds = answers.get("seconds", type=int)
    settings = DraftSettings(
        min_size=least,
        target_size=target,
        max_size=most,
        modes={c: _mode(answers.get(f"mode-{c}", ""), c) for c in CRITERIA},
        steps={c: _step(answers.get(f"weight-{c}", type=int)) for c in CRITERIA},
        hard=tuple(w for w in WISHES if w in answers.getlist("hard")),
        slot_80="slot_80" in answers,
        met_before=answers["met_before"] if answers.get("met_before") in MET else "ignore",
        places=places,
        seconds=seconds if seconds in SECONDS else default.seconds,
    )
    typed = list(zip(answers.getlist("place"), answers.getlist("postcode"), strict=False))
    return DraftForm(
        name=name,
        settings=settings,
        towns_too=towns_too,
        institutions=refs,
        own_places=[*typed, *[("", "")] * (PLACE_ROWS - len(typed))],
        errors=errors,
    )


def _size(text: str, name: str, errors: dict[str, str]) -> int | None:
    if len(text) <= 4 and text.isdecimal() and SMALLEST <= int(text) <= LARGEST:
        return int(text)
    errors[name] = _("Write a number from %(least)s to %(most)s.", least=SMALLEST, most=LARGEST)
    return None


def _mode(text: str, code: str) -> str:
    allowed = MODES[:2] if code in ONE_WAY else MODES
    return text if text in allowed else "ignore"


def _step(number: int | None) -> int:
    return number if number is not None and 0 <= number < len(STEPS) else 0


def _own_places(answers: MultiDict[str, str], errors: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, postcode in zip(answers.getlist("place"), answers.getlist("postcode"), strict=False):
        name, postcode = name.strip()[:80], postcode.strip()
        if not name and not postcode:
            continue
        if postcode not in towns():
            errors["places"] = _(
                "We do not know the postcode of %(place)s.", place=name or postcode
            )
            continue
        found.append((name or towns()[postcode], postcode))
    return found


def _of(institutions: Sequence[Institution], refs: Sequence[str]) -> list[tuple[str, str]]:
    return [(i.name, i.postcode) for i in institutions if i.postcode and i.ref in refs]

"""The staff's list of families: which filters, which rows, what is missing."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from babel.lists import format_list
from werkzeug.datastructures import MultiDict

from data.answers import phase_of, seen_by
from data.clock import today
from data.i18n import _, ngettext
from data.models import Family, FamilyStatus
from data.queries.families import Line, families_with_facts
from data.queries.places import danish_key, fold, municipalities, towns
from matcher.schema import SCHEMA
from web.families.actions.profile import lacking_in
from web.families.words import locale

PER_PAGE = 50
SHOWN_THEMES = 3
Viewer = Literal["consultant", "coordinator"]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the form above the list asks for; unknown words mean "all"."""

    words: str = ""
    consultant: str = ""
    status: str = ""
    wants: str = ""
    municipality: str = ""
    family_type: str = ""
    phase: str = ""
    missing: bool = False
    sort: str = "name"
    page: int = 1

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> "Filters":
        """Read the address; whatever is not one of ours is left out."""
        return cls(
            words=args.get("q", "")[:80].strip(),
            consultant=args.get("consultant", "")[:12],
            status=_known("status", args.get("status", "")),
            wants=_known("participation", args.get("wants", "")),
            municipality=args.get("municipality", "")
            if args.get("municipality") in municipalities()
            else "",
            family_type=_known("family_type", args.get("type", "")),
            phase=_known("current_placement_phase", args.get("phase", "")),
            missing=bool(args.get("missing")),
            sort="waiting" if args.get("sort") == "waiting" else "name",
            page=max(1, args.get("page", 1, type=int) or 1),
        )

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return what an address to the same list needs, with some of it changed."""
        now = {
            "q": self.words, "consultant": self.consultant, "status": self.status,
            "wants": self.wants, "municipality": self.municipality, "type": self.family_type,
            "phase": self.phase, "missing": "1" if self.missing else "",
            "sort": self.sort if self.sort != "name" else "",
        }  # fmt: skip
        return {name: value for name, value in {**now, **changes}.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Answer whether some families may be left out."""
        return bool({*self.address()} - {"sort"})


def _known(code: str, value: str) -> str:
    return value if value in SCHEMA.fields[code].values else ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One family as the list shows it."""

    ref: str
    name: str
    years: str
    municipality: str
    family_type: str
    ages: str
    themes: str
    wants: str
    waited: str
    hint: str  # what keeps the family from being placed, or ""
    less_sure: bool  # can be placed, but we know little
    status: str
    status_code: str
    consultant: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the list, and how many there are in all."""

    rows: list[Row]
    found: int
    total: int
    missing: int
    pages: int


def listing(
    lines: list[Line], filters: Filters, *, viewer: Viewer, consultants: dict[str, int]
) -> Listing:
    """Return the page of the list that the filters ask for."""
    kept = [line for line in lines if _fits(line, filters, consultants)]
    known = families_with_facts(line.id for line in kept) if filters.phase else {}
    if filters.phase:
        kept = [line for line in kept if _phase(known[line.id]) == filters.phase]
    kept.sort(key=_waiting if filters.sort == "waiting" else _by_name)
    pages = max(1, -(-len(kept) // PER_PAGE))
    first = (min(filters.page, pages) - 1) * PER_PAGE
    page = kept[first : first + PER_PAGE]
    families = known or families_with_facts(line.id for line in page)
    return Listing(
        rows=[_row(line, families[line.id], viewer) for line in page],
        found=len(kept),
        total=len(lines),
        missing=sum(bool(_hint(line)) for line in lines),
        pages=pages,
    )


def waiting_for(lines: list[Line], wish: str) -> int:
    """Return how many active families wish for a group or a mentor and have none."""
    return sum(_waits(line, wish) for line in lines if line.status is FamilyStatus.ACTIVE)


def _fits(line: Line, filters: Filters, consultants: dict[str, int]) -> bool:
    answers = line.answers
    return bool(
        (not filters.words or _named(line, fold(filters.words)))
        and (not filters.consultant or line.consultant_id == consultants.get(filters.consultant))
        and (not filters.status or line.status == filters.status)
        and (not filters.wants or filters.wants in answers.get("participation", ()))
        and (not filters.municipality or answers.get("home_municipality") == filters.municipality)
        and (not filters.family_type or answers.get("family_type") == filters.family_type)
        and (not filters.missing or _hint(line))
    )


def _named(line: Line, words: str) -> bool:
    place = municipalities().get(line.answers.get("home_municipality", ""), "")
    return words in fold(line.name) or (not line.protected and fold(place).startswith(words))


def _by_name(line: Line) -> Any:
    return danish_key(line.name), line.id


def _waiting(line: Line) -> Any:
    waits = _waits(line, "group") or _waits(line, "mentee")
    return not waits, line.waiting_since or date.max, danish_key(line.name)


def _waits(line: Line, wish: str) -> bool:
    has = {"group": line.has_group, "mentee": line.has_mentor}.get(wish, True)
    return wish in line.answers.get("participation", ()) and not has


def _phase(family: Family) -> str | None:
    return phase_of(family, children=seen_by("coordinator", family).get("children_count"))


def _row(line: Line, family: Family, viewer: Viewer) -> Row:
    shown = seen_by(viewer, family)
    status = SCHEMA.value_label("status", family.status.value, locale())
    return Row(
        ref=family.ref,
        name=family.name,
        years=_years(shown.get("foster_since")),
        municipality=municipalities().get(shown.get("home_municipality", ""), ""),
        family_type=_type(shown.get("family_type")),
        ages=_labels("children_age_bands", shown.get("children_age_bands", [])),
        themes=_themes(shown.get("themes_now", {})),
        wants=_wants(shown.get("participation", [])),
        waited=_waited(line),
        hint=_hint(line),
        less_sure="themes_now" not in shown,
        status=status,
        status_code=family.status.value,
        consultant=family.consultant.name if family.consultant else "",
    )


def _years(since: Any) -> str:
    if since is None:
        return ""
    years = max(0, today().year - int(since))
    return ngettext("%(num)s year", "%(num)s years", years)


def _type(code: str | None) -> str:
    """Return "Almen" of "Almen plejefamilie": the column's heading says the rest."""
    if code is None:
        return ""
    words = {
        "general": _("General"), "enhanced": _("Enhanced"), "specialised": _("Specialised"),
        "kinship": _("Kinship"), "respite": _("Respite"),
    }  # fmt: skip
    return words.get(code, code)


def _labels(code: str, values: list[str]) -> str:
    labels = [SCHEMA.value_label(code, value, locale()) for value in values]
    return ", ".join(labels)


def _themes(themes: dict[str, int]) -> str:
    ordered = sorted(themes, key=lambda code: -themes[code])
    shown = [SCHEMA.themes[code].short(locale()) for code in ordered[:SHOWN_THEMES]]
    text = ", ".join(shown)
    return text[:1].upper() + text[1:]


def _wants(wishes: list[str]) -> str:
    words = {"group": _("Group"), "mentee": _("Mentor"), "mentor": _("To be a mentor")}
    named = [words[wish] for wish in words if wish in wishes]
    text = format_list(named, locale=locale()) if named else ""
    return text[:1] + text[1:].lower()


def _waited(line: Line) -> str:
    waits = _waits(line, "group") or _waits(line, "mentee")
    if not waits or line.waiting_since is None or line.status is not FamilyStatus.ACTIVE:
        return ""
    return ngettext("%(num)s day", "%(num)s days", (today() - line.waiting_since).days)


def _hint(line: Line) -> str:
    """Return the first thing whose absence keeps the family from being placed."""
    words = {
        "participation": _("Has not said what it wishes for"),
        "availability": _("Meeting times are missing"),
        "postcode": _("The postcode is missing"),
        "contact_modes": _("Ways of keeping in touch are missing"),
        "foster_since": _("The year is missing"),
        "themes_experience": _("Themes with experience are missing"),
    }
    has_left = line.status is FamilyStatus.LEFT
    lacking = [] if has_left else lacking_in(line.answers, protected=line.protected)
    return words[lacking[0]] if lacking else ""


def town_of(postcode: str | None) -> str:
    """Return postcode and town."""
    return f"{postcode} {towns().get(postcode, '')}" if postcode else ""

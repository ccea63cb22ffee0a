"""What a family sees of a suggested mentor family: words and facts, never a name or a number."""

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale

from data.answers import answers_of, seen_by
from data.clock import today
from data.i18n import _, ngettext
from data.models import Family, Suggestion
from data.queries.places import municipalities
from matcher.schema import SCHEMA
from web.mentoring.actions.suggesting import facts_of
from web.mentoring.pool import free_places
from web.mentoring.reasons import themes_to_show

REASONS_SHOWN = 4
MUCH_FURTHER_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class Card:
    """One suggestion, ready to be drawn."""

    ref: str
    number: int
    title: str
    place: str | None
    minutes: int | None
    asked: list[str]
    shared: list[str]
    overlap: str
    reasons: list[str]
    caveat: str
    places: str
    contact: str
    slots: str
    bands: list[str]
    by_coordinator: bool


def locale() -> str:
    """Return the language that reasons are read in."""
    return "en" if str(get_locale()).startswith("en") else "da"


def cards_of(rows: list[Suggestion]) -> list[Card]:
    """Return the suggestions as cards, each with one honest reservation."""
    facts = [facts_of(row) for row in rows]
    nearest = min((f["minutes"] for f in facts if f.get("minutes") is not None), default=None)
    free = free_places([row.mentor for row in rows])
    return [
        _card(row, number, found, nearest=nearest, free=free[row.mentor_id])
        for number, (row, found) in enumerate(zip(rows, facts, strict=True), start=1)
    ]


def _card(
    row: Suggestion, number: int, facts: dict[str, Any], *, nearest: int | None, free: int
) -> Card:
    seen = seen_by("peer_before", row.mentor)
    words = facts.get("words", {}).get(locale(), {})
    asked, shared = facts.get("asked", []), facts.get("shared", [])
    return Card(
        ref=row.ref,
        number=number,
        title=_title(seen),
        place=_place(seen),
        minutes=facts.get("minutes"),
        asked=asked,
        shared=shared,
        overlap=words.get("overlap") or _overlap(shared, asked),
        reasons=words.get("reasons", [])[:REASONS_SHOWN],
        caveat=_caveat(words, facts.get("minutes"), nearest),
        # Of how many is for the mentor family and staff to know: the schema hides it from others.
        places=ngettext("%(num)s free place", "%(num)s free places", free),
        contact=labels("contact_modes", seen.get("contact_modes")),
        slots=labels("availability", facts.get("slots")),
        bands=facts.get("bands", []),
        by_coordinator=row.round_id is not None,
    )


def title_of(mentor: Family) -> str:
    """Return what stands in for the name: how long they have been a foster family."""
    return _title(seen_by("peer_before", mentor))


def _title(seen: dict[str, Any]) -> str:
    since = seen.get("foster_since")
    if since is None:
        return _("An experienced foster family")
    years = max(0, today().year - int(since))
    return ngettext("%(num)s year as a foster family", "%(num)s years as a foster family", years)


def place_of(family: Family) -> str | None:
    """Return the municipality, unless the address is protected."""
    return _place(seen_by("peer_before", family))


def _place(seen: dict[str, Any]) -> str | None:
    code = seen.get("home_municipality")
    name = municipalities().get(str(code)) if code else None
    return _("%(name)s Municipality", name=name) if name else None


def _overlap(shared: list[str], asked: list[str]) -> str:
    if not asked:
        return _("You have not said which themes you are in")
    if not shared:
        return _("They have not named any of your themes")
    return _("They know %(n)s of your %(of)s themes", n=len(shared), of=len(asked))


def _caveat(words: dict[str, Any], minutes: int | None, nearest: int | None) -> str:
    against = [*words.get("caveats", []), *words.get("questions", [])]
    if against:
        return str(against[0])
    if minutes is not None and nearest is not None and minutes - nearest >= MUCH_FURTHER_MINUTES:
        return _("A little further away than the others")
    return _("Whether you get on, only you can tell")


def labels(code: str, values: list[str] | None) -> str:
    """Return answers as short words with commas between: "chat, phone"."""
    known = SCHEMA.fields[code].values
    named = [known[value].short(locale()) for value in values or () if value in known]
    text = ", ".join(named)
    return text[:1].upper() + text[1:]


def theme(code: str) -> str:
    """Return a theme as it stands inside a sentence."""
    return SCHEMA.themes[code].short(locale())


def first_words(family: Family, shared: list[str]) -> str:
    """Return a first draft of the question; the family changes it as it likes."""
    facts = answers_of(family)
    years = today().year - int(facts.get("foster_since", today().year))
    sentences = [
        _("We are new as a foster family.")
        if years <= 1
        else _(
            "We have been a foster family for %(years)s years and have a new child with us.",
            years=years,
        )
    ]
    named = [theme(code) for code in shared if code in themes_to_show(facts)][:2]
    if len(named) == 2:
        sentences.append(
            _(
                "We could use someone to talk to, especially about %(one)s and about %(other)s.",
                one=named[0],
                other=named[1],
            )
        )
    elif named:
        sentences.append(
            _("We could use someone to talk to, especially about %(one)s.", one=named[0])
        )
    sentences.append(_("Would you like to meet over a cup of coffee?"))
    return " ".join(sentences)


def compare_rows(cards: list[Card]) -> list[tuple[str, list[str]]]:
    """Return the suggestions side by side: a heading and one cell for each."""
    yes, unsaid = _("Yes"), _("Not mentioned")
    rows = [
        (
            _("Know your themes"),
            [_("%(n)s of %(of)s", n=len(c.shared), of=len(c.asked)) for c in cards],
        )
    ]
    asked = cards[0].asked if cards else []
    rows += [
        (_capital(theme(code)), [yes if code in c.shared else unsaid for c in cards])
        for code in asked
    ]
    bands = sorted({band for card in cards for band in card.bands}, key=_band_order)
    rows += [
        (
            _("Children of %(age)s", age=SCHEMA.value_label("children_age_bands", band, locale())),
            [yes if band in c.bands else unsaid for c in cards],
        )
        for band in bands
    ]
    rows += [
        (_("Drive"), [_drive(c.minutes) for c in cards]),
        (_("Times in common"), [c.slots or unsaid for c in cards]),
        (_("Contact"), [c.contact or unsaid for c in cards]),
    ]
    return rows


def _drive(minutes: int | None) -> str:
    return _("Not shown") if minutes is None else _("about %(minutes)s min.", minutes=minutes)


def _band_order(band: str) -> int:
    return list(SCHEMA.fields["children_age_bands"].values).index(band)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

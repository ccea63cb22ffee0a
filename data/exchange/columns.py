"""The columns of a table of families, and which heading means which: a code or a label."""

import difflib
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from matcher.schema import SCHEMA, Field

ID, NAME, EMAIL, EMAIL_2 = "id", "name", "email", "email_2"
CONSENT = "consent_matching"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the format; `field` is None for what the profile does not hold."""

    key: str
    da: str
    en: str
    help_da: str
    help_en: str
    field: Field | None = None

    def label(self, locale: str) -> str:
        """Return the heading."""
        return self.en if locale.lower().startswith("en") else self.da

    def help(self, locale: str) -> str:
        """Return one sentence on what stands in the column."""
        return self.help_en if locale.lower().startswith("en") else self.help_da


_OWN = (
    Column(
        key=ID,
        da="Familie-id",
        en="Family id",
        help_da="Jeres egen nøgle for familien. Den samme nøgle igen retter familien.",
        help_en="Your own key for the family. The same key again updates the family.",
    ),
    Column(
        key=NAME,
        da="Familiens navn",
        en="Family name",
        help_da="Efternavnet. Kun til adressebogen, aldrig til forslag.",
        help_en="The surname. For the address book only, never for suggestions.",
    ),
    Column(
        key=EMAIL,
        da="E-mail",
        en="E-mail",
        help_da="En voksen i familien, som kan inviteres.",
        help_en="An adult of the family who can be invited.",
    ),
    Column(
        key=EMAIL_2,
        da="E-mail 2",
        en="E-mail 2",
        help_da="Endnu en voksen i familien.",
        help_en="Another adult of the family.",
    ),
)
_CONSENT = Column(
    key=CONSENT, da="Samtykke til forslag (dato)", en="Consent to suggestions (date)",
    help_da="Den dag, familien sagde ja til at få forslag. Uden samtykke indgår den ikke.",
    help_en="The day the family agreed to get suggestions. Without consent it takes no part.",
    field=SCHEMA.fields["consents"],
)  # fmt: skip
_ALSO = {
    ID: ("familieid", "familienummer", "nr", "external id", "ekstern id", "familienr"),
    NAME: ("navn", "familie", "efternavn", "family", "surname"),
    EMAIL: ("email", "mail", "e mail 1", "email 1", "mailadresse"),
    EMAIL_2: ("email 2", "mail 2"),
    CONSENT: ("samtykke", "consent", "consents", "matching", "consents matching"),
    "postcode": ("postnr",),
    "foster_since": ("plejefamilie siden", "foster family since"),
    "home_municipality": ("kommune", "municipality"),
    "availability": ("tider", "times"),
    "max_travel_minutes": ("længste køretid", "køretid", "longest drive"),
    "placements_total": ("antal anbringelser",),
    "placing_municipalities": ("anbringende kommune", "placing municipality"),
}


@cache
def columns() -> dict[str, Column]:
    """Return every column in the order of the template."""
    of_fields = {
        f.code: Column(
            key=f.code, da=f.label_da, en=f.label_en, help_da=f.help_da, help_en=f.help_en, field=f
        )
        for f in SCHEMA
        if f.kind != "consents"
    }
    of_fields.pop("status")
    status = SCHEMA.fields["status"]
    ordered = [*_OWN, *of_fields.values()]
    last = Column(
        key="status", da=status.label_da, en=status.label_en, help_da=status.help_da,
        help_en=status.help_en, field=status,
    )  # fmt: skip
    return {column.key: column for column in (*ordered, _CONSENT, last)}


def asked_columns() -> dict[str, Column]:
    """Return the columns of the template: what nobody asks about is left out."""
    return {
        key: column
        for key, column in columns().items()
        if column.field is None or column.field.set_by != "nobody"
    }


def key_of(heading: str) -> str | None:
    """Return the key that a heading means, None for one we do not know."""
    known = _headings()
    return known.get(plain(heading)) or known.get(plain(re.sub(r"\(.*?\)", "", heading)))


def nearest(heading: str) -> str | None:
    """Return the key whose heading looks most like this one, if any does."""
    found = difflib.get_close_matches(plain(heading), _headings(), n=1, cutoff=0.7)
    return _headings()[found[0]] if found else None


def is_heading(texts: list[str]) -> bool:
    """Answer whether these cells are the heading: one of them is the family id."""
    return any(key_of(text) == ID for text in texts if text)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return a heading or an answer as we compare it: small letters, one kind of dash, no marks."""
    text = re.sub(r"[–—_/\-]+", " ", text.casefold().replace("’", "'").replace("'", ""))
    return " ".join(re.sub(r"[.,:;*()?\[\]\"]", " ", text).split())


@cache
def _headings() -> dict[str, str]:
    known: dict[str, str] = {}
    for key, column in columns().items():
        for heading in (key, column.da, column.en, *_ALSO.get(key, ())):
            known.setdefault(plain(heading), key)
    for key, column in columns().items():
        for heading in (column.da, column.en):
            known.setdefault(plain(re.sub(r"\(.*?\)", "", heading)), key)
    return known

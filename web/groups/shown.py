"""What the pages about one group show: phases, the table, the next meeting and who comes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask_babel import format_datetime, get_locale, ngettext
from flask_babel import gettext as _

from data.answers import seen_by
from data.models import Coming, Family, Meeting, MeetingKind
from data.queries.families import families_with_facts
from data.queries.groups import counted_replies
from data.queries.places import municipalities
from matcher.schema import SCHEMA
from web.groups import agendas
from web.groups.cards import ages_text, label
from web.groups.phases import phase_steps as phase_steps
from web.groups.phases import phase_text as phase_text
from web.groups.phases import sights as sights
from web.shared.dates import long_day


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One chair round the table."""

    name: str
    ref: str
    is_own: bool
    hosts_on: datetime | None


def seats(members: list[Family], meeting: Meeting | None, *, own_id: int | None) -> list[Seat]:
    """Return the families round the table, the next host first."""
    host_id = meeting.host_family_id if meeting else None
    ordered = sorted(members, key=lambda family: family.id != host_id)
    return [
        Seat(
            name=family.name,
            ref=family.ref,
            is_own=family.id == own_id,
            hosts_on=meeting.starts_at if meeting and family.id == host_id else None,
        )
        for family in ordered
    ]


def summary(members: list[Family]) -> str:
    """Return one line about the group: how many families, from where."""
    count: str = ngettext("%(num)s family", "%(num)s families", len(members))
    families_with_facts(family.id for family in members)  # in one go, not family by family
    codes = {seen_by("group_member", family).get("home_municipality") for family in members}
    names = [name for code, name in municipalities().items() if code in codes]
    if not names:
        return count
    return str(_("%(families)s from %(places)s", families=count, places=joined(names)))


def joined(words: list[str]) -> str:
    """Return words as a list in a sentence: "Vejle, Kolding og Børkop"."""
    return str(format_list(words, locale=str(get_locale()))) if words else ""


def who_comes(meeting: Meeting, members: list[Family]) -> str:
    """Return how many come, perhaps come and have not said."""
    counts = counted_replies(meeting, [family.id for family in members])
    parts = [
        (counts[Coming.YES], _("%(n)s coming", n=counts[Coming.YES])),
        (counts[Coming.MAYBE], _("%(n)s maybe", n=counts[Coming.MAYBE])),
        (counts[Coming.NO], _("%(n)s cannot", n=counts[Coming.NO])),
        (counts[None], _("%(n)s have not answered", n=counts[None])),
    ]
    return " · ".join(text for number, text in parts if number)


def meeting_title(meeting: Meeting) -> str:
    """Return "Møde 3: Samvær i højtiderne"."""
    number = _("Meeting %(number)s", number=meeting.number)
    if meeting.kind is not MeetingKind.NETWORK:
        kind = agendas.name(meeting.kind).lower()
        number = _("Meeting %(number)s, %(kind)s", number=meeting.number, kind=kind)
    about = meeting.title or (label("themes_now", meeting.theme) if meeting.theme else "")
    return f"{number}: {about}" if about else number


def when(meeting: Meeting) -> str:
    """Return "Torsdag den 3. december kl. 19.00–21.00", in the reader's language."""
    return span_text(meeting.starts_at, meeting.ends_at)


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """Return a day with its hours."""
    day = long_day(starts_at)
    start = format_datetime(starts_at, "HH.mm")
    end = format_datetime(ends_at, "HH.mm")
    return str(_("%(day)s, %(start)s–%(end)s", day=day, start=start, end=end))


def what_is_shared(members: list[Family]) -> dict[str, Any]:
    """Return what families may hear about a group before they say yes: nothing about one alone."""
    families_with_facts(family.id for family in members)
    seen = [seen_by("peer_before", family) for family in members]
    bands = {b for s in seen for b in s.get("children_age_bands", ())}
    codes = [c for s in seen for c in s.get("themes_now", ())]
    common = sorted({code for code in codes if codes.count(code) > 1})
    places = {s.get("home_municipality") for s in seen}
    return {
        "ages": ages_text(bands),
        "themes": [SCHEMA.themes[code].short(str(get_locale())) for code in common],
        "places": joined([name for code, name in municipalities().items() if code in places]),
    }

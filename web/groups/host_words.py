"""The host's short list in words, and the place as the form shows it."""

from typing import Any

from flask_babel import gettext as _

from data.models import Family, Meeting
from web.groups.actions.hosting import TICKS, PlaceKind


def tick_rows(meeting: Meeting) -> list[tuple[str, str]]:
    """Return (code, sentence) of what a host may think of, in order."""
    words = {
        "place": _("The place is agreed, and stands on the meeting"),
        "way": _("The others can read how to find it"),
        "agenda": _("The agenda is ready, with the round first"),
        "coffee": _("There is something to drink"),
        "absent": _("We have seen who cannot come"),
        "welcome": _("We say welcome, keep the time and see that everyone gets the word"),
    }
    return [(code, words[code]) for code in TICKS]


def place_now(meeting: Meeting, family: Family, *, may_be_home: bool) -> dict[str, Any]:
    """Return the form's beginning: what the meeting says now."""
    directions = (meeting.directions.text if meeting.directions else "") or ""
    at_home = _("At the %(name)s family’s", name=family.name)
    if meeting.place == at_home and may_be_home:
        kind, name = PlaceKind.HOME, ""
    elif meeting.place == _("Online"):
        kind, name = PlaceKind.ONLINE, ""
    else:
        kind, name = PlaceKind.ELSEWHERE, meeting.place
    return {"kind": kind.value, "name": name, "directions": directions}

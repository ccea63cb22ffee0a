"""Who can see an answer, in words: read from the schema, so that words and rules never part."""

from dataclasses import dataclass

from data.i18n import _
from matcher.schema import SCHEMA, Field


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One line on who can see an answer, and the icon beside it."""

    icon: str
    text: str


def seen(field: Field, *, protected: bool = False) -> Seen:
    """Return the line for a field of a family's own profile."""
    if protected and field.hidden_when_protected:
        return Seen(
            icon="lock",
            text=_("Only you, your consultant and the coordinator: your address is protected"),
        )
    if field.code == "home_municipality":
        return Seen(icon="location", text=_("Other families see only the municipality"))
    if field.sees["peer_before"]:
        return _shown_before(field)
    if field.sees["peer_after"]:
        return Seen(icon="lock", text=_("Mentor and group, when all have said yes"))
    if field.sees["facilitator"]:
        return Seen(
            icon="groups", text=_("You, your consultant, the facilitator and the coordinator")
        )
    return Seen(icon="lock", text=_("Only you, your consultant and the coordinator"))


def _shown_before(field: Field) -> Seen:
    if field.code == "themes_now" or field.peer_form == "overlap":
        return Seen(icon="lock", text=_("Only what you have in common, until both say yes"))
    if any(value.starred for value in field.values.values()):
        return Seen(
            icon="visibility", text=_("Other families. Those with a star when both have said yes")
        )
    if field.peer_form == "years":
        return Seen(icon="visibility", text=_("Other families see how many years"))
    return Seen(icon="visibility", text=_("Other families"))


def table(field: Field, *, protected: bool = False) -> list[tuple[str, str]]:
    """Return who sees the field, row by row, for the box beside the question."""
    names = {
        "peer_before": _("Families we suggest"),
        "peer_after": _("Your mentor, when both have said yes"),
        "group_member": _("Your group"),
        "facilitator": _("The group’s facilitator"),
        "consultant": _("Your foster care consultant"),
        "coordinator": _("The coordinator"),
    }
    rows = [(name, _word(viewer, field, protected=protected)) for viewer, name in names.items()]
    return [*rows, (_("Others in the municipality"), _("No"))]


def _word(viewer: str, field: Field, *, protected: bool) -> str:
    if not SCHEMA.may_see(viewer, field.code, protected=protected):
        return _("No")
    if viewer == "peer_before" and (field.code == "themes_now" or field.peer_form == "overlap"):
        return _("Only what you share")
    starred = next((v.code for v in field.values.values() if v.starred), None)
    if starred and not SCHEMA.may_see(viewer, field.code, starred, protected=protected):
        return _("Those without a star")
    return _("Yes")

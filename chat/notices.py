"""The lines a room writes by itself: who came, who left, what was agreed.

Stored as a code with facts, so that each member reads them in their own language.
"""

from collections.abc import Callable
from typing import Any

from data.i18n import _

# Code -> sentence. Facts fill the named places; a code that is not here is our mistake.
SENTENCES: dict[str, Callable[..., str]] = {
    "room_opened": lambda **f: _("The conversation is open. Only its members can read it.", **f),
    "room_closed": lambda **f: _("The conversation is closed. It can still be read.", **f),
    "family_joined": lambda **f: _("%(name)s has joined.", **f),
    "family_left": lambda **f: _("%(name)s has left.", **f),
    "person_joined": lambda **f: _("%(name)s has joined.", **f),
    "person_left": lambda **f: _("%(name)s has left.", **f),
    "facilitator_joined": lambda **f: _("%(name)s reads along as facilitator.", **f),
    "facilitator_left": lambda **f: _("%(name)s no longer reads along.", **f),
    "facilitator_replaced": lambda **f: _(
        "%(name)s takes over from %(earlier)s as facilitator.", **f
    ),
    "meeting_planned": lambda **f: _("Meeting %(number)s is planned for %(when)s.", **f),
    "meeting_moved": lambda **f: _("Meeting %(number)s is moved to %(when)s.", **f),
    "meeting_cancelled": lambda **f: _("Meeting %(number)s is cancelled.", **f),
    "meeting_place": lambda **f: _("The place of meeting %(number)s is changed.", **f),
    "poll_opened": lambda **f: _("%(name)s asks which day suits you.", **f),
    "host_changed": lambda **f: _("%(name)s now hosts meeting %(number)s.", **f),
    "agreement_changed": lambda **f: _("The group's agreement has a new version.", **f),
    "handover_proposed": lambda **f: _(
        "%(name)s suggests that you take over the group yourselves.", **f
    ),
    "handed_over": lambda **f: _(
        "You now run the group yourselves. Nobody from the municipality reads along.", **f
    ),
    "guest_asked": lambda **f: _(
        "A family suggests inviting %(name)s in, until %(day)s. See the group's page.", **f
    ),
    "guest_joined": lambda **f: _(
        "%(name)s from the municipality is a guest and reads along from here, until %(day)s.", **f
    ),
    "guest_left": lambda **f: _("%(name)s is no longer a guest and cannot read along.", **f),
    "group_asked_how": lambda **f: _(
        "It has been quiet here for a while. Would you like to find a day to meet?", **f
    ),
    "group_rests_until": lambda **f: _("The group rests until %(day)s.", **f),
    "group_awake": lambda **f: _("The group has woken from its rest.", **f),
    "group_resting": lambda **f: _("The group is taking a rest.", **f),
    "group_ended": lambda **f: _("The group has ended.", **f),
    "mentorship_started": lambda **f: _("The mentorship has begun.", **f),
    "mentorship_paused": lambda **f: _("The mentorship is paused.", **f),
    "mentorship_resumed": lambda **f: _("The mentorship goes on.", **f),
    "mentorship_ended": lambda **f: _("The mentorship has ended.", **f),
}


def sentence(code: str, facts: dict[str, Any]) -> str:
    """Return the notice in the reader's language."""
    return SENTENCES[code](**facts)

"""What an evening of each kind usually consists of; the round comes first, whatever the kind."""

from data.i18n import _
from data.models import MeetingKind


def template(kind: MeetingKind) -> list[str]:
    """Return the points to begin from, in the writer's language."""
    return {
        MeetingKind.NETWORK: [
            _("The round: how are we doing?"),
            _("The theme of the evening. Can you recognise something?"),
            _("Who hosts next time?"),
        ],
        MeetingKind.SUPERVISION: [
            _("The round: what do we bring with us?"),
            _("One family tells, without names. The others listen."),
            _("Can you recognise something in what was told?"),
            _("What do we take home?"),
        ],
        MeetingKind.THEME: [
            _("The round: what do we know about the theme?"),
            _("The talk"),
            _("What does it mean at home with us?"),
            _("What do we take home?"),
        ],
    }[kind]


def is_untouched(points: list[str]) -> bool:
    """Answer whether this is one of our templates, as it came."""
    return any(points == template(kind) for kind in MeetingKind)


def name(kind: MeetingKind) -> str:
    """Return what such an evening is called."""
    return {
        MeetingKind.NETWORK: _("Network meeting"),
        MeetingKind.SUPERVISION: _("Group supervision"),
        MeetingKind.THEME: _("Theme session"),
    }[kind]

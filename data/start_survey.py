"""The four sentences that a family answers in its first month in a group."""

from data.i18n import _

START = ("alone", "someone_to_call", "can_carry_it", "supported")


def start_labels() -> dict[str, str]:
    """Return the sentences of the start survey, each answered from 1 (not at all) to 5 (very)."""
    return {
        "alone": _("We feel alone with the task"),
        "someone_to_call": _("We have someone to call when it is hard"),
        "can_carry_it": _("We believe we can carry what we stand in"),
        "supported": _("We get the support we need"),
    }

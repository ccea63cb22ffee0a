"""The sentences that families answer: at the start in a group or with a mentor, and later."""

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


def checkin_labels() -> dict[str, str]:
    """Return the sentences about a mentorship, on the way and at its end, answered alike."""
    return {
        "helps": _("The talks help us"),
        "time": _("We find the time for each other"),
        "safe": _("We can say what is hard"),
        "worth": _("It was worth the time"),
        "stronger": _("We stand stronger than before"),
        "again": _("We would do it again"),
    }

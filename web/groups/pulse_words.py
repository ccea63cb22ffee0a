"""What the pulse asks. Nothing about a child, nothing one must write."""

from flask_babel import gettext as _

MARKS = (1, 2, 3, 4, 5)
WORDS = ("heard", "lighter", "useful", "tired", "outside", "unsure")


def mark_labels() -> dict[int, str]:
    """Return the five answers to "How is it to be in the group just now?"."""
    return {
        1: _("Not good"),
        2: _("So so"),
        3: _("All right"),
        4: _("Good"),
        5: _("Really good"),
    }


def word_labels() -> dict[str, str]:
    """Return the words of which one may be chosen."""
    return {
        "heard": _("We are listened to"),
        "lighter": _("It feels lighter"),
        "useful": _("We can use it at home"),
        "tired": _("We are tired"),
        "outside": _("We feel a little outside"),
        "unsure": _("We are unsure what the group is for"),
    }

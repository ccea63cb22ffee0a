"""What families are asked about their mentorship: about themselves, nothing one must write."""

from data.i18n import _
from data.models import Occasion
from data.start_survey import START, checkin_labels, start_labels

MARKS = (1, 2, 3, 4, 5)
ON_THE_WAY = ("helps", "time", "safe")
AT_THE_END = ("worth", "stronger", "again")
CODES = {
    Occasion.START: START,
    Occasion.MONTH_1: ON_THE_WAY,
    Occasion.MONTH_3: ON_THE_WAY,
    Occasion.MONTH_6: ON_THE_WAY,
    Occasion.END: AT_THE_END,
}


def questions(occasion: Occasion) -> dict[str, str]:
    """Return the sentences of an occasion, each answered from 1 (not at all) to 5 (very)."""
    if occasion is Occasion.START:
        return start_labels()
    words = checkin_labels()
    return {code: words[code] for code in CODES[occasion]}


def names() -> dict[Occasion, str]:
    """Return what an occasion is called."""
    return {
        Occasion.START: _("At the start"),
        Occasion.MONTH_1: _("After 1 month"),
        Occasion.MONTH_3: _("After 3 months"),
        Occasion.MONTH_6: _("After 6 months"),
        Occasion.END: _("At the end"),
    }

"""Refusals of a conversation; `code` is what the socket says to the browser."""

from data.errors import Conflict, Invalid
from data.i18n import _
from data.private_numbers import Find


class RoomClosed(Conflict):
    """Nobody can write here any more."""

    code = "closed"


class TooLong(Invalid):
    """More characters than a message may have."""

    code = "too_long"


class Sensitive(Conflict):
    """The text may reveal someone; `finds` says where. The text is kept nowhere."""

    code = "sensitive"

    def __init__(self, finds: list[Find]) -> None:
        super().__init__(_("Wait a moment. The message may reveal who the child is."))
        self.finds = finds


class TooMany(Conflict):
    """Too much in too short a time."""

    code = "rate"

    def __init__(self, retry_after: float) -> None:
        super().__init__(_("That was a lot at once. Wait a moment and try again."))
        self.retry_after = retry_after

"""The kinds of refusal that every edge (page, socket, command) can show."""


class Refusal(Exception):
    """Something a person asked for that the network will not do; its text is for that person."""


class NotAllowed(Refusal):
    """The person is known here but may not do this."""


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""


class Conflict(Refusal):
    """The thing has changed or is not in a state where this can be done."""


class Invalid(Conflict):
    """The answer given cannot be used; `.field` names where to mend it."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

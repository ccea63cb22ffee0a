"""What families may not write here: numbers and addresses, and before two yeses also their own."""

from chat.guard import refused
from data.errors import Invalid
from data.i18n import _
from data.private_numbers import CASE, CPR, finds


def refuse_private(words: str, *, field: str) -> None:
    """Refuse numbers and addresses, also one's own: contact comes after two yeses."""
    found = {find.kind for find in finds(words)}
    if CPR in found:
        raise Invalid(
            _("The text may hold a CPR number. Take it out; it can never be sent."), field=field
        )
    if CASE in found:
        raise Invalid(_("The text may hold a case number. Take it out."), field=field)
    if found:
        raise Invalid(
            _(
                "The text may hold a phone number or an e-mail address. "
                "Wait with it until both of you have said yes."
            ),
            field=field,
        )


def check_words(words: str, *, field: str) -> None:
    """Refuse numbers and addresses in what two families keep together: about themselves only."""
    if refused(words):
        raise Invalid(
            _("Leave out CPR numbers, telephone numbers, e-mails and case numbers."), field=field
        )

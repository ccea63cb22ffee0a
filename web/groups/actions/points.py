"""What a group writes down in points: short, few, and with no number that gives anyone away."""

from collections.abc import Sequence

from chat.guard import refused
from data.errors import Invalid
from data.i18n import _

MOST = 12
MAX_CHARS = 200


def check_points(points: Sequence[str], *, field: str) -> None:
    """Refuse what is too long, and numbers and addresses: telephone numbers do not belong here."""
    if len(points) > MOST or any(len(point) > MAX_CHARS for point in points):
        raise Invalid(_("At most 12 points of at most 200 characters."), field=field)
    if refused("\n".join(points)):
        raise Invalid(
            _("Leave out CPR numbers, telephone numbers, e-mails and case numbers."), field=field
        )

"""The pages about mentors; the page files beside this one fill it."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from data.models import RoleName
from data.queries.mentoring import awaiting_approval, open_requests_to
from web.shared.page import NavItem, register_nav

# Addresses of the same part of the menu that lie elsewhere.
_ALSO_HERE = ("/staff/mentorships", "/staff/mentor-calls")

bp = Blueprint("mentoring", __name__, template_folder="templates", cli_group="mentoring")


@bp.record_once
def _menu(state: Any) -> None:
    register_nav(state.app, "family", _family_entry, order=30)
    register_nav(state.app, "staff", _staff_entry, order=30)


def _family_entry() -> NavItem | None:
    if current_user.family_id is None:
        return None
    return NavItem(
        url=url_for("mentoring.index"),
        label=_("Mentor"),
        icon="persons",
        count=len(open_requests_to(current_user.family_id)),
    )


def _staff_entry() -> NavItem | None:
    if not current_user.is_a(RoleName.COORDINATOR, RoleName.CONSULTANT):
        return None
    decides = current_user.is_a(RoleName.COORDINATOR)
    return NavItem(
        url=url_for("mentoring.rounds"),
        label=_("Mentorships"),
        icon="persons",
        count=len(awaiting_approval(current_user.municipality_id)) if decides else 0,
        active=True if request.path.startswith(_ALSO_HERE) else None,
    )

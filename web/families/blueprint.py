"""The pages about families' profiles; the page files beside this one fill it."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from data.models import RoleName
from web.shared.page import NavItem, register_nav

bp = Blueprint("families", __name__, template_folder="templates")


@bp.record_once
def _menu(state: Any) -> None:
    register_nav(state.app, "family", _family_entry, order=50)
    register_nav(state.app, "staff", _staff_entry, order=20)


def _family_entry() -> NavItem | None:
    if current_user.family_id is None:
        return None
    return NavItem(url=url_for("families.profile"), label=_("Profile"), icon="account")


def _staff_entry() -> NavItem | None:
    if not current_user.is_a(RoleName.COORDINATOR, RoleName.CONSULTANT):
        return None
    return NavItem(url=url_for("families.staff_list"), label=_("Families"), icon="groups")

"""The pages about signing in and about people; the page files beside this one fill it."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from data.models import RoleName
from web.shared.page import NavItem, register_nav

bp = Blueprint("accounts", __name__, template_folder="templates", cli_group="accounts")


@bp.record_once
def _menu(state: Any) -> None:
    register_nav(state.app, "staff", _people_entry, order=80)


def _people_entry() -> NavItem | None:
    if not current_user.is_a(RoleName.COORDINATOR, RoleName.ADMINISTRATOR):
        return None
    return NavItem(url=url_for("accounts.people"), label=_("People"), icon="persons")

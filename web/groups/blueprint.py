"""The blueprint of the pages about groups, and their entries in the menus."""

from typing import cast

from flask import Blueprint, Flask, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from data.models import RoleName
from web.shared.access import me
from web.shared.page import NavItem, register_nav

bp = Blueprint("groups", "web.groups", template_folder="templates", cli_group="groups")


@bp.record_once
def _menu(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    register_nav(app, "family", _family_entry, order=20)
    register_nav(app, "staff", _staff_entry, order=50)


def _family_entry() -> NavItem:
    return NavItem(url=url_for("groups.group"), label=_("Group"), icon="groups")


def _staff_entry() -> NavItem | None:
    if not me().is_a(RoleName.FACILITATOR, RoleName.CONSULTANT, RoleName.COORDINATOR):
        return None
    here = request.path.startswith(
        ("/staff/groups", "/staff/pools", "/staff/drafts", "/staff/training")
    )
    return NavItem(
        url=url_for("groups.staff_groups"), label=_("Groups"), icon="groups", active=here
    )

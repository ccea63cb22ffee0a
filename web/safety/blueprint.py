"""The pages about safety: the acute line, the audit trail, one's own data, help and privacy."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from data.models import RoleName
from web.shared.page import Acute, NavItem, register_nav

bp = Blueprint("safety", __name__, template_folder="templates")


@bp.record_once
def _menu(state: Any) -> None:
    state.app.add_template_filter(dialled, "tel")
    register_nav(state.app, "staff", _helpline_entry, order=70)


def _helpline_entry() -> NavItem | None:
    if not current_user.is_a(RoleName.COORDINATOR):
        return None
    return NavItem(url=url_for("safety.helpline"), label=_("Acute line"), icon="support-agent")


def dialled(phone: str) -> str:
    """Return a number as a telephone wants it."""
    return Acute(phone=phone).tel

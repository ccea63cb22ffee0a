"""Pages: Messages: the list of rooms, a room, reading and posting without JavaScript, reports."""

from typing import cast

from flask import Flask, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from data.models import RoleName
from data.queries import messages as queries
from web.conversations import report_pages, room_pages
from web.conversations.blueprint import bp
from web.shared.access import me
from web.shared.page import NavItem, register_nav

__all__ = ["bp", "report_pages", "room_pages"]


@bp.record_once
def _menu(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    register_nav(app, "family", _messages, order=40)
    register_nav(app, "staff", _staff_messages, order=50)
    register_nav(app, "staff", _reports, order=60)


def _messages() -> NavItem:
    waiting = queries.unread_total(me().id)
    return NavItem(
        url=url_for("conversations.rooms"), label=_("Messages"), icon="chat", count=waiting
    )


def _staff_messages() -> NavItem | None:
    """Those who lead groups talk in them; the others have no rooms."""
    if not me().is_a(RoleName.FACILITATOR, RoleName.CONSULTANT):
        return None
    return _messages()


def _reports() -> NavItem | None:
    if not me().is_a(RoleName.COORDINATOR):
        return None
    waiting = queries.open_report_count(me().municipality_id)
    return NavItem(
        url=url_for("conversations.reports"), label=_("Reports"), icon="error", count=waiting
    )

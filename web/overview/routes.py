"""Pages: the front door, a family's home, the staff's overview."""

from typing import cast

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from web.overview.home import home_of, moment
from web.overview.staff import group_warning, group_words, overview_for
from web.shared.access import for_families, for_staff, me, public
from web.shared.dates import long_day
from web.shared.page import NavItem, register_nav

bp = Blueprint("overview", __name__, template_folder="templates")


@bp.record_once
def _menu(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)

    def family() -> NavItem:
        return NavItem(url=url_for("overview.home"), label=_("Home"), icon="home")

    def staff() -> NavItem:
        return NavItem(url=url_for("overview.staff"), label=_("Overview"), icon="home")

    register_nav(app, "family", family, order=10)
    register_nav(app, "staff", staff, order=10)


@bp.get("/")
@public
def root() -> ResponseReturnValue:
    """Send people to where they begin."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    return redirect(url_for("overview.staff" if me().is_staff else "overview.home"))


@bp.get("/home")
@for_families
def home() -> ResponseReturnValue:
    """Show what is next for the family."""
    return render_template(
        "overview/home.html", home=home_of(me()), moment=moment, long_day=long_day
    )


@bp.get("/staff")
@for_staff
def staff() -> ResponseReturnValue:
    """Show what needs someone today, and supply and demand."""
    return render_template(
        "overview/staff.html",
        page=overview_for(me()),
        group_words=group_words,
        group_warning=group_warning,
    )

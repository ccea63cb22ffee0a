"""Pages for the acute line: the week for everyone, the table for the coordinator."""

from datetime import time

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from data.db import db, transaction
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, RoleName
from data.queries import acute as queries
from web.safety.actions import acute as actions
from web.safety.blueprint import bp
from web.safety.days import day_words
from web.safety.forms import WatchForm
from web.safety.week import week_of
from web.shared.access import for_roles, me, public
from web.shared.assets import DIST, built_name


@bp.get("/acute")
@public
def acute() -> ResponseReturnValue:
    """Show every number of the week, and 112 apart from them."""
    return render_template("safety/acute.html", **_week_of_reader())


@bp.get("/acute/offline")
@public
def acute_offline() -> ResponseReturnValue:
    """Give the device a copy to keep for when there is no net: numbers only, nobody's name."""
    if not current_user.is_authenticated:
        return "", 204
    return render_template("safety/acute_offline.html", **_week_of_reader())


@bp.get("/acute-worker.js")
@public
def acute_worker() -> ResponseReturnValue:
    """Serve the script that keeps the copy from the root, or it could not answer for /acute."""
    script = (DIST / built_name("acute-worker.js")).read_bytes()
    return Response(script, mimetype="text/javascript")


@bp.get("/staff/helpline")
@for_roles(RoleName.COORDINATOR)
def helpline() -> ResponseReturnValue:
    """Show the week, its gaps and the form to fill them."""
    return _table_page(WatchForm(formdata=None))


@bp.post("/staff/helpline")
@for_roles(RoleName.COORDINATOR)
def add_watch() -> ResponseReturnValue:
    """Add who answers on some days."""
    form = WatchForm()
    if not form.validate():
        return _table_page(form), 400
    watch = actions.Watch(
        weekdays=form.weekdays.data or [],
        from_time=form.from_time.data or time(0, 0),
        to_time=form.to_time.data or time(0, 0),
        label=str(form.label.data),
        phone=str(form.phone.data),
    )
    by_id = me().id
    try:
        with transaction():
            actions.add_watch(watch, by=db.session.get_one(Account, by_id))
    except Conflict as refusal:
        field = refusal.field if isinstance(refusal, Invalid) else None
        form[field or "from_time"].errors = [str(refusal)]
        return _table_page(form), 409
    flash(_("The table is saved. Families see it at once."))
    return redirect(url_for("safety.helpline"))


@bp.post("/staff/helpline/<ref>")
@for_roles(RoleName.COORDINATOR)
def change_number(ref: str) -> ResponseReturnValue:
    """Change who answers in a row, or take the row away."""
    by_id, remove = me().id, request.form.get("do") == "remove"
    with transaction():
        by = db.session.get_one(Account, by_id)
        if remove:
            actions.remove_number(ref, by=by)
        else:
            actions.change_number(
                ref,
                label=request.form.get("label", ""),
                phone=request.form.get("phone", ""),
                by=by,
            )
    flash(_("The row is gone.") if remove else _("The row is saved."))
    return redirect(url_for("safety.helpline"))


@bp.post("/staff/helpline/fallback")
@for_roles(RoleName.COORDINATOR)
def set_fallback() -> ResponseReturnValue:
    """Say whom one reaches where the table has a gap."""
    by_id = me().id
    with transaction():
        actions.set_fallback(
            label=request.form.get("label", "").strip(),
            phone=request.form.get("phone", "").strip(),
            by=db.session.get_one(Account, by_id),
        )
    flash(_("The reserve is saved."))
    return redirect(url_for("safety.helpline"))


def _table_page(form: WatchForm) -> str:
    rows = queries.acute_week(me().municipality_id)
    return render_template(
        "safety/helpline.html", form=form, rows=rows, **week_of(me().municipality)
    )


def _week_of_reader() -> dict[str, object]:
    if not current_user.is_authenticated:
        return {"bands": [], "days": day_words(), "fallback": None, "today": None, "week": []}
    return week_of(me().municipality)

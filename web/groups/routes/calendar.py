"""The private calendar: its page, and the feed that a calendar program reads."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.queries.access import not_found
from data.queries.groups import account_of_feed, feed_of, meetings_for
from web.groups import calendars
from web.groups.actions import calendar as actions
from web.groups.blueprint import bp
from web.groups.routes.family import base_url
from web.groups.routes.meetings import as_calendar
from web.shared.access import for_members, me, public
from web.shared.limits import limiter


@bp.get("/group/calendar")
@for_members
def calendar() -> ResponseReturnValue:
    found = feed_of(me().id)
    token = found.token.text if found and found.token else None
    address = base_url() + url_for("groups.feed", token=token) if token else None
    return render_template("groups/calendar.html", address=address)


@bp.post("/group/calendar")
@for_members
def renew_calendar() -> ResponseReturnValue:
    with transaction():
        if request.form.get("do") == "stop":
            actions.stop_feed(by=me())
        else:
            actions.renew_feed(by=me())
    flash(_("Saved. An earlier address no longer works."))
    return redirect(url_for("groups.calendar"))


@bp.get("/calendar/<token>.ics")
@public
@limiter.limit("60/hour")
def feed(token: str) -> ResponseReturnValue:
    account = account_of_feed(actions.hash_of(token))
    if account is None:
        raise not_found()
    page = "groups.staff_group" if account.is_staff else "groups.meeting"
    rows = [
        (m, base_url() + url_for(page, ref=m.group.ref if account.is_staff else m.ref))
        for m in meetings_for(account)
    ]
    return as_calendar(calendars.feed(rows), name="network-group.ics")

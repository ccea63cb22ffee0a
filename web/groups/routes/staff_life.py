"""The staff's pages about guests, and about a group in which nobody answers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.models import RoleName
from data.queries.groups import members_of, staff_group_by_ref
from web.groups.actions import guests, quiet
from web.groups.blueprint import bp
from web.groups.routes.family import base_url
from web.groups.routes.living import day_of
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me


@bp.post("/staff/groups/<ref>/guests")
@for_roles(*WORKS_WITH_GROUPS)
def invite_adviser(ref: str) -> ResponseReturnValue:
    for_meeting = request.form.get("how") == "meeting"
    with transaction():
        guest = guests.invite_adviser(
            ref,
            account_ref=request.form.get("account", ""),
            meeting_ref=request.form.get("meeting", "") if for_meeting else "",
            until=None if for_meeting else day_of("until"),
            by=me(),
            base_url=base_url(),
        )
        name = guest.account.name if guest else ""
    flash(_("%(name)s is in. The families have been told.", name=name))
    return redirect(url_for("groups.staff_group", ref=ref))


@bp.post("/staff/guests/<ref>/leave")
@for_roles(*WORKS_WITH_GROUPS)
def leave_as_guest(ref: str) -> ResponseReturnValue:
    with transaction():
        guests.leave_as_guest(ref, by=me())
    flash(_("You have left the group as its guest."))
    return redirect(url_for("groups.staff_groups"))


@bp.route("/staff/groups/<ref>/end", methods=["GET", "POST"])
@for_roles(RoleName.COORDINATOR)
def end_silent_group(ref: str) -> ResponseReturnValue:
    """Say what happens; then do it."""
    if request.method == "GET":
        group = staff_group_by_ref(ref, by=me())
        if not quiet.nobody_answers(group):
            return redirect(url_for("groups.staff_group", ref=ref))
        return render_template("groups/staff_end.html", group=group, members=members_of(group))
    with transaction():
        quiet.end_silent_group(ref, by=me(), base_url=base_url())
    flash(_("The group has ended. The families have been told."))
    return redirect(url_for("groups.staff_groups"))

"""One more family for a thin group, and where a led group could meet."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from web.groups.actions import meeting_places
from web.groups.actions import topping_up as actions
from web.groups.blueprint import bp
from web.groups.routes.family import base_url
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me


@bp.get("/staff/groups/<ref>/top-up")
@for_roles(*WORKS_WITH_GROUPS)
def top_up(ref: str) -> ResponseReturnValue:
    group, found = actions.who_fits(ref, by=me())
    if found.best:
        with transaction():
            actions.note_look(group, [c.card.id for c in found.best], by=me())
    return render_template("groups/top_up.html", group=group, found=found)


@bp.post("/staff/groups/<ref>/top-up")
@for_roles(*WORKS_WITH_GROUPS)
def invite_one_more(ref: str) -> ResponseReturnValue:
    with transaction():
        _group, family = actions.invite_one_more(
            ref, family_ref=request.form.get("family", ""), by=me(), base_url=base_url()
        )
        name = family.name
    flash(_("%(name)s has been asked, and has a week to answer.", name=name))
    return redirect(url_for("groups.staff_group", ref=ref))


@bp.get("/staff/groups/<ref>/places")
@for_roles(*WORKS_WITH_GROUPS)
def group_places(ref: str) -> ResponseReturnValue:
    group, places = meeting_places.where_to_meet(ref, by=me())
    return render_template("groups/group_places.html", group=group, places=places)

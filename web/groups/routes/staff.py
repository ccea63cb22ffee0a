"""The staff's pages about groups: the list, one group, opening it, handing over, replacing."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import now
from data.db import transaction
from data.exchange.write import csv_lines
from data.models import ITS_OWN, Answer, Phase, RoleName
from data.queries.access import not_found
from data.queries.group_life import visits_of
from data.queries.groups import (
    drafts_for,
    facilitators_of,
    groups_for,
    meetings_of,
    members_of,
    memberships_of,
    pools_for,
    staff_group_by_ref,
)
from web.groups import shown
from web.groups.actions import handover, invitations, life, meetings, quiet, topping_up, years
from web.groups.blueprint import bp
from web.groups.living import living_of, until_of
from web.groups.overview import as_rows, overview_of
from web.groups.routes.family import base_url
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me

_COLUMNS = (
    ("forming", {Phase.INVITING, Phase.FORMED}),
    ("facilitated", {Phase.FACILITATED}),
    ("handing_over", {Phase.HANDING_OVER}),
    ("self_running", ITS_OWN),
)


@bp.get("/staff/groups")
@for_roles(*WORKS_WITH_GROUPS)
def staff_groups() -> ResponseReturnValue:
    groups = groups_for(me())
    return render_template(
        "groups/staff_groups.html",
        columns=[(code, [g for g in groups if g.phase in phases]) for code, phases in _COLUMNS],
        pools=pools_for(me()),
        drafts=drafts_for(me()),
        is_coordinator=me().is_a(RoleName.COORDINATOR),
        visits=visits_of(me()),
        overview=overview_of(me()) if me().is_a(RoleName.COORDINATOR) else None,
        until_of=until_of,
        shown=shown,
    )


@bp.get("/staff/groups/overview.csv")
@for_roles(RoleName.COORDINATOR)
def overview_table() -> ResponseReturnValue:
    with transaction():
        header, rows = as_rows(years.take_out(by=me()))
    answer = Response("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="grupper.csv")
    return answer


@bp.get("/staff/groups/<ref>")
@for_roles(*WORKS_WITH_GROUPS)
def staff_group(ref: str) -> ResponseReturnValue:
    group = staff_group_by_ref(ref, by=me())
    everyone = memberships_of(group)
    asked = [m for m in everyone if m.left_at is None]
    return render_template(
        "groups/staff_group.html",
        group=group,
        top_up=topping_up.need_of(group, everyone),
        asked=asked,
        members=members_of(group),
        meetings=meetings_of(group),
        n_yes=sum(m.answer is Answer.YES for m in asked),
        leads=group.facilitator_id == me().id,
        may_plan=meetings.may_plan(group, by=me()),
        left=handover.meetings_left(group),
        now=now(),
        is_coordinator=me().is_a(RoleName.COORDINATOR),
        facilitators=[
            p for p in facilitators_of(me().municipality_id) if p.id != group.facilitator_id
        ]
        if me().is_a(RoleName.COORDINATOR)
        else [],
        living=living_of(group, family_id=None),
        silent=me().is_a(RoleName.COORDINATOR) and quiet.nobody_answers(group),
        colleagues=[
            p
            for p in facilitators_of(me().municipality_id)
            if p.id not in {me().id, group.facilitator_id}
        ],
        shown=shown,
    )


@bp.post("/staff/groups/<ref>/open")
@for_roles(*WORKS_WITH_GROUPS)
def open_group(ref: str) -> ResponseReturnValue:
    with transaction():
        invitations.open_by_hand(ref, by=me(), base_url=base_url())
    flash(_("The group is open. The families have been told."))
    return redirect(url_for("groups.staff_group", ref=ref))


@bp.route("/staff/groups/<ref>/withdraw", methods=["GET", "POST"])
@for_roles(*WORKS_WITH_GROUPS)
def withdraw_group(ref: str) -> ResponseReturnValue:
    if request.method == "GET":
        group = staff_group_by_ref(ref, by=me())
        if group.phase is not Phase.INVITING:  # who sits in an open group is not asked about here
            return redirect(url_for("groups.staff_group", ref=ref))
        asked = [m for m in memberships_of(group) if m.answer is not Answer.NO]
        return render_template("groups/withdraw.html", group=group, asked=asked)
    with transaction():
        invitations.withdraw_group(ref, by=me(), base_url=base_url())
    flash(_("The group is withdrawn. The families have been told."))
    return redirect(url_for("groups.staff_groups"))


@bp.post("/staff/groups/<ref>/handover")
@for_roles(*WORKS_WITH_GROUPS)
def propose_handover(ref: str) -> ResponseReturnValue:
    with transaction():
        handover.propose_handover(ref, by=me(), base_url=base_url())
    flash(_("The families have been asked."))
    return redirect(url_for("groups.staff_group", ref=ref))


@bp.route("/staff/groups/<ref>/leave", methods=["GET", "POST"])
@for_roles(*WORKS_WITH_GROUPS)
def leave_early(ref: str) -> ResponseReturnValue:
    if request.method == "GET":
        group = staff_group_by_ref(ref, by=me())
        if group.facilitator_id != me().id:
            raise not_found()
        return render_template("groups/leave_early.html", group=group, members=members_of(group))
    with transaction():
        handover.leave_early(
            ref, reason=request.form.get("reason", "")[:400], by=me(), base_url=base_url()
        )
    flash(_("You have left the group. The families have been told that it is their own."))
    return redirect(url_for("groups.staff_groups"))


@bp.post("/staff/groups/<ref>/facilitator")
@for_roles(RoleName.COORDINATOR)
def replace_facilitator(ref: str) -> ResponseReturnValue:
    with transaction():
        group = life.replace_facilitator(
            ref,
            facilitator_ref=request.form.get("facilitator", ""),
            by=me(),
            base_url=base_url(),
        )
        name = group.facilitator.name if group.facilitator else ""
    flash(_("%(name)s now leads the group.", name=name))
    return redirect(url_for("groups.staff_group", ref=ref))

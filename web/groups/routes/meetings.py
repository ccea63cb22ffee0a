"""Meetings: the family's list and single meeting, planning, answers and calendar files."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import now
from data.db import db, transaction
from data.errors import Invalid
from data.models import Coming, Meeting, MeetingState, NetworkGroup
from data.queries.access import not_found
from data.queries.groups import (
    meeting_of,
    meetings_of,
    members_of,
    reply_of,
    staff_group_by_ref,
)
from web.groups import calendars, shown
from web.groups.actions import hosting
from web.groups.actions import meetings as actions
from web.groups.blueprint import bp
from web.groups.forms.meetings import MeetingForm, empty_plan, plan_of
from web.groups.routes.family import base_url, own_group
from web.shared.access import for_families, for_staff, me


@bp.get("/group/meetings")
@for_families
def meetings() -> ResponseReturnValue:
    group = own_group()
    all_meetings = meetings_of(group)
    coming = [m for m in all_meetings if m.state is MeetingState.PLANNED]
    return render_template(
        "groups/meetings.html",
        group=group,
        coming=coming,
        earlier=[m for m in reversed(all_meetings) if m.state is not MeetingState.PLANNED],
        may_plan=actions.may_plan(group, by=me()),
        shown=shown,
    )


@bp.get("/group/meetings/<ref>")
@for_families
def meeting(ref: str) -> ResponseReturnValue:
    group = own_group()
    return _meeting_page(group, meeting_of(group, ref))


def _meeting_page(group: NetworkGroup, found: Meeting, *, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "groups/meeting.html",
        group=group,
        meeting=found,
        members=members_of(group),
        own_reply=reply_of(found, me().family_id or 0),
        is_over=found.ends_at <= now(),
        may_plan=actions.may_plan(group, by=me()),
        shown=shown,
    )
    return page, status


@bp.post("/group/meetings/<ref>/reply")
@for_families
def reply(ref: str) -> ResponseReturnValue:
    try:
        coming = Coming(request.form.get("coming", ""))
    except ValueError:
        raise not_found() from None
    with transaction():
        found = actions.reply(ref, coming, by=me())
    if request.headers.get("HX-Request"):
        group = own_group()
        return render_template(
            "groups/_rsvp_saved.html",
            meeting=found,
            members=members_of(group),
            shown=shown,
        )
    flash(_("Your answer is saved."))
    return redirect(url_for("groups.meeting", ref=ref))


@bp.get("/group/meetings/<ref>.ics")
@for_families
def meeting_file(ref: str) -> ResponseReturnValue:
    found = meeting_of(own_group(), ref)
    link = base_url() + url_for("groups.meeting", ref=found.ref)
    return as_calendar(calendars.one_meeting(found, link=link), name=f"{found.ref}.ics")


def as_calendar(content: bytes, *, name: str) -> Response:
    """Answer with a calendar file."""
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.route("/group/meetings/new", methods=["GET", "POST"])
@for_families
def plan_own_meeting() -> ResponseReturnValue:
    return _plan(own_group(), back=url_for("groups.meetings"), staff=False)


@bp.route("/group/meetings/<ref>/edit", methods=["GET", "POST"])
@for_families
def change_own_meeting(ref: str) -> ResponseReturnValue:
    return _change(own_group(), ref, back=url_for("groups.meeting", ref=ref), staff=False)


@bp.post("/group/meetings/<ref>/<any(held, cancel):what>")
@for_families
def settle_own_meeting(ref: str, what: str) -> ResponseReturnValue:
    _settle(own_group(), ref, what)
    return redirect(url_for("groups.meetings"))


@bp.route("/staff/groups/<group_ref>/meetings/new", methods=["GET", "POST"])
@for_staff
def plan_meeting(group_ref: str) -> ResponseReturnValue:
    group = staff_group_by_ref(group_ref, by=me())
    return _plan(group, back=url_for("groups.staff_group", ref=group_ref), staff=True)


@bp.route("/staff/groups/<group_ref>/meetings/<ref>/edit", methods=["GET", "POST"])
@for_staff
def change_meeting(group_ref: str, ref: str) -> ResponseReturnValue:
    group = staff_group_by_ref(group_ref, by=me())
    return _change(group, ref, back=url_for("groups.staff_group", ref=group_ref), staff=True)


@bp.post("/staff/groups/<group_ref>/meetings/<ref>/<any(held, cancel):what>")
@for_staff
def settle_meeting(group_ref: str, ref: str, what: str) -> ResponseReturnValue:
    _settle(staff_group_by_ref(group_ref, by=me()), ref, what)
    return redirect(url_for("groups.staff_group", ref=group_ref))


def _plan(group: NetworkGroup, *, back: str, staff: bool) -> ResponseReturnValue:
    if not actions.may_plan(group, by=me()):
        raise not_found()
    form = MeetingForm(
        members=members_of(group), data=empty_plan(group, host=hosting.next_host(group))
    )
    if not form.validate_on_submit():
        return _form_page(group, form, back=back, staff=staff)
    try:
        with transaction():
            actions.plan_meeting(group, form.plan, by=me(), base_url=base_url())
    except Invalid as refusal:
        return _form_page(group, form, back=back, staff=staff, refusal=refusal)
    flash(_("The meeting is planned. The families have been asked whether they come."))
    return redirect(back)


def _change(group: NetworkGroup, ref: str, *, back: str, staff: bool) -> ResponseReturnValue:
    if not actions.may_plan(group, by=me()):
        raise not_found()
    found = meeting_of(group, ref)
    form = MeetingForm(members=members_of(group), data=plan_of(found))
    if not form.validate_on_submit():
        return _form_page(group, form, back=back, staff=staff, meeting=found)
    seen = form.version.data or ""
    version = int(seen) if len(seen) <= 9 and seen.isdecimal() else 0
    try:
        with transaction():
            actions.change_meeting(
                group, ref, form.plan, version=version, by=me(), base_url=base_url()
            )
    except Invalid as refusal:
        return _form_page(group, form, back=back, staff=staff, meeting=found, refusal=refusal)
    flash(_("The meeting is changed."))
    return redirect(back)


def _form_page(
    group: NetworkGroup,
    form: MeetingForm,
    *,
    back: str,
    staff: bool,
    meeting: Meeting | None = None,
    refusal: Invalid | None = None,
) -> ResponseReturnValue:
    if refusal is not None:
        db.session.rollback()
        named = form[refusal.field or "day"]
        named.errors = [str(refusal)]
    page = render_template(
        "groups/staff_meeting_form.html" if staff else "groups/meeting_form.html",
        group=group,
        form=form,
        meeting=meeting,
        back=back,
    )
    return page, 422 if form.errors else 200


def _settle(group: NetworkGroup, ref: str, what: str) -> None:
    with transaction():
        if what == "held":
            actions.mark_held(group, ref, by=me())
        else:
            actions.cancel_meeting(group, ref, by=me(), base_url=base_url())
    flash(_("The meeting is noted as held.") if what == "held" else _("The meeting is cancelled."))

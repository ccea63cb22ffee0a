"""The date poll: asked, answered at each tick, and made into a meeting."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Invalid
from data.models import DatePoll, NetworkGroup
from data.queries.access import not_found
from data.queries.groups import members_of, staff_group_by_ref
from data.queries.meetings import poll_of
from web.groups import shown
from web.groups.actions import polls as actions
from web.groups.actions.meetings import may_plan
from web.groups.blueprint import bp
from web.groups.evenings import poll_view
from web.groups.forms.evenings import PollForm, answers_in
from web.groups.routes.family import base_url, own_group
from web.shared.access import for_families, for_staff, me


@bp.get("/group/polls/<ref>")
@for_families
def poll(ref: str) -> ResponseReturnValue:
    group = own_group()
    return _page("groups/poll.html", group, poll_of(group, ref))


@bp.get("/staff/groups/<group_ref>/polls/<ref>")
@for_staff
def staff_poll(group_ref: str, ref: str) -> ResponseReturnValue:
    group = _led(group_ref)
    return _page("groups/staff_poll.html", group, poll_of(group, ref))


def _led(group_ref: str) -> NetworkGroup:
    """Return a group whose meetings the person calls: what the families plan is not the staff's."""
    group = staff_group_by_ref(group_ref, by=me())
    if not may_plan(group, by=me()):
        raise not_found()
    return group


def _page(template: str, group: NetworkGroup, found: DatePoll) -> str:
    view = poll_view(found, group=group, by=me())
    return render_template(template, group=group, view=view, shown=shown)


@bp.post("/group/polls/<ref>/answer")
@for_families
def answer_poll(ref: str) -> ResponseReturnValue:
    with transaction():
        actions.answer(ref, answers_in(request.form), by=me(), base_url=base_url())
    if request.headers.get("HX-Request"):
        group = own_group()
        return render_template(
            "groups/_poll_saved.html", view=poll_view(poll_of(group, ref), group=group, by=me())
        )
    flash(_("Your answer is saved."))
    return redirect(url_for("groups.poll", ref=ref))


@bp.route("/group/polls/new", methods=["GET", "POST"])
@for_families
def ask_for_day() -> ResponseReturnValue:
    return _ask(own_group(), back=url_for("groups.group"), staff=False)


@bp.route("/staff/groups/<group_ref>/polls/new", methods=["GET", "POST"])
@for_staff
def staff_ask_for_day(group_ref: str) -> ResponseReturnValue:
    return _ask(_led(group_ref), back=url_for("groups.staff_group", ref=group_ref), staff=True)


def _ask(group: NetworkGroup, *, back: str, staff: bool) -> ResponseReturnValue:
    if not actions.may_ask(group, by=me()):
        raise not_found()
    form = PollForm(proposed=actions.proposal(group), n_members=len(members_of(group)))
    if form.validate_on_submit():
        try:
            with transaction():
                made = actions.ask(group, form.question, by=me(), base_url=base_url())
                ref = made.ref
        except Invalid as refusal:
            db.session.rollback()
            form.days.errors = [str(refusal)]
        else:
            flash(_("The families have been asked which day suits them."))
            if staff:
                return redirect(url_for("groups.staff_poll", group_ref=group.ref, ref=ref))
            return redirect(url_for("groups.poll", ref=ref))
    page = render_template(
        "groups/staff_poll_form.html" if staff else "groups/poll_form.html",
        group=group,
        form=form,
        back=back,
    )
    return page, 422 if form.errors else 200


@bp.post("/group/polls/<ref>/choose")
@for_families
def choose_day(ref: str) -> ResponseReturnValue:
    meeting_ref = _choose(own_group(), ref)
    return redirect(url_for("groups.meeting", ref=meeting_ref))


@bp.post("/staff/groups/<group_ref>/polls/<ref>/choose")
@for_staff
def staff_choose_day(group_ref: str, ref: str) -> ResponseReturnValue:
    _choose(staff_group_by_ref(group_ref, by=me()), ref)
    return redirect(url_for("groups.staff_group", ref=group_ref))


def _choose(group: NetworkGroup, ref: str) -> str:
    with transaction():
        meeting = actions.choose(
            group, ref, request.form.get("day", ""), by=me(), base_url=base_url()
        )
        meeting_ref = meeting.ref
    flash(_("The meeting is planned. Those who said yes are noted as coming."))
    return meeting_ref


@bp.post("/group/polls/<ref>/close")
@for_families
def take_poll_back(ref: str) -> ResponseReturnValue:
    _take_back(own_group(), ref)
    return redirect(url_for("groups.group"))


@bp.post("/staff/groups/<group_ref>/polls/<ref>/close")
@for_staff
def staff_take_poll_back(group_ref: str, ref: str) -> ResponseReturnValue:
    _take_back(staff_group_by_ref(group_ref, by=me()), ref)
    return redirect(url_for("groups.staff_group", ref=group_ref))


def _take_back(group: NetworkGroup, ref: str) -> None:
    with transaction():
        actions.take_back(group, ref, by=me())
    flash(_("The question about a day is taken back."))

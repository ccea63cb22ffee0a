"""Whose turn it is to host: the order, swapping, and what the host does before the evening."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import now
from data.db import db, transaction
from data.errors import Invalid
from data.models import MEETS, Meeting, NetworkGroup
from data.queries.access import not_found
from data.queries.groups import meeting_of, members_of
from data.queries.meetings import hosted_meetings, open_swaps_of, ticks_of
from web.groups import shown
from web.groups.actions import hosting as actions
from web.groups.blueprint import bp
from web.groups.evenings import Evenings, host_rows
from web.groups.forms.evenings import PlaceForm
from web.groups.host_words import place_now, tick_rows
from web.groups.routes.family import base_url, own_group
from web.shared.access import for_families, me


@bp.context_processor
def _cards() -> dict[str, object]:
    return {"evenings": Evenings}


@bp.get("/group/hosts")
@for_families
def hosts() -> ResponseReturnValue:
    return _page(own_group())


def _page(group: NetworkGroup, *, form: PlaceForm | None = None) -> ResponseReturnValue:
    swaps, own_id = open_swaps_of(group), me().family_id
    own_swap = next((s for s in swaps if s.from_family_id == own_id), None)
    meeting = _own_meeting(group)
    page = render_template(
        "groups/hosts.html",
        group=group,
        rows=host_rows(group, by=me()),
        members=members_of(group),
        may_swap=group.phase in MEETS,
        own_swap=own_swap,
        asked=[s for s in swaps if s is not own_swap and s.to_family_id in (None, own_id)],
        meeting=meeting,
        ticks=tick_rows(meeting) if meeting else [],
        ticked=ticks_of(meeting) if meeting else set(),
        form=form or (_place_form(meeting) if meeting else None),
        shown=shown,
    )
    return page, 422 if form is not None and form.errors else 200


def _own_meeting(group: NetworkGroup) -> Meeting | None:
    """Return the meeting that one's family hosts next, while it may still change it."""
    if group.phase not in MEETS:
        return None
    planned = hosted_meetings(group, at=now())
    return next((m for m in planned if m.host_family_id == me().family_id), None)


def _place_form(meeting: Meeting) -> PlaceForm:
    family = me().family
    if family is None:
        raise not_found()
    home = actions.may_be_home(family)
    return PlaceForm(may_be_home=home, data=place_now(meeting, family, may_be_home=home))


@bp.post("/group/meetings/<ref>/place")
@for_families
def choose_place(ref: str) -> ResponseReturnValue:
    group = own_group()
    form = _place_form(meeting_of(group, ref))
    if form.validate_on_submit():
        try:
            with transaction():
                actions.choose_place(ref, form.place, by=me(), base_url=base_url())
        except Invalid as refusal:
            db.session.rollback()
            form[refusal.field or "name"].errors = [str(refusal)]
        else:
            flash(_("The place is saved."))
            return redirect(url_for("groups.hosts"))
    return _page(group, form=form)


@bp.post("/group/meetings/<ref>/checklist")
@for_families
def tick(ref: str) -> ResponseReturnValue:
    with transaction():
        meeting = actions.tick(ref, set(request.form.getlist("tick")), by=me())
    if request.headers.get("HX-Request"):
        return render_template(
            "groups/_checklist_done.html",
            meeting=meeting,
            ticks=tick_rows(meeting),
            ticked=ticks_of(meeting),
            saved=True,
        )
    flash(_("The list is saved."))
    return redirect(url_for("groups.hosts"))


@bp.post("/group/hosts/swap")
@for_families
def ask_to_swap() -> ResponseReturnValue:
    with transaction():
        actions.ask_to_swap(to_ref=request.form.get("to") or None, by=me(), base_url=base_url())
    flash(_("You have asked. We write to you when there is an answer."))
    return redirect(url_for("groups.hosts"))


@bp.post("/group/hosts/swaps/<ref>/<any(yes, no, back):what>")
@for_families
def answer_swap(ref: str, what: str) -> ResponseReturnValue:
    with transaction():
        if what == "back":
            actions.take_swap_back(ref, by=me())
        else:
            actions.answer_swap(ref, yes=what == "yes", by=me(), base_url=base_url())
    flash(
        {
            "yes": _("Thank you. You have changed turns."),
            "no": _("Thank you for the answer. They can ask another family."),
            "back": _("You keep your turn."),
        }[what]
    )
    return redirect(url_for("groups.hosts"))

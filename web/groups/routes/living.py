"""A family's pages about the group's further life: guests, rests, the end, and questions."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import now, today
from data.db import transaction
from data.errors import Invalid
from data.models import ITS_OWN, Phase, QuestionState
from data.queries.access import not_found
from data.queries.groups import facilitators_of, members_of, next_meeting_of
from web.groups.actions import guests, questions, rests
from web.groups.blueprint import bp
from web.groups.routes.family import base_url, own_group
from web.shared.access import for_families, me


def day_of(name: str) -> date | None:
    """Return a day that was written in the form, None where there is none."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


@bp.get("/group/guest")
@for_families
def suggest_guest() -> ResponseReturnValue:
    return _guest_page()


@bp.post("/group/guest")
@for_families
def suggest_the_guest() -> ResponseReturnValue:
    for_meeting = request.form.get("how") == "meeting"
    try:
        with transaction():
            question = questions.suggest_guest(
                account_ref=request.form.get("account", ""),
                meeting_ref=request.form.get("meeting", "") if for_meeting else "",
                until=None if for_meeting else day_of("until"),
                by=me(),
                base_url=base_url(),
            )
            asked = question.state is QuestionState.OPEN
    except Invalid as refusal:
        return _guest_page(problem=str(refusal)), 422
    flash(
        _("The others can see your suggestion. When one more family says yes, the guest comes in.")
        if asked
        else _("Your guest is in.")
    )
    return redirect(url_for("groups.group"))


def _guest_page(problem: str | None = None) -> str:
    group = own_group()
    if group.phase is not Phase.SELF_RUNNING:
        raise not_found()
    people = facilitators_of(group.municipality_id)
    return render_template(
        "groups/suggest_guest.html",
        group=group,
        people=sorted(people, key=lambda person: person.id != group.facilitator_id),
        meeting=next_meeting_of(group, at=now()),
        tomorrow=today() + timedelta(days=1),
        problem=problem,
        chosen=request.form.get("account", ""),
    )


@bp.get("/group/rest")
@for_families
def suggest_rest() -> ResponseReturnValue:
    return _rest_page()


@bp.post("/group/rest")
@for_families
def suggest_the_rest() -> ResponseReturnValue:
    try:
        with transaction():
            question = questions.suggest_rest(until=day_of("until"), by=me(), base_url=base_url())
            asked = question.state is QuestionState.OPEN
    except Invalid as refusal:
        return _rest_page(problem=str(refusal)), 422
    flash(
        _("The others can see your suggestion. When one more family says yes, the rest begins.")
        if asked
        else _("The group rests.")
    )
    return redirect(url_for("groups.group"))


def _rest_page(problem: str | None = None) -> str:
    group = own_group()
    if group.phase is not Phase.SELF_RUNNING:
        raise not_found()
    tomorrow = today() + timedelta(days=1)
    return render_template("groups/rest.html", group=group, tomorrow=tomorrow, problem=problem)


@bp.post("/group/wake")
@for_families
def wake_group() -> ResponseReturnValue:
    with transaction():
        rests.wake_up(by=me(), base_url=base_url())
    flash(_("The group is awake. Find a day that suits you."))
    return redirect(url_for("groups.group"))


@bp.get("/group/end")
@for_families
def suggest_end() -> ResponseReturnValue:
    group = own_group()
    if group.phase not in ITS_OWN:
        raise not_found()
    return render_template("groups/end.html", group=group, members=members_of(group))


@bp.post("/group/end")
@for_families
def suggest_the_end() -> ResponseReturnValue:
    with transaction():
        question = questions.suggest_end(by=me(), base_url=base_url())
        asked = question.state is QuestionState.OPEN
    flash(
        _("The others are asked whether they agree. Nobody is told who suggested it.")
        if asked
        else _("The group has ended. Thank you.")
    )
    return redirect(url_for("groups.group"))


@bp.post("/group/questions/<ref>")
@for_families
def answer_question(ref: str) -> ResponseReturnValue:
    yes = request.form.get("answer") == "yes"
    with transaction():
        question = questions.answer_question(ref, yes=yes, by=me(), base_url=base_url())
        state = question.state
    flash(
        {
            QuestionState.OPEN: _("Thank you. Your yes is counted."),
            QuestionState.YES: _("Thank you. Then it is agreed."),
            QuestionState.NO: _("Thank you. Then it does not happen now. We never say who."),
            QuestionState.LAPSED: _("The day has passed meanwhile."),
        }[state]
    )
    return redirect(url_for("groups.group"))


@bp.post("/group/guests/<ref>/goodbye")
@for_families
def say_goodbye(ref: str) -> ResponseReturnValue:
    with transaction():
        guest = guests.say_goodbye(ref, by=me())
        name = guest.account.name
    flash(_("%(name)s is no longer in the group and cannot read along.", name=name))
    return redirect(url_for("groups.group"))

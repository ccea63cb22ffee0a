"""A family's pages about how it goes: the month's one question, and the few at the start."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.errors import Invalid
from data.queries.access import not_found
from data.queries.pulse import has_answered, open_round_of, shown_rounds, start_survey_of
from data.start_survey import START, start_labels
from web.groups import pulse_words
from web.groups.actions import pulse as actions
from web.groups.blueprint import bp
from web.groups.routes.family import own_group
from web.shared.access import for_families, me


@bp.get("/group/pulse")
@for_families
def pulse() -> ResponseReturnValue:
    return _pulse_page()


@bp.post("/group/pulse")
@for_families
def answer_pulse() -> ResponseReturnValue:
    try:
        with transaction():
            actions.answer_pulse(
                mark=request.form.get("mark", type=int) or 0,
                word=request.form.get("word", ""),
                by=me(),
            )
    except Invalid as refusal:
        return _pulse_page(problem=str(refusal)), 422
    flash(_("Thank you. Your answer is counted with the others'."))
    return redirect(url_for("groups.pulse"))


def _pulse_page(problem: str | None = None) -> str:
    group = own_group()
    round_ = open_round_of(group)
    return render_template(
        "groups/pulse.html",
        group=group,
        round=round_,
        answered=round_ is not None and has_answered(round_, me().family_id or 0),
        shown_rounds=shown_rounds(group),
        marks=pulse_words.mark_labels(),
        words=pulse_words.word_labels(),
        problem=problem,
    )


@bp.get("/group/start")
@for_families
def start_survey() -> ResponseReturnValue:
    return _start_page()


@bp.post("/group/start")
@for_families
def answer_start() -> ResponseReturnValue:
    given = {code: request.form.get(code, type=int) or 0 for code in START}
    try:
        with transaction():
            actions.answer_start(given, by=me())
    except Invalid as refusal:
        return _start_page(problem=str(refusal)), 422
    flash(_("Thank you. Your answers are kept for you."))
    return redirect(url_for("groups.group"))


def _start_page(problem: str | None = None) -> str:
    group, family = own_group(), me().family
    if family is None:
        raise not_found()
    survey = start_survey_of(group, family.id)
    given = (survey.answers.value if survey and survey.answers else None) or {}
    return render_template(
        "groups/start.html",
        group=group,
        open=actions.may_answer_start(group, family),
        sentences=start_labels(),
        given={**given, **{code: request.form.get(code, type=int) for code in request.form}},
        answered=survey is not None,
        problem=problem,
    )

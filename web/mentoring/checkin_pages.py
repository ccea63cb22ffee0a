"""How it is, asked of each family by itself; and asking the coordinator to call."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.errors import Invalid
from data.models import CallKind, Mentorship, Occasion
from data.queries import mentor_checkins as checkins
from data.queries import mentoring as queries
from data.queries.access import not_found
from web.mentoring import checkin_words
from web.mentoring.actions import calls, checking_in
from web.mentoring.blueprint import bp
from web.mentoring.life_forms import CallForm
from web.shared.access import for_families, me


def _begun(ref: str) -> Mentorship:
    found = queries.mentorship_by_ref(ref, by=me())
    if found.started_at is None:
        raise not_found()
    return found


@bp.route("/mentor/<ref>/check-in", methods=["GET", "POST"])
@for_families
def check_in(ref: str) -> ResponseReturnValue:
    """Ask what there is to ask today, and show the family its own earlier answers."""
    found, family = _begun(ref), me().family
    if family is None:
        raise not_found()
    occasion, problem = checking_in.open_occasion(found, family), None
    if request.method == "POST" and occasion is not None:
        try:
            with transaction():
                checking_in.answer(
                    ref, occasion, _marks(occasion), call_us="call_us" in request.form, by=me()
                )
        except Invalid as refusal:
            problem = str(refusal)
        else:
            flash(_("Thank you. The answers are yours."))
            return redirect(url_for(".mentorship", ref=ref))
    page = render_template(
        "mentoring/check_in.html",
        mentorship=found,
        occasion=occasion,
        names=checkin_words.names(),
        questions=checkin_words.questions(occasion) if occasion else {},
        marks=checkin_words.MARKS,
        chosen=_marks(occasion) if occasion else {},
        earlier=_earlier(found, family.id),
        problem=problem,
        may_ask_for_call=calls.may_ask_for_call(found, by=me()),
    )
    return page, 422 if problem else 200


def _marks(occasion: Occasion) -> dict[str, int]:
    given = {code: request.form.get(code, "") for code in checkin_words.CODES[occasion]}
    return {code: int(mark) for code, mark in given.items() if mark in {"1", "2", "3", "4", "5"}}


def _earlier(found: Mentorship, family_id: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the family's own answers, the latest first."""
    rows, names = checkins.checkins_of(found, family_id), checkin_words.names()
    shown = []
    for occasion in reversed(Occasion):
        row = rows.get(occasion)
        if row is not None:
            given = (row.answers.value if row.answers else None) or {}
            words = checkin_words.questions(occasion)
            told = [(words[c], _("%(mark)s of 5", mark=given[c])) for c in words if c in given]
            shown.append((names[occasion], told))
    return shown


@bp.route("/mentor/<ref>/call", methods=["GET", "POST"])
@for_families
def ask_for_call(ref: str) -> ResponseReturnValue:
    """Ask the coordinator to call, for help or to complain."""
    found = _begun(ref)
    form = CallForm()
    if form.validate_on_submit():
        try:
            with transaction():
                calls.ask_for_call(ref, CallKind(form.kind.data), form.words.data or "", by=me())
        except Invalid as refusal:
            form.words.errors = [*form.words.errors, str(refusal)]
        else:
            flash(_("The coordinator has been told and calls you. The other family is not told."))
            return redirect(url_for(".mentorship", ref=ref))
    page = render_template(
        "mentoring/call.html",
        mentorship=found,
        form=form,
        waiting=checkins.open_call_of(found, me().family_id) is not None,
    )
    return page, 422 if form.errors else 200

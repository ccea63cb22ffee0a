"""Pages: the wizard, for the family itself and for staff who fill it in on the telephone."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.answers import answers_of, has_consent, phase_of, stamp_of
from data.clock import today
from data.db import db, transaction
from data.errors import Invalid
from data.models import Account, ConsentKind, FamilyStatus
from matcher.schema import SCHEMA
from web.families import actions, preview, review
from web.families.actions.profile import Overtaken, codes_of
from web.families.blueprint import bp
from web.families.forms import StepForm, form_for
from web.families.visibility import seen, table
from web.families.whose import REVIEW, STAFF, Whose, as_staff, own
from web.families.words import PARTS, days, in_words, locale, parts_of_day
from web.shared.access import for_families, for_roles, me


@bp.route("/profile/edit/<step>", methods=["GET", "POST"])
@for_families
def edit(step: str) -> ResponseReturnValue:
    """Show and save one step of one's own profile."""
    return _finish(own()) if step == REVIEW else _step(own(), step)


@bp.route("/staff/families/<ref>/edit/<step>", methods=["GET", "POST"])
@for_roles(*STAFF)
def staff_edit(ref: str, step: str) -> ResponseReturnValue:
    """Fill in a step for a family that rings."""
    whose = as_staff(ref)
    return _finish(whose) if step == REVIEW else _step(whose, step)


def _step(whose: Whose, code: str) -> ResponseReturnValue:
    step, family = actions.step_by_code(code), whose.family
    form = form_for(
        step, answers_of(family), seen=stamp_of(family, codes_of(step)), locale=locale()
    )
    if not form.validate_on_submit():
        return _step_page(whose, code, form), (422 if form.is_submitted() else 200)
    by_id, ref, answers = me().id, family.ref, form.answers()
    try:
        with transaction():
            by = db.session.get_one(Account, by_id)
            done = actions.save_step(ref, code, answers=answers, seen=form.seen.data, by=by)
            following = done.next_step
    except Overtaken:
        return _overtaken(as_staff(ref) if whose.by_staff else own(), code, form), 409
    if request.form.get("then") == "home":
        return redirect(whose.home)
    return redirect(whose.step(following or REVIEW))


def _overtaken(whose: Whose, code: str, form: StepForm) -> str:
    """Keep what the person wrote in view, and show beside it what stands there now."""
    step, answers = actions.step_by_code(code), answers_of(whose.family)
    now_there = [
        (field.label(locale()), in_words(field.code, answers.get(field.code)) or _("Not answered"))
        for field in step.fields
        if field.code in form and form[field.code].answer != answers.get(field.code)
    ]
    form.seen.data = stamp_of(whose.family, codes_of(step))
    form.seen.raw_data = None
    return _step_page(whose, code, form, now_there=now_there, overtaken=True)


def _step_page(
    whose: Whose,
    code: str,
    form: StepForm,
    *,
    now_there: list[tuple[str, str]] | None = None,
    overtaken: bool = False,
) -> str:
    step, family = actions.step_by_code(code), whose.family
    codes = list(actions.STEPS)
    at = codes.index(code)
    alone = step.fields[0] if len(form.questions()) == 1 else None
    return render_template(
        "families/step.html",
        **_frame(whose),
        whose=whose,
        step=step,
        form=form,
        number=at + 1,
        total=len(codes) + 1,
        back=whose.step(codes[at - 1]) if at else whose.home,
        saved_before=code in family.wizard_done,
        see={field.code: seen(field, protected=family.protected_address) for field in step.fields},
        who_table=table(alone, protected=family.protected_address) if alone else None,
        theme_groups=SCHEMA.theme_groups,
        days=days(),
        parts_of_day=parts_of_day(),
        parts_order=PARTS,
        phase=_phase_words(whose) if code == "children" else None,
        locale_now=locale(),
        now_there=now_there,
        overtaken=overtaken,
    )


def _frame(whose: Whose) -> dict[str, Any]:
    """Leave the menu out for a family: one thing at a time."""
    return {} if whose.by_staff else {"nav": []}


def _phase_words(whose: Whose) -> str:
    children = answers_of(whose.family).get("children_count")
    return in_words("current_placement_phase", phase_of(whose.family, children=children))


def _finish(whose: Whose) -> ResponseReturnValue:
    if request.method == "GET":
        return _review_page(whose)
    by_id, ref = me().id, whose.family.ref
    was_draft = whose.family.status is FamilyStatus.DRAFT
    try:
        with transaction():
            actions.finish_profile(
                ref,
                consent="consent" in request.form,
                rang_on=today() if whose.by_staff else None,
                by=db.session.get_one(Account, by_id),
            )
    except Invalid as wrong:
        again = as_staff(ref) if whose.by_staff else own()
        return _review_page(again, wrong=wrong), 422
    flash(_("Thank you. You are ready.") if was_draft else _("Your answers are saved."))
    return redirect(whose.home)


def _review_page(whose: Whose, wrong: Invalid | None = None) -> str:
    family = whose.family
    return render_template(
        "families/review.html",
        **_frame(whose),
        whose=whose,
        rows=review.rows(whose),
        shown=preview.before(family),
        shown_after=preview.after(family),
        total=len(actions.STEPS) + 1,
        consent_missing=not has_consent(family, ConsentKind.MATCHING),
        last_step=whose.step(list(actions.STEPS)[-1]),
        wrong=wrong,
    )

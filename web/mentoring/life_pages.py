"""Pages of a running mentorship: agreement, first contact, talks."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.errors import Conflict, Invalid
from data.models import Mentorship, MentorshipState
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from data.queries.access import not_found
from web.mentoring import life_shown as shown
from web.mentoring.actions import agreeing, contact, talks
from web.mentoring.blueprint import bp
from web.mentoring.life_forms import AgreementForm, TalkNoteForm
from web.shared.access import for_families, me


def _begun(ref: str) -> Mentorship:
    """Return a mentorship of one's own that has begun: before that there is nothing to share."""
    found = queries.mentorship_by_ref(ref, by=me())
    if found.started_at is None:
        raise not_found()
    return found


@bp.get("/mentor/<ref>/agreement")
@for_families
def agreement(ref: str) -> ResponseReturnValue:
    """Show what the two have agreed on."""
    found = _begun(ref)
    return render_template(
        "mentoring/agreement.html",
        mentorship=found,
        pact=shown.pact_of(found, by=me()),
        may_write=found.state is not MentorshipState.ENDED,
        begin_with=agreeing.confidence_to_begin_with(),
        form=AgreementForm(data=shown.first_terms(found)),
    )


@bp.route("/mentor/<ref>/agreement/edit", methods=["GET", "POST"])
@for_families
def edit_agreement(ref: str) -> ResponseReturnValue:
    """Write the agreement, or change it."""
    found = _begun(ref)
    if found.state is MentorshipState.ENDED:
        return redirect(url_for(".agreement", ref=ref))
    form = AgreementForm(data=shown.first_terms(found))
    if form.validate_on_submit():
        try:
            with transaction():
                agreeing.write(ref, form.terms(), seen_version=form.version.data or 0, by=me())
        except Invalid as refusal:
            field = form[refusal.field or "purpose"]
            field.errors = [*field.errors, str(refusal)]
        else:
            flash(_("The agreement is saved, and you have said yes. The other family is asked."))
            return redirect(url_for(".agreement", ref=ref))
    page = render_template("mentoring/agreement_form.html", form=form, mentorship=found)
    return page, 422 if form.errors else 200


@bp.post("/mentor/<ref>/agreement/sign")
@for_families
def sign_agreement(ref: str) -> ResponseReturnValue:
    """Say yes to the version one has read."""
    form = AgreementForm()
    with transaction():
        agreeing.sign(ref, seen_version=form.version.data or 0, by=me())
    flash(_("Thank you. You have said yes to the agreement."))
    return redirect(url_for(".agreement", ref=ref))


@bp.post("/mentor/<ref>/in-touch")
@for_families
def say_in_touch(ref: str) -> ResponseReturnValue:
    """Say that the two have been in touch; nobody asks again."""
    with transaction():
        contact.say_in_touch(ref, by=me())
    flash(_("Good to know. Nobody asks again."))
    return redirect(url_for(".mentorship", ref=ref))


@bp.route("/mentor/<ref>/talks", methods=["GET", "POST"])
@for_families
def talks_noted(ref: str) -> ResponseReturnValue:
    """Show the talks and note one more."""
    found = _begun(ref)
    form = TalkNoteForm()
    if form.validate_on_submit():
        try:
            with transaction():
                talks.note_talk(ref, form.talk(), by=me())
        except Conflict as refusal:
            field = form[getattr(refusal, "field", None) or "held_on"]
            field.errors = [*field.errors, str(refusal)]
        else:
            flash(_("The talk is noted, for both of you."))
            return redirect(url_for(".talks_noted", ref=ref))
    page = render_template(
        "mentoring/talks.html",
        mentorship=found,
        form=form,
        talks=[shown.talk_of(row, by=me()) for row in life.talks_of(found)],
        tally=life.tallies([found.id]).get(found.id, life.Tally()),
        may_write=found.state is not MentorshipState.ENDED,
    )
    return page, 422 if form.errors else 200


@bp.post("/mentor/<ref>/talks/<talk>/remove")
@for_families
def remove_talk(ref: str, talk: str) -> ResponseReturnValue:
    """Take back what one's own family noted."""
    with transaction():
        talks.remove_talk(ref, talk, by=me())
    flash(_("The note is gone."))
    return redirect(url_for(".talks_noted", ref=ref))

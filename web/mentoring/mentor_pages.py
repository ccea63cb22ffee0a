"""Pages for a mentor family, and the page of a mentorship that both families see."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.answers import is_approved_mentor
from data.db import transaction
from data.models import DeclineReason, MentorRequest, Mentorship, MentorshipState, Occasion
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from matcher.schema import SCHEMA
from web.mentoring import cards, life_shown, year
from web.mentoring.actions import answering, calls, checking_in, living, undoing
from web.mentoring.actions.suggesting import own_family
from web.mentoring.blueprint import bp
from web.mentoring.forms import CapacityForm, DeclineForm
from web.mentoring.pool import IS_A_MENTOR, capacity_of, takes_part
from web.shared.access import for_families, me
from web.shared.page import flash_undo


@bp.get("/mentor/requests")
@for_families
def requests() -> ResponseReturnValue:
    """Show who asks, and how much room there is."""
    family = own_family(me())
    running = queries.mentorships_as_mentor(family.id)
    if not (takes_part(family, IS_A_MENTOR) or running):
        return render_template("mentoring/not_a_mentor.html")
    capacity = capacity_of(family)
    return render_template(
        "mentoring/requests.html",
        questions=[_question(asked) for asked in answering.open_requests(me())],
        running=running,
        free=max(0, capacity - len(running)),
        capacity=capacity,
        approved=is_approved_mentor(family),
        form=CapacityForm(data={"places": min(capacity, answering.MOST_PLACES)}),
        approves=family.municipality.setting("coordinator_approves_mentorships"),
        as_mentee=queries.mentorship_with_mentor(family.id),
        declined=undoing.declined_lately(family),
        given=life_shown.given_by(family),
    )


def _question(asked: MentorRequest) -> dict[str, object]:
    facts = (asked.facts.value if asked.facts else None) or {}
    words = facts.get("words", {}).get(cards.locale(), {})
    return {
        "ref": asked.ref,
        "place": cards.place_of(asked.family),
        "words": (asked.words.text if asked.words else None) or "",
        "reasons": words.get("reasons", [])[: cards.REASONS_SHOWN],
        "questions": words.get("questions", []),
        "themes": [cards.theme(code) for code in asked.shown_themes if code in SCHEMA.themes],
        "asked_at": asked.asked_at,
        "expires_at": asked.expires_at,
        "by_coordinator": asked.round_id is not None,
    }


@bp.post("/mentor/requests/<ref>/yes")
@for_families
def accept(ref: str) -> ResponseReturnValue:
    """Say yes."""
    with transaction():
        mentorship = answering.say_yes(ref, by=me())
        began = mentorship.state is not MentorshipState.AWAITING_APPROVAL
        where = url_for(".mentorship", ref=mentorship.ref)
    if began:
        flash(_("How good. You can now see each other's names and write to each other."))
    else:
        flash(_("How good. Your coordinator looks at it now, and then you get each other's names."))
    return redirect(where)


@bp.route("/mentor/requests/<ref>/decline", methods=["GET", "POST"])
@for_families
def decline(ref: str) -> ResponseReturnValue:
    """Say no thank you, with or without a reason."""
    asked = queries.request_to(ref, mentor_id=own_family(me()).id)
    form = DeclineForm()
    if form.validate_on_submit():
        with transaction():
            answering.say_no(
                ref, DeclineReason(form.reason.data), pause=bool(form.pause.data), by=me()
            )
        flash_undo(
            _("Thank you for answering. The family only hears that you cannot just now."),
            undo_url=url_for(".undo_no", ref=ref),
        )
        return redirect(url_for(".requests"))
    if not asked.is_open:
        return redirect(url_for(".requests"))
    return render_template(
        "mentoring/decline.html", form=form, ref=ref
    ), 422 if form.errors else 200


@bp.post("/mentor/capacity")
@for_families
def capacity() -> ResponseReturnValue:
    """Say how many families one has room for."""
    form = CapacityForm()
    if form.validate_on_submit():
        with transaction():
            answering.set_capacity(form.places.data, by=me())
        flash(_("Saved. Nobody new will ask just now.") if form.places.data == 0 else _("Saved."))
    return redirect(url_for(".requests"))


@bp.get("/mentor/<ref>")
@for_families
def mentorship(ref: str) -> ResponseReturnValue:
    """Show a mentorship to one of its two families."""
    found = queries.mentorship_by_ref(ref, by=me())
    other = living.other_side(found, by=me())
    known = found.started_at is not None  # names come with the second yes, and never before
    pact = life_shown.pact_of(found, by=me()) if known else None
    until = pact.terms.until if pact and pact.terms and pact.both_signed else None
    return render_template(
        "mentoring/mentorship.html",
        mentorship=found,
        other=year.known_family(other, since_ended=found.ended_at) if known else None,
        we_are_mentor=found.mentor_id == me().family_id,
        marks=year.marks_of(found, until=until),
        step=year.next_step(found),
        agreement=year.agreement_of(found),
        pact=pact,
        to_answer=_to_answer(found),
        paused_until=life.life_of(found).paused_until,
        may_undo_yes=undoing.may_undo_yes(found, by=me()),
        may_ask_for_call=calls.may_ask_for_call(found, by=me()),
        may_become_mentor=living.may_become_mentor(found, by=me()),
        tally=life.tallies([found.id]).get(found.id, life.Tally()) if known else None,
    )


def _to_answer(found: Mentorship) -> Occasion | None:
    family = me().family
    return checking_in.open_occasion(found, family) if family else None

"""A break, a new beginning, and a good end: nobody has to say why."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import today
from data.db import transaction
from data.errors import Invalid
from data.models import Family, MentorshipState
from data.queries import mentoring as queries
from web.mentoring.actions import living
from web.mentoring.blueprint import bp
from web.shared.access import for_families, me

ANOTHER = "another"


@bp.route("/mentor/<ref>/end", methods=["GET", "POST"])
@for_families
def end(ref: str) -> ResponseReturnValue:
    """Ask once more, then end the mentorship; who wants another mentor family goes on to them."""
    found = queries.mentorship_by_ref(ref, by=me())
    has_mentor = found.family_id == me().family_id
    if request.method == "POST":
        with transaction():
            living.end_mentorship(ref, by=me())
        if has_mentor and request.form.get("then") == ANOTHER:
            flash(_("It has ended. Here are other families; your place in the line is kept."))
            return redirect(url_for(".suggestions"))
        flash(_("The mentorship has ended. Thank you for the time together."))
        return redirect(url_for(".mentorship", ref=ref))
    if found.state is MentorshipState.ENDED:
        return redirect(url_for(".mentorship", ref=ref))
    other: Family = living.other_side(found, by=me())
    return render_template(
        "mentoring/end.html",
        ref=ref,
        name=other.name if found.started_at else None,
        has_mentor=has_mentor,
    )


@bp.route("/mentor/<ref>/pause", methods=["GET", "POST"])
@for_families
def pause(ref: str) -> ResponseReturnValue:
    """Take a break, until a day or until one says so."""
    found, problem = queries.mentorship_by_ref(ref, by=me()), None
    if request.method == "POST":
        try:
            with transaction():
                living.pause_mentorship(ref, until=_until(), by=me())
        except Invalid as refusal:
            problem = str(refusal)
        else:
            flash(_("The mentorship is taking a break. You begin again when you like."))
            return redirect(url_for(".mentorship", ref=ref))
    elif found.started_at is None or found.state is MentorshipState.ENDED:
        return redirect(url_for(".mentorship", ref=ref))
    last = today() + living.LONGEST_BREAK
    page = render_template(
        "mentoring/pause.html", ref=ref, problem=problem, today=today(), last=last
    )
    return page, 422 if problem else 200


def _until() -> date | None:
    written = request.form.get("until", "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Invalid(_("Choose a day."), field="until") from None


@bp.post("/mentor/<ref>/resume")
@for_families
def resume(ref: str) -> ResponseReturnValue:
    """Go on after a break."""
    with transaction():
        living.resume_mentorship(ref, by=me())
    flash(_("Good to see you again."))
    return redirect(url_for(".mentorship", ref=ref))


@bp.post("/mentor/<ref>/become-mentor")
@for_families
def become_mentor(ref: str) -> ResponseReturnValue:
    """Say that one would like to be a mentor oneself."""
    with transaction():
        living.become_mentor(ref, by=me())
    flash(_("How good. Your consultant hears of it and calls you."))
    return redirect(url_for(".mentorship", ref=ref))

"""How the running mentorships are, for the coordinator and for consultants about their own."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from data.models import MentorshipState, RoleName
from data.queries import mentor_checkins as checkins
from data.queries import mentoring as queries
from web.mentoring import checkin_words, life_status
from web.mentoring.actions import calls, living
from web.mentoring.blueprint import bp
from web.shared.access import for_roles, me


@bp.get("/staff/mentorships")
@for_roles(RoleName.COORDINATOR, RoleName.CONSULTANT)
def mentorships() -> ResponseReturnValue:
    """Show the running mentorships; never what the two tell each other."""
    by = me()
    lines = life_status.lines(by)
    return render_template(
        "mentoring/mentorships.html",
        lines=lines,
        loads=life_status.loads(lines, by=by),
        all_here=by.is_a(RoleName.COORDINATOR),
        calls=checkins.open_calls(by.municipality_id) if by.is_a(RoleName.COORDINATOR) else [],
        averages=_averages(by.municipality_id),
    )


def _averages(municipality_id: int) -> list[tuple[str, list[tuple[str, checkins.Average]]]]:
    """Return how it is said to be, by occasion, where enough have answered."""
    found, names = checkins.averages(municipality_id, checkin_words.CODES), checkin_words.names()
    return [
        (names[occasion], [(words, means[c]) for c, words in asked.items() if c in means])
        for occasion, means in found.items()
        if (asked := checkin_words.questions(occasion))
    ]


@bp.route("/staff/mentorships/<ref>/end", methods=["GET", "POST"])
@for_roles(RoleName.COORDINATOR)
def end_for_them(ref: str) -> ResponseReturnValue:
    """Ask once more, then end a mentorship for the two families."""
    found = queries.mentorship_to_approve(ref, by=me())
    if request.method == "POST":
        with transaction():
            living.end_for_them(ref, by=me())
        flash(_("The mentorship has ended. Both families have been told, without a reason."))
        return redirect(url_for(".mentorships"))
    if found.started_at is None or found.state is MentorshipState.ENDED:
        return redirect(url_for(".mentorships"))
    return render_template("mentoring/staff_end.html", mentorship=found)


@bp.get("/staff/mentor-calls/<ref>")
@for_roles(RoleName.COORDINATOR)
def call(ref: str) -> ResponseReturnValue:
    """Show what a family wrote when it asked to be called; that one looked is written down."""
    with transaction():
        found = calls.look_at_call(ref, by=me())
    return render_template("mentoring/staff_call.html", call=found)


@bp.post("/staff/mentor-calls/<ref>/close")
@for_roles(RoleName.COORDINATOR)
def close_call(ref: str) -> ResponseReturnValue:
    """Note that the family was called."""
    with transaction():
        calls.close_call(ref, by=me())
    flash(_("Noted."))
    return redirect(url_for(".mentorships"))

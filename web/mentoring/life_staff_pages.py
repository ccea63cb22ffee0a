"""How the running mentorships are, for the coordinator and for consultants about their own."""

from flask import render_template
from flask.typing import ResponseReturnValue

from data.models import RoleName
from web.mentoring import life_status
from web.mentoring.blueprint import bp
from web.shared.access import for_roles, me


@bp.get("/staff/mentorships")
@for_roles(RoleName.COORDINATOR, RoleName.CONSULTANT)
def mentorships() -> ResponseReturnValue:
    """Show the running mentorships; never what the two tell each other."""
    by = me()
    return render_template(
        "mentoring/mentorships.html",
        lines=life_status.lines(by),
        all_here=by.is_a(RoleName.COORDINATOR),
    )

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
    lines = life_status.lines(by)
    return render_template(
        "mentoring/mentorships.html",
        lines=lines,
        loads=life_status.loads(lines),
        all_here=by.is_a(RoleName.COORDINATOR),
    )

"""The staff's page about how a led group is; it is gone when the group is handed over."""

from flask import render_template
from flask.typing import ResponseReturnValue

from data.clock import now
from data.queries.group_life import guests_of
from data.queries.groups import led_group_by_ref, members_of, next_meeting_of
from data.queries.pulse import shown_rounds
from web.groups import shown
from web.groups.actions import handover
from web.groups.blueprint import bp
from web.groups.health import health_of
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me


@bp.get("/staff/groups/<ref>/health")
@for_roles(*WORKS_WITH_GROUPS)
def group_health(ref: str) -> ResponseReturnValue:
    group = led_group_by_ref(ref, by=me())
    meeting = next_meeting_of(group, at=now())
    return render_template(
        "groups/health.html",
        group=group,
        members=members_of(group),
        health=health_of(group),
        meeting=meeting,
        left=handover.meetings_left(group),
        guests=guests_of(group),
        pulses=shown_rounds(group, for_staff=True, most=6),
        shown=shown,
    )

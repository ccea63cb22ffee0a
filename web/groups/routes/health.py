"""The staff's page about how a led group is; it is gone when the group is handed over."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from data.clock import now, today
from data.models import NetworkGroup, Phase
from data.queries.access import not_found
from data.queries.groups import members_of, next_meeting_of, staff_group_by_ref
from data.queries.pulse import shown_rounds
from web.groups import shown
from web.groups.actions import handover
from web.groups.blueprint import bp
from web.groups.health import health_of
from web.groups.living import visitors_of
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me

LED = frozenset({Phase.FORMED, Phase.FACILITATED, Phase.HANDING_OVER})
_AFTER_THE_GROUP = timedelta(days=7)  # the families see how it goes a week before anyone else


@bp.get("/staff/groups/<ref>/health")
@for_roles(*WORKS_WITH_GROUPS)
def group_health(ref: str) -> ResponseReturnValue:
    group = staff_group_by_ref(ref, by=me())
    if not has_health(group):
        raise not_found()
    meeting = next_meeting_of(group, at=now())
    return render_template(
        "groups/health.html",
        group=group,
        members=members_of(group),
        health=health_of(group),
        meeting=meeting,
        left=handover.meetings_left(group),
        guests=visitors_of(group),
        pulses=shown_rounds(group, closed_before=today() - _AFTER_THE_GROUP, most=6),
        leads=group.facilitator_id == me().id,
        shown=shown,
    )


def has_health(group: NetworkGroup) -> bool:
    """Answer whether the group is led: at the hand-over the page ceases to exist."""
    return group.phase in LED and group.handed_over_at is None

"""Pages of the audit trail: who looked at something sensitive, who decided what."""

import math

from flask import render_template, request
from flask.typing import ResponseReturnValue

from data.models import RoleName
from data.queries.safety import AuditFilter, audit_page
from web.safety import audit_words
from web.safety.blueprint import bp
from web.shared.access import for_roles, me
from web.shared.addresses import asked_number

_PER_PAGE = 50


@bp.get("/staff/audit")
@for_roles(RoleName.COORDINATOR, RoleName.ADMINISTRATOR)
def audit() -> ResponseReturnValue:
    """List looks and decisions, the latest first."""
    wanted = AuditFilter(
        family_ref=request.args.get("family", "").strip()[:12],
        event=request.args.get("event", "")[:60],
        actor_ref=request.args.get("person", "").strip()[:12],
        by_coordinator=me().is_a(RoleName.COORDINATOR),
    )
    page = asked_number("page", 1)
    lines, count = audit_page(me().municipality_id, wanted, page=page, per_page=_PER_PAGE)
    return render_template(
        "safety/audit.html",
        lines=lines,
        wanted=wanted,
        page=page,
        pages=max(1, math.ceil(count / _PER_PAGE)),
        count=count,
        events=audit_words.known_events(),
        words=audit_words.event_words,
    )

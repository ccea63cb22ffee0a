"""A draft out of the house: a page to print, and the same as a file. Each is written down."""

import json
from typing import Any

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from data.clock import today
from data.db import db, transaction
from data.exchange.write import csv_lines, xlsx
from data.models import Account, DraftState, GroupDraft
from data.queries.access import not_found
from data.queries.groups import draft_by_ref, may_look_at_board
from web.groups.actions import drafts as actions
from web.groups.blueprint import bp
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.shared.access import for_roles, me
from web.shared.limits import limiter

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@bp.get("/staff/drafts/<ref>/print")
@for_roles(*WORKS_WITH_GROUPS)
def print_draft(ref: str) -> ResponseReturnValue:
    from web.groups.sheets import lines

    draft = _shown(ref)
    if draft is None:
        return redirect(url_for("groups.staff_groups"))
    note_look(draft.pool, page="print")
    board, _found = lines(draft, by=me())
    return render_template("groups/print_draft.html", draft=draft, board=board)


@bp.get("/staff/drafts/<ref>/export.<fmt>")
@for_roles(*WORKS_WITH_GROUPS)
@limiter.limit("30/hour")
def export_draft(ref: str, fmt: str) -> ResponseReturnValue:
    from web.groups import sheets

    if fmt not in _KINDS:
        raise not_found()
    draft = _shown(ref)
    if draft is None:
        return redirect(url_for("groups.staff_groups"))
    by_id = me().id
    with transaction():
        actions.note_export(ref, fmt=fmt, by=db.session.get_one(Account, by_id))
    draft = draft_by_ref(ref, by=me())
    board, found = sheets.lines(draft, by=me())
    content: Any
    if fmt == "json":
        content = json.dumps(sheets.as_json(draft, board), ensure_ascii=False, indent=1)
    elif fmt == "csv":
        content = "".join(csv_lines(sheets.header(), sheets.rows(found)))
    else:
        content = xlsx(sheets.header(), sheets.rows(found), title="Grupper")
    response = Response(content, content_type=_KINDS[fmt])
    name = f"makkerskab-grupper-{today().isoformat()}.{fmt}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shown(ref: str) -> GroupDraft | None:
    """Return a draft that has groups to show; None once the facilitator's work there is done."""
    draft = draft_by_ref(ref, by=me())
    if draft.outcome is None or draft.state in {DraftState.DISCARDED, DraftState.WORKING}:
        raise not_found()
    return draft if may_look_at_board(draft, by=me()) else None

"""A draft out of the house: a page to print, and the same as a file. Each is written down."""

import json
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from data.clock import today
from data.db import transaction
from data.exchange.write import csv_lines, xlsx
from data.models import GroupDraft
from data.queries.access import not_found
from web.groups.actions import views as actions
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
    from web.groups.boards import board_of

    draft = _shown(ref)
    note_look(draft.pool, page="print")
    board = board_of(draft, chosen_ref=None, by=me())
    return render_template("groups/print_draft.html", draft=draft, board=board)


@bp.get("/staff/drafts/<ref>/export.<fmt>")
@for_roles(*WORKS_WITH_GROUPS)
@limiter.limit("30/hour")
def export_draft(ref: str, fmt: str) -> ResponseReturnValue:
    from web.groups import sheets
    from web.groups.boards import board_of

    if fmt not in _KINDS:
        raise not_found()
    draft = _shown(ref)
    with transaction():
        actions.note_export(ref, fmt=fmt, by=me())
    board = board_of(draft, chosen_ref=None, by=me())
    content: Any
    if fmt == "json":
        content = json.dumps(sheets.as_json(draft, board), ensure_ascii=False, indent=1)
    elif fmt == "csv":
        content = "".join(csv_lines(sheets.header(), sheets.rows(board)))
    else:
        content = xlsx(sheets.header(), sheets.rows(board), title="Grupper")
    response = Response(content, content_type=_KINDS[fmt])
    name = f"makkerskab-grupper-{today().isoformat()}.{fmt}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shown(ref: str) -> GroupDraft:
    draft = actions.draft_to_look_at(ref, by=me())
    if not actions.has_groups(draft):
        raise not_found()
    return draft

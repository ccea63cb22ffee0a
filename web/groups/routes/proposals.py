"""Recalculating a draft: a copy is made, and taken over or thrown away."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Conflict
from data.models import DraftState
from web.groups.actions import proposals as actions
from web.groups.actions.views import draft_to_look_at
from web.groups.blueprint import bp
from web.groups.routes.board import board_page
from web.groups.routes.pools import WORKS_WITH_GROUPS
from web.shared.access import for_roles, me


@bp.post("/staff/drafts/<ref>/board/recalculate")
@for_roles(*WORKS_WITH_GROUPS)
def recalculate(ref: str) -> ResponseReturnValue:
    version = request.form.get("version", type=int)
    price = request.form.get("price", type=float)
    with transaction():
        copy = actions.recalculate(ref, version=version or 0, price=price or 0.0, by=me())
        copy_ref = copy.ref
    return redirect(url_for("groups.draft", ref=copy_ref))


@bp.post("/staff/drafts/<ref>/adopt")
@for_roles(*WORKS_WITH_GROUPS)
def adopt_draft(ref: str) -> ResponseReturnValue:
    try:
        with transaction():
            draft_ref = actions.adopt_draft(ref, by=me()).ref
    except Conflict as refusal:
        db.session.rollback()
        if draft_to_look_at(ref, by=me()).state is not DraftState.READY:
            raise
        return board_page(ref, chosen=None, clash=str(refusal)), 409
    flash(_("The proposal is taken over. Undo takes it back as one step."))
    return redirect(url_for("groups.board", ref=draft_ref))

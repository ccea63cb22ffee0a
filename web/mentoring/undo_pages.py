"""Thinking again within a day: a no thank you, or a yes."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import transaction
from web.mentoring.actions import undoing
from web.mentoring.blueprint import bp
from web.shared.access import for_families, me


@bp.post("/mentor/requests/<ref>/undo")
@for_families
def undo_no(ref: str) -> ResponseReturnValue:
    """Open a question again that one said no thank you to."""
    with transaction():
        undoing.undo_no(ref, by=me())
    flash(_("Your no thank you is taken back. The question waits for your answer."))
    return redirect(url_for(".requests"))


@bp.post("/mentor/<ref>/undo")
@for_families
def undo_yes(ref: str) -> ResponseReturnValue:
    """Take a yes back that nothing has come of yet."""
    with transaction():
        undoing.undo_yes(ref, by=me())
    flash(_("Your yes is taken back. The question waits for your answer."))
    return redirect(url_for(".requests"))

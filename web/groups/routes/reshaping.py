"""What can be done with one group of a draft, on a page of its own; each is one button."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from data.models import DraftState
from data.queries.access import not_found
from web.groups.actions import reshaping as actions
from web.groups.actions.views import draft_to_look_at, has_groups
from web.groups.blueprint import bp
from web.groups.routes.board import do_at_board, number_in
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.shared.access import for_roles, me


@bp.get("/staff/drafts/<ref>/group")
@for_roles(*WORKS_WITH_GROUPS)
def reshape_group(ref: str) -> ResponseReturnValue:
    from web.groups.reshaping import shape_of  # brings the matcher along: not at start

    draft = draft_to_look_at(ref, by=me())
    if not has_groups(draft) or draft.state is not DraftState.READY:
        return redirect(url_for("groups.draft", ref=ref))
    text = request.args.get("g", "")
    number = int(text) if text.isdecimal() and len(text) <= 4 else None
    shape = shape_of(draft, number=number)
    if shape is None:
        flash(_("The group is no longer in the draft."))
        return redirect(url_for("groups.board", ref=ref))
    note_look(draft.pool, page="board")
    return render_template("groups/reshape.html", draft=draft, shape=shape)


@bp.post("/staff/drafts/<ref>/board/merge")
@for_roles(*WORKS_WITH_GROUPS)
def merge_groups(ref: str) -> ResponseReturnValue:
    keeps, joins = _group(request.form.get("keeps", "")), _group(request.form.get("joins", ""))
    version, locale = _version(), str(get_locale())
    return do_at_board(
        ref,
        lambda: actions.merge_groups(
            ref, keeps=keeps, joins=joins, version=version, by=me(), locale=locale
        ),
    )


@bp.post("/staff/drafts/<ref>/board/split")
@for_roles(*WORKS_WITH_GROUPS)
def split_group(ref: str) -> ResponseReturnValue:
    number, version, locale = _group(request.form.get("group", "")), _version(), str(get_locale())
    leaving = [family for family in request.form.get("leaving", "").split(",") if family]
    return do_at_board(
        ref,
        lambda: actions.split_group(
            ref, number=number, leaving=leaving, version=version, by=me(), locale=locale
        ),
    )


@bp.get("/staff/drafts/<ref>/late")
@for_roles(*WORKS_WITH_GROUPS)
def late_families(ref: str) -> ResponseReturnValue:
    from web.groups.placings import placings

    draft = draft_to_look_at(ref, by=me())
    if not has_groups(draft) or draft.state is not DraftState.READY:
        return redirect(url_for("groups.draft", ref=ref))
    late = placings(draft)
    if not late:
        return redirect(url_for("groups.board", ref=ref))
    note_look(draft.pool, page="board")
    return render_template("groups/late.html", draft=draft, late=late)


@bp.post("/staff/drafts/<ref>/board/late")
@for_roles(*WORKS_WITH_GROUPS)
def take_in_late(ref: str) -> ResponseReturnValue:
    refs = [family for family in request.form.get("families", "").split(",") if family]
    to, version, locale = number_in(request.form.get("to", "")), _version(), str(get_locale())
    return do_at_board(
        ref,
        lambda: actions.take_in_late(
            ref, family_refs=refs, to=to, version=version, by=me(), locale=locale
        ),
    )


def _group(text: str) -> int:
    number = number_in(text)
    if number is None:
        raise not_found()
    return number


def _version() -> int:
    """Return the version one has seen; without one, everything since the beginning counts."""
    return request.form.get("version", 0, type=int)

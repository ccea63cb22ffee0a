"""The board of a draft: look, move, lock, undo, recalculate, publish."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, get_locale, ngettext
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Conflict
from data.models import DraftState, GroupDraft, RoleName
from data.queries.access import not_found
from data.queries.desk import changes_since
from web.groups.actions import board as actions
from web.groups.actions import history, proposals, publishing
from web.groups.actions.views import LookEnded, draft_to_look_at, has_groups
from web.groups.blueprint import bp
from web.groups.cards import slot_text
from web.groups.draft_settings import MOVE_COST, MOVE_PRICES
from web.groups.late import late_families
from web.groups.outcomes import hue, letter
from web.groups.routes.family import base_url
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.shared.access import for_roles, me


@bp.errorhandler(LookEnded)
def look_ended(said: LookEnded) -> ResponseReturnValue:
    """Lead back to the groups; a page that asks in the background then goes there itself."""
    if _seen() is None:
        flash(str(said))
    return redirect(url_for("groups.staff_groups"))


@bp.get("/staff/drafts/<ref>/board")
@for_roles(*WORKS_WITH_GROUPS)
def board(ref: str) -> ResponseReturnValue:
    draft = draft_to_look_at(ref, by=me())
    if not has_groups(draft):
        return redirect(url_for("groups.draft", ref=ref))
    note_look(draft.pool, page="board")
    chosen = request.args.get("f")
    if (seen := _seen()) is not None:
        return board_parts(ref, chosen=chosen, seen=seen)
    return board_page(ref, chosen=chosen, with_rings="rings" in request.args)


@bp.get("/staff/drafts/<ref>/board/targets")
@for_roles(*WORKS_WITH_GROUPS)
def targets(ref: str) -> ResponseReturnValue:
    """Answer what each column would mean for the family that is being dragged."""
    from web.groups.boards import targets_of

    draft = draft_to_look_at(ref, by=me())
    if draft.outcome is None or draft.state is not DraftState.READY:
        raise not_found()
    found = targets_of(draft, family_ref=request.args.get("f", ""))
    return jsonify(targets=[asdict(option) for option in found])


def board_page(ref: str, *, chosen: str | None, clash: str = "", with_rings: bool = False) -> str:
    """Draw the board, with a sentence on top when someone else was quicker."""
    from web.groups.boards import board_of  # brings the matcher along: not at start
    from web.groups.rings import rings_of

    draft = draft_to_look_at(ref, by=me())
    editable = draft.state is DraftState.READY
    return render_template(
        "groups/board.html",
        draft=draft,
        board=board_of(draft, chosen_ref=chosen, by=me()),
        rings=rings_of(draft) if with_rings and editable else None,
        clash=clash,
        **_at_the_board(draft),
    )


def board_parts(ref: str, *, chosen: str | None, seen: int, clash: str = "", said: str = "") -> str:
    """Draw what differs from the version a browser has, and the panel of the chosen family."""
    from web.groups.boards import board_of

    draft = draft_to_look_at(ref, by=me())
    changes = changes_since(draft, seen)
    touched = {number for change in changes for number in change.groups}
    board = board_of(draft, chosen_ref=chosen, by=me(), only=touched)
    at = request.headers.get("X-Board-At", type=int)
    return render_template(
        "groups/_board_parts.html",
        draft=draft,
        board=board,
        rings=None,
        changed=bool(changes),
        clash=clash,
        overlap=history.overlap(draft, changes, at=at, by=me()) if at is not None else None,
        at=at,
        said=said,
        gone=touched - {column.number for column in board.columns} - {None},
        who=history.who,
        letter=letter,
        **_at_the_board(draft),
    )


def _at_the_board(draft: GroupDraft) -> dict[str, Any]:
    """Return what the head and the tools of a board need, drawn whole or in parts."""
    origin = proposals.origin_of(draft, by=me())
    return {
        "editable": draft.state is DraftState.READY,
        "late": late_families(draft) if draft.state is DraftState.READY else [],
        "prices": MOVE_PRICES,
        "price_kept": draft.settings.get("move_cost", MOVE_COST),
        "decimal": format_decimal,
        "origin": origin,
        "n_moved": len(proposals.differences(draft)) if origin else 0,
        "origin_score": actions.outcome_kept(origin).score if origin else 0,
    }


def _seen() -> int | None:
    """Return the version a browser has on its page, if it asks only for what differs."""
    return request.headers.get("X-Board", type=int)


def do_at_board(ref: str, act: Callable[[], str], *, keep: bool = True) -> ResponseReturnValue:
    """Do one thing at the board and draw it again; a clash is told above the fresh board."""
    chosen = request.form.get("family") if keep else None
    seen = _seen()
    try:
        with transaction():
            said = act()
    except Conflict as refusal:
        db.session.rollback()
        if draft_to_look_at(ref, by=me()).state is not DraftState.READY:
            flash(str(refusal))  # the page comes anew, and one can only look
            return redirect(url_for("groups.draft", ref=ref))
        if seen is not None:
            return board_parts(ref, chosen=chosen, seen=seen, clash=str(refusal)), 409
        return board_page(ref, chosen=chosen, clash=str(refusal)), 409
    if seen is not None:
        return board_parts(ref, chosen=chosen, seen=seen, said=said)
    flash(said)
    return redirect(url_for("groups.board", ref=ref, f=chosen))


def _number(name: str) -> int | None:
    return number_in(request.form.get(name, ""))


def number_in(text: str) -> int | None:
    """Read a group's number from a form; empty is the tray, anything else does not exist."""
    if text in {"", "tray"}:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise not_found()
    return int(text)


@bp.post("/staff/drafts/<ref>/board/move")
@for_roles(*WORKS_WITH_GROUPS)
def move_family(ref: str) -> ResponseReturnValue:
    seen_in, locale, form = _number("from"), str(get_locale()), request.form
    if other := form.get("swap"):
        return do_at_board(
            ref,
            lambda: actions.swap_families(
                ref,
                family_ref=form.get("family", ""),
                seen_in=seen_in,
                other_ref=other,
                by=me(),
                locale=locale,
            ),
        )
    to = _number("to")
    return do_at_board(
        ref,
        lambda: actions.move_family(
            ref, family_ref=form.get("family", ""), seen_in=seen_in, to=to, by=me(), locale=locale
        ),
    )


@bp.post("/staff/drafts/<ref>/board/rotate")
@for_roles(*WORKS_WITH_GROUPS)
def rotate_families(ref: str) -> ResponseReturnValue:
    refs = request.form.get("turn", "").split(",")
    seen = request.form.get("seen", "").split(",")
    if len(refs) != len(seen) or not all(n.isdecimal() and len(n) <= 4 for n in seen):
        raise not_found()
    turn, locale = [(r, int(n)) for r, n in zip(refs, seen, strict=True)], str(get_locale())
    return do_at_board(ref, lambda: actions.rotate_families(ref, turn=turn, by=me(), locale=locale))


@bp.post("/staff/drafts/<ref>/board/lock")
@for_roles(*WORKS_WITH_GROUPS)
def lock_seat(ref: str) -> ResponseReturnValue:
    locked = request.form.get("locked") == "1"
    if "group" in request.form:
        number = _number("group")
        if number is None:
            raise not_found()
        return do_at_board(
            ref, lambda: actions.lock_group(ref, number=number, locked=locked, by=me())
        )
    family = request.form.get("family", "")
    return do_at_board(
        ref, lambda: actions.lock_family(ref, family_ref=family, locked=locked, by=me())
    )


@bp.post("/staff/drafts/<ref>/board/<any(undo, redo):what>")
@for_roles(*WORKS_WITH_GROUPS)
def undo_or_redo(ref: str, what: str) -> ResponseReturnValue:
    act = actions.undo if what == "undo" else actions.redo
    return do_at_board(ref, lambda: act(ref, by=me()))


@bp.get("/staff/drafts/<ref>/publish")
@for_roles(*WORKS_WITH_GROUPS)
def publish(ref: str) -> ResponseReturnValue:
    return _publish_page(ref, seen=request.args.get("seen", type=int))


@bp.post("/staff/drafts/<ref>/publish")
@for_roles(*WORKS_WITH_GROUPS)
def publish_groups(ref: str) -> ResponseReturnValue:
    try:
        with transaction():
            draft = publishing.submit(
                ref,
                version=_number("version") or 0,
                names=_names(),
                answer_by=_day(request.form.get("answer_by", "")),
                by=me(),
                base_url=base_url(),
            )
            waits = draft.state is DraftState.SUBMITTED
    except Conflict as refusal:
        db.session.rollback()
        if draft_to_look_at(ref, by=me()).state in {DraftState.READY, DraftState.SUBMITTED}:
            return _publish_page(ref, refusal=str(refusal)), 409
        raise
    if waits:
        flash(_("The coordinator has been asked. No family has been told."))
    else:
        flash(_("The groups are published, and the families have been asked."))
    return redirect(url_for("groups.staff_groups"))


@bp.post("/staff/drafts/<ref>/send-back")
@for_roles(RoleName.COORDINATOR)
def send_back(ref: str) -> ResponseReturnValue:
    with transaction():
        publishing.send_back(ref, by=me())
    flash(_("The facilitator can work on the draft again."))
    return redirect(url_for("groups.staff_groups"))


def _publish_page(ref: str, *, refusal: str = "", seen: int | None = None) -> str:
    draft = draft_to_look_at(ref, by=me())
    unseen = [] if seen is None else history.told_changes(draft, since=seen)
    if not has_groups(draft):
        raise not_found()
    kept = {int(number): name for number, name in draft.settings.get("names", {}).items()}
    groups = publishing.groups_to_publish(draft, names=_names() or kept)
    coordinator = me().is_a(RoleName.COORDINATOR)
    needs_approval = me().municipality.setting("coordinator_approves_groups") and not coordinator
    answer_by = request.form.get("answer_by") or draft.settings.get("answer_by")
    seated = sum(len(group.families) for group in groups)
    return render_template(
        "groups/publish.html",
        draft=draft,
        groups=groups,
        refusal=refusal,
        unseen=unseen,
        outcome=actions.outcome_kept(draft),
        needs_approval=needs_approval,
        waits=draft.state is DraftState.SUBMITTED and not coordinator,
        may_send_back=draft.state is DraftState.SUBMITTED and coordinator,
        published=draft.state is DraftState.PUBLISHED,
        answer_by=answer_by or publishing.first_answer_day().isoformat(),
        families=ngettext("%(num)s family", "%(num)s families", seated),
        slot_text=slot_text,
        letter=letter,
        hue=hue,
    )


def _names() -> dict[int, str]:
    found = {}
    for key, value in request.form.items():
        number = key.removeprefix("name-")
        if not key.startswith("name-") or len(number) > 4:
            continue
        if number.isdecimal() and value.strip():
            found[int(number)] = value.strip()[:80]
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # refused as a day that is past

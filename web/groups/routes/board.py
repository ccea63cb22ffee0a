"""The board of a draft: look, move, lock, undo, recalculate, publish."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Conflict
from data.models import DraftState, RoleName
from data.queries.access import not_found
from data.queries.groups import draft_by_ref, may_look_at_board
from web.groups.actions import board as actions
from web.groups.actions import drafts, publishing
from web.groups.blueprint import bp
from web.groups.cards import slot_text
from web.groups.outcomes import hue, letter
from web.groups.routes.family import base_url
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.shared.access import for_roles, me


@bp.get("/staff/drafts/<ref>/board")
@for_roles(*WORKS_WITH_GROUPS)
def board(ref: str) -> ResponseReturnValue:
    draft = draft_by_ref(ref, by=me())
    if draft.state is DraftState.DISCARDED:
        raise not_found()
    if not may_look_at_board(draft, by=me()):
        return redirect(url_for("groups.staff_groups"))
    if draft.outcome is None or draft.state is DraftState.WORKING:
        return redirect(url_for("groups.draft", ref=ref))
    note_look(draft.pool, page="board")
    return board_page(ref, chosen=request.args.get("f"))


def board_page(ref: str, *, chosen: str | None, clash: str = "") -> str:
    """Draw the board, with a sentence on top when someone else was quicker."""
    from web.groups.boards import board_of  # brings the matcher along: not at start

    draft = draft_by_ref(ref, by=me())
    return render_template(
        "groups/board.html",
        draft=draft,
        board=board_of(draft, chosen_ref=chosen, by=me()),
        clash=clash,
        editable=draft.state is DraftState.READY,
    )


def _do(ref: str, act: Callable[[], str], *, keep: bool = True) -> ResponseReturnValue:
    """Do one thing at the board and draw it again; a clash is told above the fresh board."""
    chosen = request.form.get("family") if keep else None
    try:
        with transaction():
            said = act()
    except Conflict as refusal:
        db.session.rollback()
        if draft_by_ref(ref, by=me()).state is not DraftState.READY:
            raise
        return board_page(ref, chosen=chosen, clash=str(refusal)), 409
    flash(said)
    return redirect(url_for("groups.board", ref=ref, f=chosen))


def _number(name: str) -> int | None:
    """Read a group's number from the form; empty is the tray, anything else does not exist."""
    text = request.form.get(name, "")
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
        return _do(
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
    return _do(
        ref,
        lambda: actions.move_family(
            ref, family_ref=form.get("family", ""), seen_in=seen_in, to=to, by=me(), locale=locale
        ),
    )


@bp.post("/staff/drafts/<ref>/board/lock")
@for_roles(*WORKS_WITH_GROUPS)
def lock_seat(ref: str) -> ResponseReturnValue:
    locked = request.form.get("locked") == "1"
    if "group" in request.form:
        number = _number("group")
        if number is None:
            raise not_found()
        return _do(ref, lambda: actions.lock_group(ref, number=number, locked=locked, by=me()))
    family = request.form.get("family", "")
    return _do(ref, lambda: actions.lock_family(ref, family_ref=family, locked=locked, by=me()))


@bp.post("/staff/drafts/<ref>/board/<any(undo, redo):what>")
@for_roles(*WORKS_WITH_GROUPS)
def undo_or_redo(ref: str, what: str) -> ResponseReturnValue:
    act = actions.undo if what == "undo" else actions.redo
    return _do(ref, lambda: act(ref, by=me()))


@bp.post("/staff/drafts/<ref>/board/recalculate")
@for_roles(*WORKS_WITH_GROUPS)
def recalculate(ref: str) -> ResponseReturnValue:
    with transaction():
        drafts.recalculate(ref, version=_number("version") or 0, by=me())
    return redirect(url_for("groups.draft", ref=ref))


@bp.get("/staff/drafts/<ref>/publish")
@for_roles(*WORKS_WITH_GROUPS)
def publish(ref: str) -> ResponseReturnValue:
    if not may_look_at_board(draft_by_ref(ref, by=me()), by=me()):
        return redirect(url_for("groups.staff_groups"))
    return _publish_page(ref)


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
        if draft_by_ref(ref, by=me()).state in {DraftState.READY, DraftState.SUBMITTED}:
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


def _publish_page(ref: str, *, refusal: str = "") -> str:
    draft = draft_by_ref(ref, by=me())
    if draft.outcome is None or draft.state in {DraftState.WORKING, DraftState.DISCARDED}:
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

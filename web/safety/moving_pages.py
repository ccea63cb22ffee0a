"""Pages: a family on its way to another municipality, from three sides."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from chat import live
from data.db import transaction
from data.models import MoveState, RoleName
from data.queries.access import family_by_ref, not_found
from data.queries.moves import (
    arriving,
    exclusions_of,
    municipalities_to_move_to,
    municipality_name,
    open_move_of,
)
from web.safety.actions import moving
from web.safety.blueprint import bp
from web.shared.access import for_families, for_roles, me


def _base_url() -> str:
    return str(current_app.config["BASE_URL"])


@bp.get("/staff/families/<ref>/move")
@for_roles(RoleName.COORDINATOR)
def family_move(ref: str) -> ResponseReturnValue:
    family = family_by_ref(ref, by=me())
    move = open_move_of(family.id)
    return render_template(
        "safety/family_move.html",
        family=family,
        move=move,
        to=municipality_name(move.to_id) if move else "",
        others=municipalities_to_move_to(me().municipality),
        n_apart=exclusions_of(family),
    )


@bp.post("/staff/families/<ref>/move")
@for_roles(RoleName.COORDINATOR)
def suggest_move(ref: str) -> ResponseReturnValue:
    with transaction():
        moving.suggest_move(ref, to_ref=request.form.get("to", ""), by=me(), base_url=_base_url())
    flash(_("The family is asked. Nothing moves before it has said yes."))
    return redirect(url_for("safety.family_move", ref=ref))


@bp.post("/staff/families/<ref>/move/stop")
@for_roles(RoleName.COORDINATOR)
def stop_move(ref: str) -> ResponseReturnValue:
    with transaction():
        moving.stop_move(ref, by=me())
    flash(_("The move is stopped. The family stays with you."))
    return redirect(url_for("safety.family_move", ref=ref))


@bp.get("/profile/move")
@for_families
def own_move() -> ResponseReturnValue:
    move = open_move_of(me().family_id)
    if move is None:
        raise not_found()
    return render_template(
        "safety/own_move.html",
        to=municipality_name(move.to_id),
        answered=move.state is not MoveState.ASKED,
    )


@bp.post("/profile/move")
@for_families
def answer_move() -> ResponseReturnValue:
    yes = request.form.get("answer") == "yes"
    with transaction():
        moving.answer_move(yes=yes, by=me(), base_url=_base_url())
    if not yes:
        flash(_("Thank you. Then you stay where you are."))
        return redirect(url_for("overview.home"))
    flash(_("Thank you. We write to you when the other municipality has taken you in."))
    return redirect(url_for("safety.own_move"))


@bp.get("/staff/moves")
@for_roles(RoleName.COORDINATOR)
def moves() -> ResponseReturnValue:
    waiting = arriving(me().municipality_id)
    return render_template(
        "safety/moves.html",
        moves=[(move, municipality_name(move.from_id)) for move in waiting],
    )


@bp.post("/staff/moves/<ref>")
@for_roles(RoleName.COORDINATOR)
def settle_move(ref: str) -> ResponseReturnValue:
    if request.form.get("answer") != "yes":
        with transaction():
            moving.decline_move(ref, by=me())
        flash(_("You have said no thanks. The family stays where it is."))
        return redirect(url_for("safety.moves"))
    with transaction():
        adults = moving.take_in(
            ref,
            external_id=request.form.get("external_id", ""),
            by=me(),
            base_url=_base_url(),
        )
    for account_id in adults:
        live.drop_account(account_id)
    flash(_("The family is with you now. It has been asked to look its profile through."))
    return redirect(url_for("safety.moves"))

"""Pools: the coordinator releases families, the facilitator sees who they are."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from data.db import db, transaction
from data.errors import Conflict
from data.models import Pool, RoleName
from data.queries.desk import helpers_of
from data.queries.groups import drafts_for, facilitators_of, pool_by_ref, pools_for
from web.groups.actions import helping
from web.groups.actions import pools as actions
from web.groups.blueprint import bp
from web.groups.cards import card_of
from web.groups.forms.pools import PoolForm
from web.groups.waiting import families_in, newly_waiting, pick
from web.shared.access import for_roles, me

WORKS_WITH_GROUPS = (RoleName.FACILITATOR, RoleName.CONSULTANT, RoleName.COORDINATOR)


def note_look(pool: Pool, *, page: str) -> None:
    """Put a look at a pool's families into the trail, once in a while."""
    if actions.look_is_noted(pool, page=page, by=me()):
        return
    with transaction():
        actions.note_look(pool, page=page, by=me())


@bp.get("/staff/pools")
@for_roles(*WORKS_WITH_GROUPS)
def pools() -> ResponseReturnValue:
    return _pools_page(_form() if me().is_a(RoleName.COORDINATOR) else None)


@bp.post("/staff/pools")
@for_roles(RoleName.COORDINATOR)
def release_pool() -> ResponseReturnValue:
    form = _form()
    if request.form.get("do") == "count":
        valid = all(form[name].validate(form) for name in ("postcode", "minutes"))
        return _pools_page(form, picked=pick(me().municipality_id, form.wish) if valid else None)
    if not form.validate():
        return _pools_page(form), 422
    try:
        with transaction():
            actions.release_pool(
                name=form.name.data or "",
                wish=form.wish,
                facilitator_ref=form.facilitator.data,
                by=me(),
            )
    except Conflict as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return _pools_page(form), 409
    flash(_("The pool is released. No family has been told."))
    return redirect(url_for("groups.pools"))


@bp.get("/staff/pools/<ref>")
@for_roles(*WORKS_WITH_GROUPS)
def pool(ref: str) -> ResponseReturnValue:
    found = pool_by_ref(ref, by=me())
    note_look(found, page="pool")
    cards = [card_of(family) for family in families_in(found)]
    drafts = [draft for draft in drafts_for(me()) if draft.pool_id == found.id]
    return render_template(
        "groups/pool.html",
        pool=found,
        cards=cards,
        drafts=drafts,
        may_close=(leads := me().is_a(RoleName.COORDINATOR) and found.closed_at is None),
        more=newly_waiting(found) if leads else [],
        helpers=(helpers := helpers_of(found)),
        may_ask_help=helping.may_ask_help(found, by=me()),
        could_help=[
            person
            for person in facilitators_of(found.municipality_id)
            if person.id != found.facilitator_id and person not in helpers
        ],
    )


@bp.post("/staff/pools/<ref>/helpers")
@for_roles(*WORKS_WITH_GROUPS)
def change_helpers(ref: str) -> ResponseReturnValue:
    helper = request.form.get("helper", "")
    with transaction():
        if request.form.get("do") == "end":
            helping.end_help(ref, helper_ref=helper, by=me())
            said = _("The help has ended. The families are no longer shown there.")
        else:
            name = helping.ask_helper(ref, helper_ref=helper, by=me()).name
            said = _("%(name)s can now work on the drafts of this pool.", name=name)
    flash(said)
    return redirect(url_for("groups.pool", ref=ref))


@bp.post("/staff/pools/<ref>/more")
@for_roles(RoleName.COORDINATOR)
def release_more(ref: str) -> ResponseReturnValue:
    with transaction():
        n = len(actions.release_more(ref, by=me()))
    flash(
        ngettext(
            "%(num)s more family is in the pool. It has not been told.",
            "%(num)s more families are in the pool. They have not been told.",
            n,
        )
    )
    return redirect(url_for("groups.pool", ref=ref))


@bp.post("/staff/pools/<ref>/close")
@for_roles(RoleName.COORDINATOR)
def close_pool(ref: str) -> ResponseReturnValue:
    with transaction():
        actions.close_pool(ref, by=me())
    flash(_("The pool is closed. The facilitator no longer sees the families."))
    return redirect(url_for("groups.pools"))


def _form() -> PoolForm:
    return PoolForm(
        by=me(), facilitators=facilitators_of(me().municipality_id), data={"others_too": True}
    )


def _pools_page(form: PoolForm | None, picked: object = None) -> str:
    return render_template("groups/pools.html", pools=pools_for(me()), form=form, picked=picked)

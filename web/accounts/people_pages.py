"""Pages where the coordinator and the administrator see who works here and as what."""

import math
from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice

from chat import live
from data.db import db, transaction
from data.errors import Invalid
from data.i18n import _, ngettext
from data.models import STAFF, Account, RoleName
from data.queries import accounts as queries
from web.accounts.actions import invitations
from web.accounts.actions import people as actions
from web.accounts.blueprint import bp
from web.accounts.forms import InviteStaffForm
from web.shared import invitations as inviting
from web.shared.access import for_roles, me
from web.shared.addresses import asked_number
from web.shared.limits import limiter

_PER_PAGE = 25


@bp.get("/staff/people")
@for_roles(*actions.MANAGERS)
def people() -> ResponseReturnValue:
    """List who works here and who is invited."""
    return _list_page(_invite_form())


@bp.post("/staff/people/invitations")
@for_roles(*actions.MANAGERS)
@limiter.limit("60/hour")
def invite_staff() -> ResponseReturnValue:
    """Invite a colleague."""
    form = _invite_form()
    if not form.validate():
        return _list_page(form), 400
    by_id = me().id
    try:
        with transaction():
            invitations.invite_staff(
                email=str(form.email.data),
                name=str(form.name.data).strip(),
                roles=[RoleName(name) for name in form.roles.data or []],
                institution_ref=form.institution.data or None,
                by=db.session.get_one(Account, by_id),
                link=inviting.own_link,
            )
    except Invalid as invalid:
        form[invalid.field or "email"].errors = [str(invalid)]
        return _list_page(form), 409
    flash(_("The invitation is on its way to %(email)s.", email=form.email.data))
    return redirect(url_for("accounts.people"))


@bp.get("/staff/people/<ref>")
@for_roles(*actions.MANAGERS)
def person(ref: str) -> ResponseReturnValue:
    """Show a colleague: roles, duties, closing the account."""
    found = actions.person_by_ref(ref, by=me())
    return render_template(
        "accounts/person.html",
        person=found,
        role_words=role_words(),
        may_give=sorted(invitations.roles_given_by(me())),
        groups=queries.groups_to_hand_over(found.id),
        pools=queries.open_pools_of(found.id),
        families=queries.families_of_consultant(found.id),
        others=[
            c
            for c in queries.colleagues(found.municipality_id, *actions.FACILITATORS)
            if c.id != found.id
        ],
        may_hand_over=me().is_a(RoleName.COORDINATOR),
    )


@bp.post("/staff/people/<ref>/roles")
@for_roles(*actions.MANAGERS)
def change_roles(ref: str) -> ResponseReturnValue:
    """Give and take roles."""
    by_id, names = me().id, set(request.form.getlist("roles"))
    with transaction():
        by = db.session.get_one(Account, by_id)
        roles = [role for role in STAFF if role.value in names]
        actions.change_roles(ref, roles=roles, by=by)
        person_id = actions.person_by_ref(ref, by=by).id
    live.drop_account(person_id)
    flash(_("The roles are saved. The person signs in again."))
    return redirect(url_for("accounts.person", ref=ref) if person_id != by_id else "/sign-in")


@bp.post("/staff/people/<ref>/hand-over")
@for_roles(RoleName.COORDINATOR)
def hand_over(ref: str) -> ResponseReturnValue:
    """Let a colleague take over groups, pools and families."""
    by_id, to_ref = me().id, request.form.get("to", "")
    with transaction():
        by = db.session.get_one(Account, by_id)
        counts = actions.hand_over_duties(ref, to_ref=to_ref, by=by)
    flash(
        _(
            "Handed over: %(groups)s, %(pools)s and %(families)s.",
            groups=ngettext("%(num)s group", "%(num)s groups", counts["groups"]),
            pools=ngettext("%(num)s pool", "%(num)s pools", counts["pools"]),
            families=ngettext("%(num)s family", "%(num)s families", counts["families"]),
        )
    )
    return redirect(url_for("accounts.person", ref=ref))


@bp.post("/staff/people/<ref>/close")
@for_roles(*actions.MANAGERS)
def close_account(ref: str) -> ResponseReturnValue:
    """Close a colleague's account."""
    by_id = me().id
    with transaction():
        closed = actions.deactivate(ref, by=db.session.get_one(Account, by_id))
        closed_id, name = closed.id, closed.name
    live.drop_account(closed_id)
    flash(_("%(name)s can no longer sign in.", name=name))
    return redirect(url_for("accounts.people"))


def role_words() -> dict[RoleName, str]:
    """Return the names of the staff roles as people say them."""
    return {
        RoleName.CONSULTANT: _("Foster care consultant"),
        RoleName.FACILITATOR: _("Facilitator"),
        RoleName.COORDINATOR: _("Coordinator"),
        RoleName.ADMINISTRATOR: _("Administrator"),
    }


def _invite_form() -> InviteStaffForm:
    form = InviteStaffForm() if request.method == "POST" else InviteStaffForm(formdata=None)
    words, may_give = role_words(), invitations.roles_given_by(me())
    form.roles.choices = _choices((r.value, words[r]) for r in words if r in may_give)
    places = queries.institutions(me().municipality_id)
    form.institution.choices = _choices(
        [("", me().municipality.name), *((p.ref, p.name) for p in places)]
    )
    return form


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _list_page(form: InviteStaffForm) -> str:
    wanted = _wanted()
    page = asked_number("page", 1)
    municipality_id = me().municipality_id
    rows, count = queries.staff_page(municipality_id, wanted, page=page, per_page=_PER_PAGE)
    waiting = queries.waiting_invitations(municipality_id)
    return render_template(
        "accounts/people.html",
        form=form,
        people=rows,
        count=count,
        page=page,
        pages=max(1, math.ceil(count / _PER_PAGE)),
        wanted=wanted,
        role_words=role_words(),
        invitations=[(i, invitations.state_of(i).value) for i in waiting],
    )


def _wanted() -> queries.PeopleFilter:
    role = request.args.get("role", "")
    return queries.PeopleFilter(
        words=request.args.get("q", "").strip()[:80],
        role=RoleName(role) if role in {r.value for r in STAFF} else None,
        left=request.args.get("left") == "1",
    )

"""Pages about the adults of a family: who they are, inviting one more, leaving."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from chat import live
from data.db import db, transaction
from data.errors import Refusal
from data.i18n import _
from data.models import Account, Family, RoleName
from data.queries.access import family_by_ref, not_found
from data.queries.accounts import colleagues, family_invitations
from web.accounts.actions import invitations
from web.accounts.actions import people as actions
from web.accounts.blueprint import bp
from web.accounts.forms import InviteAdultForm
from web.shared import invitations as inviting
from web.shared.access import for_families, for_roles, me
from web.shared.limits import limiter

_STAFF = (RoleName.CONSULTANT, RoleName.COORDINATOR)


@bp.get("/me/family")
@for_families
def family_people() -> ResponseReturnValue:
    """Show the adults of one's own family."""
    return _page(_own_family(), InviteAdultForm(formdata=None))


@bp.post("/me/family/invitations")
@for_families
@limiter.limit("20/hour")
def invite_own_adult() -> ResponseReturnValue:
    """Invite another adult of one's own family."""
    return _invite(_own_family().ref)


@bp.get("/me/family/leave")
@for_families
def leaving() -> ResponseReturnValue:
    """Say what happens when one leaves."""
    return render_template("accounts/leave.html", family=_own_family())


@bp.post("/me/family/leave")
@for_families
def leave() -> ResponseReturnValue:
    """Leave: out of every room, signed out everywhere."""
    person_id, family_id, ref = me().id, _own_family().id, me().ref
    with transaction():
        actions.leave_family(
            db.session.get_one(Family, family_id),
            account_ref=ref,
            by=db.session.get_one(Account, person_id),
        )
    live.drop_account(person_id)
    session.clear()
    return render_template("accounts/left.html")


@bp.get("/staff/families/<ref>/people")
@for_roles(*_STAFF)
def staff_family_people(ref: str) -> ResponseReturnValue:
    """Show a family's adults, invitations and consultant to those who look after it."""
    return _page(family_by_ref(ref, by=me()), InviteAdultForm(formdata=None))


@bp.post("/staff/families/<ref>/invitations")
@for_roles(*_STAFF)
@limiter.limit("200/hour")
def invite_adult(ref: str) -> ResponseReturnValue:
    """Invite an adult of a family one looks after."""
    return _invite(ref)


@bp.post("/staff/families/<ref>/people/<person>/leave")
@for_roles(*_STAFF)
def end_adult(ref: str, person: str) -> ResponseReturnValue:
    """End an adult's place in a family: after a divorce, for instance."""
    by_id = me().id
    with transaction():
        by = db.session.get_one(Account, by_id)
        gone = actions.leave_family(family_by_ref(ref, by=by), account_ref=person, by=by)
        gone_id, name = gone.id, gone.name
    live.drop_account(gone_id)
    flash(_("%(name)s can no longer sign in.", name=name))
    return redirect(url_for("accounts.staff_family_people", ref=ref))


@bp.post("/staff/families/<ref>/consultant")
@for_roles(RoleName.COORDINATOR)
def set_consultant(ref: str) -> ResponseReturnValue:
    """Say who the family's own consultant is."""
    by_id, consultant = me().id, request.form.get("consultant", "")
    with transaction():
        by = db.session.get_one(Account, by_id)
        actions.set_consultant(ref, consultant_ref=consultant, by=by)
    flash(_("The family's consultant is saved."))
    return redirect(url_for("accounts.staff_family_people", ref=ref))


@bp.post("/invitations/<ref>/revoke")
@for_roles(RoleName.FAMILY, *_STAFF, RoleName.ADMINISTRATOR)
def revoke_invitation(ref: str) -> ResponseReturnValue:
    """Take back an invitation that nobody has used."""
    by_id = me().id
    with transaction():
        revoked = invitations.revoke_invitation(ref, by=db.session.get_one(Account, by_id))
        family_ref = revoked.family.ref if revoked.family else None
    flash(_("The invitation has been taken back. The link no longer works."))
    return redirect(_back_to(family_ref))


def _back_to(family_ref: str | None) -> str:
    if family_ref is None:
        return url_for("accounts.people")
    if me().is_staff:
        return url_for("accounts.staff_family_people", ref=family_ref)
    return url_for("accounts.family_people")


def _own_family() -> Family:
    family = me().family
    if family is None:
        raise not_found()
    return family


def _invite(ref: str) -> ResponseReturnValue:
    form, by_id = InviteAdultForm(), me().id
    if not form.validate():
        return _page(family_by_ref(ref, by=me()), form), 400
    try:
        with transaction():
            by = db.session.get_one(Account, by_id)
            inviting.invite_adult(
                family_by_ref(ref, by=by),
                email=str(form.email.data),
                name=str(form.name.data).strip(),
                by=by,
                link=inviting.own_link,
            )
    except Refusal as refusal:
        if not getattr(refusal, "field", None):
            raise
        form.email.errors = [str(refusal)]
        return _page(family_by_ref(ref, by=me()), form), 409
    flash(_("The invitation is on its way to %(email)s.", email=form.email.data))
    return redirect(_back_to(ref))


def _page(family: Family, form: InviteAdultForm) -> str:
    staff = me().is_staff
    return render_template(
        "accounts/family_people.html",
        family=family,
        form=form,
        staff=staff,
        adults=[c for c in family.carers if c.active],
        invitations=[(i, invitations.state_of(i).value) for i in family_invitations(family.id)],
        consultants=colleagues(family.municipality_id, RoleName.CONSULTANT) if staff else [],
        may_choose=me().is_a(RoleName.COORDINATOR),
    )

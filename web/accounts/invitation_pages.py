"""Pages for someone who was invited: what this is, the promise, the consent, and no thank you."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from data.answers import has_consent
from data.db import db, transaction
from data.errors import Invalid
from data.models import Account, ConsentKind, Invitation
from web.accounts import hashing, passwords
from web.accounts.actions import invitations as actions
from web.accounts.blueprint import bp
from web.accounts.forms import FamilyWelcomeForm, WelcomeForm
from web.shared.access import public
from web.shared.limits import limiter
from web.shared.sessions import begin_session


@bp.get("/invitation/<token>")
@public
@limiter.limit("60/minute")
def invitation(token: str) -> ResponseReturnValue:
    """Say what this is, what is asked and what is never asked."""
    invited = actions.invitation_of(token)
    if actions.state_of(invited) is not actions.LinkState.OPEN:
        return _closed(invited), 410
    return _page(invited, _form(invited, fresh=True))


@bp.post("/invitation/<token>")
@public
@limiter.limit("30/minute")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Take the invitation: make the account, note the consents, sign in."""
    invited = actions.invitation_of(token)
    if actions.state_of(invited) is not actions.LinkState.OPEN:
        return _closed(invited), 410
    form = _form(invited)
    if not form.validate() or not _good_password(form, invited):
        return _page(invited, form), 400
    welcome = _welcome(form)  # hashes before the transaction: it takes a while
    with transaction():
        account = actions.accept_invitation(token, welcome)
        begin_session(account)
    return redirect(url_for("families.profile" if account.family_id else "overview.staff"))


@bp.post("/invitation/<token>/no-thanks")
@public
@limiter.limit("30/minute")
def decline_invitation(token: str) -> ResponseReturnValue:
    """Take a no for an answer."""
    with transaction():
        actions.decline_invitation(token)
    return render_template("accounts/declined.html")


@bp.get("/confidentiality")
@public
def confidentiality() -> ResponseReturnValue:
    """Show what families promise each other."""
    return render_template("accounts/confidentiality.html", version=actions.TERMS)


def _form(invited: Invitation, *, fresh: bool = False) -> WelcomeForm:
    kind = FamilyWelcomeForm if invited.family_id else WelcomeForm
    return kind(formdata=None, name=invited.name) if fresh else kind()


def _good_password(form: WelcomeForm, invited: Invitation) -> bool:
    if not form.password.data:
        return True
    about = (str(form.name.data), invited.email.partition("@")[0], invited.municipality.name)
    try:
        passwords.check(form.password.data, about=about)
    except Invalid as weak:
        form.password.errors = [str(weak)]
        return False
    return True


def _welcome(form: WelcomeForm) -> actions.Welcome:
    is_family = isinstance(form, FamilyWelcomeForm)
    return actions.Welcome(
        name=str(form.name.data).strip(),
        hashed_password=hashing.hash_password(form.password.data) if form.password.data else None,
        promises_confidentiality=is_family and bool(form.promise.data),
        agrees_to_matching=is_family and bool(form.matching.data),
    )


def _page(invited: Invitation, form: WelcomeForm) -> str:
    someone_else = (
        current_user.is_authenticated and current_user.email != invited.email and current_user.name
    )
    inviter = db.session.get(Account, invited.invited_by_id) if invited.invited_by_id else None
    return render_template(
        "accounts/invitation.html",
        invited=invited,
        form=form,
        inviter=inviter,
        signed_in_as=someone_else or None,
        matching_given=bool(invited.family and has_consent(invited.family, ConsentKind.MATCHING)),
    )


def _closed(invited: Invitation) -> str:
    return render_template(
        "accounts/invitation_closed.html", state=actions.state_of(invited).value, invited=invited
    )

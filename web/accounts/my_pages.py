"""Pages about oneself: password, the browsers one is signed in on, language and looks."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from chat import live
from data.db import db, transaction
from data.errors import Invalid
from data.i18n import _
from data.models import Account, CalendarFeed
from data.queries.sign_ins import live_sign_ins_of
from web.accounts import hashing
from web.accounts.actions import own as actions
from web.accounts.blueprint import bp
from web.accounts.forms import NewPasswordForm
from web.shared.access import for_members
from web.shared.access import me as signed_in_person
from web.shared.limits import limiter
from web.shared.preferences import LANGUAGES
from web.shared.sessions import SID, hash_of


@bp.get("/me")
@for_members
def me() -> ResponseReturnValue:
    """Show the person's own account."""
    return _page(NewPasswordForm(formdata=None))


@bp.post("/me/password")
@for_members
@limiter.limit("20/hour")
def set_password() -> ResponseReturnValue:
    """Set or change the password; other browsers are signed out."""
    form = NewPasswordForm()
    person = signed_in_person()
    if not form.validate() or not _is_really_them(person, form):
        return _page(form), 400
    try:
        actions.check_new_password(person, str(form.password.data))
    except Invalid as weak:
        form.password.errors = [str(weak)]
        return _page(form), 400
    hashed = hashing.hash_password(str(form.password.data))
    account_id, here = person.id, hash_of(session[SID])
    with transaction():
        account = db.session.get_one(Account, account_id)
        ended = actions.set_password(account, hashed=hashed, keep_sid_hash=here)
    for sid_hash in ended:
        live.drop_sign_in(sid_hash)
    flash(_("The password is saved. Other devices have been signed out."))
    return redirect(url_for("accounts.me"))


def _is_really_them(person: Account, form: NewPasswordForm) -> bool:
    """Ask for the old password, so that a borrowed telephone is not a stolen account."""
    if person.password is None or hashing.password_fits(form.current.data or "", person.password):
        return True
    form.current.errors = [_("That is not the password you have now.")]
    return False


@bp.post("/me/sign-ins/<mark>/end")
@for_members
def end_sign_in(mark: str) -> ResponseReturnValue:
    """Sign one of one's own browsers out."""
    account_id = signed_in_person().id
    with transaction():
        sid_hash = actions.end_sign_in(mark, by=db.session.get_one(Account, account_id))
    live.drop_sign_in(sid_hash)
    flash(_("That device has been signed out."))
    return redirect(url_for("accounts.me"))


@bp.post("/me/looks")
@for_members
def choose_looks() -> ResponseReturnValue:
    """Keep language and light or dark with the account."""
    account_id = signed_in_person().id
    language, theme = request.form.get("language"), request.form.get("theme")
    with transaction():
        account = db.session.get_one(Account, account_id)
        actions.choose_looks(account, language=language, theme=theme)
        session["language"], session["theme"] = account.locale, account.theme
    flash(_("Your choice is saved and follows you to other devices."))
    return redirect(url_for("accounts.me"))


def _page(form: NewPasswordForm) -> str:
    person = signed_in_person()
    feed = db.session.get(CalendarFeed, person.id)
    token = feed.token.text if feed and feed.token else None
    return render_template(
        "accounts/me.html",
        person=person,
        form=form,
        sign_ins=live_sign_ins_of(person.id),
        here=hash_of(session[SID]),
        mark_of=actions.mark_of,
        languages=LANGUAGES,
        feed_url=f"{current_app.config['BASE_URL']}/calendar/{token}.ics" if token else None,
    )

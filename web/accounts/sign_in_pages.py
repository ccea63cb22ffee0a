"""Pages for signing in and out: e-mail first, then a code or a password."""

import math
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from chat import live
from data.db import transaction
from data.i18n import _, ngettext
from data.models import Account
from data.queries.access import not_found
from data.queries.demo_people import demo_people
from web.accounts import hashing
from web.accounts.actions import sign_in as actions
from web.accounts.blueprint import bp
from web.accounts.forms import CodeForm, PasswordForm, SignInForm
from web.shared.access import me, public
from web.shared.addresses import own_path
from web.shared.limits import limiter
from web.shared.sessions import SID, begin_session, end_session, hash_of

log = structlog.get_logger()
_PENDING = "signing_in"  # what the cookie remembers between the two steps


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is."""
    if current_user.is_authenticated:
        return redirect(_after_sign_in(me()))
    return _sign_in_page(SignInForm(email=_pending().get("email", "")))


@bp.post("/sign-in")
@public
@limiter.limit("30/minute")
def sign_in_start() -> ResponseReturnValue:
    """Send a code, or go on to the password; the same for every address."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 400
    email = str(form.email.data).strip().lower()
    pending: dict[str, Any] = {"email": email, "next": own_path(request.form.get("next"), "")}
    if request.form.get("way") != "password":
        with transaction():
            asked = actions.ask_for_code(email, network=_network(), locale=str(get_locale()))
        if isinstance(asked, actions.Outcome):
            form.form_errors.append(_wait_words(asked.wait))
            return _sign_in_page(form), 429
        pending["code"] = asked
    session[_PENDING] = pending
    return redirect(url_for("accounts.code"))


@bp.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    """Ask for the code, or the password."""
    if "email" not in _pending():
        return redirect(url_for("accounts.sign_in"))
    return _code_page()


@bp.post("/sign-in/code")
@public
@limiter.limit("30/minute")
def code_check() -> ResponseReturnValue:
    """Sign in, or say what is wrong and how many tries are left."""
    pending = _pending()
    if "email" not in pending:
        return redirect(url_for("accounts.sign_in"))
    if "password" in request.form:
        return _check_password(pending)
    form = CodeForm()
    if not form.validate():
        return _code_page(code_form=form), 400
    with transaction():
        outcome = actions.try_code(pending.get("code", ""), str(form.code.data), network=_network())
        if outcome.account:
            _begin(outcome.account)
    if outcome.account:
        return _welcome(outcome.account, pending)
    form.code.errors = [_code_problem(outcome)]
    return _code_page(code_form=form, problem=outcome.problem), 400


def _check_password(pending: dict[str, Any]) -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate():
        return _code_page(password_form=form), 400
    email = pending["email"]
    with transaction():
        wait = actions.count_password_try(email, network=_network())
        stored = actions.stored_password(email)
    if wait:
        form.password.errors = [_wait_words(wait)]
        return _code_page(password_form=form), 429
    right = hashing.password_fits(str(form.password.data), stored)  # never while the lock is held
    with transaction():
        outcome = actions.sign_in_with_password(email, right=right, network=_network())
        if outcome.account:
            _begin(outcome.account)
    if outcome.account:
        return _welcome(outcome.account, pending)
    form.password.errors = [
        _("The e-mail and the password do not fit together. You can also ask for a code.")
    ]
    return _code_page(password_form=form), 400


@bp.post("/sign-in/try/<ref>")
@public
@limiter.limit("30/minute")
def try_as(ref: str) -> ResponseReturnValue:
    """Sign in as one of the invented people, only where everything is invented."""
    if not _is_demo():
        raise not_found()
    with transaction():
        account = actions.sign_in_as_demo(ref)
        if account is None:
            raise not_found()
        _begin(account)
    return _welcome(account, {})


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign this browser out, its conversations too."""
    sid_hash = hash_of(session.get(SID, ""))
    with transaction():
        end_session()
    live.drop_sign_in(sid_hash)
    return redirect(url_for("accounts.sign_in"))


def _begin(account: Account) -> None:
    begin_session(account)
    if account.theme:
        session["theme"] = account.theme
    log.info("signed_in", account=account.id)


def _welcome(account: Account, pending: dict[str, Any]) -> ResponseReturnValue:
    return redirect(own_path(pending.get("next"), _after_sign_in(account)))


def _after_sign_in(account: Account) -> str:
    return url_for("overview.staff" if account.is_staff else "overview.home")


def _pending() -> dict[str, Any]:
    return dict(session.get(_PENDING) or {})


def _network() -> str:
    """Return whom to count together: an address, or the whole home of an IPv6 one."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def _is_demo() -> bool:
    return bool(current_app.config["DEMO"]) and not current_app.config["PRODUCTION"]


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        next=own_path(request.values.get("next"), ""),
        demo_people=demo_people() if _is_demo() else [],
        minutes=actions.CODE_MINUTES,
    )


def _code_page(
    *,
    code_form: CodeForm | None = None,
    password_form: PasswordForm | None = None,
    problem: actions.Problem | None = None,
) -> str:
    pending = _pending()
    return render_template(
        "accounts/code.html",
        email=pending["email"],
        by_code="code" in pending,
        code_form=code_form or CodeForm(formdata=None),
        password_form=password_form or PasswordForm(formdata=None),
        next=pending.get("next", ""),
        over=problem in {"expired", "too_many"},
        minutes=actions.CODE_MINUTES,
    )


def _code_problem(outcome: actions.Outcome) -> str:
    if outcome.problem == "expired":
        return _("The code is too old or already used. Ask for a new one.")
    if outcome.problem == "too_many":
        return _("That was the wrong code too many times. Ask for a new one.")
    return ngettext(
        "The code is not right. You can try once more.",
        "The code is not right. You can try %(num)s more times.",
        outcome.tries_left,
    )


def _wait_words(wait: timedelta) -> str:
    seconds = max(1, math.ceil(wait.total_seconds()))
    if seconds <= 90:
        return ngettext(
            "That was many tries. Wait a second and try again.",
            "That was many tries. Wait %(num)s seconds and try again.",
            seconds,
        )
    return ngettext(
        "That was many tries. Wait a minute and try again.",
        "That was many tries. Wait %(num)s minutes and try again.",
        math.ceil(seconds / 60),
    )

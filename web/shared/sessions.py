"""Signed-in browsers: each is a row that can be seen and ended, one at a time.

Staff: 30 minutes idle, 12 hours at most. Families: 30 days. The cookie holds a random sid.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import Flask, request, session
from flask_login import current_user, logout_user
from flask_security.utils import login_user

from data.clock import now
from data.db import db, transaction
from data.models import Account, SignIn
from data.queries.sign_ins import live_sign_in

STAFF_IDLE_MINUTES = 30
STAFF_HOURS = 12
FAMILY_DAYS = 30
SID = "sid"
_TOUCH_EVERY = timedelta(minutes=1)  # so that reading a page is not a write every time


def hash_of(token: str) -> str:
    """Return what we store of a random token: useless to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(account: Account) -> None:
    """Sign `account` in on this browser, with a new cookie. Call inside a transaction."""
    _forget_all_but_taste()  # nothing from before the sign-in survives it
    sid = secrets.token_urlsafe(32)
    lasts = timedelta(hours=STAFF_HOURS) if account.is_staff else timedelta(days=FAMILY_DAYS)
    db.session.add(
        SignIn(
            account_id=account.id,
            sid_hash=hash_of(sid),
            expires_at=now() + lasts,
            idle_minutes=STAFF_IDLE_MINUTES if account.is_staff else None,
        )
    )
    db.session.flush()
    login_user(account, remember=False, authn_via=["makkerskab"])
    session[SID] = sid
    session.permanent = not account.is_staff


def end_session() -> None:
    """Sign this browser out. Call inside a transaction."""
    if sign_in := live_sign_in(hash_of(session.get(SID, ""))):
        sign_in.ended_at = now()
    logout_user()
    _forget_all_but_taste()


def _forget_all_but_taste() -> None:
    """Empty the cookie's session; how pages look and speak stays with the browser."""
    taste = {key: session[key] for key in ("language", "theme") if key in session}
    session.clear()
    session.update(taste)


def keep_sessions(app: Flask) -> None:
    """Check, on every request, that the browser's sign-in still holds."""

    @app.before_request
    def _still_signed_in() -> None:
        if request.endpoint in {"static", "healthz"} or not current_user.is_authenticated:
            return
        sign_in = live_sign_in(hash_of(session.get(SID, "")))
        if sign_in is None or sign_in.account_id != current_user.id or not current_user.active:
            logout_user()
            session.clear()
        elif now() - sign_in.seen_at > _TOUCH_EVERY:
            sign_in_id = sign_in.id
            with transaction():
                fresh = db.session.get_one(SignIn, sign_in_id)
                fresh.seen_at = now()

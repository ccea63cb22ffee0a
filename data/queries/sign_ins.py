"""Questions about signed-in browsers."""

from datetime import timedelta

from sqlalchemy import select

from data.clock import now
from data.db import db
from data.models import SignIn


def live_sign_in(sid_hash: str) -> SignIn | None:
    """Return the sign-in of this sid while it holds: not ended, not too old, not idle too long."""
    found = db.session.scalar(select(SignIn).where(SignIn.sid_hash == sid_hash))
    if found is None or found.ended_at is not None or found.expires_at <= now():
        return None
    if found.idle_minutes and now() - found.seen_at > timedelta(minutes=found.idle_minutes):
        return None
    return found


def live_sign_ins_of(account_id: int) -> list[SignIn]:
    """Return the browsers this person is signed in on, newest first."""
    rows = db.session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc())
    )
    return [row for row in rows if live_sign_in(row.sid_hash)]

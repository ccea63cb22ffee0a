"""Questions about signed-in browsers."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from data.clock import now
from data.db import db
from data.models import Account, Family, SignIn


def live_sign_in(sid_hash: str) -> SignIn | None:
    """Return the sign-in of this sid while it holds: not ended, not too old, not idle too long."""
    found = db.session.scalar(select(SignIn).where(SignIn.sid_hash == sid_hash))
    return found if found is not None and holds(found) else None


def person_signed_in(sid_hash: str) -> tuple[SignIn, Account] | None:
    """Return a sign-in that holds and whose it is, with the family's name: for live events.

    Roles and municipality are left for whoever asks: an event seldom does.
    """
    found = db.session.execute(_PERSON, {"sid_hash": sid_hash}).one_or_none()
    if found is None or not holds(found[0]) or not found[1].active:
        return None
    return found[0], found[1]


_PERSON = (
    select(SignIn, Account)
    .join(Account, Account.id == SignIn.account_id)
    .where(SignIn.sid_hash == bindparam("sid_hash"))
    .options(
        lazyload(Account.municipality),
        lazyload(Account.roles),
        joinedload(Account.family).load_only(Family.ref, Family.name),
    )
)


def ended_among(sign_in_ids: Iterable[int]) -> set[int]:
    """Return those that no longer hold: signed out, too old, idle for too long, or locked."""
    wanted = set(sign_in_ids)
    rows = db.session.scalars(
        select(SignIn)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.id.in_(wanted), Account.active.is_(True))
    )
    return wanted - {row.id for row in rows if holds(row)}


def holds(sign_in: SignIn) -> bool:
    """Answer whether a sign-in is neither ended, too old nor idle for too long."""
    if sign_in.ended_at is not None or sign_in.expires_at <= now():
        return False
    idle = now() - sign_in.seen_at
    return not sign_in.idle_minutes or idle <= timedelta(minutes=sign_in.idle_minutes)


def live_sign_ins_of(account_id: int) -> list[SignIn]:
    """Return the browsers this person is signed in on, newest first."""
    rows = db.session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc())
    )
    return [row for row in rows if live_sign_in(row.sid_hash)]

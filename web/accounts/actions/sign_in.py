"""Signing in: a code or a password, the same answer for everyone, and waits that grow.

Wrong tries are slowed down, never stopped for good: whoever knows your address cannot lock you
out. Tries from a network you lately signed in from do not wait for what strangers do elsewhere.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import force_locale

from data import audit
from data.clock import now
from data.db import db, transaction
from data.i18n import _
from data.models import Account, SignInCode, SignInTry, TryKind
from data.queries.accounts import (
    active_account_by_email,
    code_by_ref,
    signed_in_from,
    tries,
)
from web.accounts import hashing
from web.shared.jobs import Work, does, enqueue
from web.shared.mail import queue_mail

CODE_MINUTES = 10
CODE_TRIES = 5
_WINDOW = timedelta(hours=1)
_LONGEST_WAIT = timedelta(minutes=15)
# Tries an hour before anyone has to wait: (by one network for one address, by everyone for one
# address, by one network for any address). An institution's whole staff may share a network.
_FREE = {TryKind.CODE_ASKED: (4, 10, 40), TryKind.PASSWORD: (5, 20, 60)}

Problem = Literal["wrong", "expired", "too_many", "wait"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a try ended: an account, or a problem to show."""

    account: Account | None = None
    problem: Problem | None = None
    tries_left: int = 0
    wait: timedelta = timedelta(0)


def ask_for_code(email: str, *, network: str, locale: str) -> Outcome | str:
    """Start a sign-in by code and return its ref; what happens next does not tell who is known."""
    wait = _count_try(TryKind.CODE_ASKED, email, network)
    if wait:
        return Outcome(problem="wait", wait=wait)
    account = active_account_by_email(email)
    asked = SignInCode(
        account_id=account.id if account else None,
        expires_at=now() + timedelta(minutes=CODE_MINUTES),
        tries_left=CODE_TRIES,
    )
    db.session.add(asked)
    db.session.flush()
    # Writing the mail takes time, so it is the worker's: known and unknown are answered as fast.
    enqueue("send_sign_in_code", by=None, request={"code": asked.ref, "locale": locale})
    return asked.ref


@does("send_sign_in_code")
def send_code(work: Work) -> None:
    """Draw the six digits and mail them; only the mail and a keyed hash know them."""
    with force_locale(work.request["locale"]), transaction():
        asked = code_by_ref(work.request["code"])
        if asked is None or asked.account_id is None or asked.code_hash is not None:
            return
        account = db.session.get_one(Account, asked.account_id)
        digits = f"{secrets.randbelow(10**6):06}"
        asked.code_hash = _hash_of_code(asked.ref, digits)
        queue_mail(
            to=account.email,
            kind="sign_in_code",
            subject=_("Your code for Makkerskab"),
            text=_(
                "Your code is %(code)s\n\nIt works for %(minutes)s minutes, on the device where you"
                " asked for it. Did you not ask for a code? Then you can forget this mail. Never"
                " tell the code to anyone, not even to us.",
                code=digits,
                minutes=CODE_MINUTES,
            ),
        )


def try_code(ref: str, code: str, *, network: str) -> Outcome:
    """Check a code: five tries, ten minutes, once. Commit also when it was wrong: it counts."""
    asked = code_by_ref(ref, lock=True)
    if asked is None or asked.used_at is not None or asked.expires_at <= now():
        return Outcome(problem="expired")
    if asked.tries_left <= 0:
        return Outcome(problem="too_many")
    asked.tries_left -= 1
    right = hashing.same(_hash_of_code(ref, _digits(code)), asked.code_hash or "")
    account = db.session.get(Account, asked.account_id) if right and asked.account_id else None
    if account is None or not account.active:
        left = asked.tries_left
        return Outcome(problem="wrong" if left else "too_many", tries_left=left)
    asked.used_at = now()
    _signed_in(account, network=network, by="code")
    return Outcome(account=account)


def count_password_try(email: str, *, network: str) -> timedelta:
    """Count a try before it is checked and return how long to wait instead, zero for go on."""
    return _count_try(TryKind.PASSWORD, email, network)


def stored_password(email: str) -> str | None:
    """Return the hash to check against, None where there is nobody or no password."""
    account = active_account_by_email(email)
    return account.password if account else None


def sign_in_with_password(email: str, *, right: bool, network: str) -> Outcome:
    """End a try whose password was checked outside the transaction."""
    account = active_account_by_email(email)
    if account is None or not right:
        return Outcome(problem="wrong")
    _signed_in(account, network=network, by="password")
    return Outcome(account=account)


def sign_in_as_demo(ref: str) -> Account | None:
    """Return an invented person to sign in as; nobody outside an invented municipality."""
    account = db.session.query(Account).filter_by(ref=ref, active=True).one_or_none()
    if account is None or not account.municipality.is_demo:
        return None
    audit.record("signed_in", by=account, subject="account", subject_id=account.id, way="demo")
    return account


def _signed_in(account: Account, *, network: str, by: str) -> None:
    db.session.add(_try(TryKind.SIGNED_IN, account.email, network))
    audit.record("signed_in", by=account, subject="account", subject_id=account.id, way=by)


def _hash_of_code(ref: str, digits: str) -> str:
    return hashing.keyed("code", f"{ref}:{digits}")


def _digits(code: str) -> str:
    """Accept what people paste: "482 913", "482-913"."""
    return "".join(c for c in code if c.isdigit())


def _try(kind: TryKind, email: str, network: str) -> SignInTry:
    return SignInTry(
        kind=kind,
        address_hash=hashing.keyed("address", email.strip().lower()),
        network_hash=hashing.keyed("network", network),
        at=now(),
    )


def _count_try(kind: TryKind, email: str, network: str) -> timedelta:
    counted = _try(kind, email, network)
    wait = _wait(kind, counted.address_hash, counted.network_hash)
    if not wait:
        db.session.add(counted)
        db.session.flush()
    return wait


def _wait(kind: TryKind, address: str, network: str) -> timedelta:
    """Return how long until the next try: doubling from one second, 15 minutes at most."""
    own = signed_in_from(address, network)
    since = now() - _WINDOW
    since_success = max(since, own) if own else since
    pair_free, address_free, network_free = _FREE[kind]
    waits = [
        _grown(
            pair_free, *tries(kind, since=since_success, address_hash=address, network_hash=network)
        ),
        _grown(network_free, *tries(kind, since=since, network_hash=network)),
    ]
    if own is None:
        waits.append(_grown(address_free, *tries(kind, since=since, address_hash=address)))
    return max(waits)


def _grown(free: int, count: int, latest: datetime | None) -> timedelta:
    if latest is None or count < free:
        return timedelta(0)
    pause = min(timedelta(seconds=2.0 ** min(count - free, 20)), _LONGEST_WAIT)
    return max(latest + pause - now(), timedelta(0))

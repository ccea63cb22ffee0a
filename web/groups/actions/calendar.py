"""The private calendar address of a person: made, renewed, taken away."""

import hashlib
import secrets

from data.audit import record
from data.db import db
from data.models import Account, CalendarFeed
from data.queries.groups import feed_of
from data.sealed import Sealed


def hash_of(token: str) -> str:
    """Return what is looked up: the token itself is stored sealed, for its owner alone."""
    return hashlib.sha256(token.encode()).hexdigest()


def renew_feed(*, by: Account) -> str:
    """Give the person a new address; an earlier one stops at once."""
    token = secrets.token_urlsafe(32)
    feed = feed_of(by.id)
    if feed is None:
        feed = CalendarFeed(account_id=by.id)
        db.session.add(feed)
    feed.token = Sealed(token, scope=f"feed:{by.ref}")
    feed.token_hash = hash_of(token)
    record("calendar_renewed", by=by, subject="account", subject_id=by.id)
    db.session.flush()
    return token


def stop_feed(*, by: Account) -> None:
    """Take the address away."""
    feed = feed_of(by.id)
    if feed is not None:
        db.session.delete(feed)
        record("calendar_stopped", by=by, subject="account", subject_id=by.id)
        db.session.flush()

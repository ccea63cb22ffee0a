"""What anyone may do about their own account: password, signed-in browsers, taste, leaving."""

from sqlalchemy import delete

from data import audit
from data.clock import now
from data.db import db
from data.models import Account, CalendarFeed, SignIn
from data.queries.access import not_found
from data.queries.sign_ins import live_sign_ins_of
from web.accounts import passwords

THEMES = ("light", "dark")
LANGUAGES = ("da", "en")


def check_new_password(account: Account, password: str) -> None:
    """Refuse a password that is too short or easily guessed for this very person."""
    passwords.check(
        password, about=(account.name, account.email.partition("@")[0], account.municipality.name)
    )


def set_password(account: Account, *, hashed: str, keep_sid_hash: str) -> list[str]:
    """Store a new password and sign every other browser out; return their sid hashes."""
    account.password = hashed
    audit.record("password_set", by=account, subject="account", subject_id=account.id)
    return end_sign_ins(account, keep_sid_hash=keep_sid_hash)


def end_sign_ins(account: Account, *, keep_sid_hash: str | None = None) -> list[str]:
    """End a person's signed-in browsers, except perhaps the one in use."""
    ended = [s for s in live_sign_ins_of(account.id) if s.sid_hash != keep_sid_hash]
    for sign_in in ended:
        sign_in.ended_at = now()
    return [sign_in.sid_hash for sign_in in ended]


def forget_feed(account: Account) -> None:
    """Let the calendar address die: whoever has the old telephone has it too."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.account_id == account.id))


def mark_of(sign_in: SignIn) -> str:
    """Return what names a browser in an address: part of a hash, of no use elsewhere."""
    return sign_in.sid_hash[:12]


def end_sign_in(mark: str, *, by: Account) -> str:
    """End one of one's own browsers."""
    sign_in = next((s for s in live_sign_ins_of(by.id) if mark_of(s) == mark), None)
    if sign_in is None:
        raise not_found()
    sign_in.ended_at = now()
    return sign_in.sid_hash


def choose_looks(account: Account, *, language: str | None, theme: str | None) -> None:
    """Keep how a person wants the pages on every device; None follows the device."""
    account.locale = language if language in LANGUAGES else None
    account.theme = theme if theme in THEMES else None

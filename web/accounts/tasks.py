"""What the worker tidies away by itself: codes and counted tries that nobody needs any more."""

from datetime import timedelta

from huey import crontab
from sqlalchemy import delete

from data.clock import now
from data.db import db, transaction
from data.models import SignIn, SignInCode, SignInTry, TryKind
from web.shared import jobs

_CODES, _TRIES, _OWN_NETWORKS, _SIGN_INS = (timedelta(days=days) for days in (1, 2, 60, 90))


@jobs.every(crontab(hour="3", minute="20"), name="forget_old_sign_ins")
def forget_old_sign_ins() -> None:
    """Delete what is past its use; a network one signed in from is remembered longest."""
    past_use = [
        delete(SignInCode).where(SignInCode.created_at < now() - _CODES),
        delete(SignInTry).where(SignInTry.kind != TryKind.SIGNED_IN, SignInTry.at < now() - _TRIES),
        delete(SignInTry).where(SignInTry.at < now() - _OWN_NETWORKS),
        delete(SignIn).where(SignIn.expires_at < now() - _SIGN_INS),
    ]
    with transaction():
        for statement in past_use:
            db.session.execute(statement)

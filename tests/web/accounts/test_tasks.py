from datetime import timedelta

from data.clock import now
from data.db import db, transaction
from data.models import SignInCode, SignInTry, TryKind
from web.accounts.tasks import forget_old_sign_ins


def test_old_codes_and_tries_are_forgotten_and_own_networks_kept(app, cast):
    with transaction():
        for days in (0, 5):
            at = now() - timedelta(days=days)
            db.session.add(SignInCode(account_id=None, created_at=at, expires_at=at))
            for kind in (TryKind.PASSWORD, TryKind.SIGNED_IN):
                db.session.add(SignInTry(kind=kind, address_hash="a", network_hash="n", at=at))
    forget_old_sign_ins()
    assert db.session.query(SignInCode).count() == 1
    kept = [t.kind for t in db.session.query(SignInTry)]
    assert sorted(kept) == [TryKind.PASSWORD, TryKind.SIGNED_IN, TryKind.SIGNED_IN]

"""A second facilitator on a pool: two at one board."""

from sqlalchemy.exc import IntegrityError

from data.audit import record
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, Pool, PoolHelper, RoleName
from data.queries.access import not_found
from data.queries.desk import is_helper
from data.queries.groups import facilitators_of, pool_by_ref


def may_ask_help(pool: Pool, *, by: Account) -> bool:
    """Answer whether `by` may say who helps: the pool's facilitator and the coordinator."""
    return pool.closed_at is None and _leads(pool, by=by)


def ask_helper(ref: str, *, helper_ref: str, by: Account) -> Account:
    """Let a second facilitator see the pool's families and work on its drafts."""
    pool = _for_helpers(ref, by=by)
    found = [p for p in facilitators_of(pool.municipality_id) if p.ref == helper_ref]
    if not found or found[0].id == pool.facilitator_id:
        raise Invalid(_("Choose who is to help."), field="helper")
    helper = found[0]
    refusal = Conflict(_("%(name)s already helps with the pool.", name=helper.name))
    if is_helper(pool.id, helper.id):
        raise refusal
    db.session.add(PoolHelper(pool_id=pool.id, account_id=helper.id, asked_by_id=by.id))
    try:
        db.session.flush()
    except IntegrityError:  # asked twice in the same moment: the first one counts
        raise refusal from None
    record("pool_helper_added", by=by, subject="pool", subject_id=pool.id, helper=helper.id)
    db.session.flush()
    return helper


def end_help(ref: str, *, helper_ref: str, by: Account) -> None:
    """Take the pool back from a second facilitator, who from then on sees nothing of it."""
    pool = _for_helpers(ref, by=by)
    helper = db.session.query(Account).filter_by(ref=helper_ref).one_or_none()
    row = db.session.get(PoolHelper, (pool.id, helper.id)) if helper else None
    if helper is None or row is None:
        raise not_found()
    db.session.delete(row)
    record("pool_helper_removed", by=by, subject="pool", subject_id=pool.id, helper=helper.id)
    db.session.flush()


def _for_helpers(ref: str, *, by: Account) -> Pool:
    pool = pool_by_ref(ref, by=by)
    if not _leads(pool, by=by):
        raise not_found()
    if pool.closed_at is not None:
        raise Conflict(_("This pool has already been closed."))
    return pool


def _leads(pool: Pool, *, by: Account) -> bool:
    """Answer whether `by` has the pool of right; a coordinator who helps still has."""
    return by.is_a(RoleName.COORDINATOR) or pool.facilitator_id == by.id

"""Releasing families to a facilitator, and looking at the families in a pool."""

from datetime import timedelta

from data.audit import record
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, Pool, PoolFamily, RoleName
from data.queries.access import require_role
from data.queries.groups import facilitators_of, family_ids_of, pool_by_ref, was_looked_at
from web.groups.waiting import PoolWish, newly_waiting, pick

SMALLEST_GROUP = 3
LOOK_LASTS = timedelta(minutes=15)


def release_pool(*, name: str, wish: PoolWish, facilitator_ref: str, by: Account) -> Pool:
    """Release the families that fit to one facilitator, who then sees a little about each."""
    require_role(by, RoleName.COORDINATOR)
    facilitator = _facilitator(facilitator_ref, by=by)
    picked = pick(by.municipality_id, wish)
    if len(picked.families) < SMALLEST_GROUP:
        raise Conflict(_("Too few families fit. A group needs at least three."))
    pool = Pool(
        municipality_id=by.municipality_id,
        name=name,
        chosen_by=wish.as_json(),
        facilitator_id=facilitator.id,
        released_by_id=by.id,
    )
    db.session.add(pool)
    db.session.flush()
    ids = [family.id for family in picked.families]
    db.session.add_all(PoolFamily(pool_id=pool.id, family_id=family_id) for family_id in ids)
    record(
        "pool_released",
        by=by,
        subject="pool",
        subject_id=pool.id,
        facilitator=facilitator.id,
        families=ids,
    )
    db.session.flush()
    return pool


def release_more(ref: str, *, by: Account) -> list[int]:
    """Release who has come to wait since, and fits what the pool was chosen by; return who."""
    require_role(by, RoleName.COORDINATOR)
    pool = pool_by_ref(ref, by=by, for_change=True)
    if pool.closed_at is not None:
        raise Conflict(_("This pool has already been closed."))
    ids = [family.id for family in newly_waiting(pool)]
    if not ids:
        raise Conflict(_("Nobody more waits who fits the pool."))
    db.session.add_all(PoolFamily(pool_id=pool.id, family_id=family_id) for family_id in ids)
    record("pool_grown", by=by, subject="pool", subject_id=pool.id, families=ids)
    db.session.flush()
    return ids


def close_pool(ref: str, *, by: Account) -> Pool:
    """Take the pool back: its facilitator no longer sees the families."""
    require_role(by, RoleName.COORDINATOR)
    pool = pool_by_ref(ref, by=by)
    if pool.closed_at is not None:
        raise Conflict(_("This pool has already been closed."))
    pool.closed_at = now()
    record("pool_closed", by=by, subject="pool", subject_id=pool.id)
    db.session.flush()
    return pool


def look_is_noted(pool: Pool, *, page: str, by: Account) -> bool:
    """Answer whether this look is already in the trail: one look lasts a quarter of an hour."""
    return was_looked_at(pool, page=page, by=by, since=now() - LOOK_LASTS)


def note_look(pool: Pool, *, page: str, by: Account) -> None:
    """Note in the trail which families of a pool `by` saw, and on which page."""
    record(
        "pool_viewed",
        by=by,
        subject="pool",
        subject_id=pool.id,
        page=page,
        families=family_ids_of(pool),
    )


def _facilitator(ref: str, *, by: Account) -> Account:
    found = [person for person in facilitators_of(by.municipality_id) if person.ref == ref]
    if not found:
        raise Invalid(_("Choose who is to form the groups."), field="facilitator")
    return found[0]

"""Questions about work together on a draft: who helps, what was done since, and the plain seats."""

from collections.abc import Hashable
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from data.db import db
from data.models import (
    Account,
    ChangeKind,
    Consent,
    DraftChange,
    DraftSeat,
    Exclusion,
    Family,
    GroupDraft,
    Placement,
    Pool,
    PoolHelper,
)


class SeatRow(NamedTuple):
    """A seat without its family's answers: enough to draw names and find places."""

    family_id: int
    ref: str
    name: str
    group_number: int | None
    locked: bool
    protected: bool  # the family's address


def is_helper(pool_id: int, account_id: int) -> bool:
    """Answer whether this person was asked to help with the pool."""
    return db.session.get(PoolHelper, (pool_id, account_id)) is not None


def helped_pools(account_id: int) -> list[int]:
    """Return the ids of the pools that this person helps with."""
    wanted = select(PoolHelper.pool_id).where(PoolHelper.account_id == account_id)
    return list(db.session.scalars(wanted))


def helpers_of(pool: Pool) -> list[Account]:
    """Return who helps with a pool, by name."""
    return list(
        db.session.scalars(
            select(Account)
            .join(PoolHelper, PoolHelper.account_id == Account.id)
            .where(PoolHelper.pool_id == pool.id)
            .order_by(Account.name, Account.id)
        )
    )


def seat_rows(draft: GroupDraft) -> list[SeatRow]:
    """Return the seats of a draft as plain rows, in the order of names."""
    rows = db.session.execute(
        select(
            DraftSeat.family_id,
            Family.ref,
            Family.name,
            DraftSeat.group_number,
            DraftSeat.locked,
            Family.protected_address,
        )
        .join(Family, Family.id == DraftSeat.family_id)
        .where(DraftSeat.draft_id == draft.id)
        .order_by(Family.name, Family.id)
    )
    return [SeatRow(*row) for row in rows]


def changes_since(draft: GroupDraft, version: int) -> list[DraftChange]:
    """Return what was done at the board after this version, in order."""
    return list(
        db.session.scalars(
            select(DraftChange)
            .where(DraftChange.draft_id == draft.id, DraftChange.version > version)
            .options(joinedload(DraftChange.made_by), joinedload(DraftChange.family))
            .order_by(DraftChange.version, DraftChange.id)
        )
    )


def recalculations(draft: GroupDraft) -> set[int]:
    """Return the steps that a recalculation made, whoever took them over."""
    wanted = select(DraftChange.step).where(
        DraftChange.draft_id == draft.id, DraftChange.kind == ChangeKind.ADOPTED
    )
    return {step for step in db.session.scalars(wanted) if step is not None}


def facts_mark(draft: GroupDraft) -> tuple[Hashable, ...]:
    """Return a mark that changes when anything changes that the matcher knows of these families.

    Four small queries instead of reading every family's answers: a click at the board waits.
    """
    here = select(DraftSeat.family_id).where(DraftSeat.draft_id == draft.id)
    versions = db.session.execute(
        select(Family.id, Family.version).where(Family.id.in_(here)).order_by(Family.id)
    )
    placements = db.session.execute(
        select(func.count(), func.max(Placement.id), func.count(Placement.ended_at)).where(
            Placement.family_id.in_(here)
        )
    ).one()
    consents = db.session.execute(
        select(func.count(), func.max(Consent.id), func.count(Consent.withdrawn_at)).where(
            Consent.family_id.in_(here)
        )
    ).one()
    apart = db.session.execute(
        select(Exclusion.family_id, Exclusion.other_id)
        .where(or_(Exclusion.family_id.in_(here), Exclusion.other_id.in_(here)))
        .order_by(Exclusion.id)
    )
    return (
        tuple(map(tuple, versions)),
        tuple(placements),
        tuple(consents),
        tuple(map(tuple, apart)),
    )

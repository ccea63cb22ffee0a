"""Questions about families on their way to another municipality."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from data.db import db
from data.models import Exclusion, Family, FamilyMove, MoveState, Municipality
from data.queries.access import not_found

_OPEN = (MoveState.ASKED, MoveState.AGREED)


def open_move_of(family_id: int | None, *, for_change: bool = False) -> FamilyMove | None:
    """Return the move a family is in the middle of; `for_change` waits for whoever settles it."""
    if family_id is None:
        return None
    wanted = select(FamilyMove).where(
        FamilyMove.family_id == family_id, FamilyMove.state.in_(_OPEN)
    )
    if for_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def arriving(municipality_id: int) -> list[FamilyMove]:
    """Return the families that have said yes to coming here, the first first."""
    return list(
        db.session.scalars(
            select(FamilyMove)
            .where(FamilyMove.to_id == municipality_id, FamilyMove.state == MoveState.AGREED)
            .options(joinedload(FamilyMove.family))
            .order_by(FamilyMove.agreed_at)
        ).unique()
    )


def arriving_by_ref(ref: str, *, municipality_id: int) -> FamilyMove:
    """Return a family's move to this municipality; others' moves do not exist here."""
    found = db.session.scalar(
        select(FamilyMove)
        .where(
            FamilyMove.ref == ref,
            FamilyMove.to_id == municipality_id,
            FamilyMove.state == MoveState.AGREED,
        )
        .with_for_update(of=FamilyMove)
    )
    if found is None:
        raise not_found()
    return found


def municipalities_to_move_to(own: Municipality) -> list[Municipality]:
    """Return the other municipalities here; a demo's families stay among demos."""
    return list(
        db.session.scalars(
            select(Municipality)
            .where(Municipality.id != own.id, Municipality.is_demo == own.is_demo)
            .order_by(Municipality.name)
        )
    )


def municipality_name(municipality_id: int) -> str:
    """Return what a municipality is called."""
    return db.session.get_one(Municipality, municipality_id).name


def exclusions_of(family: Family) -> int:
    """Return how many families this one is kept apart from. For the coordinator alone."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Exclusion)
            .where(or_(Exclusion.family_id == family.id, Exclusion.other_id == family.id))
        )
        or 0
    )

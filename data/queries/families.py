"""Questions about families: the list for staff, who is kept apart, who knows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, selectinload

from data.db import db
from data.models import (
    Account,
    Consent,
    ConsentKind,
    Exclusion,
    Family,
    FamilyStatus,
    GroupMembership,
    Mentorship,
    MentorshipState,
    Role,
    RoleName,
)

ERASED_PREFIX = "erased-"  # of the id of a family that is only an empty shell


@dataclass(frozen=True, kw_only=True)
class Line:
    """One family in the staff's list, with what filtering needs: rows, not objects."""

    id: int
    name: str
    status: FamilyStatus
    consultant_id: int | None
    protected: bool
    answers: dict[str, Any]
    waiting_since: date | None  # when the consent was given
    has_mentor: bool
    has_group: bool


def lines_of(municipality_id: int, *, consultant_id: int | None = None) -> list[Line]:
    """Return every family of the municipality, or one consultant's own."""
    wanted = select(
        Family.id, Family.name, Family.status, Family.consultant_id, Family.protected_address,
        Family.open_answers, Family.sealed_answers,
    ).where(
        Family.municipality_id == municipality_id, Family.external_id.not_like(f"{ERASED_PREFIX}%")
    )  # fmt: skip
    if consultant_id is not None:
        wanted = wanted.where(Family.consultant_id == consultant_id)
    consents, mentored, grouped = _consented(municipality_id), _mentored(), _grouped()
    return [
        Line(
            id=row.id,
            name=row.name,
            status=row.status,
            consultant_id=row.consultant_id,
            protected=row.protected_address,
            answers={
                **row.open_answers,
                **((row.sealed_answers.value if row.sealed_answers else None) or {}),
            },
            waiting_since=consents.get(row.id),
            has_mentor=row.id in mentored,
            has_group=row.id in grouped,
        )
        for row in db.session.execute(wanted)
    ]


def _consented(municipality_id: int) -> dict[int, date]:
    rows = db.session.execute(
        select(Consent.family_id, Consent.given_on)
        .join(Family, Family.id == Consent.family_id)
        .where(
            Family.municipality_id == municipality_id,
            Consent.kind == ConsentKind.MATCHING,
            Consent.withdrawn_at.is_(None),
        )
    )
    return {row.family_id: row.given_on for row in rows}


def _mentored() -> set[int]:
    running = select(Mentorship.family_id).where(Mentorship.state != MentorshipState.ENDED)
    return set(db.session.scalars(running))


def _grouped() -> set[int]:
    return set(
        db.session.scalars(
            select(GroupMembership.family_id).where(
                GroupMembership.joined_at.is_not(None), GroupMembership.left_at.is_(None)
            )
        )
    )


def families_with_facts(ids: Iterable[int]) -> dict[int, Family]:
    """Return families by id with placements, consents and consultant, for one page of the list."""
    rows = db.session.scalars(
        select(Family)
        .where(Family.id.in_(list(ids)))
        .options(
            selectinload(Family.placements),
            selectinload(Family.consents),
            selectinload(Family.consultant),
        )
    )
    return {family.id: family for family in rows}


def consultants_of(municipality_id: int) -> list[Account]:
    """Return the municipality's foster care consultants, by name."""
    return list(
        db.session.scalars(
            select(Account)
            .join(Account.roles)
            .where(
                Account.municipality_id == municipality_id,
                Account.active,
                Role.name == RoleName.CONSULTANT,
            )
            .order_by(Account.name)
        )
    )


def exclusion_between(one_id: int, other_id: int) -> Exclusion | None:
    """Return what keeps two families apart, if anything does."""
    first, second = sorted((one_id, other_id))
    return db.session.scalar(
        select(Exclusion).where(Exclusion.family_id == first, Exclusion.other_id == second)
    )


def any_kept_apart(family_ids: Iterable[int]) -> bool:
    """Answer whether any two of these families must not meet."""
    ids = list(family_ids)
    found = db.session.scalar(
        select(Exclusion.id)
        .where(Exclusion.family_id.in_(ids), Exclusion.other_id.in_(ids))
        .limit(1)
    )
    return found is not None


def kept_apart_from(family: Family) -> list[tuple[Family, Exclusion]]:
    """Return the families that this one must not meet. For the coordinator alone."""
    other = aliased(Family)
    rows = db.session.execute(
        select(other, Exclusion)
        .join(
            Exclusion,
            or_(
                (Exclusion.family_id == family.id) & (Exclusion.other_id == other.id),
                (Exclusion.other_id == family.id) & (Exclusion.family_id == other.id),
            ),
        )
        .order_by(other.name)
    )
    return [(found, exclusion) for found, exclusion in rows]


def families_in_pieces(municipality_id: int, *, piece: int = 250) -> Iterator[Family]:
    """Go through a municipality's families by key, a piece at a time."""
    last = 0
    while True:
        rows = db.session.scalars(
            select(Family)
            .where(
                Family.municipality_id == municipality_id,
                Family.id > last,
                Family.external_id.not_like(f"{ERASED_PREFIX}%"),
            )
            .order_by(Family.id)
            .limit(piece)
            .options(
                selectinload(Family.placements),
                selectinload(Family.consents),
                selectinload(Family.carers),
            )
        ).all()
        yield from rows
        if len(rows) < piece:
            return
        last = rows[-1].id


def exclusions_by_family(municipality_id: int) -> dict[int, list[str]]:
    """Return, by family, the municipality's own keys of those it must not meet."""
    one, other = aliased(Family), aliased(Family)
    rows = db.session.execute(
        select(one.id, one.external_id, other.id, other.external_id)
        .select_from(Exclusion)
        .join(one, one.id == Exclusion.family_id)
        .join(other, other.id == Exclusion.other_id)
        .where(one.municipality_id == municipality_id)
    )
    apart: dict[int, list[str]] = {}
    for one_id, one_key, other_id, other_key in rows:
        apart.setdefault(one_id, []).append(other_key)
        apart.setdefault(other_id, []).append(one_key)
    return {family_id: sorted(keys) for family_id, keys in apart.items()}

"""Questions about the audit trail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from data.db import db
from data.models import Account, AuditEntry, Family

# When a family is here, and that it wanted to talk first, is nobody's to look up.
_A_FAMILYS_OWN = ("signed_in", "handover_talk_first")
# Who must not meet, and what the coordinator decided about pairs, is the coordinator's alone.
COORDINATORS_ALONE = (
    "exclusion_added",
    "exclusion_removed",
    "mentor_pair_allowed",
    "mentor_pair_approved",
    "mentor_pair_forbidden",
    "mentor_pair_kept",
    "mentor_pair_released",
)


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What to show of the trail: one family, one kind of event, one person."""

    family_ref: str = ""
    event: str = ""
    actor_ref: str = ""
    by_coordinator: bool = False


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One entry with the names it points at, where they still exist."""

    at: datetime
    event: str
    actor: str | None
    actor_ref: str | None
    family: str | None
    family_ref: str | None
    subject: str
    subject_id: int | None
    details: dict[str, Any] = field(default_factory=dict)


def audit_page(
    municipality_id: int, wanted: AuditFilter, *, page: int, per_page: int
) -> tuple[list[AuditLine], int]:
    """Return one page of the trail, the latest first, and how many entries there are."""
    asked = _filtered(municipality_id, wanted)
    count = db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = db.session.execute(
        asked.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [_line(*row) for row in rows], count


def _filtered(municipality_id: int, wanted: AuditFilter) -> Select[AuditEntry, str, str, str, str]:
    asked = (
        select(AuditEntry, Account.name, Account.ref, Family.name, Family.ref)
        .join(Account, AuditEntry.actor_id == Account.id, isouter=True)
        .join(
            Family,
            (AuditEntry.subject == "family") & (AuditEntry.subject_id == Family.id),
            isouter=True,
        )
        .where(AuditEntry.municipality_id == municipality_id)
        .where(or_(AuditEntry.event.not_in(_A_FAMILYS_OWN), Account.family_id.is_(None)))
    )
    if not wanted.by_coordinator:
        asked = asked.where(AuditEntry.event.not_in(COORDINATORS_ALONE))
    if wanted.event:
        asked = asked.where(AuditEntry.event == wanted.event)
    if wanted.actor_ref:
        asked = asked.where(Account.ref == wanted.actor_ref)
    if wanted.family_ref:
        adults = select(Account.id).join(Family, Account.family_id == Family.id)
        asked = asked.where(
            or_(
                Family.ref == wanted.family_ref,
                (AuditEntry.subject == "account")
                & AuditEntry.subject_id.in_(adults.where(Family.ref == wanted.family_ref)),
            )
        )
    return asked


def _line(
    entry: AuditEntry,
    actor: str | None,
    actor_ref: str | None,
    family: str | None,
    family_ref: str | None,
) -> AuditLine:
    return AuditLine(
        at=entry.at,
        event=entry.event,
        actor=actor,
        actor_ref=actor_ref,
        family=family,
        family_ref=family_ref,
        subject=entry.subject,
        subject_id=entry.subject_id,
        details=entry.details,
    )

"""The audit trail: who looked at something sensitive, who decided what."""

from typing import Any

from data.db import db
from data.models import Account, AuditEntry


def record(
    event: str,
    *,
    by: Account | None,
    subject: str,
    subject_id: int | None,
    municipality_id: int | None = None,
    **details: Any,
) -> None:
    """Add one entry; `details` hold ids and codes, never names or text."""
    db.session.add(
        AuditEntry(
            municipality_id=by.municipality_id if by else municipality_id,
            actor_id=by.id if by else None,
            event=event,
            subject=subject,
            subject_id=subject_id,
            details=details,
        )
    )

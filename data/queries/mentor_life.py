"""Questions about how two families live with a mentorship: agreement, contact, talks."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import MentorAgreement, Mentorship


def agreement_of(mentorship: Mentorship) -> MentorAgreement | None:
    """Return the version that holds."""
    return db.session.scalar(
        select(MentorAgreement)
        .where(MentorAgreement.mentorship_id == mentorship.id)
        .order_by(MentorAgreement.version.desc())
        .limit(1)
        .options(selectinload(MentorAgreement.signatures))
        .execution_options(populate_existing=True)
    )


def signed_by(agreement: MentorAgreement | None) -> set[int]:
    """Return the ids of the families that have said yes to this version."""
    return {s.family_id for s in agreement.signatures} if agreement else set()

"""Questions about suggestions, requests, mentorships and rounds."""

from collections.abc import Iterable

from sqlalchemy import func, select

from data.db import db
from data.models import Mentorship, MentorshipState


def places_taken(mentor_ids: Iterable[int]) -> dict[int, int]:
    """Return how many of each mentor family's places running mentorships take."""
    rows = db.session.execute(
        select(Mentorship.mentor_id, func.count())
        .where(
            Mentorship.mentor_id.in_(list(mentor_ids)), Mentorship.state != MentorshipState.ENDED
        )
        .group_by(Mentorship.mentor_id)
    )
    return {mentor_id: taken for mentor_id, taken in rows}

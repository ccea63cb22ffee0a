"""Hours of training: group supervision and theme sessions that a family was at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from data.clock import COPENHAGEN
from data.db import db
from data.models import (
    Account,
    Attendance,
    Family,
    FamilyStatus,
    Meeting,
    MeetingKind,
    MeetingState,
    NetworkGroup,
    RoleName,
)
from data.queries.meetings import WHILE_LED

COURSE_DAYS = 2  # a year, by the order on foster families (domain.md section 2)
HOURS_A_DAY = 6  # what we count as a whole course day
GOAL_HOURS = COURSE_DAYS * HOURS_A_DAY
COUNTS = (MeetingKind.SUPERVISION, MeetingKind.THEME)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """What a family has had in a year."""

    supervision: float = 0.0
    theme: float = 0.0

    @property
    def total(self) -> float:
        """Return all hours that count."""
        return self.supervision + self.theme

    @property
    def share(self) -> float:
        """Return the share of the two course days in per cent, a hundred at most."""
        return min(100.0, 100 * self.total / GOAL_HOURS)


def hours_of(families: Iterable[int], *, year: int, for_staff: bool) -> dict[int, Hours]:
    """Return the hours of each family in a year.

    Staff count what was held while the municipality led the group: what a group does by itself is
    its own to tell.
    """
    ids = list(families)
    first = datetime(year, 1, 1, tzinfo=COPENHAGEN).astimezone(UTC)
    last = datetime(year + 1, 1, 1, tzinfo=COPENHAGEN).astimezone(UTC)
    wanted = (
        select(Attendance.family_id, Meeting.kind, Meeting.starts_at, Meeting.ends_at)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(
            Attendance.family_id.in_(ids),
            Meeting.state == MeetingState.HELD,
            Meeting.kind.in_(COUNTS),
            Meeting.starts_at >= first,
            Meeting.starts_at < last,
        )
    )
    if for_staff:
        wanted = wanted.where(WHILE_LED)
    hours: dict[int, dict[MeetingKind, float]] = {i: dict.fromkeys(COUNTS, 0.0) for i in ids}
    for family_id, kind, starts_at, ends_at in db.session.execute(wanted):
        hours[family_id][kind] += (ends_at - starts_at).total_seconds() / 3600
    return {
        family_id: Hours(supervision=kinds[MeetingKind.SUPERVISION], theme=kinds[MeetingKind.THEME])
        for family_id, kinds in hours.items()
    }


def families_for_training(account: Account) -> list[Family]:
    """Return the families whose hours this person follows: all as coordinator, else one's own."""
    wanted = (
        select(Family)
        .where(
            Family.municipality_id == account.municipality_id,
            Family.status != FamilyStatus.LEFT,
        )
        .options(selectinload(Family.consultant))
        .order_by(Family.name, Family.id)
    )
    if not account.is_a(RoleName.COORDINATOR):
        wanted = wanted.where(Family.consultant_id == account.id)
    return list(db.session.scalars(wanted))


def years_with_meetings(municipality_id: int) -> list[int]:
    """Return the years in which training was held here, newest first."""
    first, last = db.session.execute(
        select(func.min(Meeting.starts_at), func.max(Meeting.starts_at))
        .join(NetworkGroup, NetworkGroup.id == Meeting.group_id)
        .where(
            NetworkGroup.municipality_id == municipality_id,
            Meeting.state == MeetingState.HELD,
            Meeting.kind.in_(COUNTS),
        )
    ).one()
    if first is None or last is None:
        return []
    return list(range(_year(last), _year(first) - 1, -1))


def _year(moment: datetime) -> int:
    return moment.astimezone(COPENHAGEN).year

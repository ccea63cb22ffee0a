"""What staff need at a glance: who waits, places with mentors, groups by phase, what is urgent."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from data.clock import now, today
from data.db import db
from data.models import (
    WITH_FACILITATOR,
    Consent,
    ConsentKind,
    Family,
    FamilyStatus,
    GroupMembership,
    Meeting,
    MeetingState,
    Mentorship,
    MentorshipState,
    NetworkGroup,
    Phase,
    Placement,
)
from data.queries.families import Line, lines_of
from data.queries.mentor_life import not_in_touch
from matcher.profiles import approval_ends

FIRST_CONTACT_DAYS = 7
QUIET_WEEKS = 8
_NEW_MONTHS = 6


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many families wait for something, and who has waited longest."""

    count: int
    longest: str | None = None
    days: int = 0
    newly_placed: int = 0


@dataclass(kw_only=True)
class Area:
    """A municipality's mentor places: in use, free, and families that wait there."""

    code: str
    used: int = 0
    free: int = 0
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """One group in the overview."""

    ref: str
    name: str
    phase: Phase
    families: int
    held: int
    planned: int
    next_at: datetime | None
    last_at: datetime | None
    answer_by: datetime

    @property
    def quiet_weeks(self) -> int:
        """Return for how many weeks the group has neither met nor planned to."""
        if self.next_at is not None or self.last_at is None:
            return 0
        return max(0, (now() - self.last_at).days // 7)


@dataclass(kw_only=True)
class Supply:
    """Supply and demand of one municipality."""

    mentor: Waiting
    group: Waiting
    areas: list[Area] = field(default_factory=list)
    without_times: int = 0


def supply(municipality_id: int) -> Supply:
    """Count who waits for a mentor and a group, and the mentor places per municipality."""
    lines = [x for x in lines_of(municipality_id) if x.status is FamilyStatus.ACTIVE]
    placed = _placed_since(municipality_id, months=_NEW_MONTHS)
    for_mentor = [x for x in lines if _wants(x, "mentee") and not x.has_mentor]
    for_group = [x for x in lines if _wants(x, "group") and not x.has_group]
    return Supply(
        mentor=_waiting(for_mentor, placed),
        group=_waiting(for_group, placed),
        areas=_areas(municipality_id, lines, for_mentor),
        without_times=sum(not x.answers.get("availability") for x in for_group),
    )


def waiting_for_a_group(municipality_id: int) -> Waiting:
    """Count who waits for a group, from what is not sealed."""
    in_a_group = exists().where(
        GroupMembership.family_id == Family.id,
        GroupMembership.joined_at.is_not(None),
        GroupMembership.left_at.is_(None),
    )
    rows = db.session.execute(
        select(Consent.given_on, Family.name, Family.open_answers)
        .join(Family, Family.id == Consent.family_id)
        .where(
            Family.municipality_id == municipality_id,
            Family.status == FamilyStatus.ACTIVE,
            Consent.kind == ConsentKind.MATCHING,
            Consent.withdrawn_at.is_(None),
            ~in_a_group,
        )
    )
    waiting = sorted(
        (since, name) for since, name, said in rows if "group" in said.get("participation", ())
    )
    if not waiting:
        return Waiting(count=0)
    since, name = waiting[0]
    return Waiting(count=len(waiting), longest=name, days=(today() - since).days)


def _wants(line: Line, what: str) -> bool:
    return line.waiting_since is not None and what in line.answers.get("participation", ())


def _waiting(lines: list[Line], placed: set[int]) -> Waiting:
    dated = [x for x in lines if x.waiting_since]
    first = min(dated, key=lambda x: (x.waiting_since or date.max, x.name), default=None)
    return Waiting(
        count=len(lines),
        longest=first.name if first else None,
        days=(today() - first.waiting_since).days if first and first.waiting_since else 0,
        newly_placed=sum(x.id in placed for x in lines),
    )


def _placed_since(municipality_id: int, *, months: int) -> set[int]:
    index = today().year * 12 + today().month - 1 - months
    since = date(index // 12, index % 12 + 1, 1)
    return set(
        db.session.scalars(
            select(Placement.family_id)
            .join(Family)
            .where(Family.municipality_id == municipality_id, Placement.month >= since)
        )
    )


def _areas(municipality_id: int, lines: list[Line], waiting: list[Line]) -> list[Area]:
    """Places by home municipality. Families with a protected address are in no area."""
    used = Counter(
        db.session.scalars(
            select(Mentorship.mentor_id).where(
                Mentorship.municipality_id == municipality_id,
                Mentorship.state != MentorshipState.ENDED,
            )
        )
    )
    approvals = db.session.execute(
        select(Family.id, Family.mentor_approved_on).where(
            Family.municipality_id == municipality_id, Family.mentor_approved_on.is_not(None)
        )
    )
    approved = {id_ for id_, day in approvals if day is not None and today() < approval_ends(day)}
    areas: dict[str, Area] = {}
    for line in lines:
        code = line.answers.get("home_municipality")
        if code is None or line.protected or line.id not in approved:
            continue
        area = areas.setdefault(code, Area(code=code))
        area.used += used[line.id]
        area.free += max(0, line.answers.get("mentor_capacity", 1) - used[line.id])
    for line in waiting:
        code = line.answers.get("home_municipality")
        if code is not None and not line.protected:
            areas.setdefault(code, Area(code=code)).waiting += 1
    return sorted(areas.values(), key=lambda area: (-area.waiting, -area.free, area.code))


def group_lines(municipality_id: int, *, facilitator_id: int | None = None) -> list[GroupLine]:
    """Return the municipality's groups, or those one person leads now, newest first."""
    wanted = (
        select(NetworkGroup)
        .where(NetworkGroup.municipality_id == municipality_id)
        .options(selectinload(NetworkGroup.meetings))
        .order_by(NetworkGroup.published_at.desc())
    )
    if facilitator_id is not None:
        wanted = wanted.where(
            NetworkGroup.facilitator_id == facilitator_id,
            NetworkGroup.phase.in_(WITH_FACILITATOR),
        )
    groups = list(db.session.scalars(wanted))
    sizes = _sizes([group.id for group in groups])
    return [_group_line(group, sizes[group.id]) for group in groups]


def _group_line(group: NetworkGroup, families: int) -> GroupLine:
    held = [m for m in group.meetings if m.state is MeetingState.HELD]
    coming = [m for m in group.meetings if _is_coming(m)]
    return GroupLine(
        ref=group.ref,
        name=group.name,
        phase=group.phase,
        families=families,
        held=len(held),
        planned=group.planned_meetings,
        next_at=min((m.starts_at for m in coming), default=None),
        last_at=max((m.starts_at for m in held), default=None),
        answer_by=group.answer_by,
    )


def _is_coming(meeting: Meeting) -> bool:
    return meeting.state is MeetingState.PLANNED and meeting.ends_at > now()


def _sizes(group_ids: list[int]) -> defaultdict[int, int]:
    rows = db.session.execute(
        select(GroupMembership.group_id, func.count().label("families"))
        .where(
            GroupMembership.group_id.in_(group_ids),
            GroupMembership.left_at.is_(None),
            GroupMembership.answer != "no",
        )
        .group_by(GroupMembership.group_id)
    )
    return defaultdict(int, {row.group_id: row.families for row in rows})


def mentorships_without_contact(municipality_id: int) -> list[tuple[str, str]]:
    """Return (family, mentor) of mentorships past the week in which the first contact is due.

    Only whether they were in touch counts, never what was said.
    """
    week = now() - timedelta(days=FIRST_CONTACT_DAYS)
    silent = not_in_touch(began_before=week, municipality_id=municipality_id)
    return [(one.family.name, one.mentor.name) for one in silent]

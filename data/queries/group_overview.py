"""The coordinator's overview of groups: phases, meetings a year, thin groups, who waits, who leads.

Of a group of its own only counts are read: how many families, and how many meetings in a year.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from data.clock import now
from data.db import db
from data.models import (
    ALIVE,
    WITH_FACILITATOR,
    Account,
    GroupMembership,
    Meeting,
    MeetingState,
    NetworkGroup,
    Phase,
    Pool,
    PoolFamily,
    Role,
    RoleName,
)

A_YEAR = timedelta(days=365)
FEWEST_MEETINGS = 4


@dataclass(frozen=True, kw_only=True)
class GroupYear:
    """One group in the overview."""

    ref: str
    name: str
    phase: Phase
    families: int
    min_families: int
    met: int  # in the last twelve months
    held: int  # in all
    opened_at: datetime | None
    facilitator: str | None

    @property
    def expected(self) -> int:
        """Return how many meetings one may expect so far: four a year, fewer in the first."""
        if self.opened_at is None or self.phase is Phase.RESTING:
            return 0
        share = min(1.0, (now() - self.opened_at) / A_YEAR)
        return int(FEWEST_MEETINGS * share)

    @property
    def meets_too_seldom(self) -> bool:
        """Answer whether the group has met less often than four times a year."""
        return self.met < self.expected

    @property
    def thin(self) -> bool:
        """Answer whether the group has become smaller than it was meant to be."""
        return self.families < self.min_families


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one facilitator leads now."""

    ref: str
    name: str
    groups: int
    families: int
    waiting: int  # in pools released to them


def group_years(municipality_id: int) -> list[GroupYear]:
    """Return the open groups of a municipality by name, with counts only."""
    sizes = (
        select(GroupMembership.group_id, func.count().label("n"))
        .where(GroupMembership.left_at.is_(None), GroupMembership.joined_at.is_not(None))
        .group_by(GroupMembership.group_id)
        .subquery()
    )
    held = (
        select(
            Meeting.group_id,
            func.count().filter(Meeting.starts_at >= now() - A_YEAR).label("n"),
            func.count().label("in_all"),
        )
        .where(Meeting.state == MeetingState.HELD)
        .group_by(Meeting.group_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            NetworkGroup,
            func.coalesce(sizes.c.n, 0),
            func.coalesce(held.c.n, 0),
            func.coalesce(held.c.in_all, 0),
            Account.name,
        )
        .outerjoin(sizes, sizes.c.group_id == NetworkGroup.id)
        .outerjoin(held, held.c.group_id == NetworkGroup.id)
        .outerjoin(Account, Account.id == NetworkGroup.facilitator_id)
        .where(NetworkGroup.municipality_id == municipality_id, NetworkGroup.phase.in_(ALIVE))
        .order_by(NetworkGroup.name, NetworkGroup.id)
    )
    return [
        GroupYear(
            ref=group.ref, name=group.name, phase=group.phase, families=families,
            min_families=group.min_families, met=met, held=in_all, opened_at=group.opened_at,
            facilitator=name if group.handed_over_at is None else None,
        )
        for group, families, met, in_all, name in rows
    ]  # fmt: skip


def loads(municipality_id: int) -> list[Load]:
    """Return every facilitator and consultant with what they lead, the busiest first."""
    people = db.session.execute(
        select(Account.id, Account.ref, Account.name)
        .where(
            Account.municipality_id == municipality_id,
            Account.active,
            Account.roles.any(Role.name.in_([RoleName.FACILITATOR, RoleName.CONSULTANT])),
        )
        .order_by(Account.name)
    ).all()
    led = db.session.execute(
        select(NetworkGroup.facilitator_id, NetworkGroup.id, func.count(GroupMembership.id))
        .outerjoin(
            GroupMembership,
            (GroupMembership.group_id == NetworkGroup.id)
            & GroupMembership.left_at.is_(None)
            & (GroupMembership.answer != "no"),
        )
        .where(
            NetworkGroup.municipality_id == municipality_id,
            NetworkGroup.phase.in_(WITH_FACILITATOR),
            NetworkGroup.handed_over_at.is_(None),
        )
        .group_by(NetworkGroup.facilitator_id, NetworkGroup.id)
    )
    groups: defaultdict[int | None, int] = defaultdict(int)
    families: defaultdict[int | None, int] = defaultdict(int)
    for leader, _group_id, count in led:
        groups[leader] += 1
        families[leader] += count
    pooled = db.session.execute(
        select(Pool.facilitator_id, func.count(PoolFamily.family_id))
        .join(PoolFamily, PoolFamily.pool_id == Pool.id)
        .where(Pool.municipality_id == municipality_id, Pool.closed_at.is_(None))
        .group_by(Pool.facilitator_id)
    )
    waiting = {row[0]: row[1] for row in pooled}
    found = [
        Load(ref=ref, name=name, groups=groups[id_], families=families[id_],
             waiting=waiting.get(id_, 0))
        for id_, ref, name in people
    ]  # fmt: skip
    return sorted(found, key=lambda load: (-load.groups, -load.families, load.name))

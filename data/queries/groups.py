"""Questions about pools, drafts, groups, invitations, meetings and hand-over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from data.db import db
from data.models import (
    LED,
    Account,
    Answer,
    AuditEntry,
    CalendarFeed,
    Coming,
    DraftMove,
    DraftSeat,
    DraftState,
    Family,
    GroupDraft,
    GroupMembership,
    HandoverVote,
    Meeting,
    MeetingReply,
    MeetingState,
    NetworkGroup,
    Phase,
    Pool,
    PoolFamily,
    Role,
    RoleName,
)
from data.queries.access import not_found
from data.queries.desk import helped_pools, is_helper

_CURRENT = (GroupMembership.left_at.is_(None), GroupMembership.answer != Answer.NO)
_MEMBER = (GroupMembership.left_at.is_(None), GroupMembership.joined_at.is_not(None))


# Pools


def families_asked_or_in_a_group(municipality_id: int) -> set[int]:
    """Return the ids of families that a group has asked or that sit in one."""
    rows = db.session.scalars(
        select(GroupMembership.family_id)
        .join(NetworkGroup)
        .where(NetworkGroup.municipality_id == municipality_id, *_CURRENT)
    )
    return set(rows)


def families_in_open_pools(municipality_id: int) -> set[int]:
    """Return the ids of families that some facilitator is already working with."""
    rows = db.session.scalars(
        select(PoolFamily.family_id)
        .join(Pool)
        .where(Pool.municipality_id == municipality_id, Pool.closed_at.is_(None))
    )
    return set(rows)


def pools_for(account: Account) -> list[Pool]:
    """Return the open pools that this person works with, newest first."""
    wanted = (
        select(Pool)
        .where(Pool.municipality_id == account.municipality_id, Pool.closed_at.is_(None))
        .options(selectinload(Pool.families), selectinload(Pool.facilitator))
        .order_by(Pool.released_at.desc(), Pool.id.desc())
    )
    if not account.is_a(RoleName.COORDINATOR):
        wanted = wanted.where(_works_with(account))
    return list(db.session.scalars(wanted))


def _works_with(account: Account) -> ColumnElement[bool]:
    return or_(Pool.facilitator_id == account.id, Pool.id.in_(helped_pools(account.id)))


def pool_by_ref(ref: str, *, by: Account, for_change: bool = False) -> Pool:
    """Return a pool that was released to `by`, or that `by` coordinates."""
    wanted = select(Pool).where(Pool.ref == ref, Pool.municipality_id == by.municipality_id)
    if for_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    pool = db.session.scalar(wanted)
    if pool is None or not may_use_pool(pool, by=by):
        raise not_found()
    return pool


def may_use_pool(pool: Pool, *, by: Account) -> bool:
    """Answer whether `by` may see the pool's families and work on its drafts."""
    if pool.municipality_id != by.municipality_id:
        return False
    if by.is_a(RoleName.COORDINATOR):
        return True
    return pool.closed_at is None and (pool.facilitator_id == by.id or is_helper(pool.id, by.id))


def family_ids_of(pool: Pool) -> list[int]:
    """Return the ids of the pool's families, in order."""
    return list(
        db.session.scalars(
            select(PoolFamily.family_id)
            .where(PoolFamily.pool_id == pool.id)
            .order_by(PoolFamily.family_id)
        )
    )


def was_looked_at(pool: Pool, *, page: str, by: Account, since: datetime) -> bool:
    """Answer whether the trail holds a look at the pool's families on this page since then."""
    looks = db.session.scalars(
        select(AuditEntry.details).where(
            AuditEntry.subject == "pool",
            AuditEntry.subject_id == pool.id,
            AuditEntry.event == "pool_viewed",
            AuditEntry.actor_id == by.id,
            AuditEntry.at >= since,
        )
    )
    return any(details.get("page") == page for details in looks)


def facilitators_of(municipality_id: int) -> list[Account]:
    """Return who may lead groups here: facilitators and foster care consultants."""
    return people_with_role(municipality_id, RoleName.FACILITATOR, RoleName.CONSULTANT)


def colleague_by_ref(ref: str, *, municipality_id: int) -> Account | None:
    """Return one of those who may lead groups here."""
    return next((p for p in facilitators_of(municipality_id) if p.ref == ref), None)


def people_with_role(municipality_id: int, *names: RoleName) -> list[Account]:
    """Return the active staff of a municipality who hold one of these roles, by name."""
    return list(
        db.session.scalars(
            select(Account)
            .where(
                Account.municipality_id == municipality_id,
                Account.active.is_(True),
                Account.roles.any(Role.name.in_(names)),
            )
            .order_by(Account.name, Account.id)
        )
    )


# Drafts


def drafts_for(account: Account) -> list[GroupDraft]:
    """Return the drafts this person works on, newest first."""
    wanted = (
        select(GroupDraft)
        .join(Pool)
        .where(
            Pool.municipality_id == account.municipality_id,
            GroupDraft.state.in_([DraftState.WORKING, DraftState.READY, DraftState.SUBMITTED]),
        )
        .options(selectinload(GroupDraft.pool))
        .order_by(GroupDraft.made_at.desc(), GroupDraft.id.desc())
    )
    if not account.is_a(RoleName.COORDINATOR):
        wanted = wanted.where(_works_with(account))
    return list(db.session.scalars(wanted))


def draft_by_ref(ref: str, *, by: Account, for_change: bool = False) -> GroupDraft:
    """Return a draft from a pool that `by` may use; `for_change` makes two people take turns."""
    wanted = select(GroupDraft).where(GroupDraft.ref == ref)
    if for_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    draft = db.session.scalar(wanted)
    if draft is None or not may_use_pool(draft.pool, by=by):
        raise not_found()
    return draft


def may_look_at_board(draft: GroupDraft, *, by: Account) -> bool:
    """Answer whether `by` may see the draft's families: once published, a facilitator's work is
    done there. The board reads today's answers, also of groups that were handed over since.
    """
    return draft.state is not DraftState.PUBLISHED or by.is_a(RoleName.COORDINATOR)


def seats_of(draft: GroupDraft) -> list[DraftSeat]:
    """Return every seat of a draft with its family, in the order of names."""
    return list(
        db.session.scalars(
            select(DraftSeat)
            .join(Family)
            .where(DraftSeat.draft_id == draft.id)
            .options(selectinload(DraftSeat.family))
            .order_by(Family.name, Family.id)
        )
    )


def moves_of(draft: GroupDraft) -> list[DraftMove]:
    """Return every move at the board, oldest first."""
    return list(
        db.session.scalars(
            select(DraftMove)
            .where(DraftMove.draft_id == draft.id)
            .options(selectinload(DraftMove.family), selectinload(DraftMove.made_by))
            .order_by(DraftMove.id)
        )
    )


def last_move_of(draft: GroupDraft, family_id: int) -> DraftMove | None:
    """Return the latest move of one family that still holds."""
    return db.session.scalar(
        select(DraftMove)
        .where(
            DraftMove.draft_id == draft.id,
            DraftMove.family_id == family_id,
            DraftMove.undone_at.is_(None),
        )
        .order_by(DraftMove.id.desc())
        .limit(1)
    )


# Groups


def groups_for(account: Account) -> list[NetworkGroup]:
    """Return the groups whose staff page this person may open, newest first."""
    wanted = (
        select(NetworkGroup)
        .where(NetworkGroup.municipality_id == account.municipality_id)
        .options(
            selectinload(NetworkGroup.meetings),
            selectinload(NetworkGroup.memberships),
            selectinload(NetworkGroup.facilitator),
        )
        .order_by(NetworkGroup.published_at.desc(), NetworkGroup.id.desc())
    )
    if not account.is_a(RoleName.COORDINATOR):
        wanted = wanted.where(
            NetworkGroup.facilitator_id == account.id, NetworkGroup.handed_over_at.is_(None)
        )
    return list(db.session.scalars(wanted))


def staff_group_by_ref(ref: str, *, by: Account, for_change: bool = False) -> NetworkGroup:
    """Return a group that `by` leads (until the hand-over) or coordinates."""
    group = _one(select(NetworkGroup).where(NetworkGroup.ref == ref), for_change=for_change)
    if group is None or not may_lead(group, by=by):
        raise not_found()
    return group


def led_group_by_ref(ref: str, *, by: Account) -> NetworkGroup:
    """Return a group that `by` may look into as long as it is led; at the hand-over it is gone."""
    group = staff_group_by_ref(ref, by=by)
    if group.phase not in LED or group.handed_over_at is not None:
        raise not_found()
    return group


def may_lead(group: NetworkGroup, *, by: Account) -> bool:
    """Answer whether `by` is the group's facilitator now, or its coordinator."""
    if group.municipality_id != by.municipality_id:
        return False
    if by.is_a(RoleName.COORDINATOR):
        return True
    return group.facilitator_id == by.id and group.handed_over_at is None


def group_by_id(group_id: int, *, for_change: bool = False) -> NetworkGroup:
    """Return a group for work that the clock does."""
    group = _one(select(NetworkGroup).where(NetworkGroup.id == group_id), for_change=for_change)
    if group is None:
        raise not_found()
    return group


def _one(wanted: Select[NetworkGroup], *, for_change: bool) -> NetworkGroup | None:
    if for_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def membership_of(family_id: int | None) -> GroupMembership | None:
    """Return the family's invitation or membership of today: it has at most one."""
    if family_id is None:
        return None
    return db.session.scalar(
        select(GroupMembership)
        .where(GroupMembership.family_id == family_id, *_CURRENT)
        .options(selectinload(GroupMembership.group))
    )


def group_of(family_id: int | None) -> NetworkGroup | None:
    """Return the group that the family is a member of."""
    membership = membership_of(family_id)
    return membership.group if membership and membership.joined_at else None


def own_family_of(by: Account) -> int:
    """Return the id of the family that a person acts for; staff act for none."""
    if by.family_id is None:
        raise not_found()
    return by.family_id


def own_group_of(
    by: Account, *, among: Collection[Phase] | None = None, for_change: bool = False
) -> NetworkGroup:
    """Return the group of the person's family; to all others, and outside `among`, there is none.

    `for_change` makes two of its people take turns.
    """
    group = group_of(by.family_id)
    if group is None or (among is not None and group.phase not in among):
        raise not_found()
    return group_by_id(group.id, for_change=True) if for_change else group


def memberships_of(group: NetworkGroup) -> list[GroupMembership]:
    """Return everyone who was asked, with their families and adults, in the order of names."""
    return list(
        db.session.scalars(
            select(GroupMembership)
            .join(Family)
            .where(GroupMembership.group_id == group.id)
            .options(selectinload(GroupMembership.family).selectinload(Family.carers))
            .order_by(Family.name, Family.id)
            .execution_options(populate_existing=True)
        )
    )


def members_of(group: NetworkGroup) -> list[Family]:
    """Return the families in the group today, in the order of names."""
    return list(
        db.session.scalars(
            select(Family)
            .join(GroupMembership)
            .where(GroupMembership.group_id == group.id, *_MEMBER)
            .options(selectinload(Family.carers))
            .order_by(Family.name, Family.id)
        )
    )


def other_members(group: NetworkGroup, by: Account) -> list[Family]:
    """Return the families that have not heard of it, because another one did it."""
    return [family for family in members_of(group) if family.id != by.family_id]


def groups_past_their_answer_date(at: datetime) -> list[int]:
    """Return the ids of groups that still invite although the last day to answer has passed."""
    return list(
        db.session.scalars(
            select(NetworkGroup.id)
            .where(NetworkGroup.phase == Phase.INVITING, NetworkGroup.answer_by <= at)
            .order_by(NetworkGroup.id)
        )
    )


def handovers_proposed_before(at: datetime) -> list[int]:
    """Return the ids of groups that were asked to take over before this moment."""
    return list(
        db.session.scalars(
            select(NetworkGroup.id)
            .where(
                NetworkGroup.phase == Phase.HANDING_OVER, NetworkGroup.handover_proposed_at <= at
            )
            .order_by(NetworkGroup.id)
        )
    )


def votes_of(group: NetworkGroup) -> list[HandoverVote]:
    """Return the families' answers about taking over."""
    return list(db.session.scalars(select(HandoverVote).where(HandoverVote.group_id == group.id)))


# Meetings


def meetings_of(group: NetworkGroup) -> list[Meeting]:
    """Return the group's meetings in time, with the answers of the families."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(Meeting.group_id == group.id)
            .options(selectinload(Meeting.replies), selectinload(Meeting.host))
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def meeting_of(group: NetworkGroup, ref: str) -> Meeting:
    """Return one of the group's meetings; one of another group does not exist here."""
    meeting = db.session.scalar(
        select(Meeting).where(Meeting.ref == ref, Meeting.group_id == group.id)
    )
    if meeting is None:
        raise not_found()
    return meeting


def next_meeting_of(group: NetworkGroup, *, at: datetime) -> Meeting | None:
    """Return the first planned meeting that has not ended."""
    return db.session.scalar(
        select(Meeting)
        .where(
            Meeting.group_id == group.id,
            Meeting.state == MeetingState.PLANNED,
            Meeting.ends_at > at,
        )
        .options(selectinload(Meeting.replies), selectinload(Meeting.host))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )


def held_meetings(group: NetworkGroup) -> int:
    """Return how many meetings were held."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Meeting)
            .where(Meeting.group_id == group.id, Meeting.state == MeetingState.HELD)
        )
        or 0
    )


def reply_of(meeting: Meeting, family_id: int) -> Coming | None:
    """Return what the family answered, None when it has not."""
    reply = db.session.get(MeetingReply, (meeting.id, family_id))
    return reply.coming if reply else None


def counted_replies(meeting: Meeting, members: Iterable[int]) -> dict[Coming | None, int]:
    """Return how many of the members come, perhaps come, cannot, and have not said (None)."""
    said = {reply.family_id: reply.coming for reply in meeting.replies}
    counts: dict[Coming | None, int] = dict.fromkeys([*Coming, None], 0)
    for family_id in members:
        counts[said.get(family_id)] += 1
    return counts


# The private calendar


def feed_of(account_id: int) -> CalendarFeed | None:
    """Return the person's calendar address, if one was made."""
    return db.session.get(CalendarFeed, account_id)


def account_of_feed(token_hash: str) -> Account | None:
    """Return whose calendar this address is; an account that is closed has none."""
    return db.session.scalar(
        select(Account)
        .join(CalendarFeed, CalendarFeed.account_id == Account.id)
        .where(CalendarFeed.token_hash == token_hash, Account.active.is_(True))
    )


def meetings_for(account: Account) -> Sequence[Meeting]:
    """Return the meetings in a calendar: of the own group, or of the groups one leads."""
    wanted = (
        select(Meeting)
        .join(NetworkGroup)
        .options(selectinload(Meeting.group))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if account.family_id is not None:
        group = group_of(account.family_id)
        return list(db.session.scalars(wanted.where(Meeting.group_id == group.id))) if group else []
    return list(
        db.session.scalars(
            wanted.where(
                NetworkGroup.facilitator_id == account.id, NetworkGroup.handed_over_at.is_(None)
            )
        )
    )

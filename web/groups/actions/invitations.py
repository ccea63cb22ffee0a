"""A family answers an invitation; a group opens when enough have said yes."""

from chat import actions as chat
from data.audit import record
from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    Account,
    Answer,
    GroupMembership,
    MeetingState,
    NetworkGroup,
    Phase,
    RoomKind,
)
from data.queries.access import not_found
from data.queries.families import any_kept_apart
from data.queries.groups import (
    group_by_id,
    held_meetings,
    meetings_of,
    membership_of,
    memberships_of,
    staff_group_by_ref,
)
from data.queries.meetings import closed_to
from web.groups import letters

LAST_MEETING_TO_JOIN = 2
FEWEST_BY_HAND = 3


def answer_invitation(*, yes: bool, by: Account, base_url: str) -> NetworkGroup:
    """Answer for one's family: yes, or no thanks. The last yes opens the group."""
    asked = membership_of(by.family_id)
    if asked is None:
        if closed_group(by) is not None:
            raise _closed()
        raise not_found()
    group = group_by_id(asked.group_id, for_change=True)
    db.session.refresh(asked)  # the other adult may have answered while we waited for the group
    if asked.answer is not Answer.WAITING or asked.left_at is not None:
        raise Conflict(_("You have already answered."))
    asked.answer = Answer.YES if yes else Answer.NO
    asked.answered_at = now()
    record(
        "group_invitation_answered",
        by=by,
        subject="group",
        subject_id=group.id,
        answer=asked.answer.value,
    )
    db.session.flush()
    if yes and group.phase is not Phase.INVITING:
        _join_late(asked, group)
    else:
        open_when_ready(group, base_url=base_url)
    return group


def closed_group(by: Account) -> NetworkGroup | None:
    """Return the group that asked the person's family, once it has met too often to take it in."""
    group = closed_to(by.family_id) if by.family_id is not None else None
    if group is None or held_meetings(group) < LAST_MEETING_TO_JOIN:
        return None
    return group


def _closed() -> Conflict:
    return Conflict(_("The group no longer takes new families. You stay on the list."))


def open_when_ready(group: NetworkGroup, *, base_url: str) -> bool:
    """Open the group if everyone has answered, or had time to, and enough said yes."""
    if group.phase is not Phase.INVITING:
        return False
    answers = [m.answer for m in memberships_of(group) if m.left_at is None]
    if Answer.WAITING in answers and now() < group.answer_by:
        return False
    if answers.count(Answer.YES) >= group.min_families and _may_all_meet(group):
        _open(group, base_url=base_url)
        return True
    if group.told_too_few_at is None:
        group.told_too_few_at = now()
        letters.tell_facilitator(
            group,
            subject=_("Too few families have said yes"),
            sentence=_("Open the group with those who did, or let it go."),
            base_url=base_url,
        )
        db.session.flush()
    return False


def open_by_hand(ref: str, *, by: Account, base_url: str) -> NetworkGroup:
    """Open the group with fewer families than planned, or before everyone has answered."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.phase is not Phase.INVITING:
        raise Conflict(_("The group has already been opened."))
    if sum(m.answer is Answer.YES for m in memberships_of(group)) < FEWEST_BY_HAND:
        raise Conflict(_("Too few families have said yes. A group needs at least three."))
    if not _may_all_meet(group):
        raise Conflict(_("Two of the families must not meet. Ask the coordinator."))
    record("group_opened_by_hand", by=by, subject="group", subject_id=group.id)
    _open(group, base_url=base_url)
    return group


def withdraw_group(ref: str, *, by: Account, base_url: str) -> NetworkGroup:
    """Let a group that has not opened go; its families wait for another one."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.phase is not Phase.INVITING:
        raise Conflict(_("The group is open. It cannot be withdrawn."))
    asked = [m for m in memberships_of(group) if m.answer is not Answer.NO]
    for membership in asked:
        membership.left_at = now()
    group.phase, group.ended_at = Phase.ENDED, now()
    record("group_withdrawn", by=by, subject="group", subject_id=group.id)
    letters.tell_cancelled([m.family for m in asked], base_url=base_url)
    db.session.flush()
    return group


def _may_all_meet(group: NetworkGroup) -> bool:
    """The coordinator may have learnt, since the group was published, who must not meet."""
    coming = [m for m in memberships_of(group) if m.answer is Answer.YES and m.left_at is None]
    return not any_kept_apart(m.family_id for m in coming)


def _open(group: NetworkGroup, *, base_url: str) -> None:
    """Give the group its room and its members; those who have not answered may still come."""
    room = chat.open_room(
        kind=RoomKind.GROUP, municipality_id=group.municipality_id, title=group.name
    )
    group.room_id, group.phase, group.opened_at = room.id, Phase.FORMED, now()
    if group.facilitator and group.facilitator.active:
        chat.add_person(room, account=group.facilitator, is_facilitator=True)
    joining = [m for m in memberships_of(group) if m.answer is Answer.YES and not m.left_at]
    for membership in joining:
        membership.joined_at = now()
        chat.add_family(room, family=membership.family)
    chat.post_notice(room, code="room_opened")
    record(
        "group_opened",
        by=None,
        subject="group",
        subject_id=group.id,
        municipality_id=group.municipality_id,
    )
    letters.tell_opened([m.family for m in joining], base_url=base_url)
    db.session.flush()


def _join_late(membership: GroupMembership, group: NetworkGroup) -> None:
    if group.phase not in {Phase.FORMED, Phase.FACILITATED} or group.room is None:
        raise _closed()
    if held_meetings(group) >= LAST_MEETING_TO_JOIN or not _may_all_meet(group):
        raise _closed()
    membership.joined_at = now()
    chat.add_family(group.room, family=membership.family)
    chat.post_notice(group.room, code="family_joined", name=membership.family.name)
    db.session.flush()


def close_the_door(group: NetworkGroup) -> None:
    """After the second meeting those who never answered wait for another group."""
    held = sum(meeting.state is MeetingState.HELD for meeting in meetings_of(group))
    if held < LAST_MEETING_TO_JOIN:
        return
    for membership in memberships_of(group):
        if membership.answer is Answer.WAITING and membership.left_at is None:
            membership.answer, membership.answered_at = Answer.NO, now()
    db.session.flush()

"""A group takes a rest, wakes, or ends well."""

from datetime import date, timedelta

from chat import actions as chat
from data.audit import record
from data.clock import COPENHAGEN, now
from data.db import after_commit, db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    Account,
    Meeting,
    MeetingState,
    NetworkGroup,
    Phase,
    QuestionState,
    SwapState,
)
from data.queries.group_life import life_of, open_questions_of
from data.queries.groups import group_by_id, meetings_of, members_of, memberships_of, own_group_of
from data.queries.meetings import open_poll_of, open_swaps_of
from data.sealed import store
from web.groups import life_letters
from web.groups.actions.days import short_day
from web.groups.actions.guests import let_all_go
from web.groups.actions.meetings import call_off

READABLE = timedelta(days=92)  # how long an ended group's words can still be read


def rest(group: NetworkGroup, *, until: date, base_url: str) -> None:
    """Let the group rest: nobody is reminded of anything, and planned meetings are off."""
    life = life_of(group, make=True)
    life.resting_until, life.woke_at = until, None
    life.host_asked_at = life.group_asked_at = life.coordinator_told_at = None
    group.phase = Phase.RESTING
    _close_what_is_open(group)
    for meeting in meetings_of(group):
        if meeting.state is MeetingState.PLANNED and _day_of(meeting) <= until:
            call_off(group, meeting)
    if group.room is not None:
        chat.post_notice(group.room, code="group_rests_until", day=short_day(until))
    record("group_rests", by=None, municipality_id=group.municipality_id, subject="group",
           subject_id=group.id)  # fmt: skip
    life_letters.tell_rest(members_of(group), base_url=base_url)
    db.session.flush()


def wake_up(*, by: Account, base_url: str) -> NetworkGroup:
    """Wake one's group: any family may, on any day."""
    group = own_group_of(by, for_change=True)
    if group.phase is not Phase.RESTING:
        raise Conflict(_("The group is awake."))
    wake(group, base_url=base_url)
    return group


def wake(group: NetworkGroup, *, base_url: str) -> None:
    """End the rest; the clock does it on the day that was agreed."""
    if group.phase is not Phase.RESTING:
        return
    group.phase = Phase.SELF_RUNNING
    life = life_of(group, make=True)
    life.resting_until, life.woke_at = None, now()
    if group.room is not None:
        chat.post_notice(group.room, code="group_awake")
    record("group_woke", by=None, municipality_id=group.municipality_id, subject="group",
           subject_id=group.id)  # fmt: skip
    life_letters.tell_awake(members_of(group), base_url=base_url)
    db.session.flush()


def end_group(group: NetworkGroup, *, base_url: str) -> None:
    """End a group well: thanks to all, no more dates, and a room that can only be read."""
    families = members_of(group)
    close_down(group)
    life_letters.tell_ended(families, base_url=base_url)
    db.session.flush()


def close_down(group: NetworkGroup) -> None:
    """Close what a group that has ended leaves behind; its last members can read on for a while."""
    ended = now()
    _close_what_is_open(group)
    group.phase, group.ended_at = Phase.ENDED, ended
    for membership in memberships_of(group):
        if membership.left_at is None:
            membership.left_at = ended
    for meeting in meetings_of(group):
        if meeting.state is MeetingState.PLANNED:
            call_off(group, meeting)
    if group.room is not None:
        if group.facilitator is not None:
            chat.remove_person(group.room, account=group.facilitator)
        if group.room.closed_at is None:
            chat.post_notice(group.room, code="group_ended")
        chat.close_room(group.room)
    record("group_ended", by=None, municipality_id=group.municipality_id, subject="group",
           subject_id=group.id)  # fmt: skip
    db.session.flush()


def forget_ended(group_id: int) -> None:
    """Erase an ended group's words and where it met; that it was, and how often, stays."""
    group = group_by_id(group_id, for_change=True)
    life = life_of(group, make=True)
    if group.phase is not Phase.ENDED or life.forgotten_at is not None:
        return
    life.forgotten_at = now()
    if group.room is not None:
        scopes = chat.forget_room(group.room)
        after_commit(lambda: store().forget(scopes))
    written = {meeting.words.scope for meeting in meetings_of(group) if meeting.words}
    for meeting in meetings_of(group):
        meeting.words, meeting.host_family_id = None, None
    after_commit(lambda: store().forget(written))
    db.session.flush()


def _close_what_is_open(group: NetworkGroup) -> None:
    """Let go of what the families were deciding, asking and swapping."""
    for question in open_questions_of(group):
        question.state, question.settled_at = QuestionState.LAPSED, now()
    poll = open_poll_of(group)
    if poll is not None:
        poll.closed_at = now()
    for swap in open_swaps_of(group):
        swap.state, swap.answered_at = SwapState.WITHDRAWN, now()
    let_all_go(group)
    db.session.flush()


def _day_of(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(COPENHAGEN).date()

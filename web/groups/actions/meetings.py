"""Planning meetings, holding them and saying whether one comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from chat.guard import MAY_CONFIRM, refused
from data.audit import record
from data.clock import COPENHAGEN, now
from data.db import after_commit, db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    LED,
    Account,
    Coming,
    HostTick,
    Meeting,
    MeetingKind,
    MeetingReply,
    MeetingState,
    NetworkGroup,
    Phase,
    RoleName,
)
from data.queries.access import not_found
from data.queries.groups import (
    group_of,
    may_lead,
    meeting_of,
    meetings_of,
    members_of,
    other_members,
    own_family_of,
    own_group_of,
)
from data.sealed import store
from web.groups import letters
from web.groups.actions.invitations import close_the_door

NEARLY_HERE = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When, where and about what a group meets."""

    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    theme: str | None
    agenda: tuple[str, ...]
    host_ref: str | None = None
    kind: MeetingKind = MeetingKind.NETWORK


def may_plan(group: NetworkGroup, *, by: Account) -> bool:
    """Answer who calls the meetings: the facilitator until the hand-over, then the families."""
    if group.phase in LED:
        return by.is_a(RoleName.FACILITATOR, RoleName.CONSULTANT) and may_lead(group, by=by)
    return group.phase is Phase.SELF_RUNNING and is_member(group, by=by)


def is_member(group: NetworkGroup, *, by: Account) -> bool:
    """Answer whether the person's family sits in the group now."""
    own = group_of(by.family_id)
    return own is not None and own.id == group.id


def plan_meeting(group: NetworkGroup, plan: Plan, *, by: Account, base_url: str) -> Meeting:
    """Add a meeting and ask the families whether they come."""
    must_plan(group, by=by)
    _check(plan)
    meeting = Meeting(group_id=group.id, number=0)
    _write(meeting, plan, group)
    db.session.add(meeting)
    _note_told(meeting)
    db.session.flush()
    _number(group)
    tell(group, "meeting_planned", meeting)
    letters.tell_meeting(other_members(group, by), ref=meeting.ref, base_url=base_url)
    return meeting


def change_meeting(
    group: NetworkGroup, ref: str, plan: Plan, *, version: int, by: Account, base_url: str
) -> Meeting:
    """Change a planned meeting. A new time makes old answers void: they were about another day."""
    must_plan(group, by=by)
    _check(plan)
    meeting = planned_meeting(group, ref)
    if meeting.version != version:
        raise Conflict(_("Someone else has changed the meeting meanwhile. Look at it again."))
    moved = (meeting.starts_at, meeting.place) != (plan.starts_at, plan.place)
    if meeting.starts_at != plan.starts_at:
        for reply in list(meeting.replies):
            db.session.delete(reply)
        meeting.reminded_at = None
    _write(meeting, plan, group)
    if moved:
        _note_told(meeting)
    db.session.flush()
    _number(group)
    if moved:
        tell(group, "meeting_moved", meeting)
        letters.tell_meeting(other_members(group, by), ref=meeting.ref, base_url=base_url)
    return meeting


def _note_told(meeting: Meeting) -> None:
    """A meeting that is nearly here needs no reminder: everyone is told of it now."""
    if meeting.starts_at < now() + NEARLY_HERE:
        meeting.reminded_at = now()


def cancel_meeting(group: NetworkGroup, ref: str, *, by: Account, base_url: str) -> Meeting:
    """Call a planned meeting off."""
    must_plan(group, by=by)
    meeting = planned_meeting(group, ref)
    call_off(group, meeting)
    tell(group, "meeting_cancelled", meeting)
    letters.tell_cancelled_meeting(other_members(group, by), base_url=base_url)
    return meeting


def call_off(group: NetworkGroup, meeting: Meeting) -> None:
    """Take a planned meeting out of the row of meetings; nobody is led to a home any more."""
    meeting.state = MeetingState.CANCELLED
    forget_way(meeting)
    db.session.flush()
    _number(group)


def forget_way(meeting: Meeting) -> None:
    """Forget how to find a home and the key of the words with it, so that no backup tells."""
    if meeting.directions is not None:
        scope = meeting.directions.scope
        meeting.directions = None
        after_commit(lambda: store().forget([scope]))


def forget_host(meeting: Meeting) -> None:
    """Let go of what the earlier host wrote and ticked; the next one begins anew."""
    forget_way(meeting)
    db.session.execute(delete(HostTick).where(HostTick.meeting_id == meeting.id))


def mark_held(group: NetworkGroup, ref: str, *, by: Account) -> Meeting:
    """Say that a meeting was held; the first one starts the facilitated phase."""
    must_plan(group, by=by)
    meeting = planned_meeting(group, ref)
    if meeting.starts_at > now():
        raise Conflict(_("The meeting has not begun yet."))
    hold(group, meeting, by=by)
    return meeting


def hold(group: NetworkGroup, meeting: Meeting, *, by: Account) -> None:
    """Note that a planned meeting took place; whoever calls this has asked for permission."""
    meeting.state, meeting.held_at = MeetingState.HELD, now()
    if group.phase is Phase.FORMED:
        group.phase = Phase.FACILITATED
    record("meeting_held", by=by, subject="meeting", subject_id=meeting.id)
    db.session.flush()
    close_the_door(group)


def reply(ref: str, coming: Coming, *, by: Account) -> Meeting:
    """Say for one's family whether it comes; the latest answer counts."""
    meeting = planned_meeting(own_group_of(by), ref)
    if meeting.ends_at <= now():
        raise Conflict(_("The meeting is over."))
    set_reply(meeting, own_family_of(by), coming)
    return meeting


def set_reply(meeting: Meeting, family_id: int, coming: Coming) -> None:
    """Note what a family says, whatever it said before."""
    known = db.session.get(MeetingReply, (meeting.id, family_id), populate_existing=True)
    if known is None:
        try:
            with db.session.begin_nested():
                db.session.add(
                    MeetingReply(meeting_id=meeting.id, family_id=family_id, coming=coming)
                )
        except IntegrityError:  # the family's other adult answered in the same moment
            known = db.session.get_one(MeetingReply, (meeting.id, family_id))
    if known is not None:
        known.coming, known.replied_at = coming, now()
    db.session.flush()


def must_plan(group: NetworkGroup, *, by: Account) -> None:
    """Refuse whoever does not call this group's meetings."""
    if may_plan(group, by=by):
        return
    if group.phase in {Phase.INVITING, Phase.ENDED}:
        raise Conflict(_("The group is not open, so it cannot meet."))
    raise not_found()


def planned_meeting(group: NetworkGroup, ref: str) -> Meeting:
    """Return a meeting that is still to be held."""
    meeting = meeting_of(group, ref)
    if meeting.state is not MeetingState.PLANNED:
        raise Conflict(_("The meeting has been held or cancelled."))
    return meeting


def _check(plan: Plan) -> None:
    if plan.ends_at <= plan.starts_at:
        raise Invalid(_("The meeting must end after it begins."), field="ends")
    if plan.starts_at < now():
        raise Invalid(_("Choose a day that is still to come."), field="day")
    for field, text in (
        ("place", plan.place),
        ("title", plan.title),
        ("agenda", "\n".join(plan.agenda)),
    ):
        if refused(text, confirmed=MAY_CONFIRM):
            raise Invalid(_("This looks like a CPR number or a case number."), field=field)


def _write(meeting: Meeting, plan: Plan, group: NetworkGroup) -> None:
    meeting.starts_at, meeting.ends_at = plan.starts_at, plan.ends_at
    if meeting.place != plan.place:
        forget_way(meeting)  # it led somewhere else
    meeting.place, meeting.title, meeting.theme = plan.place, plan.title, plan.theme
    meeting.agenda, meeting.kind = list(plan.agenda), plan.kind
    hosts = {family.ref: family.id for family in members_of(group)}
    if plan.host_ref is not None and plan.host_ref not in hosts:
        raise not_found()
    host_id = hosts[plan.host_ref] if plan.host_ref else None
    if meeting.host_family_id != host_id:
        forget_host(meeting)
    meeting.host_family_id = host_id


def _number(group: NetworkGroup) -> None:
    """Number the meetings in time; a cancelled one has no number of its own."""
    number = 1
    for meeting in meetings_of(group):
        if meeting.state is MeetingState.CANCELLED:
            continue
        if meeting.number != number:
            meeting.number = number
        number += 1
    db.session.flush()


def tell(group: NetworkGroup, code: str, meeting: Meeting) -> None:
    """Write a line about the meeting in the group's room."""
    if group.room is not None:
        chat.post_notice(group.room, code=code, number=meeting.number, when=day_and_time(meeting))


def day_and_time(meeting: Meeting) -> str:
    """Return "torsdag den 3. december kl. 19.00"; the room's lines are kept in Danish."""
    return format_datetime(
        meeting.starts_at, "EEEE 'den' d. MMMM 'kl.' H.mm", tzinfo=COPENHAGEN, locale="da"
    )

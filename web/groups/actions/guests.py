"""Someone from the municipality in a group for a while: seen by all, with a day to leave by."""

from dataclasses import dataclass
from datetime import date, timedelta

from chat import actions as chat
from data.audit import record
from data.clock import COPENHAGEN, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    LED,
    Account,
    GroupGuest,
    GroupQuestion,
    Meeting,
    NetworkGroup,
)
from data.queries.access import not_found
from data.queries.group_life import guest_by_ref, guests_of, last_day_of, visits_of
from data.queries.groups import (
    colleague_by_ref,
    group_by_id,
    members_of,
    own_group_of,
    staff_group_by_ref,
)
from web.groups import life_letters
from web.groups.actions.days import checked_day, short_day
from web.groups.actions.meetings import planned_meeting

LONGEST = timedelta(days=92)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who is to come, and until when."""

    guest: Account
    meeting_id: int | None
    last_day: date


def let_in(question: GroupQuestion, group: NetworkGroup, *, base_url: str) -> None:
    """Let in whom the families have agreed on."""
    if question.account is None or question.until is None or not question.account.active:
        return  # the colleague has left meanwhile; the families can suggest another
    _join(group, question.account, meeting_id=question.meeting_id, last_day=question.until,
          base_url=base_url)  # fmt: skip


def invite_adviser(
    ref: str, *, account_ref: str, meeting_ref: str = "", until: date | None = None, by: Account,
    base_url: str,
) -> GroupGuest | None:  # fmt: skip
    """The facilitator lets a colleague into a group that is not handed over."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.facilitator_id != by.id:
        raise not_found()
    if group.phase not in LED:
        raise Conflict(_("The group is not one that you lead now."))
    visit = visit_to(
        group, account_ref=account_ref, meeting_ref=meeting_ref, until=until, today_too=True
    )
    if visit.guest.id == by.id:
        raise Invalid(_("Choose whom to invite."), field="account")
    return _join(group, visit.guest, meeting_id=visit.meeting_id, last_day=visit.last_day,
                 base_url=base_url)  # fmt: skip


def visit_to(
    group: NetworkGroup,
    *,
    account_ref: str,
    meeting_ref: str,
    until: date | None,
    today_too: bool = False,
) -> Visit:
    """Return whom a group is to let in, and for one meeting or until a day."""
    guest = colleague_by_ref(account_ref, municipality_id=group.municipality_id)
    if guest is None:
        raise Invalid(_("Choose whom to invite."), field="account")
    if guest.id in {guest.account_id for guest in guests_of(group)}:
        raise Conflict(_("%(name)s is with you already.", name=guest.name))
    if not meeting_ref:
        last_day = checked_day(until, longest=LONGEST, today_too=today_too)
        return Visit(guest=guest, meeting_id=None, last_day=last_day)
    meeting = planned_meeting(group, meeting_ref)
    day = meeting.starts_at.astimezone(COPENHAGEN).date()
    last_day = checked_day(day, longest=LONGEST, today_too=True)
    return Visit(guest=guest, meeting_id=meeting.id, last_day=last_day)


def say_goodbye(ref: str, *, by: Account) -> GroupGuest:
    """Let a guest go before their day: any one family may, and no reason is asked.

    It takes two families to let someone read along, and one to be among themselves again.
    """
    group = own_group_of(by, for_change=True)
    guest = guest_by_ref(ref, group=group)
    if group.phase in LED:
        raise Conflict(_("The facilitator has invited this guest. Talk to them about it."))
    _leave(guest, group)
    return guest


def leave_as_guest(ref: str, *, by: Account) -> GroupGuest:
    """Leave a group in which one is a guest."""
    visit = next((visit for visit in visits_of(by) if visit.ref == ref), None)
    if visit is None:
        raise not_found()
    group = group_by_id(visit.group_id, for_change=True)
    db.session.refresh(visit)
    if visit.left_at is None:
        _leave(visit, group)
    return visit


def end_visit(guest_id: int) -> None:
    """Let a guest go whose last day is over; the clock asks, as often as it likes."""
    guest = db.session.get_one(GroupGuest, guest_id)
    group = group_by_id(guest.group_id, for_change=True)
    db.session.refresh(guest)
    meeting = db.session.get(Meeting, guest.meeting_id) if guest.meeting_id else None
    over = last_day_of(guest, meeting) < today() or not guest.account.active
    if guest.left_at is None and over:
        _leave(guest, group)


def becomes_facilitator(group: NetworkGroup, person: Account) -> None:
    """A guest who is given the group stays in the room, and is no guest any more."""
    for guest in guests_of(group):
        if guest.account_id == person.id:
            guest.left_at = now()
    db.session.flush()


def let_all_go(group: NetworkGroup) -> None:
    """Let every guest go: the group rests, or ends."""
    for guest in guests_of(group):
        _leave(guest, group)


def _join(
    group: NetworkGroup, person: Account, *, meeting_id: int | None, last_day: date, base_url: str
) -> GroupGuest | None:
    if group.room is None:
        return None
    back = person.id == group.facilitator_id and group.handed_over_at is not None
    guest = GroupGuest(group_id=group.id, account_id=person.id,
                       meeting_id=meeting_id, last_day=last_day)  # fmt: skip
    db.session.add(guest)
    chat.add_person(group.room, account=person, is_facilitator=back)
    chat.post_notice(group.room, code="guest_joined", name=person.name, day=short_day(last_day))
    record("group_guest_joined", by=None, municipality_id=group.municipality_id, subject="group",
           subject_id=group.id, guest=person.id)  # fmt: skip
    life_letters.tell_guest_comes(members_of(group), led=group.phase in LED, base_url=base_url)
    life_letters.tell_the_guest(person, base_url=base_url)
    db.session.flush()
    return guest


def _leave(guest: GroupGuest, group: NetworkGroup) -> None:
    guest.left_at = now()
    if group.room is not None and not _leads(guest, group):
        chat.remove_person(group.room, account=guest.account)
        if group.room.closed_at is None:
            chat.post_notice(group.room, code="guest_left", name=guest.account.name)
    record("group_guest_left", by=None, municipality_id=group.municipality_id, subject="group",
           subject_id=group.id, guest=guest.account_id)  # fmt: skip
    db.session.flush()


def _leads(guest: GroupGuest, group: NetworkGroup) -> bool:
    """A guest who was made the group's facilitator meanwhile stays as that."""
    return group.phase in LED and group.facilitator_id == guest.account_id

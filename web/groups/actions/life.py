"""Who is in a group while it lives: a family leaves, a facilitator is replaced, the clock ticks."""

from enum import StrEnum

from chat import actions as chat
from data.audit import record
from data.clock import now
from data.db import after_commit, db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    WITH_FACILITATOR,
    Account,
    GroupQuestionAnswer,
    HandoverVote,
    MeetingReply,
    NetworkGroup,
    Phase,
    RoleName,
    Room,
)
from data.queries.access import not_found, require_role
from data.queries.group_life import (
    groups_without_members,
    open_questions_of,
    question_of,
    rests_that_are_over,
)
from data.queries.groups import (
    facilitators_of,
    group_by_id,
    groups_past_their_answer_date,
    handovers_proposed_before,
    meetings_of,
    members_of,
    membership_of,
    staff_group_by_ref,
)
from data.sealed import store
from web.groups import life_letters
from web.groups.actions import hosting
from web.groups.actions.guests import becomes_facilitator
from web.groups.actions.handover import SILENCE, settle
from web.groups.actions.invitations import open_when_ready
from web.groups.actions.questions import settle as settle_open
from web.groups.actions.rests import close_down, wake


class Words(StrEnum):
    """What happens to what a family wrote in a group that it leaves."""

    NAMELESS = "nameless"  # they stay, without the family's name
    ERASED = "erased"


def leave_group(*, words: Words, by: Account, base_url: str) -> NetworkGroup:
    """Take one's family out of its group, with its words or without. No reason is asked."""
    membership = membership_of(by.family_id)
    if membership is None or membership.joined_at is None:
        raise not_found()
    group = group_by_id(membership.group_id, for_change=True)
    db.session.refresh(membership)
    if membership.left_at is not None:
        raise Conflict(_("You have already left the group."))
    membership.left_at = now()
    _forget_answers(group, family_id=membership.family_id)
    if group.room is not None:
        chat.remove_family(group.room, family=membership.family)
        chat.post_notice(group.room, code="family_left", name=membership.family.name)
        _settle_words(group.room, words, family_id=membership.family_id)
    record("group_left", by=by, subject="group", subject_id=group.id)
    db.session.flush()
    if not members_of(group):
        close_down(group)
        return group
    settle(group, base_url=base_url)  # perhaps only this family's answer was missing
    for question in open_questions_of(group):
        settle_open(question, group, base_url=base_url)
    return group


def _settle_words(room: Room, words: Words, *, family_id: int) -> None:
    """Do what the family chose, and forget the keys, so that no backup can be read either."""
    settle_them = chat.take_words_back if words is Words.ERASED else chat.take_name_off
    scopes = settle_them(room, family_id=family_id)
    after_commit(lambda: store().forget(scopes))


def replace_facilitator(
    ref: str, *, facilitator_ref: str, by: Account, base_url: str
) -> NetworkGroup:
    """Give a group another facilitator, for instance when one is ill. The coordinator decides."""
    require_role(by, RoleName.COORDINATOR)
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.phase not in WITH_FACILITATOR:
        raise Conflict(_("The families run this group themselves."))
    new = next((p for p in facilitators_of(by.municipality_id) if p.ref == facilitator_ref), None)
    if new is None or new.id == group.facilitator_id:
        raise Invalid(_("Choose who is to lead the group."), field="facilitator")
    old, group.facilitator_id = group.facilitator, new.id
    becomes_facilitator(group, new)
    if group.room is not None:
        if old is not None:
            chat.remove_person(group.room, account=old)
        chat.add_person(group.room, account=new, is_facilitator=True)
        chat.post_notice(
            group.room,
            code="facilitator_replaced",
            name=new.name,
            earlier=old.name if old else _("nobody"),
        )
    record(
        "facilitator_replaced",
        by=by,
        subject="group",
        subject_id=group.id,
        facilitator=new.id,
        earlier=old.id if old else None,
    )
    life_letters.tell_replaced(members_of(group), base_url=base_url)
    life_letters.tell_leads_now(new, group, base_url=base_url)
    db.session.flush()
    db.session.refresh(group, ["facilitator"])
    return group


def due_groups() -> list[int]:
    """Return the groups that the clock may open, hand over, wake or close today."""
    return [
        *groups_past_their_answer_date(now()),
        *handovers_proposed_before(now() - SILENCE),
        *rests_that_are_over(),
        *groups_without_members(),
    ]


def let_time_pass(group_id: int, *, base_url: str) -> None:
    """Open, hand over, wake or close one group, if the time for it has come."""
    group = group_by_id(group_id, for_change=True)
    open_when_ready(group, base_url=base_url)
    settle(group, base_url=base_url)
    if group.phase is Phase.RESTING and group.id in rests_that_are_over():
        wake(group, base_url=base_url)
    if group.id in groups_without_members():
        close_down(group)


def settle_question(group_id: int, ref: str, *, base_url: str) -> None:
    """Let a question come to its end: two weeks have passed, or those it waited for have gone."""
    group = group_by_id(group_id, for_change=True)
    settle_open(question_of(group, ref), group, base_url=base_url)


def _forget_answers(group: NetworkGroup, *, family_id: int) -> None:
    hosting.forget_family(group, family_id=family_id)
    vote = db.session.get(HandoverVote, (group.id, family_id))
    if vote is not None:
        db.session.delete(vote)
    for question in open_questions_of(group):
        said_yes = db.session.get(GroupQuestionAnswer, (question.id, family_id))
        if said_yes is not None:
            db.session.delete(said_yes)
        if question.asked_by_family_id == family_id:
            question.asked_by_family_id = None
    for meeting in meetings_of(group):
        reply = db.session.get(MeetingReply, (meeting.id, family_id))
        if reply is not None and meeting.ends_at > now():
            db.session.delete(reply)
        if meeting.host_family_id == family_id and meeting.ends_at > now():
            meeting.host_family_id = None
    db.session.flush()

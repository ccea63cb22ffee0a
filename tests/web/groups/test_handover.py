"""The hand-over, as which-wins says it: the families decide, nobody is hurried or named."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import AuditEntry, GroupLife, HandoverAnswer, OutgoingMail, Phase, RoomMember
from data.queries.groups import groups_for
from tests.web.groups.building import BASE, asked_to_take_over, hold, opened, planned
from web.groups.actions import handover, life, meetings

YES, TALK = HandoverAnswer.YES, HandoverAnswer.TALK_FIRST


def vote(parent, answer=YES):
    with transaction():
        handover.answer_handover(answer, by=parent, base_url=BASE)


def facilitator_reads(circle) -> bool:
    found = select(RoomMember).where(
        RoomMember.room_id == circle.group.room_id,
        RoomMember.account_id == circle.facilitator.id,
        RoomMember.left_at.is_(None),
    )
    return db.session.scalar(found) is not None


def test_why_a_facilitator_left_is_not_read_in_a_copy_of_the_database(cast):
    circle = opened(cast)
    with transaction():
        handover.leave_early(
            circle.group.ref, reason="Uenighed i gruppen", by=cast.facilitator, base_url=BASE
        )
    column = text("SELECT facilitator_left_reason FROM network_groups")
    assert b"Uenighed" not in bytes(db.session.execute(column).scalar())
    assert circle.group.facilitator_left_reason.text == "Uenighed i gruppen"


def test_the_last_yes_hands_over_at_once(cast):
    circle = asked_to_take_over(opened(cast))
    for parent in circle.parents[:-1]:
        vote(parent)
        assert facilitator_reads(circle)
    vote(circle.parents[-1])
    assert circle.group.phase is Phase.SELF_RUNNING
    assert not facilitator_reads(circle)
    assert groups_for(cast.facilitator) == []


def test_let_us_talk_first_keeps_the_facilitator_for_one_more_meeting(cast):
    circle = asked_to_take_over(opened(cast))
    vote(circle.parents[0])
    vote(circle.parents[1], TALK)
    assert circle.group.phase is Phase.FACILITATED
    assert circle.group.planned_meetings == 5
    with pytest.raises(Conflict), transaction():
        handover.propose_handover(circle.group.ref, by=cast.facilitator, base_url=BASE)
    hold(circle, 1)
    with transaction():
        handover.propose_handover(circle.group.ref, by=cast.facilitator, base_url=BASE)
    assert circle.group.phase is Phase.HANDING_OVER
    assert facilitator_reads(circle)


def test_who_wanted_to_talk_is_kept_nowhere(cast):
    circle = asked_to_take_over(opened(cast))
    vote(circle.parents[1], TALK)
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.event == "handover_talk_first"))
    assert entry.actor_id is None
    assert entry.details == {}


def test_after_a_fortnight_silence_does_not_block(cast):
    circle = asked_to_take_over(opened(cast))
    vote(circle.parents[0])
    with transaction():
        circle.group.handover_proposed_at = now() - timedelta(days=13)
        life.let_time_pass(circle.group.id, base_url=BASE)
    assert circle.group.phase is Phase.HANDING_OVER
    with transaction():
        circle.group.handover_proposed_at = now() - timedelta(days=15)
    assert circle.group.id in life.due_groups()
    with transaction():
        life.let_time_pass(circle.group.id, base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING


def test_where_nobody_at_all_answers_they_are_asked_once_more_and_then_it_is_theirs(cast):
    """Decision 0009: silence does not block, but total silence is first asked about."""
    circle = asked_to_take_over(opened(cast))
    for days in (13, 20, 27):
        with transaction():
            circle.group.handover_proposed_at = now() - timedelta(days=days)
            life.let_time_pass(circle.group.id, base_url=BASE)
            life.let_time_pass(circle.group.id, base_url=BASE)
        assert circle.group.phase is Phase.HANDING_OVER
    asked = [m for m in db.session.query(OutgoingMail) if m.kind == "group_handover_again"]
    assert {m.to_email for m in asked} == {p.email for p in circle.parents}
    assert len(asked) == len(circle.parents), "once, however often the clock comes by"
    kinds = ("group_for_facilitator", "group_for_coordinator")
    told = {m.to_email for m in db.session.query(OutgoingMail) if m.kind in kinds}
    assert told == {cast.facilitator.email, cast.coordinator.email}
    with transaction():
        memory = db.session.get_one(GroupLife, circle.group.id)
        circle.group.handover_proposed_at = now() - timedelta(days=40)
        memory.handover_asked_again_at = now() - timedelta(days=15)
        life.let_time_pass(circle.group.id, base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING
    assert not facilitator_reads(circle)


def test_one_yes_after_a_fortnight_of_silence_is_enough(cast):
    circle = asked_to_take_over(opened(cast))
    with transaction():
        circle.group.handover_proposed_at = now() - timedelta(days=20)
        life.let_time_pass(circle.group.id, base_url=BASE)
    vote(circle.parents[3])
    assert circle.group.phase is Phase.SELF_RUNNING


def test_talking_first_also_stops_the_clock_of_total_silence(cast):
    circle = asked_to_take_over(opened(cast))
    with transaction():
        circle.group.handover_proposed_at = now() - timedelta(days=20)
        life.let_time_pass(circle.group.id, base_url=BASE)
    vote(circle.parents[0], TALK)
    hold(circle, 1)
    with transaction():
        handover.propose_handover(circle.group.ref, by=cast.facilitator, base_url=BASE)
        circle.group.handover_proposed_at = now() - timedelta(days=1)
        memory = db.session.get_one(GroupLife, circle.group.id)
        memory.handover_asked_again_at = now() - timedelta(days=30)
        life.let_time_pass(circle.group.id, base_url=BASE)
    assert circle.group.phase is Phase.HANDING_OVER, "an earlier asking is not this one's"


def test_the_families_are_not_asked_before_the_planned_meetings_are_held(cast):
    circle = opened(cast)
    hold(circle, 3)
    with pytest.raises(Conflict), transaction():
        handover.propose_handover(circle.group.ref, by=cast.facilitator, base_url=BASE)


def test_only_the_facilitator_of_the_group_asks(cast):
    circle = opened(cast)
    hold(circle, 4)
    for other in (cast.coordinator, cast.consultant, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound), transaction():
            handover.propose_handover(circle.group.ref, by=other, base_url=BASE)


def test_nobody_votes_unasked_and_no_outsider_votes_at_all(cast):
    circle = opened(cast)
    with pytest.raises(Conflict):
        vote(circle.parents[0])
    asked_to_take_over(circle)
    for other in (cast.outsider, cast.stranger, cast.facilitator):
        with pytest.raises(NotFound):
            vote(other)


def test_the_facilitator_may_leave_earlier_with_a_reason(cast):
    circle = opened(cast)
    with pytest.raises(Conflict), transaction():
        handover.leave_early(circle.group.ref, reason="  ", by=cast.facilitator, base_url=BASE)
    with transaction():
        handover.leave_early(circle.group.ref, reason="Sygdom", by=cast.facilitator, base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING
    assert not facilitator_reads(circle)
    with pytest.raises(NotFound), transaction():
        handover.leave_early(circle.group.ref, reason="Igen", by=cast.facilitator, base_url=BASE)


def test_the_families_meet_on_by_themselves_and_the_facilitator_cannot(cast):
    circle = asked_to_take_over(opened(cast))
    for parent in circle.parents:
        vote(parent)
    assert planned(circle).number == 5
    with pytest.raises(NotFound), transaction():
        meetings.plan_meeting(circle.group, planned_plan(), by=cast.facilitator, base_url=BASE)


def planned_plan():
    from tests.web.groups.building import plan

    return plan()


def test_a_family_that_leaves_no_longer_holds_the_hand_over_back(cast):
    circle = asked_to_take_over(opened(cast, 6))
    for parent in circle.parents[1:]:
        vote(parent)
    assert circle.group.phase is Phase.HANDING_OVER
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    assert circle.group.phase is Phase.SELF_RUNNING


def test_the_coordinator_replaces_a_sick_facilitator(cast):
    circle = opened(cast)
    with transaction():
        life.replace_facilitator(
            circle.group.ref,
            facilitator_ref=cast.consultant.ref,
            by=cast.coordinator,
            base_url=BASE,
        )
    assert not facilitator_reads(circle)
    assert groups_for(cast.facilitator) == []
    assert groups_for(cast.consultant) == [circle.group]
    with pytest.raises(NotFound), transaction():
        life.replace_facilitator(
            circle.group.ref,
            facilitator_ref=cast.facilitator.ref,
            by=cast.consultant,
            base_url=BASE,
        )

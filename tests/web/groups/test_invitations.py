"""Families answer, and a group opens when enough have said yes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import Answer, OutgoingMail, Phase, RoomMember
from data.queries.groups import members_of, membership_of
from tests.web.groups.building import BASE, answered, hold, invited, opened
from web.families.actions import add_exclusion, leave_network
from web.groups.actions import invitations, life
from web.groups.waiting import waiting_families


def room_people(group):
    found = select(RoomMember).where(
        RoomMember.room_id == group.room_id, RoomMember.left_at.is_(None)
    )
    return {member.account_id for member in db.session.scalars(found)}


def test_the_group_opens_with_its_room_when_everyone_has_said_yes(cast):
    circle = opened(cast)
    assert circle.group.phase is Phase.FORMED
    assert room_people(circle.group) == {p.id for p in circle.parents} | {cast.facilitator.id}


def test_nobody_is_in_a_room_before_the_last_answer(cast):
    circle = answered(invited(cast), True, True, True, True)
    assert circle.group.phase is Phase.INVITING
    assert circle.group.room_id is None
    assert members_of(circle.group) == []


def test_a_family_that_says_no_waits_for_another_group(cast):
    circle = answered(invited(cast, 6), False, True, True, True, True, True)
    assert circle.group.phase is Phase.FORMED
    assert len(members_of(circle.group)) == 5
    assert circle.families[0] in waiting_families(cast.municipality.id)


def test_too_few_yeses_leave_the_choice_to_the_facilitator_who_is_told_once(cast):
    circle = answered(invited(cast), False, True, True, True, True)
    assert circle.group.phase is Phase.INVITING
    with transaction():
        circle.group.answer_by = now() - timedelta(days=1)
    with transaction():
        life.let_time_pass(circle.group.id, base_url=BASE)
    told = select(OutgoingMail).where(OutgoingMail.kind == "group_for_facilitator")
    assert len(db.session.scalars(told).all()) == 1
    with transaction():
        invitations.open_by_hand(circle.group.ref, by=cast.facilitator, base_url=BASE)
    assert circle.group.phase is Phase.FORMED
    assert len(members_of(circle.group)) == 4


def test_after_the_last_day_silence_no_longer_holds_the_others_back(cast):
    circle = answered(invited(cast, 6), True, True, True, True, True)
    with transaction():
        circle.group.answer_by = now() - timedelta(minutes=1)
    assert circle.group.id in life.due_groups()
    with transaction():
        life.let_time_pass(circle.group.id, base_url=BASE)
    assert circle.group.phase is Phase.FORMED
    assert membership_of(circle.families[5].id).answer is Answer.WAITING


def test_a_late_yes_joins_until_the_second_meeting_is_held(cast):
    circle = answered(invited(cast, 7), True, True, True, True, True)
    with transaction():
        invitations.open_by_hand(circle.group.ref, by=cast.facilitator, base_url=BASE)
    hold(circle, 1)
    with transaction():
        invitations.answer_invitation(yes=True, by=circle.parents[5], base_url=BASE)
    assert circle.parents[5].id in room_people(circle.group)
    hold(circle, 1)
    assert membership_of(circle.families[6].id) is None
    with pytest.raises(Conflict), transaction():
        invitations.answer_invitation(yes=True, by=circle.parents[6], base_url=BASE)


def test_a_family_answers_once(cast):
    circle = answered(invited(cast), True)
    with pytest.raises(Conflict), transaction():
        invitations.answer_invitation(yes=False, by=circle.parents[0], base_url=BASE)
    assert membership_of(circle.families[0].id).answer is Answer.YES


def test_someone_who_was_not_asked_finds_no_invitation(cast):
    invited(cast)
    with pytest.raises(NotFound), transaction():
        invitations.answer_invitation(yes=True, by=cast.outsider, base_url=BASE)


def test_a_group_of_two_cannot_be_opened_by_hand(cast):
    circle = answered(invited(cast), True, True)
    with pytest.raises(Conflict), transaction():
        invitations.open_by_hand(circle.group.ref, by=cast.facilitator, base_url=BASE)


def test_a_group_that_is_let_go_frees_its_families_and_tells_them(cast):
    circle = answered(invited(cast), True, False)
    with transaction():
        invitations.withdraw_group(circle.group.ref, by=cast.facilitator, base_url=BASE)
    assert circle.group.phase is Phase.ENDED
    assert set(circle.families) <= set(waiting_families(cast.municipality.id))
    told = select(OutgoingMail).where(OutgoingMail.kind == "group_withdrawn")
    assert len(db.session.scalars(told).all()) == 4
    with pytest.raises(NotFound), transaction():
        invitations.answer_invitation(yes=True, by=circle.parents[2], base_url=BASE)


def test_an_open_group_cannot_be_withdrawn(cast):
    circle = opened(cast)
    with pytest.raises(Conflict), transaction():
        invitations.withdraw_group(circle.group.ref, by=cast.facilitator, base_url=BASE)


@pytest.mark.parametrize("who", ["outsider", "stranger", "other_coordinator", "consultant"])
def test_others_can_neither_open_nor_withdraw(cast, who):
    circle = answered(invited(cast), True, True, True)
    for action in (invitations.open_by_hand, invitations.withdraw_group):
        with pytest.raises(NotFound), transaction():
            action(circle.group.ref, by=getattr(cast, who), base_url=BASE)


def test_a_family_that_leaves_after_its_yes_is_not_put_into_the_group(cast):
    circle = answered(invited(cast, 6), True)
    with transaction():
        leave_network(circle.families[0].ref, by=circle.parents[0])
    for parent in circle.parents[1:]:
        with transaction():
            invitations.answer_invitation(yes=True, by=parent, base_url=BASE)
    assert circle.group.phase is Phase.FORMED
    assert circle.families[0].id not in {family.id for family in members_of(circle.group)}


def test_a_group_does_not_open_with_two_who_must_not_meet(cast):
    circle = answered(invited(cast, 5), True, True, True, True)
    with transaction():
        one, other = circle.families[:2]
        add_exclusion(one.ref, other_ref=other.ref, reason="", by=cast.coordinator)
    with transaction():
        invitations.answer_invitation(yes=True, by=circle.parents[4], base_url=BASE)
    assert circle.group.phase is Phase.INVITING
    with pytest.raises(Conflict), transaction():
        invitations.open_by_hand(circle.group.ref, by=cast.facilitator, base_url=BASE)

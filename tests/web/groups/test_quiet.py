"""A quiet group: first the next host is asked, then all, then staff are told; nobody is named."""

from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.models import HostTurn, MeetingState, OutgoingMail, Phase
from tests.web.groups.building import BASE, opened, planned
from tests.web.groups.lives import mailed, memory, notices, own_group, said, write
from web.groups import tasks
from web.groups.actions import questions, quiet
from web.shared import mail


@pytest.fixture
def quiet_group(cast):
    """A group of its own in which nothing has happened for 31 days."""
    circle = own_group(cast)
    let_days_pass(circle, 31)
    return circle


def let_days_pass(circle, days: int) -> None:
    """Move everything that has happened in the group back in time."""
    back = timedelta(days=days)
    with transaction():
        group = circle.group
        group.opened_at -= back
        if group.handed_over_at:
            group.handed_over_at -= back
        if group.room_id:
            for message in messages_of(group):
                message.sent_at -= back
        life = memory(group) if known(group) else None
        for name in ("host_asked_at", "group_asked_at", "coordinator_told_at", "woke_at"):
            if life is not None and getattr(life, name):
                setattr(life, name, getattr(life, name) - back)


def messages_of(group):
    from data.models import Message

    return db.session.query(Message).filter_by(room_id=group.room_id)


def known(group) -> bool:
    from data.models import GroupLife

    return db.session.get(GroupLife, group.id) is not None


def test_first_the_host_then_all_then_the_coordinator(cast, quiet_group):
    for _ in range(3):
        tasks.ask_quiet_groups()
    assert len(mailed("group_quiet_host")) == 1
    assert mailed("group_quiet") == []
    let_days_pass(quiet_group, 6)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet") == []
    let_days_pass(quiet_group, 1)
    for _ in range(3):
        tasks.ask_quiet_groups()
    assert sorted(mailed("group_quiet")) == sorted(p.email for p in quiet_group.parents)
    assert notices(quiet_group.group).count("group_asked_how") == 1
    assert mailed("group_for_coordinator") == []
    let_days_pass(quiet_group, 7)
    for _ in range(3):
        tasks.ask_quiet_groups()
    assert mailed("group_for_coordinator") == [cast.coordinator.email]
    let_days_pass(quiet_group, 60)
    tasks.ask_quiet_groups()
    assert len(mailed("group_quiet_host")) == 1, "asked and told once, not for ever"


def test_the_host_whose_turn_is_next_is_asked(cast):
    circle = own_group(cast)
    for host in (0, 2, 1):
        meeting = planned(circle, host_ref=circle.families[host].ref)
        with transaction():
            meeting.starts_at = now() - timedelta(days=200 - host)
            meeting.ends_at = meeting.starts_at + timedelta(hours=2)
            meeting.state = MeetingState.HELD
    let_days_pass(circle, 100)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == [circle.parents[3].email], "has not been host yet"


def test_the_order_of_hosts_that_was_written_down_decides(cast):
    circle = own_group(cast)
    with transaction():
        for position, number in enumerate((4, 3, 0)):
            db.session.add(
                HostTurn(
                    group_id=circle.group.id,
                    family_id=circle.families[number].id,
                    position=position,
                )
            )
    let_days_pass(circle, 100)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == [circle.parents[4].email]


def test_any_sign_of_life_stops_it_and_it_begins_anew(cast, quiet_group):
    tasks.ask_quiet_groups()
    write(quiet_group, by=2)
    let_days_pass(quiet_group, 8)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet") == []
    assert memory(quiet_group.group).host_asked_at is None
    let_days_pass(quiet_group, 31)
    tasks.ask_quiet_groups()
    assert len(mailed("group_quiet_host")) == 2


def test_a_planned_meeting_is_a_sign_of_life(cast, quiet_group):
    planned(quiet_group, days=20)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == []


def test_a_resting_group_is_left_alone_and_a_woken_one_has_time(cast, quiet_group):
    with transaction():
        question = questions.suggest_rest(
            until=today() + timedelta(days=90), by=quiet_group.parents[0], base_url=BASE
        )
    said(quiet_group, question, by=1)
    let_days_pass(quiet_group, 60)
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == []
    with transaction():
        memory(quiet_group.group).resting_until = today()
    tasks.let_groups_move_on()
    assert quiet_group.group.phase is Phase.SELF_RUNNING
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == [], "the rest was no silence"


def test_a_led_group_asks_its_facilitator_first(cast):
    circle = opened(cast)
    let_days_pass(circle, 31)
    tasks.ask_quiet_groups()
    assert mailed("group_for_facilitator") == [cast.facilitator.email]
    assert mailed("group_quiet_host") == []


def test_the_municipality_says_how_many_days(cast, quiet_group):
    with transaction():
        quiet_group.group.facilitator.municipality.settings = {"quiet_days": 45}
    tasks.ask_quiet_groups()
    assert mailed("group_quiet_host") == []
    let_days_pass(quiet_group, 15)
    tasks.ask_quiet_groups()
    assert len(mailed("group_quiet_host")) == 1


def test_nobody_is_named_in_any_of_it(cast, quiet_group, monkeypatch):
    """Also not where one family alone has been silent: what is written holds no name at all."""
    monkeypatch.setattr(mail.jobs, "enqueue", lambda *_args, **_more: None)
    for days in (0, 8, 8):
        let_days_pass(quiet_group, days)
        tasks.ask_quiet_groups()
    kinds = {"group_quiet_host", "group_quiet", "group_for_coordinator"}
    texts = [m.content.text for m in db.session.query(OutgoingMail) if m.kind in kinds]
    assert len(texts) == 1 + 5 + 1
    for family in quiet_group.families:
        assert [t for t in texts if family.name in t] == []


def test_asking_again_and_again_changes_nothing(cast, quiet_group):
    tasks.ask_quiet_groups()
    before = memory(quiet_group.group).host_asked_at
    for _ in range(5):
        with transaction():
            quiet.ask_if_quiet(quiet_group.group.id, base_url=BASE)
    assert memory(quiet_group.group).host_asked_at == before

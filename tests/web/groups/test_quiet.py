"""A quiet group: first the next host is asked, then all, then staff are told; nobody is named."""

from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.errors import NotFound
from data.models import AuditEntry, HostTurn, MeetingState, OutgoingMail, Phase
from tests.web.forms import post
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


@pytest.fixture
def silent(quiet_group):
    """Everyone was asked, the coordinator was told, and nobody answered."""
    for days in (0, 7, 7):
        let_days_pass(quiet_group, days)
        tasks.ask_quiet_groups()
    return quiet_group


def test_the_coordinator_may_end_a_group_in_which_nobody_answers(cast, as_, silent, mails):
    group, client = silent.group, as_(cast.coordinator)
    address = f"/staff/groups/{group.ref}/end"
    assert address in client.get(f"/staff/groups/{group.ref}").text
    page = client.get(address).text
    assert f"Afslut {group.name}?" in page
    assert "5 familier får en venlig mail" in page
    assert group.phase is Phase.SELF_RUNNING, "nothing happens by looking"
    mails.clear()
    assert post(client, address).status_code == 302
    assert group.phase is Phase.ENDED
    assert group.room.closed_at is not None
    assert {to for mail in mails for to in mail.to} == {p.email for p in silent.parents}
    assert all("ingens skyld" in mail.body for mail in mails)
    entry = db.session.query(AuditEntry).filter_by(event="group_ended_in_silence").one()
    assert (entry.actor_id, entry.subject_id) == (cast.coordinator.id, group.id)
    assert "Tak for det, I har givet hinanden" in as_(silent.parents[0]).get("/group").text
    assert post(client, address).status_code == 409


@pytest.mark.parametrize("sign", ["not told", "a word", "a meeting"])
def test_a_group_that_has_not_been_asked_or_gives_a_sign_is_not_ended(cast, as_, silent, sign):
    if sign == "not told":
        with transaction():
            memory(silent.group).coordinator_told_at = None
    elif sign == "a word":
        write(silent, by=3)
    else:
        planned(silent)
    client, address = as_(cast.coordinator), f"/staff/groups/{silent.group.ref}/end"
    assert address not in client.get(f"/staff/groups/{silent.group.ref}").text
    assert client.get(address).status_code == 302
    assert post(client, address).status_code == 409
    assert silent.group.phase is Phase.SELF_RUNNING


@pytest.mark.parametrize(
    "who",
    ["outsider", "stranger", "facilitator", "consultant", "administrator", "other_coordinator"],
)
def test_nobody_else_ends_a_silent_group(cast, as_, silent, who):
    client, address = as_(getattr(cast, who)), f"/staff/groups/{silent.group.ref}/end"
    assert client.get(address).status_code == 404
    assert post(client, address).status_code == 404
    with pytest.raises(NotFound), transaction():
        quiet.end_silent_group(
            silent.group.ref, by=db.session.merge(getattr(cast, who)), base_url=BASE
        )
    assert silent.group.phase is Phase.SELF_RUNNING


def test_the_facilitator_of_a_silent_group_is_told_that_it_has_ended(cast, mails):
    circle = opened(cast)
    let_days_pass(circle, 31)
    for days in (0, 7, 7):
        let_days_pass(circle, days)
        tasks.ask_quiet_groups()
    mails.clear()
    with transaction():
        quiet.end_silent_group(circle.group.ref, by=cast.coordinator, base_url=BASE)
    assert [mail.to for mail in mails if "Jonas" in mail.body or "ledet" in mail.subject] == [
        [cast.facilitator.email]
    ]

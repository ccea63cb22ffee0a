"""Two people do the same in the same moment: one poll, one meeting, one turn, one version."""

import pytest
from sqlalchemy import func, select

from chat import actions as chat
from data.db import db, transaction
from data.models import (
    Account,
    Attendance,
    DatePoll,
    GroupAgreement,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    NetworkGroup,
    Phase,
    RoleName,
)
from data.queries.groups import own_group_of
from tests import factories
from tests.web.groups.building import BASE, back_in_time, opened, planned
from tests.web.groups.test_last_yes import all_at_once
from web.groups import letters
from web.groups.actions import agreement, hosting, polls, recording

pytestmark = pytest.mark.server


@pytest.fixture
def circle(either_app, monkeypatch):
    """A group of five that runs itself, on either database; mails are another test's matter."""
    monkeypatch.setattr(letters, "queue_mail", lambda **_mail: None)
    monkeypatch.setattr(letters, "mail_families", lambda *_families, **_mail: None)
    made = opened(factories.make_cast())
    with transaction():
        made.group.phase = Phase.SELF_RUNNING
    return made


def group_of(by: Account) -> NetworkGroup:
    return own_group_of(db.session.get_one(Account, by.id))


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def ids(people):
    return [person.id for person in people]


def question(group):
    return polls.Question(days=tuple((d.starts_at, d.ends_at) for d in polls.proposal(group)))


def test_all_ask_at_once_and_one_question_is_open(either_app, circle):
    everyone = ids(circle.parents)
    faults = all_at_once(
        either_app,
        everyone,
        lambda by: polls.ask(group_of(by), question(group_of(by)), by=by, base_url=BASE),
    )
    assert len(faults) == 4
    assert len(set(faults)) == 1
    assert "allerede et spørgsmål" in faults[0]
    assert count(DatePoll) == 1


def test_all_choose_at_once_and_one_meeting_is_planned(either_app, circle):
    with transaction():
        poll = polls.ask(circle.group, question(circle.group), by=circle.parents[0], base_url=BASE)
        ref, days = poll.ref, [date.ref for date in poll.dates]
    everyone = ids(circle.parents)
    chosen = {person: days[n % len(days)] for n, person in enumerate(everyone)}
    faults = all_at_once(
        either_app,
        everyone,
        lambda by: polls.choose(group_of(by), ref, chosen[by.id], by=by, base_url=BASE),
    )
    assert faults == ["Dagen er valgt."] * 4
    assert count(Meeting) == 1


def test_all_take_a_free_turn_and_one_gets_it(either_app, circle):
    with transaction():
        ref = hosting.ask_to_swap(to_ref=None, by=circle.parents[0], base_url=BASE).ref
    faults = all_at_once(
        either_app,
        ids(circle.parents[1:]),
        lambda by: hosting.answer_swap(ref, yes=True, by=by, base_url=BASE),
    )
    assert len(faults) == 3
    assert all("En anden har taget turen" in fault for fault in faults)
    positions = db.session.scalars(select(HostTurn.position).order_by(HostTurn.position)).all()
    assert positions == list(range(5))


def test_two_other_swaps_and_the_clock_at_once_leave_the_order_whole(either_app, circle):
    meeting = planned(circle, host_ref=circle.families[4].ref)
    with transaction():
        back_in_time(meeting)
        first = hosting.ask_to_swap(
            to_ref=circle.families[1].ref, by=circle.parents[0], base_url=BASE
        ).ref
        second = hosting.ask_to_swap(
            to_ref=circle.families[3].ref, by=circle.parents[2], base_url=BASE
        ).ref
    meeting_id, one, other, clock = meeting.id, *ids([circle.parents[n] for n in (1, 3, 4)])

    def act(by):
        if by.id == clock:
            meeting_ended = db.session.get_one(Meeting, meeting_id)
            meeting_ended.ends_at = meeting_ended.starts_at
            db.session.flush()
            hosting.end_turn(meeting_id)
        else:
            ref = first if by.id == one else second
            hosting.answer_swap(ref, yes=True, by=by, base_url=BASE)

    assert all_at_once(either_app, [one, other, clock], act) == []
    turns = db.session.scalars(select(HostTurn)).all()
    assert len(turns) == len({turn.family_id for turn in turns}) == 5
    assert len({turn.position for turn in turns}) == 5


def test_all_write_the_agreement_at_once_and_one_version_stands(either_app, circle):
    faults = all_at_once(
        either_app,
        ids(circle.parents),
        lambda by: agreement.write([f"Vi er {by.id}."], seen_version=0, by=by, base_url=BASE),
    )
    assert len(faults) == 4
    assert len(set(faults)) == 1
    assert count(GroupAgreement) == 1


def test_all_note_the_evening_and_tick_the_list_at_once(either_app, circle):
    meeting = planned(circle, host_ref=circle.families[0].ref)
    ref, refs = meeting.ref, frozenset(family.ref for family in circle.families)
    with transaction():
        second = factories.make_account(
            db.session.merge(circle.families[0]).municipality,
            RoleName.FAMILY,
            family_id=circle.families[0].id,
        )
    adults = [circle.parents[0].id, second.id]
    assert (
        all_at_once(either_app, adults, lambda by: hosting.tick(ref, {"coffee", "way"}, by=by))
        == []
    )
    assert count(HostTick) == 2
    with transaction():
        back_in_time(meeting)
    evening = recording.Evening(present=refs, all_spoke=True, agreed=("Vi ses.",))
    faults = all_at_once(
        either_app,
        ids(circle.parents),
        lambda by: recording.record_evening(group_of(by), ref, evening, by=by),
    )
    assert faults == []
    assert count(Attendance) == 5


def test_both_adults_ask_to_swap_at_once_and_one_question_is_open(either_app, circle):
    with transaction():
        family = db.session.merge(circle.families[0])
        other = factories.make_account(family.municipality, RoleName.FAMILY, family_id=family.id)
        chat.add_family(circle.group.room, family=family)
    faults = all_at_once(
        either_app,
        ids([circle.parents[0], other]),
        lambda by: hosting.ask_to_swap(to_ref=None, by=by, base_url=BASE),
    )
    assert len(faults) == 1
    assert count(HostSwap) == 1

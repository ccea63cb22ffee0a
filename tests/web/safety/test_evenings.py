"""A group's evenings: taken along, erased, and forgotten in time."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from data import sealed
from data.clock import now, today
from data.db import db, transaction
from data.exchange.own_data import everything_about
from data.models import (
    AgreementSignature,
    Attendance,
    Coming,
    DatePoll,
    GroupAgreement,
    GroupQuestion,
    GroupQuestionAnswer,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    MeetingKind,
    Phase,
    PollAnswer,
)
from tests.web.forms import post
from tests.web.groups.building import BASE, back_in_time, opened, planned
from tests.web.safety import test_moving as moves
from web.groups.actions import agreement, hosting, meetings, polls, questions, recording
from web.groups.actions.hosting import Place, PlaceKind
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises

WAY = "Gul lade ved åen"
BY_FAMILY = (Attendance, PollAnswer, HostTurn, AgreementSignature)


@pytest.fixture
def lived(cast):
    """A group of five; its first family hosts, answers, swaps, signs, and was there."""
    circle = opened(cast)
    parent, family = circle.parents[0], circle.families[0]
    held = planned(circle, kind=MeetingKind.THEME)
    with transaction():
        back_in_time(held, by=timedelta(days=8))
        evening = recording.Evening(
            present=frozenset(f.ref for f in circle.families), all_spoke=True,
            agreed=("Vi bytter bøger",),
        )  # fmt: skip
        recording.record_evening(circle.group, held.ref, evening, by=cast.facilitator)
    coming = planned(circle, host_ref=family.ref)
    with transaction():
        days = tuple((d.starts_at, d.ends_at) for d in polls.proposal(circle.group))
        poll = polls.ask(circle.group, polls.Question(days=days), by=parent, base_url=BASE)
        for who in circle.parents[:2]:
            polls.answer(poll.ref, {poll.dates[0].ref: Coming.YES}, by=who, base_url=BASE)
        hosting.choose_place(
            coming.ref, Place(kind=PlaceKind.HOME, directions=WAY), by=parent, base_url=BASE
        )
        hosting.tick(coming.ref, {"coffee"}, by=parent)
        hosting.ask_to_swap(to_ref=circle.families[1].ref, by=parent, base_url=BASE)
        agreement.write(["Det bliver her."], seen_version=0, by=parent, base_url=BASE)
        agreement.sign(seen_version=1, by=circle.parents[1])
    return circle


def test_everything_about_its_evenings_comes_along_for_the_family(lived, as_):
    about = everything_about(lived.families[0], reader=lived.parents[0])
    assert [row["hours"] for row in about["attended"]] == [2.0]
    assert [row["text"] for row in about["hosted"]] == [WAY]
    assert [row["coming"] for row in about["days"]] == ["yes"]
    assert [row["version"] for row in about["signed"]] == [1]
    assert len(about["swaps"]) == 1
    assert all(family.name not in json.dumps(about["swaps"]) for family in lived.families[1:])
    page = post(as_(lived.parents[0]), "/profile/data/download", {"kind": "html"}).text
    for words in ("Møder, I var med til", WAY, "Jeres gruppes aftaler"):
        assert words in page


def test_staff_who_fetch_the_file_do_not_read_the_way_home(lived, cast):
    about = everything_about(lived.families[0], reader=cast.coordinator)
    assert about["hosted"][0]["text"] is None


@pytest.mark.parametrize("who", ["coordinator", "own"])
def test_staff_who_fetch_the_file_do_not_see_what_is_the_members_own(lived, cast, who):
    family, parent = lived.families[0], lived.parents[0]
    with transaction():
        lived.group.phase, lived.group.handed_over_at = Phase.SELF_RUNNING, now()
        own = planned(lived, kind=MeetingKind.THEME, host_ref=family.ref, days=1)
        meetings.reply(own.ref, Coming.YES, by=parent)
        db.session.add(Attendance(meeting_id=own.id, family_id=family.id))
        questions.suggest_end(by=parent, base_url=BASE)
    reader = parent if who == "own" else cast.coordinator
    about = everything_about(family, reader=reader)
    seen = {
        name: len(about.get(name, ()))
        for name in ("attended", "hosted", "meetings", "days", "turns", "swaps", "signed",
                     "decisions")
    }  # fmt: skip
    members_alone = dict.fromkeys(("days", "turns", "swaps", "signed", "decisions"), 0)
    if who == "own":
        assert all(seen[name] for name in members_alone if name != "turns")
        assert (seen["attended"], seen["hosted"], seen["meetings"]) == (2, 2, 1)
    else:
        assert seen == {**members_alone, "attended": 1, "hosted": 0, "meetings": 0}


def test_after_erasure_nothing_of_its_evenings_is_left_and_the_others_stay(lived):
    family_id, meeting = lived.families[0].id, db.session.query(Meeting).filter_by(number=2).one()
    scope, words = meeting.directions.scope, meeting.words.scope
    before = {table: db.session.query(table).count() for table in BY_FAMILY}
    with transaction():
        erase(lived.families[0], actor_id=None)
    for table in BY_FAMILY:
        assert db.session.query(table).filter_by(family_id=family_id).count() == 0
    assert db.session.query(Attendance).count() == before[Attendance] - 1
    assert db.session.query(PollAnswer).count() == 1
    assert db.session.query(AgreementSignature).count() == 1
    assert db.session.query(HostSwap).count() == 0
    assert db.session.query(HostTick).count() == 0
    db.session.refresh(meeting)
    assert (meeting.directions, meeting.place, meeting.host_family_id) == (
        None,
        lived.group.place,
        None,
    )
    assert sealed.store()._cipher(scope) is None
    assert sealed.store()._cipher(words) is None, "nor in a backup is the place to be read"
    assert meeting.agenda == ["Runden"], "the others' evening is kept"
    assert db.session.query(DatePoll).one().family_id is None
    assert db.session.query(GroupAgreement).count() == 1


def test_the_way_to_a_home_is_forgotten_with_the_evening_and_its_key(lived):
    meeting = db.session.query(Meeting).filter_by(number=2).one()
    scope = meeting.directions.scope
    keep_retention_promises()
    assert meeting.directions.text == WAY
    with transaction():
        back_in_time(meeting, by=timedelta(days=8))
    keep_retention_promises()
    raw = db.session.execute(text("SELECT directions FROM meetings")).scalars().all()
    assert raw == [None, None]
    assert sealed.store()._cipher(scope) is None


def test_what_was_agreed_goes_after_a_year_and_who_was_there_after_two(lived):
    meeting = db.session.query(Meeting).filter_by(number=1).one()
    for days, agreed, there in ((300, True, 5), (400, False, 5), (760, False, 0)):
        with transaction():
            meeting.starts_at = now() - timedelta(days=days, hours=2)
            meeting.ends_at = now() - timedelta(days=days)
        keep_retention_promises()
        db.session.refresh(meeting)
        assert bool(meeting.agreed) is agreed, days
        assert db.session.query(Attendance).count() == there, days


def test_settled_polls_swaps_and_lists_go_after_a_month(lived):
    poll, swap = db.session.query(DatePoll).one(), db.session.query(HostSwap).one()
    keep_retention_promises()
    assert db.session.query(DatePoll).count() == 1
    with transaction():
        hosting.answer_swap(swap.ref, yes=False, by=lived.parents[1], base_url=BASE)
        polls.take_back(lived.group, poll.ref, by=lived.parents[0])
        poll.closed_at = swap.answered_at = now() - timedelta(days=31)
        meeting = db.session.query(Meeting).filter_by(number=2).one()
        back_in_time(meeting, by=timedelta(days=40))
    keep_retention_promises()
    for table in (DatePoll, PollAnswer, HostSwap, HostTick):
        assert db.session.query(table).count() == 0, table


def test_a_version_that_no_longer_holds_goes_after_a_year_the_one_that_does_stays(lived):
    with transaction():
        agreement.write(["Ny."], seen_version=1, by=lived.parents[1], base_url=BASE)
        for row in db.session.query(GroupAgreement):
            row.made_at = now() - timedelta(days=400)
    keep_retention_promises()
    assert [row.version for row in db.session.query(GroupAgreement)] == [2]
    with transaction():
        lived.group.ended_at = now() - timedelta(days=400)
    keep_retention_promises()
    assert db.session.query(GroupAgreement).count() == 0


def test_a_family_that_moves_away_leaves_no_turn_answer_or_home_behind(lived, cast):
    family, parent = lived.families[0], lived.parents[0]
    meeting = db.session.query(Meeting).filter_by(number=2).one()
    scope = meeting.directions.scope
    with transaction():
        lived.group.phase = Phase.SELF_RUNNING
        questions.suggest_rest(until=today() + timedelta(days=9), by=parent, base_url=BASE)
        questions.suggest_end(by=parent, base_url=BASE)
    move = moves.ask(cast, family)
    moves.say(parent)
    moves.take_in(cast, move)
    for table in (PollAnswer, HostTurn, AgreementSignature, GroupQuestionAnswer):
        assert db.session.query(table).filter_by(family_id=family.id).count() == 0, table
    assert db.session.query(Attendance).filter_by(family_id=family.id).count() == 1, "its own hours"
    assert db.session.query(PollAnswer).count() == 1, "the others' answers stay"
    assert (db.session.query(HostSwap).count(), db.session.query(HostTick).count()) == (0, 0)
    assert db.session.query(DatePoll).one().family_id is None
    assert {q.asked_by_family_id for q in db.session.query(GroupQuestion)} == {None}
    db.session.refresh(meeting)
    assert (meeting.directions, meeting.place, meeting.host_family_id) == (
        None, lived.group.place, None,
    )  # fmt: skip
    assert sealed.store()._cipher(scope) is None

"""Families act in the same moment: one guest, one question, and no answer of the pulse is lost."""

import pytest

from data.clock import today
from data.db import db, transaction
from data.models import GroupGuest, GroupQuestion, NetworkGroup, Phase, PulseRound
from tests import factories
from tests.web.groups.building import BASE
from tests.web.groups.lives import asked_back, notices, own_group
from tests.web.groups.test_last_yes import all_at_once
from web.groups import life_letters
from web.groups.actions import pulse, questions

pytestmark = pytest.mark.server


@pytest.fixture
def circle(either_app, monkeypatch):
    """A group of its own of six families; mails are another test's matter."""
    monkeypatch.setattr(life_letters, "queue_mail", lambda **_mail: None)
    monkeypatch.setattr(life_letters, "mail_families", lambda *_families, **_mail: None)
    return own_group(factories.make_cast(), 6)


def test_five_second_yeses_let_the_guest_in_once(either_app, circle):
    ref = asked_back(circle).ref
    group_id, parents = circle.group.id, [p.id for p in circle.parents[1:]]

    def say_yes(by):
        questions.answer_question(ref, yes=True, by=by, base_url=BASE)

    faults = all_at_once(either_app, parents, say_yes)
    assert len(faults) == 4, faults
    assert db.session.query(GroupGuest).filter_by(left_at=None).count() == 1
    assert notices(db.session.get_one(NetworkGroup, group_id)).count("guest_joined") == 1


def test_the_same_suggestion_from_all_at_once_is_one(either_app, circle):
    parents = [parent.id for parent in circle.parents]

    def suggest(by):
        questions.suggest_end(by=by, base_url=BASE)

    faults = all_at_once(either_app, parents, suggest)
    assert len(faults) == 5, faults
    assert db.session.query(GroupQuestion).count() == 1
    assert circle.group.phase is Phase.SELF_RUNNING


def test_no_answer_of_the_pulse_is_lost(either_app, circle):
    group_id, parents = circle.group.id, [parent.id for parent in circle.parents]
    with transaction():
        pulse.ask_how_it_goes(group_id)

    def answer(by):
        pulse.answer_pulse(mark=4, word="heard", by=by)

    assert all_at_once(either_app, parents, answer) == []
    round_ = db.session.query(PulseRound).filter_by(group_id=group_id).one()
    assert round_.closed_on == today()
    assert round_.counts.value == {"n": 6, "marks": [0, 0, 0, 6, 0], "words": {"heard": 6}}

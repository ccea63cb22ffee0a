"""The demo municipality: as large and as lively as promised, and easy to take away."""

import json
from datetime import timedelta

import pytest

from data.clock import today
from data.db import db, transaction
from data.errors import Conflict
from data.models import (
    Account,
    Family,
    Institution,
    Mentorship,
    Message,
    Municipality,
    NetworkGroup,
    Phase,
    Placement,
    RoleName,
)
from data.seed import seed_demo, unseed_demo
from tests import factories


@pytest.fixture
def demo(app):
    with transaction():
        seed_demo()


def test_the_demo_has_everyone_it_promises(demo):
    assert db.session.query(Family).count() == 160
    mentors = db.session.query(Family).filter(Family.mentor_approved_on.is_not(None)).count()
    assert mentors == 40
    recent = today().replace(day=1) - timedelta(days=200)
    assert db.session.query(Placement).filter(Placement.month >= recent).count() >= 50
    assert db.session.query(Institution).count() == 2
    staff = db.session.query(Account).filter(Account.family_id.is_(None)).all()
    assert sum(person.is_a(RoleName.FACILITATOR) for person in staff) == 3
    assert sum(person.is_a(RoleName.COORDINATOR) for person in staff) == 1
    assert {g.phase for g in db.session.query(NetworkGroup)} >= set(Phase)
    assert db.session.query(Mentorship).count() >= 15


def test_the_demo_talks_in_at_least_400_different_messages(demo):
    texts = {message.body.text for message in db.session.query(Message)}
    assert len(texts) >= 400


def test_no_message_of_the_demo_holds_a_number_or_a_name_of_a_family_member():
    from data.seed.people import _NAMES
    from data.seed.talk import group_talks, mentor_talks

    first_names = set(_NAMES["first_names"].split())
    for talk in group_talks() + mentor_talks():
        for line in talk:
            words = set(line["says"].replace(",", " ").replace(".", " ").split())
            assert not words & first_names, json.dumps(line, ensure_ascii=False)


def test_the_demo_goes_away_and_leaves_other_municipalities_alone(app, demo):
    with transaction():
        other = factories.make_municipality("Kolding", "0621")
        factories.make_family(other)
    with pytest.raises(Conflict), transaction():
        seed_demo()
    with transaction():
        unseed_demo()
    assert [m.name for m in db.session.query(Municipality)] == ["Kolding"]
    assert db.session.query(Family).count() == 1
    assert db.session.query(Message).count() == 0

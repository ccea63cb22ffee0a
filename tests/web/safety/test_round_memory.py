"""What a mentor round remembers of a family goes with the family, whichever side it was on."""

import pytest

from data.db import db, transaction
from data.models import Family, FamilyStatus, MentorRound
from tests.conftest import sign_in
from tests.web.mentoring.pairs import make_mentor, make_waiting
from tests.web.mentoring.test_rounds import fresh, start
from web.mentoring.actions import rounds
from web.mentoring.proposal import propose, read_market
from web.safety.actions import kept_copies


@pytest.fixture
def round_(app, cast):
    with transaction():
        for name in ("Toft", "Juhl", "Lund"):
            make_waiting(cast.municipality, name=name)
        make_mentor(cast.municipality, name="Rye")
        make_mentor(cast.municipality, name="Krog")
    return start(cast)


def names(value, family_id):
    """Whether a family is named anywhere in a kept value: as a key, a part of one, or a number."""
    if isinstance(value, dict):
        mine = any(str(family_id) in key.split("-") for key in value)
        named = any(
            value.get(part) == family_id for part in ("mentor", "family", "before", "after")
        )
        return mine or named or any(names(one, family_id) for one in value.values())
    if isinstance(value, list):
        pair = any(type(one) is int and one == family_id for one in value[:2])
        return pair or any(names(one, family_id) for one in value)
    return value == str(family_id)


def everyone(round_):
    return sorted(int(key) for key in round_.proposed["versions"])


def test_nothing_names_a_family_that_is_taken_out(round_):
    for family_id in everyone(round_):
        assert names(fresh(round_).proposed, family_id)
        with transaction():
            kept_copies.take_out(db.session.get_one(Family, family_id))
        assert not names(fresh(round_).proposed, family_id), family_id


def test_who_leaves_while_the_round_is_solved_is_not_kept_in_it(app, cast, round_):
    found = propose(read_market(fresh(round_)))
    leaving = everyone(round_)[:2]
    for family_id in leaving:
        with transaction():
            db.session.get_one(Family, family_id).status = FamilyStatus.LEFT
    with transaction():
        made = db.session.get_one(MentorRound, round_.id)
        made.state = rounds.RoundState.WORKING
        assert rounds.keep_proposal(made.id, made.job_id, found)
    kept = fresh(round_).proposed
    for family_id in leaving:
        assert not names(kept, family_id)


def test_a_mentor_that_has_moved_away_is_named_to_nobody_here(app, cast, round_):
    round_ = fresh(round_)
    others = next(iter(round_.proposed["others"][round_.goal].values()))
    moved = others[0]["mentor"]
    with transaction():
        family = db.session.get_one(Family, moved)
        family.municipality_id = db.session.merge(cast.other_coordinator).municipality_id
        family.name = "Hemmelig"
    client = app.test_client()
    sign_in(client, cast.coordinator)
    refs = [
        family.ref
        for family in db.session.query(Family)
        if str(family.id) in round_.proposed["waited"]
    ]
    pages = [f"/staff/mentor-rounds/{round_.ref}"]
    pages += [f"/staff/mentor-rounds/{round_.ref}/compare/{ref}" for ref in refs]
    for path in pages:
        assert "Hemmelig" not in client.get(path).text

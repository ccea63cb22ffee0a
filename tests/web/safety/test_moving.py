"""A family moves to another municipality: it decides, and only what is its own follows."""

from datetime import timedelta

import pytest

from data.answers import answers_of
from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import (
    Account,
    CallKind,
    Consent,
    ConsentKind,
    DeclineReason,
    Exclusion,
    Family,
    FamilyMove,
    FamilyStatus,
    MentorCall,
    MentorRequest,
    Mentorship,
    MentorshipState,
    MoveState,
    PoolFamily,
    RequestState,
    RoomMember,
)
from data.queries.families import lines_of
from data.sealed import store
from tests.web.forms import post
from tests.web.groups.building import BASE, opened, pooled
from tests.web.groups.lives import write
from tests.web.mentoring import pairs
from web.mentoring.actions import answering, calls, undoing
from web.safety.actions import moving


def ask(cast, family) -> FamilyMove:
    with transaction():
        there = db.session.merge(cast.other_coordinator).municipality
        return moving.suggest_move(
            family.ref, to_ref=there.ref, by=db.session.merge(cast.coordinator), base_url=BASE
        )


def say(parent, *, yes: bool = True) -> None:
    with transaction():
        moving.answer_move(yes=yes, by=db.session.merge(parent), base_url=BASE)


def take_in(cast, move, own_id: str = "K-9"):
    with transaction():
        return moving.take_in(
            move.ref, external_id=own_id, by=db.session.merge(cast.other_coordinator),
            base_url=BASE,
        )  # fmt: skip


def test_the_profile_goes_along_and_is_a_draft_there(cast, as_):
    family = cast.new_family
    before = answers_of(family)
    move = ask(cast, family)
    say(cast.new_parent)
    take_in(cast, move)
    moved = db.session.get(Family, family.id, populate_existing=True)
    there = cast.other_coordinator.municipality_id
    assert (moved.municipality_id, moved.external_id) == (there, "K-9")
    assert moved.status is FamilyStatus.DRAFT
    assert answers_of(moved) == before
    assert moved.consultant_id is None
    assert [c for c in moved.consents if c.withdrawn_at is None] == []
    assert {adult.municipality_id for adult in moved.carers} == {there}
    assert family.name in [line.name for line in lines_of(there)]
    assert family.name not in [line.name for line in lines_of(cast.municipality.id)]
    assert as_(cast.coordinator).get(f"/staff/families/{family.ref}").status_code == 404
    assert as_(cast.other_coordinator).get(f"/staff/families/{family.ref}").status_code == 200
    assert as_(db.session.get(Account, cast.new_parent.id)).get("/profile").status_code == 200


def test_group_mentorship_pools_and_exclusions_stay_behind(cast):
    circle = opened(cast)
    family, parent = circle.families[0], circle.parents[0]
    words = write(circle, by=0, text="Farvel alle")
    mentorship = pairs.begin(cast)
    pool = pooled(cast, 6)
    with transaction():
        db.session.add(PoolFamily(pool_id=pool.id, family_id=family.id))
        first, second = sorted((family.id, cast.mentor_family.id))
        db.session.add(Exclusion(family_id=first, other_id=second))
        row = db.session.merge(mentorship)
        row.family_id = family.id
    move = ask(cast, family)
    say(parent)
    take_in(cast, move)
    assert db.session.query(PoolFamily).filter_by(family_id=family.id).count() == 0
    assert db.session.query(Exclusion).count() == 0
    row = db.session.get(Mentorship, mentorship.id)
    assert row.state is MentorshipState.ENDED
    assert row.room.closed_at is not None
    rooms = db.session.query(RoomMember).filter_by(account_id=parent.id, left_at=None)
    assert rooms.count() == 0
    db.session.refresh(words)
    assert (words.sender_id, words.family_id, words.body.text) == (None, None, "Farvel alle")


def test_nothing_moves_before_the_family_says_yes(cast):
    move = ask(cast, cast.new_family)
    with pytest.raises(NotFound):
        take_in(cast, move)
    say(cast.new_parent, yes=False)
    assert move.state is MoveState.STOPPED
    with pytest.raises(NotFound):
        take_in(cast, move)
    assert cast.new_family.municipality_id == cast.municipality.id


def test_the_family_sees_what_goes_along_and_the_coordinator_what_does_not(cast, as_):
    first, second = sorted((cast.new_family.id, cast.mentor_family.id))
    with transaction():
        db.session.add(Exclusion(family_id=first, other_id=second))
    ask(cast, cast.new_family)
    staff = as_(cast.coordinator).get(f"/staff/families/{cast.new_family.ref}/move").text
    assert "1 familie, som denne ikke må møde" in staff
    own = as_(cast.new_parent).get("/profile/move").text
    assert "Hvad der følger med" in own
    assert "ikke må møde" not in own, "the family never learns of it"
    assert post(as_(cast.new_parent), "/profile/move", {"answer": "yes"}).status_code == 302
    there = as_(cast.other_coordinator)
    assert cast.new_family.name in there.get("/staff/moves").text
    assert "Familie på vej til jer" in there.get("/staff").text
    page = there.get(f"/staff/families/{cast.new_family.ref}")
    assert page.status_code == 404, "only the name, until it is taken in"


def test_the_other_municipality_may_say_no_thanks(cast, as_):
    move = ask(cast, cast.new_family)
    say(cast.new_parent)
    assert post(as_(cast.other_coordinator), f"/staff/moves/{move.ref}").status_code == 302
    db.session.refresh(move)
    assert move.state is MoveState.STOPPED
    assert cast.new_family.status is FamilyStatus.ACTIVE


def test_one_move_at_a_time_and_an_id_of_its_own(cast):
    move = ask(cast, cast.new_family)
    with pytest.raises(Conflict):
        ask(cast, cast.new_family)
    say(cast.new_parent)
    with pytest.raises(Invalid):
        take_in(cast, move, " ")
    with transaction():
        db.session.query(Family).filter_by(name="Fremmed").one().external_id = "K-9"
    with pytest.raises(Conflict):
        take_in(cast, move, "K-9")


@pytest.mark.parametrize(
    "who", ["new_parent", "outsider", "stranger", "facilitator", "consultant", "administrator",
            "other_coordinator"],
)  # fmt: skip
def test_only_its_own_coordinator_suggests_a_move(cast, as_, who):
    path = f"/staff/families/{cast.new_family.ref}/move"
    client = as_(getattr(cast, who))
    there = db.session.merge(cast.other_coordinator).municipality.ref
    assert client.get(path).status_code == 404
    assert post(client, path, {"to": there}).status_code == 404
    assert post(client, f"{path}/stop").status_code == 404
    with pytest.raises(NotFound), transaction():
        moving.suggest_move(
            cast.new_family.ref, to_ref=there, by=db.session.merge(getattr(cast, who)),
            base_url=BASE,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "consultant", "outsider", "stranger"])
def test_only_the_coordinator_it_goes_to_takes_it_in(cast, as_, who):
    move = ask(cast, cast.new_family)
    say(cast.new_parent)
    answer = post(
        as_(getattr(cast, who)), f"/staff/moves/{move.ref}",
        {"answer": "yes", "external_id": "K-9"},
    )  # fmt: skip
    assert answer.status_code == 404
    assert cast.new_family.municipality_id == cast.municipality.id


def test_another_family_has_no_say(cast, as_):
    ask(cast, cast.new_family)
    for who in ("outsider", "stranger", "mentor_parent", "coordinator"):
        client = as_(getattr(cast, who))
        assert client.get("/profile/move").status_code == 404
        assert post(client, "/profile/move", {"answer": "yes"}).status_code == 404


def test_a_family_of_the_demo_stays_among_demos(cast):
    with transaction():
        db.session.merge(cast.other_coordinator).municipality.is_demo = True
    with pytest.raises(Invalid):
        ask(cast, cast.new_family)


def test_a_settled_move_is_forgotten_after_half_a_year(cast):
    from web.safety.actions.group_memory import forget_group_memory

    move = ask(cast, cast.new_family)
    say(cast.new_parent, yes=False)
    with transaction():
        move.settled_at = now() - timedelta(days=200)
        forget_group_memory()
    assert db.session.query(FamilyMove).count() == 0


def test_what_it_asked_a_call_about_is_deleted_and_the_old_place_gets_no_more(cast, as_):
    mentorship = pairs.begin(cast)
    with transaction():
        started = db.session.get_one(Mentorship, mentorship.id)
        started.started_at = now() - timedelta(days=40)  # so that its end is asked about
        for by in (cast.new_parent, cast.mentor_parent):
            calls.ask_for_call(mentorship.ref, CallKind.COMPLAINT, "Kom forbi", by=by)
    mine = db.session.query(MentorCall).filter_by(family_id=cast.new_family.id).one()
    scope = mine.words.scope
    move = ask(cast, cast.new_family)
    say(cast.new_parent)
    take_in(cast, move)
    left = db.session.query(MentorCall).one()
    assert left.family_id == cast.mentor_family.id, "theirs still waits where they live"
    assert store()._cipher(scope) is None
    page = as_(cast.coordinator).get("/staff/mentorships").text
    assert cast.new_family.name not in page
    parent = db.session.get(Account, cast.new_parent.id)
    client, url = as_(parent), f"/mentor/{mentorship.ref}"
    assert f"{url}/call" not in client.get(url).text
    assert "call_us" not in client.get(f"{url}/check-in").text
    assert post(client, f"{url}/call", {"kind": "help", "words": "Efter"}).status_code == 409
    with pytest.raises(Conflict, match="anden kommune"), transaction():
        calls.ask_for_call(mentorship.ref, CallKind.HELP, "", by=db.session.merge(parent))
    assert db.session.query(MentorCall).count() == 1
    assert f"{url}/call" in as_(cast.mentor_parent).get(url).text


def test_a_no_thank_you_from_before_the_move_cannot_become_a_mentorship(cast):
    request = pairs.ask(cast.new_family, mentor=cast.mentor_family)
    with transaction():
        answering.say_no(request.ref, DeclineReason.BUSY, by=cast.mentor_parent)
    move = ask(cast, cast.new_family)
    say(cast.new_parent)
    take_in(cast, move)
    with transaction():
        moved = db.session.get_one(Family, cast.new_family.id)
        moved.status = FamilyStatus.ACTIVE
        moved.consents.append(Consent(kind=ConsentKind.MATCHING, version="1", given_on=today()))
    mentor = db.session.get_one(Account, cast.mentor_parent.id)
    with pytest.raises(Conflict), transaction():
        undoing.undo_no(request.ref, by=mentor)
    with transaction():  # also where the question stands open, whatever opened it
        row = db.session.get_one(MentorRequest, request.id)
        row.state, row.closed_at, row.expires_at = (
            RequestState.OPEN,
            None,
            now() + timedelta(days=2),
        )
    assert answering.open_requests(mentor) == []
    with pytest.raises(Conflict), transaction():
        answering.say_yes(request.ref, by=mentor)
    assert db.session.query(Mentorship).count() == 0

"""Thinking again within a day: what can be opened again, and what cannot any more."""

from datetime import timedelta

import pytest

from chat.actions import send_message
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import (
    DeclineReason,
    Family,
    FamilyStatus,
    MentorRequest,
    Mentorship,
    MentorshipState,
    OutgoingMail,
)
from data.queries import mentoring as queries
from tests.web.forms import post
from tests.web.mentoring.pairs import ask, begin, make_mentor, say_yes, set_rule
from web.mentoring.actions import answering, living, undoing


def say_no(request):
    with transaction():
        answering.say_no(request.ref, DeclineReason.BUSY, by=request.mentor.carers[0])


def fresh(request) -> MentorRequest:
    db.session.rollback()
    return db.session.get_one(MentorRequest, request.id, populate_existing=True)


def undo_no(request, by):
    with transaction():
        undoing.undo_no(request.ref, by=by)


def undo_yes(mentorship, by):
    with transaction():
        undoing.undo_yes(mentorship.ref, by=by)


def test_a_no_is_taken_back_from_the_page_and_can_become_a_yes(cast, as_):
    request = ask(cast.new_family, mentor=cast.mentor_family)
    say_no(request)
    client = as_(cast.mentor_parent)
    assert f"/mentor/requests/{request.ref}/undo" in client.get("/mentor/requests").text
    for _ in range(2):
        assert post(client, f"/mentor/requests/{request.ref}/undo").status_code == 302
    assert fresh(request).is_open
    assert fresh(request).decline_reason is None
    assert db.session.query(OutgoingMail).filter_by(kind="mentor_thinks_again").count() == 1
    assert "I har spurgt en familie" in as_(cast.new_parent).get("/mentor/suggestions").text
    say_yes(request)
    assert queries.mentorship_with_mentor(cast.new_family.id).mentor_id == cast.mentor_family.id


def test_not_after_a_day_and_not_when_the_family_has_gone_on(cast):
    with transaction():
        other = make_mentor(cast.municipality, name="Rye")
    request = ask(cast.new_family, mentor=cast.mentor_family)
    say_no(request)
    ask(cast.new_family, mentor=other)
    with pytest.raises(Conflict, match="gået videre"):
        undo_no(request, cast.mentor_parent)
    with transaction():
        db.session.query(MentorRequest).filter_by(mentor_id=other.id).delete()
        fresh(request).closed_at = now() - timedelta(hours=25)
    with pytest.raises(Conflict, match="døgn"):
        undo_no(request, cast.mentor_parent)
    assert undoing.declined_lately(cast.mentor_family) == []


@pytest.mark.parametrize("approves", [False, True])
def test_a_yes_is_taken_back_while_nothing_has_come_of_it(cast, as_, approves):
    set_rule(cast.municipality, coordinator_approves_mentorships=approves)
    mentorship = begin(cast)
    client = as_(cast.mentor_parent)
    assert "Tag vores ja tilbage" in client.get(f"/mentor/{mentorship.ref}").text
    assert "Tag vores ja tilbage" not in as_(cast.new_parent).get(f"/mentor/{mentorship.ref}").text
    assert post(client, f"/mentor/{mentorship.ref}/undo").status_code == 302
    db.session.rollback()
    found = db.session.get_one(Mentorship, mentorship.id)
    assert found.state is MentorshipState.ENDED
    assert queries.places_taken([cast.mentor_family.id]) == {}
    request = queries.open_request_of(cast.new_family.id)
    assert request.mentor_id == cast.mentor_family.id
    assert request.expires_at > now() + timedelta(days=1)
    again = say_yes(request)  # and yes after all
    assert again.id != mentorship.id


def test_not_once_one_has_written_nor_after_a_day_nor_by_the_other(cast):
    mentorship = begin(cast)
    for other in (cast.new_parent, cast.outsider, cast.stranger, cast.coordinator):
        with pytest.raises(NotFound):
            undo_yes(mentorship, other)
    with transaction():
        found = db.session.get_one(Mentorship, mentorship.id)
        found.agreed_at = now() - timedelta(hours=25)
    with pytest.raises(Conflict):
        undo_yes(mentorship, cast.mentor_parent)
    with transaction():
        db.session.get_one(Mentorship, mentorship.id).agreed_at = now()
        send_message(mentorship.room.ref, by=cast.new_parent, cid="1", body="Hej", max_chars=99)
    with pytest.raises(Conflict):
        undo_yes(mentorship, cast.mentor_parent)
    assert not undoing.may_undo_yes(mentorship, by=cast.mentor_parent)


def test_once_for_a_pair(cast, as_):
    mentorship = begin(cast)
    undo_yes(mentorship, cast.mentor_parent)
    again = say_yes(queries.open_request_of(cast.new_family.id))
    page = as_(cast.mentor_parent).get(f"/mentor/{again.ref}").text
    assert "Tag vores ja tilbage" not in page
    with pytest.raises(Conflict, match="én gang"):
        undo_yes(again, cast.mentor_parent)
    db.session.rollback()
    assert len(queries.parted(cast.municipality.id)) == 1
    assert queries.mentorship_with_mentor(cast.new_family.id).id == again.id


@pytest.mark.parametrize("status", [FamilyStatus.PAUSED, FamilyStatus.LEFT])
@pytest.mark.parametrize("who", ["new_family", "mentor_family"])
def test_not_when_one_of_the_two_has_paused_or_left(cast, who, status):
    mentorship = begin(cast)
    with transaction():
        db.session.get_one(Family, getattr(cast, who).id).status = status
    with pytest.raises(Conflict, match="pause"):
        undo_yes(mentorship, cast.mentor_parent)
    db.session.rollback()
    assert queries.open_request_of(cast.new_family.id) is None


def test_not_in_a_break(cast):
    mentorship = begin(cast)
    assert undoing.may_undo_yes(mentorship, by=cast.mentor_parent)
    with transaction():
        living.pause_mentorship(mentorship.ref, by=db.session.merge(cast.new_parent))
    with pytest.raises(Conflict, match="pause"):
        undo_yes(mentorship, cast.mentor_parent)
    db.session.rollback()
    assert db.session.get_one(Mentorship, mentorship.id).state is MentorshipState.PAUSED

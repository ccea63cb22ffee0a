"""A mentorship ended by others than the two: kept apart by staff, or ended by the coordinator."""

import pytest

from chat.actions import send_message
from data.db import db, transaction
from data.errors import Conflict, NotFound, Refusal
from data.models import AuditEntry, Mentorship, MentorshipState, OutgoingMail
from data.queries import mentoring as queries
from tests.web.forms import post
from tests.web.mentoring.pairs import begin, set_rule
from web.families.actions import add_exclusion
from web.mentoring.actions import living


def state_of(mentorship) -> MentorshipState:
    db.session.rollback()
    return db.session.get_one(Mentorship, mentorship.id).state


def letters(kind: str = "mentorship_ended") -> list[OutgoingMail]:
    db.session.rollback()
    return db.session.query(OutgoingMail).filter_by(kind=kind).all()


def write(mentorship, by, cid: str) -> None:
    with transaction():
        send_message(mentorship.room.ref, by=db.session.merge(by), cid=cid, body="Hej", max_chars=9)


@pytest.fixture
def outbox(app):
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


def keep_apart(cast, one, other) -> None:
    with transaction():
        add_exclusion(one.ref, other_ref=other.ref, reason="Trusler", by=cast.coordinator)


def both(cast) -> list[str]:
    return sorted((cast.new_parent.email, cast.mentor_parent.email))


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_two_who_are_kept_apart_have_no_mentorship_any_more(cast, outbox, paused, turned):
    mentorship = begin(cast)
    write(mentorship, cast.mentor_parent, "before")
    if paused:
        with transaction():
            living.pause_mentorship(mentorship.ref, by=cast.mentor_parent)
    two = (cast.mentor_family, cast.new_family) if turned else (cast.new_family, cast.mentor_family)
    keep_apart(cast, *two)
    assert state_of(mentorship) is MentorshipState.ENDED
    for by in (cast.mentor_parent, cast.new_parent):
        with pytest.raises(Refusal):
            write(mentorship, by, "after")
    told = [mail for mail in outbox if mail.subject == "Jeres mentorskab er slut"]
    assert sorted(to for mail in told for to in mail.to) == both(cast)
    assert all("Ingen skal forklare hvorfor" in mail.body for mail in told)
    assert "Trusler" not in "".join(mail.body for mail in outbox)
    assert queries.places_taken([cast.mentor_family.id]) == {}


def test_others_mentorships_go_on(cast):
    mentorship = begin(cast)
    keep_apart(cast, cast.new_family, cast.outsider.family)
    assert state_of(mentorship) is MentorshipState.ACTIVE
    assert letters() == []


def test_what_awaits_approval_stays_for_the_coordinator_to_refuse(cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    keep_apart(cast, cast.new_family, cast.mentor_family)
    assert state_of(mentorship) is MentorshipState.AWAITING_APPROVAL
    with pytest.raises(Conflict), transaction():
        living.end_for_them(mentorship.ref, by=cast.coordinator)
    assert letters() == []


def test_the_coordinator_ends_it_after_a_question_and_both_are_told_kindly(cast, as_):
    mentorship = begin(cast)
    client, url = as_(cast.coordinator), f"/staff/mentorships/{mentorship.ref}/end"
    assert url in client.get("/staff/mentorships").text
    asked = client.get(url).text
    assert "Lindholm" in asked
    assert "Det kan ikke fortrydes" in asked
    assert state_of(mentorship) is MentorshipState.ACTIVE
    for _ in range(2):
        assert post(client, url).location == "/staff/mentorships"
    assert state_of(mentorship) is MentorshipState.ENDED
    assert sorted(mail.to_email for mail in letters()) == both(cast)
    with pytest.raises(Refusal):
        write(mentorship, cast.mentor_parent, "after")
    noted = db.session.query(AuditEntry).filter_by(event="mentorship_ended").one()
    assert (noted.actor_id, noted.subject_id) == (cast.coordinator.id, mentorship.id)
    assert client.get(url).location == "/staff/mentorships"
    assert url not in client.get("/staff/mentorships").text


def test_nobody_else_ends_it_for_them(cast, as_):
    mentorship = begin(cast)
    url = f"/staff/mentorships/{mentorship.ref}/end"
    assert url not in as_(cast.consultant).get("/staff/mentorships").text
    for other in (cast.consultant, cast.facilitator, cast.administrator, cast.other_coordinator,
                  cast.outsider, cast.stranger, cast.new_parent):  # fmt: skip
        client = as_(other)
        assert client.get(url).status_code == 404
        assert post(client, url).status_code == 404
        with pytest.raises(NotFound), transaction():
            living.end_for_them(mentorship.ref, by=db.session.merge(other))
    assert state_of(mentorship) is MentorshipState.ACTIVE

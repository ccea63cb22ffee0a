import pytest

from data.db import db
from data.models import AuditEntry, Message, Report, ReportState
from tests.web.conversations.conftest import say
from tests.web.forms import post


def report(client, room, seq, **answers):
    said = {"reason": "child_identified", "note": "Der står et navn", **answers}
    return post(client, f"/messages/{room.ref}/report/{seq}", said)


@pytest.fixture
def reported(room, cast, as_):
    say(room, cast.new_parent, "Noget helt andet")
    seq = say(room, cast.mentor_parent, "Noget med et navn")
    say(room, cast.mentor_parent, "Noget efter")
    assert report(as_(cast.new_parent), room, seq).status_code == 302
    return db.session.query(Report).one()


def decide(client, found, decision="remove", note="Navn på barn"):
    return post(client, f"/staff/reports/{found.ref}", {"decision": decision, "note": note})


def test_a_member_reports_a_message_and_the_coordinator_sees_only_that_one(reported, cast, as_):
    client = as_(cast.coordinator)
    text = client.get("/staff/reports").text
    assert "Grejsdal" in text
    assert 'mk-count">1<' in text
    assert "Noget med et navn" not in text  # the list alone shows no words
    text = client.get(f"/staff/reports/{reported.ref}").text
    assert "Noget med et navn" in text
    assert "Der står et navn" in text
    assert "Noget helt andet" not in text
    assert "Noget efter" not in text
    assert cast.new_parent.name not in text  # who reported is not told


def test_each_look_and_each_decision_leaves_a_trace_without_words(reported, cast, as_):
    client = as_(cast.coordinator)
    client.get(f"/staff/reports/{reported.ref}")
    decide(client, reported)
    trail = db.session.query(AuditEntry).filter_by(subject="report").all()
    assert [e.event for e in trail] == ["message_reported", "report_viewed", "report_decided"]
    assert trail[-1].details == {"decision": "removed"}
    assert all("navn" not in str(entry.details) for entry in trail)


def test_a_removed_message_leaves_its_place_and_no_text(reported, room, cast, as_):
    decide(as_(cast.coordinator), reported)
    text = as_(cast.new_parent).get(f"/messages/{room.ref}").text
    assert "Beskeden er fjernet." in text
    assert "Noget med et navn" not in text
    message = db.session.query(Message).filter_by(seq=2).one()
    assert message.body is None
    assert message.rev == 4  # one more change, so that every open page learns of it
    db.session.refresh(room)
    assert (room.last_rev, room.last_seq) == (4, 3)


def test_a_kept_message_stays(reported, room, cast, as_):
    decide(as_(cast.coordinator), reported, decision="keep")
    assert "Noget med et navn" in as_(cast.new_parent).get(f"/messages/{room.ref}").text
    db.session.refresh(reported)
    assert reported.state is ReportState.KEPT


def test_what_was_decided_is_not_decided_again(reported, cast, as_):
    client = as_(cast.coordinator)
    assert decide(client, reported, decision="keep").status_code == 302
    assert decide(client, reported, decision="remove").status_code == 409
    assert db.session.query(Message).filter(Message.body.is_(None)).count() == 0
    assert "Din afgørelse" not in client.get(f"/staff/reports/{reported.ref}").text


def test_reporting_twice_is_reporting_once(reported, room, cast, as_):
    assert report(as_(cast.new_parent), room, 2).status_code == 302
    assert db.session.query(Report).count() == 1


def test_one_decision_answers_all_reports_of_a_message(reported, room, cast, as_):
    report(as_(cast.facilitator), room, 2, reason="harsh")
    decide(as_(cast.coordinator), reported)
    assert {r.state for r in db.session.query(Report)} == {ReportState.REMOVED}


def test_what_the_reporter_and_the_coordinator_write_is_guarded_too(reported, room, cast, as_):
    answer = report(as_(cast.facilitator), room, 2, note="010118-0000")
    assert answer.status_code == 422
    assert "Vent lidt" in answer.text
    assert db.session.query(Report).count() == 1


def test_one_does_not_report_one_s_own_words_or_a_notice(room, cast, as_):
    seq = say(room, cast.new_parent, "Mine egne ord")
    assert report(as_(cast.new_parent), room, seq).status_code == 409
    assert report(as_(cast.new_parent), room, 99).status_code == 404


def test_a_reason_must_be_chosen(room, cast, as_):
    seq = say(room, cast.mentor_parent, "Hej")
    answer = report(as_(cast.new_parent), room, seq, reason="")
    assert answer.status_code == 422
    assert "Vælg, hvad der er galt med beskeden." in answer.text


@pytest.mark.parametrize(
    "who", ["other_coordinator", "administrator", "facilitator", "consultant", "new_parent"]
)
def test_reports_exist_for_the_municipality_s_coordinator_alone(who, reported, cast, as_):
    client = as_(getattr(cast, who))
    assert client.get(f"/staff/reports/{reported.ref}").status_code == 404
    assert decide(client, reported).status_code == 404
    if who == "other_coordinator":
        assert "Grejsdal" not in client.get("/staff/reports").text
    else:
        assert client.get("/staff/reports").status_code == 404
    db.session.refresh(reported)
    assert reported.state is ReportState.OPEN


def test_a_snapshot_keeps_what_was_reported_sealed(reported):
    raw = db.session.execute(db.text("SELECT snapshot, note FROM reports")).one()
    assert b"navn" not in bytes(raw[0]) + bytes(raw[1])
    assert reported.snapshot.value["text"] == "Noget med et navn"

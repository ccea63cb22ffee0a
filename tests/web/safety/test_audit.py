"""The audit trail: complete in words, filtered, and for those who answer for it."""

import re
from pathlib import Path

import pytest

from data import audit
from data.db import db, transaction
from web.safety.audit_words import known_events

ROOT = Path(__file__).parents[3]
_RECORDED = re.compile(r'\brecord\(\s*"([a-z_]+)"')


def noted(cast, event="family_viewed", by="consultant", family="new_family"):
    with transaction():
        audit.record(
            event,
            by=db.session.merge(getattr(cast, by)),
            subject="family",
            subject_id=getattr(cast, family).id,
        )


def test_every_event_that_is_recorded_has_words():
    recorded = {
        event
        for floor in ("web", "chat", "data")
        for path in (ROOT / floor).rglob("*.py")
        for event in _RECORDED.findall(path.read_text(encoding="utf-8"))
    }
    assert recorded - {event for event, _words in known_events()} == set()


def test_the_coordinator_sees_who_looked_at_a_family(cast, as_):
    noted(cast)
    page = as_(cast.coordinator).get(f"/staff/audit?family={cast.new_family.ref}").text
    assert "Karin Bech" in page
    assert "kiggede på en familie" in page
    assert "Familien Skov" in page


def test_the_list_is_filtered_by_family_person_and_event(cast, as_):
    noted(cast)
    noted(cast, by="coordinator", family="mentor_family", event="family_paused")
    client = as_(cast.administrator)
    by_family = client.get(f"/staff/audit?family={cast.mentor_family.ref}").text
    assert "Familien Lindholm" in by_family
    assert "Familien Skov" not in by_family
    by_person = client.get(f"/staff/audit?person={cast.consultant.ref}").text
    assert "Familien Lindholm" not in by_person
    assert "1 linje" in client.get("/staff/audit?event=family_paused").text


def test_the_list_is_paged(cast, as_):
    for _ in range(60):
        noted(cast)
    client = as_(cast.coordinator)
    assert "Side 1 af 2" in client.get("/staff/audit").text
    assert "Side 2 af 2" in client.get("/staff/audit?page=2").text


def test_when_a_family_is_here_is_its_own_business(cast, as_):
    noted(cast, event="signed_in", by="new_parent")
    assert cast.new_parent.name not in as_(cast.coordinator).get("/staff/audit").text


def test_who_must_not_meet_is_the_coordinators_alone(cast, as_):
    noted(cast, event="exclusion_added", by="coordinator")
    for path in ("/staff/audit", "/staff/audit?event=exclusion_added"):
        assert "Familien Skov" in as_(cast.coordinator).get(path).text
        assert "Familien Skov" not in as_(cast.administrator).get(path).text


def test_another_municipality_sees_nothing_of_it(cast, as_):
    noted(cast)
    page = as_(cast.other_coordinator).get(f"/staff/audit?family={cast.new_family.ref}").text
    assert "Skov" not in page
    assert "Intet er noteret" in page


@pytest.mark.parametrize("who", ["consultant", "facilitator", "new_parent", "outsider"])
def test_others_do_not_see_the_trail(cast, as_, who):
    assert as_(getattr(cast, who)).get("/staff/audit").status_code == 404

"""The staff's list and a family's page: who sees which families, and what the coordinator keeps."""

import re
from datetime import timedelta

import pytest

from data.clock import today
from data.db import db, transaction
from data.models import AuditEntry, Exclusion, Family, FamilyStatus
from tests import factories
from tests.web.forms import post

NAMES = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')


@pytest.fixture
def some(cast):
    """Families to look for, among those of the cast."""
    with transaction():
        here = db.session.merge(cast.municipality)
        make = factories.make_family
        return {
            family.name: family
            for family in (
                make(here, name="Ågård", answers={"family_type": "kinship"}, placed=None),
                make(here, name="Møller", answers={"availability": None}),
                make(here, name="Østergaard", status=FamilyStatus.DRAFT,
                     answers={"participation": ["mentor"]}),
                make(here, name="Bæk", consultant_id=cast.consultant.id,
                     answers={"home_municipality": "0621"}),
            )
        }  # fmt: skip


def names(client, query=""):
    return NAMES.findall(client.get(f"/staff/families{query}").get_data(as_text=True))


def test_the_coordinator_sees_all_and_the_consultant_her_own_in_danish_order(as_, cast, some):
    assert names(as_(cast.coordinator)) == [
        "Bæk", "Lindholm", "Møller", "Skov", "Udenfor", "Østergaard", "Ågård",
    ]  # fmt: skip
    assert names(as_(cast.consultant)) == ["Bæk", "Skov"]
    assert names(as_(cast.other_coordinator)) == ["Fremmed"]


@pytest.mark.parametrize("name", ["facilitator", "administrator", "new_parent"])
def test_others_find_no_such_page(as_, cast, some, name):
    client = as_(getattr(cast, name))
    for url in ("", "/new", "/import", "/export", "/export.csv", f"/{cast.new_family.ref}"):
        assert client.get(f"/staff/families{url}").status_code == 404, url


NARROWED = {
    "?q=aag": ["Ågård"],
    "?q=ÅGÅ": ["Ågård"],
    "?q=moeller": ["Møller"],
    "?q=gaard": ["Østergaard", "Ågård"],
    "?q=kolding": ["Bæk"],
    "?q=%25": [],
    "?type=kinship": ["Ågård"],
    "?status=draft": ["Østergaard"],
    "?wants=mentor": ["Lindholm", "Østergaard"],
    "?municipality=0621": ["Bæk"],
    "?phase=0_6m": ["Skov"],
    "?missing=1": ["Møller", "Østergaard"],
}


def test_the_list_can_be_narrowed(as_, cast, some):
    client = as_(cast.coordinator)
    for query, found in NARROWED.items():
        assert names(client, query) == found, query


def test_a_filter_that_is_none_of_ours_is_left_out(as_, cast, some):
    forged = "?type=castle&status='--&phase=1&sort=x&page=-3&consultant=zzz&missing="
    assert as_(cast.coordinator).get(f"/staff/families{forged}").status_code == 200


def test_the_list_says_what_keeps_a_family_from_being_placed(as_, cast, some):
    page = as_(cast.coordinator).get("/staff/families").get_data(as_text=True)
    assert "Mangler mødetider" in page
    assert "Klar" in page
    assert "Kladde" in page


def test_fifty_families_stand_on_a_page(as_, cast):
    with transaction():
        here = db.session.merge(cast.municipality)
        for number in range(60):
            factories.make_family(here, name=f"Nr{number:03}", carers=0)
    client = as_(cast.coordinator)
    assert len(names(client)) == 50
    assert len(names(client, "?page=2")) == 13
    assert len(names(client, "?page=99")) == 13


def test_a_family_is_added_by_hand(as_, cast):
    client = as_(cast.coordinator)
    facts = {"name": "  Bach  Møller ", "external_id": "F-900", "consultant": cast.consultant.ref}
    made = post(client, "/staff/families/new", facts)
    family = db.session.query(Family).filter_by(external_id="F-900").one()
    assert made.location.endswith(f"/staff/families/{family.ref}")
    assert (family.name, family.status, family.consultant_id) == (
        "Bach Møller", FamilyStatus.DRAFT, cast.consultant.id,
    )  # fmt: skip
    again = post(client, "/staff/families/new", facts)
    assert again.status_code == 422
    assert "allerede det id" in again.text
    assert "Bach  Møller" in again.text  # what was written is kept
    assert post(as_(cast.consultant), "/staff/families/new", facts).status_code == 404


def test_a_look_at_a_family_is_written_down(as_, cast):
    as_(cast.consultant).get(f"/staff/families/{cast.new_family.ref}")
    entry = db.session.query(AuditEntry).filter_by(event="family_viewed").one()
    assert (entry.actor_id, entry.subject_id) == (cast.consultant.id, cast.new_family.id)
    assert as_(cast.consultant).get(f"/staff/families/{cast.mentor_family.ref}").status_code == 404


def test_two_families_are_kept_apart_and_only_the_coordinator_knows(as_, cast):
    client, skov, lind = as_(cast.coordinator), cast.new_family, cast.mentor_family
    page = client.get(f"/staff/families/{skov.ref}?apart=LIND").get_data(as_text=True)
    assert f'name="other" value="{lind.ref}"' in page
    post(client, f"/staff/families/{skov.ref}/apart", {"other": lind.ref, "reason": "Naboer"})
    assert db.session.query(Exclusion).count() == 1
    for ref, name in ((skov.ref, "Lindholm"), (lind.ref, "Skov")):  # both ways
        page = client.get(f"/staff/families/{ref}").get_data(as_text=True)
        assert name in page
        assert "Naboer" in page
    for person, url in (
        (cast.consultant, f"/staff/families/{skov.ref}"),
        (cast.new_parent, "/profile"), (cast.mentor_parent, "/profile"),
        (cast.new_parent, "/profile/edit/review"), (cast.new_parent, "/profile/data"),
    ):  # fmt: skip
        page = as_(person).get(url).get_data(as_text=True)
        assert "Naboer" not in page
        assert "Må ikke sættes sammen" not in page
        assert "Lindholm" not in page
    twice = post(client, f"/staff/families/{lind.ref}/apart", {"other": skov.ref})
    assert twice.status_code == 409
    post(client, f"/staff/families/{lind.ref}/apart", {"remove": skov.ref})
    assert db.session.query(Exclusion).count() == 0


@pytest.mark.parametrize("other", ["", "zzzzzzzzzzzz", "self", "stranger"])
def test_nobody_is_kept_apart_from_a_forged_family(as_, cast, other):
    ref = {"self": cast.new_family.ref, "stranger": cast.stranger.family.ref}.get(other, other)
    answer = post(
        as_(cast.coordinator), f"/staff/families/{cast.new_family.ref}/apart", {"other": ref}
    )
    assert answer.status_code in {404, 409}
    assert db.session.query(Exclusion).count() == 0


def test_the_reason_for_keeping_apart_is_sealed_in_the_database(as_, cast):
    url = f"/staff/families/{cast.new_family.ref}/apart"
    post(as_(cast.coordinator), url, {"other": cast.mentor_family.ref, "reason": "NABOSTRID"})
    raw = db.session.connection().exec_driver_sql("SELECT reason FROM exclusions").scalar()
    assert b"NABOSTRID" not in bytes(raw)


def test_the_consultant_vouches_and_the_coordinator_approves(as_, cast):
    family, url = cast.new_family, f"/staff/families/{cast.new_family.ref}/mentor"
    with transaction():
        from data.answers import set_answers

        set_answers(db.session.get(Family, family.id), {"participation": ["mentor"]})
    coordinator, consultant = as_(cast.coordinator), as_(cast.consultant)
    assert post(coordinator, url, {"what": "approve"}).status_code == 409  # nobody vouched
    assert post(consultant, url, {"what": "vouch"}).status_code == 302
    assert post(consultant, url, {"what": "approve"}).status_code == 403
    assert post(coordinator, url, {"what": "approve"}).status_code == 302
    db.session.expire_all()
    family = db.session.get(Family, family.id)
    assert family.mentor_approved_on == today()
    assert family.mentor_approved_by_id == cast.coordinator.id
    page = coordinator.get(f"/staff/families/{family.ref}").get_data(as_text=True)
    assert str(today().year + 2) in page
    post(coordinator, url, {"what": "end"})
    db.session.expire_all()
    assert db.session.get(Family, family.id).mentor_approved_on is None
    assert post(coordinator, url, {"what": "dance"}).status_code == 409
    assert post(as_(cast.facilitator), url, {"what": "vouch"}).status_code == 404


def test_the_coordinator_protects_an_address(as_, cast):
    url = f"/staff/families/{cast.new_family.ref}/details"
    assert post(as_(cast.consultant), url, {"name": "X", "protected": "yes"}).status_code == 404
    post(as_(cast.coordinator), url, {"name": "Skov", "protected": "yes"})
    db.session.expire_all()
    assert db.session.get(Family, cast.new_family.id).protected_address
    page = as_(cast.new_parent).get("/profile/edit/review").get_data(as_text=True)
    card = page.split("Før begge har sagt ja:")[1].split("</section>")[0]
    assert "Vejle" not in card
    assert "jeres adresse er beskyttet" in page


def test_waiting_families_can_be_put_first(as_, cast, some):
    with transaction():
        family = db.session.get(Family, some["Møller"].id)
        family.consents[0].given_on = today() - timedelta(days=61)
    client = as_(cast.coordinator)
    assert names(client, "?sort=waiting")[0] == "Møller"
    assert "61 dage" in client.get("/staff/families?sort=waiting").get_data(as_text=True)

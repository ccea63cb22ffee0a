"""Who works here: roles, standing in for a colleague, closing an account, a family's consultant."""

import pytest

from chat.actions import add_person, open_room
from data.clock import now
from data.db import db, transaction
from data.models import (
    Account,
    AuditEntry,
    Family,
    NetworkGroup,
    Phase,
    Pool,
    RoleName,
    RoomKind,
    RoomMember,
)
from tests import factories
from tests.web.forms import post


@pytest.fixture
def stand_in(app, cast):
    with transaction():
        return factories.make_account(
            cast.municipality, RoleName.FACILITATOR, RoleName.CONSULTANT, name="Sara Juul"
        )


def a_group(cast, phase, facilitator=None) -> NetworkGroup:
    with transaction():
        room = open_room(kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="G")
        group = NetworkGroup(
            municipality_id=cast.municipality.id, name=f"Gruppe {phase}", phase=phase,
            facilitator_id=facilitator.id if facilitator else None, room_id=room.id,
            answer_by=now(),
        )  # fmt: skip
        db.session.add(group)
        if facilitator:
            add_person(room, account=db.session.merge(facilitator), is_facilitator=True)
    return group


def test_a_sick_facilitators_groups_get_another(cast, as_, stand_in):
    running = a_group(cast, Phase.FACILITATED, cast.facilitator)
    own = a_group(cast, Phase.SELF_RUNNING)
    with transaction():
        db.session.add(Pool(municipality_id=cast.municipality.id, name="Nord",
                            facilitator_id=cast.facilitator.id))  # fmt: skip
    answer = post(as_(cast.coordinator), f"/staff/people/{cast.facilitator.ref}/hand-over",
                  {"to": stand_in.ref})  # fmt: skip
    assert answer.status_code == 302
    assert db.session.get(NetworkGroup, running.id).facilitator_id == stand_in.id
    assert db.session.get(NetworkGroup, own.id).facilitator_id is None
    assert db.session.query(Pool).one().facilitator_id == stand_in.id
    present = {
        m.account_id for m in db.session.query(RoomMember).filter_by(room_id=running.room_id)
        if m.left_at is None
    }  # fmt: skip
    assert present == {stand_in.id}
    entry = db.session.query(AuditEntry).filter_by(event="duties_handed_over").one()
    assert entry.details["groups"] == 1


def test_a_consultants_families_get_another(cast, as_, stand_in):
    post(as_(cast.coordinator), f"/staff/people/{cast.consultant.ref}/hand-over",
         {"to": stand_in.ref})  # fmt: skip
    assert db.session.get(Family, cast.new_family.id).consultant_id == stand_in.id


def test_families_go_to_a_consultant_only(cast, as_):
    answer = post(as_(cast.coordinator), f"/staff/people/{cast.consultant.ref}/hand-over",
                  {"to": cast.facilitator.ref})  # fmt: skip
    assert answer.status_code == 409
    assert db.session.get(Family, cast.new_family.id).consultant_id == cast.consultant.id


def test_an_account_with_duties_is_not_closed(cast, as_, stand_in):
    client = as_(cast.coordinator)
    assert post(client, f"/staff/people/{cast.consultant.ref}/close").status_code == 409
    post(client, f"/staff/people/{cast.consultant.ref}/hand-over", {"to": stand_in.ref})
    theirs = as_(cast.consultant)
    assert post(client, f"/staff/people/{cast.consultant.ref}/close").status_code == 302
    assert theirs.get("/me").status_code == 302


def test_a_facilitator_with_a_group_keeps_the_role_until_the_group_is_handed_over(cast, as_):
    with transaction():
        both = db.session.merge(cast.facilitator)
        both.roles = [*both.roles, factories.role(RoleName.COORDINATOR)]
    group = a_group(cast, Phase.FACILITATED, cast.facilitator)
    answer = post(as_(cast.coordinator), f"/staff/people/{cast.facilitator.ref}/roles", {})
    assert answer.status_code == 409
    member = db.session.query(RoomMember).filter_by(room_id=group.room_id).one()
    assert member.left_at is None
    assert db.session.get(Account, cast.facilitator.id).is_a(RoleName.FACILITATOR)


def test_a_coordinator_does_not_close_an_administrator_who_also_leads_groups(cast, as_):
    with transaction():
        both = db.session.merge(cast.administrator)
        both.roles = [*both.roles, factories.role(RoleName.FACILITATOR)]
    path = f"/staff/people/{cast.administrator.ref}/close"
    assert post(as_(cast.coordinator), path).status_code == 403
    assert db.session.get(Account, cast.administrator.id).active


def test_an_administrator_sees_that_a_colleague_has_families_and_not_which(cast, as_):
    path = f"/staff/people/{cast.consultant.ref}"
    assert "Skov" in as_(cast.coordinator).get(path).text
    page = as_(cast.administrator).get(path).text
    assert "Skov" not in page.split("<main")[1]
    assert "Familier" in page


def test_nobody_closes_their_own_account(cast, as_):
    path = f"/staff/people/{cast.coordinator.ref}/close"
    assert post(as_(cast.coordinator), path).status_code == 409


def test_a_coordinator_does_not_close_an_administrator(cast, as_):
    path = f"/staff/people/{cast.administrator.ref}/close"
    assert post(as_(cast.coordinator), path).status_code == 403


def test_new_roles_take_a_new_sign_in(cast, as_):
    theirs = as_(cast.facilitator)
    answer = post(as_(cast.coordinator), f"/staff/people/{cast.facilitator.ref}/roles",
                  {"roles": ["facilitator", "consultant"]})  # fmt: skip
    assert answer.status_code == 302
    assert db.session.get(Account, cast.facilitator.id).is_a(RoleName.CONSULTANT)
    assert theirs.get("/me").status_code == 302


def test_a_role_one_may_not_give_is_neither_given_nor_taken(cast, as_):
    client, path = as_(cast.coordinator), f"/staff/people/{cast.coordinator.ref}/roles"
    post(client, path, {"roles": ["consultant", "administrator"]})
    person = db.session.get(Account, cast.coordinator.id)
    assert not person.is_a(RoleName.ADMINISTRATOR)
    assert person.is_a(RoleName.COORDINATOR)


def test_a_person_keeps_at_least_one_role(cast, as_):
    path = f"/staff/people/{cast.facilitator.ref}/roles"
    assert post(as_(cast.coordinator), path, {}).status_code == 409


def test_the_coordinator_chooses_a_familys_consultant(cast, as_, stand_in):
    path = f"/staff/families/{cast.mentor_family.ref}/consultant"
    assert post(as_(cast.coordinator), path, {"consultant": stand_in.ref}).status_code == 302
    assert db.session.get(Family, cast.mentor_family.id).consultant_id == stand_in.id
    assert post(as_(cast.consultant), path, {"consultant": ""}).status_code == 404
    refused = post(as_(cast.coordinator), path, {"consultant": cast.facilitator.ref})
    assert refused.status_code == 409


def test_the_list_is_searched_filtered_and_paged(app, cast, as_):
    with transaction():
        for number in range(30):
            factories.make_account(
                cast.municipality, RoleName.FACILITATOR, name=f"Facilitator {number:02}"
            )
    client = as_(cast.coordinator)
    first = client.get("/staff/people?role=facilitator").text
    assert "Facilitator 00" in first
    assert "Facilitator 29" not in first
    assert "Facilitator 29" in client.get("/staff/people?role=facilitator&page=2").text
    found = client.get("/staff/people?q=karin").text
    assert "Karin Bech" in found
    assert "Jonas Friis" not in found
    assert "Ingen passer" in client.get("/staff/people?q=100%25").text


def test_the_list_holds_nobody_from_elsewhere_and_no_family(cast, as_):
    page = as_(cast.coordinator).get("/staff/people").text
    assert cast.other_coordinator.name not in page
    assert cast.new_parent.email not in page


@pytest.mark.parametrize("who", ["facilitator", "consultant", "new_parent", "other_coordinator"])
def test_others_see_no_colleagues_page(cast, as_, who):
    client = as_(getattr(cast, who))
    assert client.get(f"/staff/people/{cast.facilitator.ref}").status_code == 404


def test_an_adult_leaves_alone_and_is_not_put_out_by_the_other(app, cast, as_):
    with transaction():
        partner = factories.make_account(
            cast.municipality, RoleName.FAMILY, family_id=cast.new_family.id
        )
    path = f"/staff/families/{cast.new_family.ref}/people/{partner.ref}/leave"
    assert post(as_(cast.new_parent), path).status_code == 404
    assert post(as_(cast.consultant), path).status_code == 302
    assert not db.session.get(Account, partner.id).active
    assert db.session.get(Account, cast.new_parent.id).active

"""Invitations: for one address, once, for a while; a yes with its consents, a no without cost."""

import re

import pytest

from chat.actions import add_family, open_room, send_message
from data.db import db, transaction
from data.models import (
    Account,
    Consent,
    ConsentKind,
    Invitation,
    OutgoingMail,
    RoleName,
    RoomKind,
    RoomMember,
)
from tests import factories
from tests.web.forms import post
from web.groups.actions.calendar import renew_feed

YES = {"name": "Anna Skov", "promise": "y", "matching": "y"}


def invite_to_family(as_, by, email="anna@example.org"):
    return post(as_(by), "/me/family/invitations", {"name": "Anna", "email": email})


def link(outbox) -> str:
    return re.search(r"/invitation/\S+", outbox[-1].body)[0]


def invite_staff(as_, by, role, email="kollega@example.org"):
    return post(
        as_(by), "/staff/people/invitations", {"name": "Kim", "email": email, "roles": [role]}
    )


def test_an_adult_invites_the_other_who_says_yes(cast, as_, outbox):
    assert invite_to_family(as_, cast.new_parent).status_code == 302
    client = as_(None)
    assert "Velkommen, familien Skov" in client.get(link(outbox)).text
    assert post(client, link(outbox), YES).location == "/profile"
    account = db.session.query(Account).filter_by(email="anna@example.org").one()
    assert account.family_id == cast.new_family.id
    assert account.name == "Anna Skov"
    assert account.is_a(RoleName.FAMILY)
    assert client.get("/me").status_code == 200


def test_the_promise_and_the_consent_are_separate_and_versioned(app, cast, as_, outbox):
    with transaction():
        family = factories.make_family(cast.municipality, consent=False, name="Ny")
        parent = family.carers[0]
    invite_to_family(as_, parent)
    post(as_(None), link(outbox), {"name": "Anna", "promise": "y"})
    kinds = {c.kind for c in db.session.query(Consent).filter_by(family_id=family.id)}
    assert kinds == {ConsentKind.CONFIDENTIALITY, ConsentKind.CHAT_RULES}
    invite_to_family(as_, parent, email="bo@example.org")
    post(as_(None), link(outbox), YES)
    matching = (
        db.session.query(Consent).filter_by(family_id=family.id, kind=ConsentKind.MATCHING).one()
    )
    assert matching.version
    assert matching.given_by_id


def test_without_the_promise_nobody_comes_in(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    answer = post(as_(None), link(outbox), {"name": "Anna", "matching": "y"})
    assert answer.status_code == 400
    assert "Sig ja til løftet" in answer.text
    assert db.session.query(Account).filter_by(email="anna@example.org").count() == 0


def test_a_link_works_once(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    post(as_(None), link(outbox), YES)
    again = as_(None).get(link(outbox))
    assert again.status_code == 410
    assert "Invitationen er brugt" in again.text
    assert post(as_(None), link(outbox), YES).status_code == 410


def test_a_link_works_for_fourteen_days(cast, as_, outbox, clock):
    invite_to_family(as_, cast.new_parent)
    clock(days=14, seconds=1)
    late = as_(None).get(link(outbox))
    assert late.status_code == 410
    assert "for gammel" in late.text


def test_no_thank_you_has_no_cost_and_ends_the_link(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    answer = post(as_(None), f"{link(outbox)}/no-thanks")
    assert "ændrer ikke den støtte" in answer.text
    assert "I har sagt nej tak" in as_(None).get(link(outbox)).text
    assert "har sagt nej tak" in as_(cast.new_parent).get("/me/family").text


def test_an_invitation_taken_back_no_longer_works(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    ref = db.session.query(Invitation).one().ref
    assert post(as_(cast.outsider), f"/invitations/{ref}/revoke").status_code == 404
    assert post(as_(cast.new_parent), f"/invitations/{ref}/revoke").status_code == 302
    assert "trukket tilbage" in as_(None).get(link(outbox)).text


def test_a_newer_invitation_replaces_the_older(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    older = link(outbox)
    invite_to_family(as_, cast.new_parent)
    assert as_(None).get(older).status_code == 410
    assert as_(None).get(link(outbox)).status_code == 200


def test_someone_signed_in_as_another_is_told(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    page = as_(cast.outsider).get(link(outbox)).text
    assert f"Du er logget ind som {cast.outsider.name}" in page


def test_a_guessed_link_does_not_exist(as_, cast):
    assert as_(None).get("/invitation/guessed").status_code == 404


def test_only_a_hash_of_the_link_is_stored(app, cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    token = link(outbox).rsplit("/", 1)[1]
    stored = db.session.query(Invitation).one()
    assert token not in stored.token_hash
    assert db.session.query(OutgoingMail).one().content is None


@pytest.mark.parametrize("whose", ["mentor_parent", "stranger", "coordinator"])
def test_staff_are_refused_an_address_that_is_anothers(cast, as_, whose):
    path = f"/staff/families/{cast.new_family.ref}/invitations"
    data = {"name": "Anna", "email": getattr(cast, whose).email}
    assert post(as_(cast.consultant), path, data).status_code == 409


@pytest.mark.parametrize("whose", ["mentor_parent", "stranger", "coordinator"])
def test_a_family_cannot_find_out_by_inviting_who_else_is_here(cast, as_, outbox, whose):
    person = getattr(cast, whose)
    answer = invite_to_family(as_, cast.new_parent, email=person.email)
    unknown = invite_to_family(as_, cast.new_parent, email="nobody@example.org")
    assert (answer.status_code, answer.location) == (unknown.status_code, unknown.location)
    taken = post(as_(None), re.search(r"/invitation/\S+", outbox[0].body)[0], YES)
    assert taken.status_code == 409
    assert db.session.get(Account, person.id).family_id == person.family_id


def test_a_family_does_not_end_the_invitation_of_another(cast, as_, outbox):
    invite_to_family(as_, cast.new_parent)
    first = link(outbox)
    invite_to_family(as_, cast.outsider)
    assert as_(None).get(first).status_code == 200


def test_who_was_put_out_does_not_come_back_by_an_older_invitation(app, cast, as_, outbox):
    with transaction():
        partner = factories.make_account(
            cast.municipality, RoleName.FAMILY, family_id=cast.new_family.id
        )
    invite_to_family(as_, partner, email=partner.email)
    own = link(outbox)
    invite_to_family(as_, partner, email="another@example.org")
    path = f"/staff/families/{cast.new_family.ref}/people/{partner.ref}/leave"
    assert post(as_(cast.consultant), path).status_code == 302
    for way_in in (own, link(outbox)):
        assert post(as_(None), way_in, YES).status_code == 410
    assert not db.session.get(Account, partner.id).active


def test_who_lost_the_telephone_comes_back_to_the_same_account(app, cast, as_, outbox):
    old_telephone = as_(cast.new_parent)
    post(as_(cast.consultant), f"/staff/families/{cast.new_family.ref}/invitations",
         {"name": "Person", "email": cast.new_parent.email})  # fmt: skip
    client = as_(None)
    post(client, link(outbox), YES)
    assert db.session.query(Account).filter_by(email=cast.new_parent.email).count() == 1
    assert old_telephone.get("/me").status_code == 302
    assert client.get("/me").status_code == 200


def test_who_lost_the_telephone_has_no_calendar_address_there_any_more(app, cast, as_, outbox):
    with transaction():
        token = renew_feed(by=db.session.merge(cast.new_parent))
    assert as_(None).get(f"/calendar/{token}.ics").status_code == 200
    post(as_(cast.consultant), f"/staff/families/{cast.new_family.ref}/invitations",
         {"name": "Person", "email": cast.new_parent.email})  # fmt: skip
    post(as_(None), link(outbox), YES)
    assert as_(None).get(f"/calendar/{token}.ics").status_code == 404


def test_who_left_and_is_invited_anew_is_back_in_the_rooms_from_then_on(app, cast, as_, outbox):
    with transaction():
        room = open_room(kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="Torsdag")
        partner = factories.make_account(
            cast.municipality, RoleName.FAMILY, family_id=cast.new_family.id
        )
        add_family(room, family=db.session.merge(cast.new_family))
        room_id = room.id
    assert "Du er stoppet" in post(as_(partner), "/me/family/leave").text
    member = db.session.query(RoomMember).filter_by(account_id=partner.id).one()
    assert member.left_at is not None
    with transaction():
        send_message(
            member.room.ref,
            by=db.session.merge(cast.new_parent),
            cid="c1",
            body="Hej",
            max_chars=100,
        )
    invite_to_family(as_, cast.new_parent, email=partner.email)
    post(as_(None), link(outbox), YES)
    back = db.session.query(RoomMember).filter_by(account_id=partner.id, left_at=None).one()
    assert back.room_id == room_id
    assert back.first_seq > 1


def test_a_coordinator_invites_a_consultant_and_no_coordinator(cast, as_, outbox):
    assert invite_staff(as_, cast.coordinator, "consultant").status_code == 302
    client = as_(None)
    assert post(client, link(outbox), {"name": "Kim Lund"}).location == "/staff"
    assert (
        db.session.query(Account)
        .filter_by(email="kollega@example.org")
        .one()
        .is_a(RoleName.CONSULTANT)
    )
    assert invite_staff(as_, cast.coordinator, "coordinator", "x@example.org").status_code == 400


def test_an_administrator_invites_a_coordinator(cast, as_, outbox):
    assert invite_staff(as_, cast.administrator, "coordinator").status_code == 302


@pytest.mark.parametrize("who", ["facilitator", "consultant", "new_parent", "outsider"])
def test_others_do_not_invite_staff(cast, as_, who):
    assert invite_staff(as_, getattr(cast, who), "consultant").status_code == 404


@pytest.mark.parametrize("who", ["outsider", "facilitator", "stranger", "other_coordinator"])
def test_nobody_invites_into_anothers_family(cast, as_, who):
    answer = post(as_(getattr(cast, who)), f"/staff/families/{cast.new_family.ref}/invitations",
                  {"name": "X", "email": "x@example.org"})  # fmt: skip
    assert answer.status_code == 404


def test_the_first_administrator_gets_a_link_from_the_command_line(app, as_):
    runner = app.test_cli_runner()
    result = runner.invoke(
        args=["accounts", "create-administrator", "--email", "ada@example.org", "--name", "Ada",
              "--municipality-code", "0461", "--municipality-name", "Odense"]
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    path = "/invitation/" + result.output.strip().rsplit("/", 1)[1]
    client = as_(None)
    assert post(client, path, {"name": "Ada Nim"}).location == "/staff"
    assert client.get("/staff/people").status_code == 200
    assert db.session.query(OutgoingMail).count() == 0

"""One's own account: password, the browsers one is signed in on, language and looks."""

import pytest

from data.db import db, transaction
from data.models import Account, CalendarFeed
from data.queries.sign_ins import live_sign_ins_of
from data.sealed import Sealed
from tests.web.forms import post
from web.accounts import hashing, passwords
from web.accounts.actions.own import mark_of

GOOD = "gul cykel under broen"


def test_a_password_can_be_chosen_and_others_are_signed_out(cast, as_):
    here, elsewhere = as_(cast.new_parent), as_(cast.new_parent)
    assert post(here, "/me/password", {"password": GOOD}).status_code == 302
    assert hashing.password_fits(GOOD, db.session.get(Account, cast.new_parent.id).password)
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_changing_a_password_takes_the_old_one(cast, as_):
    client = as_(cast.new_parent)
    post(client, "/me/password", {"password": GOOD})
    refused = post(client, "/me/password", {"password": "en helt anden sætning", "current": "no"})
    assert refused.status_code == 400
    assert "ikke den adgangskode, du har nu" in refused.text
    changed = post(client, "/me/password", {"password": "en helt anden sætning", "current": GOOD})
    assert changed.status_code == 302


@pytest.mark.parametrize(
    "weak",
    ["short", "aaaaaaaaaaaaaa", "123456789012", "Plejefamilie2026!", "makkerskab1234",
     "p4ssw0rdp4ssw0rd", "velkommen12345", "SommerSommer2026", "plejebarn-plejemor",
     "qwertyuiop123", "Person Vejle 12345", "adgangskode2026", "x" * 129],
)  # fmt: skip
def test_a_weak_password_is_refused_with_a_word(cast, as_, weak):
    answer = post(as_(cast.new_parent), "/me/password", {"password": weak})
    assert answer.status_code == 400
    assert db.session.get(Account, cast.new_parent.id).password is None


@pytest.mark.parametrize(
    "good", [GOOD, "hestehov og rabarber", "x7!kQ9#mL2$vB4", "fire tilfældige ord her"]
)
def test_a_good_password_needs_no_capitals_or_symbols(good):
    passwords.check(good, about=("Anna Skov", "anna", "Vejle"))


def test_the_browsers_are_listed_and_one_is_ended(cast, as_):
    here, elsewhere = as_(cast.new_parent), as_(cast.new_parent)
    page = here.get("/me").text
    assert page.count("Denne enhed") == 1
    assert page.count("En anden enhed") == 1
    with elsewhere.session_transaction() as cookie:
        from web.shared.sessions import hash_of

        other = hash_of(cookie["sid"])
    sign_in = next(s for s in live_sign_ins_of(cast.new_parent.id) if s.sid_hash == other)
    assert post(here, f"/me/sign-ins/{mark_of(sign_in)}/end").status_code == 302
    assert elsewhere.get("/me").status_code == 302
    assert here.get("/me").status_code == 200


def test_nobody_ends_another_persons_browser(cast, as_):
    theirs = as_(cast.mentor_parent)
    mark = mark_of(live_sign_ins_of(cast.mentor_parent.id)[0])
    assert post(as_(cast.outsider), f"/me/sign-ins/{mark}/end").status_code == 404
    assert theirs.get("/me").status_code == 200


def test_language_and_looks_follow_the_person(cast, as_):
    assert post(
        as_(cast.new_parent), "/me/looks", {"language": "en", "theme": "dark"}
    ).status_code == 302  # fmt: skip
    account = db.session.get(Account, cast.new_parent.id)
    assert (account.locale, account.theme) == ("en", "dark")
    assert "My page" in as_(cast.new_parent).get("/me").text


def test_the_calendar_address_is_shown_to_its_owner_alone(app, cast, as_):
    with transaction():
        db.session.add(
            CalendarFeed(
                account_id=cast.new_parent.id,
                token=Sealed("secret-feed-token", scope="feed:1"),
                token_hash="h",
            )
        )
    assert "/calendar/secret-feed-token.ics" in as_(cast.new_parent).get("/me").text
    assert "secret-feed-token" not in as_(cast.mentor_parent).get("/me").text

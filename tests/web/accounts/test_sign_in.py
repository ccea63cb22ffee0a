"""Signing in with a code or a password, and what strangers cannot find out or wear down."""

import re

import pytest

from data.db import db, transaction
from data.models import Account, SignIn, SignInCode
from tests.web.forms import post
from web.accounts import hashing

PASSWORD = "gul cykel under broen"


def with_password(account: Account) -> str:
    stored = hashing.hash_password(PASSWORD)
    with transaction():
        db.session.merge(account).password = stored
    return account.email


def ask(client, email, **more):
    return post(client, "/sign-in", {"email": email, "way": "code", **more})


def mailed_code(outbox) -> str:
    return re.search(r"\b\d{6}\b", outbox[-1].body)[0]


def enter(client, code):
    return post(client, "/sign-in/code", {"code": code})


def enter_password(client, password):
    return post(client, "/sign-in/code", {"password": password})


def signed_in(client) -> bool:
    return client.get("/me").status_code == 200


def test_a_family_signs_in_with_the_code_from_the_mail(cast, as_, outbox):
    client = as_(None)
    assert ask(client, cast.new_parent.email).location == "/sign-in/code"
    answer = enter(client, mailed_code(outbox))
    assert answer.location == "/home"
    assert signed_in(client)


def test_a_code_may_be_pasted_with_a_space(cast, as_, outbox):
    client = as_(None)
    ask(client, cast.new_parent.email)
    code = mailed_code(outbox)
    assert enter(client, f" {code[:3]} {code[3:]} ").status_code == 302


def test_staff_sign_in_with_a_password_and_no_mail_is_sent(cast, as_, outbox):
    email = with_password(cast.coordinator)
    client = as_(None)
    post(client, "/sign-in", {"email": email.upper(), "way": "password"})
    assert enter_password(client, PASSWORD).location == "/staff"
    assert outbox == []


def test_a_code_works_once(cast, as_, outbox):
    client = as_(None)
    ask(client, cast.new_parent.email)
    code = mailed_code(outbox)
    with client.session_transaction() as cookie:
        pending = dict(cookie["signing_in"])
    enter(client, code)
    again = as_(None)
    with again.session_transaction() as cookie:
        cookie["signing_in"] = pending
    assert enter(again, code).status_code == 400


def test_a_code_works_for_ten_minutes(cast, as_, outbox, clock):
    client = as_(None)
    ask(client, cast.new_parent.email)
    clock(minutes=10, seconds=1)
    answer = enter(client, mailed_code(outbox))
    assert answer.status_code == 400
    assert "for gammel" in answer.text


def test_a_code_works_only_in_the_browser_that_asked(cast, as_, outbox):
    ask(as_(None), cast.new_parent.email)
    other = as_(None)
    ask(other, cast.mentor_parent.email)
    first_code = re.search(r"\b\d{6}\b", outbox[0].body)[0]
    assert enter(other, first_code).status_code == 400


def test_five_wrong_codes_end_the_code_and_a_new_one_works(cast, as_, outbox):
    client = as_(None)
    ask(client, cast.new_parent.email)
    right = mailed_code(outbox)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for left in (4, 3, 2):
        assert f"{left} gange mere" in enter(client, wrong).text
    enter(client, wrong)
    assert "for mange gange" in enter(client, wrong).text
    assert enter(client, right).status_code == 400
    ask(client, cast.new_parent.email)
    assert enter(client, mailed_code(outbox)).status_code == 302


def test_an_unknown_address_is_answered_word_for_word_like_a_known_one(cast, as_, outbox):
    answers = []
    for email in (cast.new_parent.email, "nobody@example.org"):
        client = as_(None)
        sent = ask(client, email)
        page = client.get("/sign-in/code")
        wrong = [enter(client, "000000").text for _ in range(6)]
        texts = [sent.text, page.text, *wrong]
        answers.append([re.sub(r'content="[^"]*"|value="[^"]*"', "", t).replace(email, "E")
                        for t in texts])  # fmt: skip
    assert answers[0] == answers[1]
    assert len(outbox) == 1


def test_an_unknown_address_costs_the_same_hash_as_a_wrong_password(cast, as_, monkeypatch):
    email = with_password(cast.coordinator)
    checked = []
    verify = hashing.utils.verify_password
    monkeypatch.setattr(
        hashing.utils, "verify_password", lambda *a: checked.append(a) or verify(*a)
    )
    for address in (email, cast.new_parent.email, "nobody@example.org"):
        client = as_(None)
        post(client, "/sign-in", {"email": address, "way": "password"})
        assert enter_password(client, "wrong but long enough").status_code == 400
    assert len(checked) == 3


def test_codes_and_passwords_are_stored_only_as_hashes(app, cast, as_, outbox):
    with_password(cast.coordinator)
    ask(as_(None), cast.new_parent.email)
    code = mailed_code(outbox)
    stored = db.session.query(SignInCode).one()
    assert code not in (stored.code_hash or "")
    assert len(stored.code_hash) == 64
    assert db.session.get(Account, cast.coordinator.id).password.startswith("$argon2id$")


def test_many_wrong_passwords_make_longer_and_longer_waits(cast, as_, clock):
    email = with_password(cast.coordinator)
    client = as_(None)
    post(client, "/sign-in", {"email": email, "way": "password"})
    for _ in range(5):
        assert enter_password(client, "wrong but long enough").status_code == 400
    waits = []
    for _ in range(4):
        assert enter_password(client, PASSWORD).status_code == 429  # even the right one waits
        waits.append(_until_allowed(client, clock))
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]


def _until_allowed(client, clock) -> int:
    waited = 0
    while True:
        clock(seconds=1)
        waited += 1
        if enter_password(client, "wrong but long enough").status_code != 429:
            return waited


def test_a_stranger_cannot_lock_a_person_out_of_her_own_home(app, cast, as_, clock):
    email = with_password(cast.coordinator)
    home, stranger = as_(None), as_(None)
    home.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    stranger.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    post(home, "/sign-in", {"email": email, "way": "password"})
    assert enter_password(home, PASSWORD).status_code == 302
    post(home, "/sign-out")
    clock(hours=2)
    post(stranger, "/sign-in", {"email": email, "way": "password"})
    for _ in range(25):
        clock(minutes=1)
        enter_password(stranger, "wrong but long enough")
    post(home, "/sign-in", {"email": email, "way": "password"})
    assert enter_password(home, PASSWORD).status_code == 302


def test_asking_for_code_after_code_must_wait(cast, as_, outbox):
    client = as_(None)
    for _ in range(4):
        assert ask(client, cast.new_parent.email).status_code == 302
    assert ask(client, cast.new_parent.email).status_code == 429
    assert len(outbox) == 4


def test_someone_who_left_is_answered_like_a_stranger(app, cast, as_, outbox):
    with transaction():
        db.session.merge(cast.new_parent).active = False
    client = as_(None)
    assert ask(client, cast.new_parent.email).status_code == 302
    assert outbox == []


def test_signing_in_renews_the_session(app, cast, as_, outbox):
    client = as_(None)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by someone else"
    ask(client, cast.new_parent.email)
    enter(client, mailed_code(outbox))
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "signing_in" not in cookie
        assert len(cookie["sid"]) > 40


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "evil.example", "/ok\\..\\evil"],
)  # fmt: skip
def test_after_sign_in_one_stays_here(cast, as_, outbox, elsewhere):
    client = as_(None)
    ask(client, cast.new_parent.email, next=elsewhere)
    assert enter(client, mailed_code(outbox)).location == "/home"


def test_after_sign_in_one_gets_to_where_one_was_going(cast, as_, outbox):
    client = as_(None)
    wanted = client.get("/me").location
    assert wanted == "/sign-in?next=/me"
    assert 'value="/me"' in client.get(wanted).text
    ask(client, cast.new_parent.email, next="/me")
    assert enter(client, mailed_code(outbox)).location == "/me"


def test_signing_out_ends_this_browser_and_no_other(cast, as_):
    one, other = as_(cast.new_parent), as_(cast.new_parent)
    assert post(one, "/sign-out").location == "/sign-in"
    assert not signed_in(one)
    assert signed_in(other)
    assert db.session.query(SignIn).filter(SignIn.ended_at.is_not(None)).count() == 1


def test_a_copied_cookie_is_dead_after_sign_out(cast, as_):
    client = as_(cast.new_parent)
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    post(client, "/sign-out")
    thief = as_(None)
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert not signed_in(thief)


def test_nobody_can_be_tried_where_people_are_real(cast, as_):
    assert post(as_(None), f"/sign-in/try/{cast.coordinator.ref}").status_code == 404


def test_an_invented_person_can_be_tried(app, cast, as_):
    with transaction():
        db.session.merge(cast.municipality).is_demo = True
    client = as_(None)
    assert "Mette Holm" in client.get("/sign-in").text
    assert post(client, f"/sign-in/try/{cast.coordinator.ref}").location == "/staff"


def test_in_production_not_even_an_invented_person_can_be_tried(app, cast, as_):
    with transaction():
        db.session.merge(cast.municipality).is_demo = True
    app.config["PRODUCTION"] = True
    client = as_(None)
    client.environ_base["wsgi.url_scheme"] = "http"
    assert "Mette Holm" not in client.get("/sign-in").text
    assert post(client, f"/sign-in/try/{cast.coordinator.ref}").status_code == 404

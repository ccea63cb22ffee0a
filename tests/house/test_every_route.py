"""What holds for every address of the app, also those that do not exist yet when this is read."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config
from data.db import Base, db
from tests.conftest import forget_between_requests, sign_in
from tests.web.forms import csrf_token
from tests.world import SECRET_LINKS, UNSAFE, World, make_world
from web.app import create_app

# A look at something sensitive is itself written down, and a browser's sign of life is kept.
_WRITTEN_BY_LOOKING = {"audit_entries", "sign_ins"}
_READ_MARKS = {"last_read_seq"}  # how far oneself has read, moved by reading


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[Flask, World]]:
    """One app and one world for all tests here: they look and are refused, so nothing changes."""
    folder = tmp_path_factory.mktemp("house")
    database = f"sqlite:///{folder / 'house.db'}"
    app = create_app(Config.for_tests(SQLALCHEMY_DATABASE_URI=database, INSTANCE=folder))
    app.before_request_funcs.setdefault(None, []).insert(0, forget_between_requests)
    with app.app_context():
        db.create_all()
        yield app, make_world(app)
        db.session.remove()
        db.engine.dispose()


def client_of(app: Flask, account) -> FlaskClient:
    client = app.test_client()
    if account is not None:
        sign_in(client, account)
    return client


def rules(app: Flask, *methods: str):
    """Return the routes that answer any of these methods."""
    return [
        rule
        for rule in sorted(app.url_map.iter_rules(), key=str)
        if set(methods) & rule.methods and rule.endpoint not in {"static", "healthz"}
    ]


def fingerprint() -> dict[str, str]:
    """Return a hash of every table's rows."""
    db.session.rollback()
    prints = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in _WRITTEN_BY_LOOKING:
            columns = [c for c in table.columns if c.name not in _READ_MARKS]
            rows = db.session.execute(select(*columns).order_by(*table.primary_key)).all()
            prints[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    db.session.rollback()
    return prints


def changed(before: dict[str, str]) -> list[str]:
    after = fingerprint()
    return sorted(name for name in before if before[name] != after[name])


def test_every_page_says_who_it_is_for(house):
    app, _world = house
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert silent == []


def test_every_address_leads_to_something_in_the_world(house):
    app, world = house
    for rule in app.url_map.iter_rules():
        world.address(rule)


def test_nothing_is_changed_without_a_token(house):
    """The token is asked for before anything else, whoever asks and whatever the form holds."""
    app, world = house
    for name in ("nobody", "new_parent", "coordinator"):
        client = client_of(app, world.everyone()[name])
        before = fingerprint()
        for rule in rules(app, *UNSAFE):
            for method in rule.methods & set(UNSAFE):
                for form in ({"name": "x"}, {"csrf_token": "forged"}):
                    answer = client.open(world.address(rule), method=method, data=form)
                    assert answer.status_code == 400, (name, method, rule.rule, form)
        assert changed(before) == [], name


@pytest.fixture(scope="module")
def seen(house):
    """Every page as everyone sees it: {(who, route): answer}, and what each look round changed."""
    app, world = house
    answers, changes = {}, {}
    for name, account in {**world.everyone(), **world.outsiders()}.items():
        client = client_of(app, account)
        before = fingerprint()
        for rule in rules(app, "GET"):
            answers[name, rule.rule] = answer = client.get(world.address(rule))
            answer.get_data()  # files are streamed: read to the end, then let go
            answer.close()
        changes[name] = changed(before)
    return answers, changes


def test_looking_never_fails(seen):
    answers, _changes = seen
    failed = {where: a.status_code for where, a in answers.items() if a.status_code >= 500}
    assert failed == {}


def test_looking_changes_nothing(seen):
    _answers, changes = seen
    assert {name: tables for name, tables in changes.items() if tables} == {}


def test_everyone_sees_the_pages_meant_for_them(house, seen):
    """The world is whole: what a role may open, somebody opened."""
    app, _world = house
    answers, _changes = seen
    for rule in rules(app, "GET"):
        statuses = {name: a.status_code for (name, path), a in answers.items() if path == rule.rule}
        assert set(statuses.values()) & {200, 302}, (rule.rule, statuses)


def test_who_is_not_signed_in_sees_only_what_is_public(house, seen):
    app, _world = house
    for rule in rules(app, "GET"):
        answer = seen[0]["nobody", rule.rule]
        if app.view_functions[rule.endpoint].access:
            assert answer.status_code == 302, rule.rule
            assert answer.location.startswith("/sign-in?next="), rule.rule


def test_to_an_outsider_nothing_of_this_world_exists(house):
    """A family of nobody here, and everyone of another municipality, with every reference."""
    app, world = house
    for name, account in world.outsiders().items():
        client = client_of(app, account)
        before = fingerprint()
        for rule in rules(app, "GET", *UNSAFE):
            if not _belongs(rule) or rule.rule.startswith(SECRET_LINKS):
                continue
            for method in sorted(rule.methods & {"GET", *UNSAFE}):
                status = _asked(client, method, world.address(rule)).status_code
                if status != 404:  # a form looked at first is refused alike for a thing that is not
                    assert status in {400, 409, 422}, (name, method, rule.rule, status)
                    invented = _asked(client, method, world.invented().address(rule))
                    assert invented.status_code == status, (name, method, rule.rule)
        assert changed(before) == [], name


def _asked(client: FlaskClient, method: str, path: str):
    form = {"csrf_token": csrf_token(client)} if method != "GET" else None
    return client.open(path, method=method, data=form)


def _belongs(rule) -> bool:
    """Answer whether the address names a thing: a wizard's step or a file's kind is nobody's."""
    return bool(rule.arguments - {"step", "fmt", "kind", "code"})


def test_every_answer_carries_the_security_headers(seen):
    for (_name, path), answer in seen[0].items():
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path
        for source in ("object-src", "base-uri", "frame-ancestors"):
            assert f"{source} 'none'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert headers["Cache-Control"] == "no-store", path


def test_no_page_holds_what_the_policy_forbids(seen):
    forbidden = (" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:",
                 "<script>", "hx-on")  # fmt: skip
    for (_name, path), answer in seen[0].items():
        if answer.mimetype == "text/html":
            assert [word for word in forbidden if word in answer.text] == [], path


def test_no_page_shows_a_number_of_the_database_in_an_address(house, seen):
    """Addresses carry references that say nothing; a message's number in its room is not an id."""
    numbered = re.compile(r'(?:href|action)="(/[^"?#]*/\d+(?:/[^"?#]*)?)["?#]')
    for (_name, path), answer in seen[0].items():
        if answer.mimetype == "text/html":
            found = [a for a in numbered.findall(answer.text) if not a.startswith("/messages/")]
            assert found == [], path


def test_the_cookie_of_production_cannot_be_read_sent_elsewhere_or_set_by_a_neighbour(tmp_path):
    app = create_app(
        Config.for_tests(
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'p.db'}",
            INSTANCE=tmp_path,
            PRODUCTION=True,
            DEMO=False,
        )
    )
    with app.app_context():
        db.create_all()
        answer = app.test_client().get("/sign-in", base_url="https://localhost")
        cookie = answer.headers["Set-Cookie"]
        db.session.remove()
        db.engine.dispose()
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "/styleguide" not in {rule.rule for rule in app.url_map.iter_rules()}

"""The frame round every page: menu, choices, errors, and what the styleguide is for."""

import pytest
from flask import Flask

from config import Config
from web.app import create_app
from web.shared import page
from web.shared.page import Acute, NavItem


@pytest.fixture
def frame() -> Flask:
    """The frame alone, before any capability has filled its menu."""
    small = Flask("small")
    page.init_app(small)
    return small


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/menu", "/menu"), ("/menu/groups", "/menu/groups"), ("/menu/groups/x", "/menu/groups")],
)
def test_the_menu_marks_the_entry_the_page_lies_under(frame, path, marked):
    for url in ("/menu", "/menu/groups"):
        page.register_nav(
            frame, "family", lambda url=url: NavItem(url=url, label=url, icon="home"), order=1
        )
    page.register_place(frame, lambda: page.Place(area="family"))
    with frame.test_request_context(path):
        assert [item.url for item in page.nav() if item.active] == [marked]


def test_an_entry_that_is_not_for_this_person_is_left_out(frame):
    page.register_nav(frame, "staff", lambda: None, order=1)
    page.register_place(frame, lambda: page.Place(area="staff"))
    with frame.test_request_context("/"):
        assert page.nav() == []


def test_someone_not_signed_in_has_no_menu(app):
    with app.test_request_context("/"):
        assert page.nav() == []


def test_a_fault_is_shown_without_asking_the_database(frame):
    page.register_place(frame, lambda: 1 / 0)
    with frame.test_request_context("/"):
        page.plain()
        assert page.place().area is None
        assert page.place().acute.tel == "112"  # which number is staffed cannot be asked


@pytest.mark.parametrize(
    ("name", "letters"), [("Skov", "Sk"), ("Karin Bech", "KB"), ("Østergaard", "Øs"), ("", "")]
)
def test_a_disc_shows_two_letters(name, letters):
    assert page.initials(name) == letters


def test_a_family_keeps_its_colour():
    assert page.hue("abc") == page.hue("abc")
    assert {page.hue(n) for n in range(200)} == set(range(1, 9))


@pytest.mark.parametrize(
    ("phone", "tel"), [("70 00 00 00", "+4570000000"), ("112", "112"), ("+45 70 00", "+457000")]
)
def test_the_acute_number_can_be_dialled(phone, tel):
    assert Acute(phone=phone).tel == tel


@pytest.mark.parametrize(
    "elsewhere", ["//evil.test/", "/\\evil.test", "https://evil.test", "", "/\t/x"]
)
def test_a_choice_never_leads_to_another_site(client_without_csrf, elsewhere):
    answer = client_without_csrf.post("/preferences", data={"theme": "dark", "next": elsewhere})
    assert answer.location == "/"


def test_a_choice_is_kept_and_leads_back(client_without_csrf):
    answer = client_without_csrf.post(
        "/preferences", data={"theme": "dark", "language": "en", "next": "/styleguide"}
    )
    assert answer.location == "/styleguide"
    shown = client_without_csrf.get("/styleguide/error/404").text
    assert 'lang="en"' in shown
    assert "The page is not here" in shown


def test_an_unknown_choice_changes_nothing(client_without_csrf):
    client_without_csrf.post("/preferences", data={"theme": "pink", "language": "xx"})
    with client_without_csrf.session_transaction() as kept:
        assert not {"theme", "language"} & set(kept)


def test_a_choice_without_a_token_is_refused(app):
    assert app.test_client().post("/preferences", data={"theme": "dark"}).status_code == 400


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 429, 500, 503])
def test_every_error_has_a_page_that_says_what_now(app, code):
    shown = app.test_client().get(f"/styleguide/error/{code}").text
    assert shown.count("<h1") == 1
    assert "70 00 00 00" in shown
    assert "K7-204" in shown


def test_built_files_may_be_kept_for_a_year(app):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("app.js")
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


def test_there_is_no_styleguide_where_real_families_are(tmp_path):
    app = create_app(Config.for_tests(TESTING=False, DEMO=False, INSTANCE=tmp_path))
    assert "styleguide" not in app.blueprints


@pytest.fixture
def client_without_csrf(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()

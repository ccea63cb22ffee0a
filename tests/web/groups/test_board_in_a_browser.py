"""The board in a real browser: by keyboard, and without script."""

import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.conftest import sign_in
from tests.web.groups.building import drafted

pytestmark = pytest.mark.browser


@pytest.fixture
def board(app, cast):
    """The address of a facilitator's board, served by the app of this test, and the cookie."""
    draft = drafted(cast, 8, max_size=5)
    client = app.test_client()
    sign_in(client, cast.facilitator)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    cookie = {"name": "session", "value": client.get_cookie("session").value, "url": address}
    yield f"{address}/staff/drafts/{draft.ref}/board", cookie
    server.shutdown()
    thread.join()
    server.server_close()


def opened(new_page, board, **options):
    address, cookie = board
    page = new_page(width=1440, **options)
    page.context.add_cookies([cookie])
    page.goto(address)
    return page


def focused_card(page):
    return page.evaluate("document.activeElement.closest('.fc')?.dataset.family")


def column_of(page, family):
    return page.locator(f".fc[data-family='{family}']").get_attribute("data-group")


def test_a_family_is_moved_undone_and_locked_by_keyboard(board, new_page):
    page = opened(new_page, board)
    page.locator(".gcol .fc .main").first.focus()
    page.keyboard.press("ArrowDown")
    family = focused_card(page)
    home = column_of(page, family)

    page.keyboard.press("m")
    expect(page.locator("#panel-title")).to_be_focused()
    target = page.locator("#panel button.opt[name=to]:not(.no)").first
    letter = target.get_attribute("value")
    target.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#column-{letter} .fc[data-family='{family}']")).to_be_visible()
    assert focused_card(page) == family
    expect(page.locator("#status")).to_contain_text("er nu i gruppe")

    page.keyboard.press("Control+z")
    expect(page.locator(f"#column-{home} .fc[data-family='{family}']")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Fortrudt")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(f"#column-{letter} .fc[data-family='{family}']")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Gentaget")

    page.locator(f".fc[data-family='{family}'] .main").focus()
    page.keyboard.press("l")
    expect(page.locator(f".fc.lock[data-family='{family}']")).to_be_visible()
    assert focused_card(page) == family
    page.keyboard.press("m")
    expect(page.locator("#panel .opt").first).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_contain_text("Vælg en familie")
    assert focused_card(page) == family


def test_arrows_walk_between_groups_and_letters_act_only_on_a_card(board, new_page):
    page = opened(new_page, board)
    page.locator("#column-0 .fc .main").first.focus()
    page.keyboard.press("ArrowRight")
    assert column_of(page, focused_card(page)) == "1"
    page.keyboard.press("ArrowLeft")
    assert column_of(page, focused_card(page)) == "0"
    page.locator("h1").click()
    page.keyboard.press("l")
    page.keyboard.press("m")
    expect(page.locator(".fc.lock")).to_have_count(0)
    expect(page.locator("#panel")).to_contain_text("Vælg en familie")


def test_the_board_works_without_script(board, new_page):
    page = opened(new_page, board, java_script_enabled=False)
    card = page.locator("#column-0 .fc").first
    family = card.get_attribute("data-family")
    card.locator(".main").click()
    page.locator("#panel button.opt[name=to]:not(.no)").first.click()
    expect(page.locator(f"#column-1 .fc[data-family='{family}']")).to_be_visible()
    page.get_by_role("button", name="Fortryd").click()
    expect(page.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()

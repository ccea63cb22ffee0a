"""The board in a real browser: by keyboard, and without script."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from data.clock import today
from data.db import transaction
from tests.web.groups.building import BASE, drafted
from web.groups.actions import drafts, proposals, publishing

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(cast):
    return drafted(cast, 8, max_size=5)


@pytest.fixture
def board(draft, cast, page_of):
    """`board()` gives a facilitator's browser at the board."""
    path = f"/staff/drafts/{draft.ref}/board"
    return lambda **options: page_of(cast.facilitator, path, width=1440, **options)


@pytest.fixture
def mette(draft, cast, page_of):
    """The coordinator is at the board before: who comes hears of her, so its line is up."""
    page = page_of(cast.coordinator, f"/staff/drafts/{draft.ref}/board")
    expect(page.locator("#board")).to_be_visible()
    return page


def focused_card(page):
    return page.evaluate("document.activeElement.closest('.fc')?.dataset.family")


def column_of(page, family):
    return page.locator(f".fc[data-family='{family}']").get_attribute("data-group")


def test_a_family_is_moved_undone_and_locked_by_keyboard(board):
    page = board()
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


def test_arrows_walk_between_groups_and_letters_act_only_on_a_card(board):
    page = board()
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


def test_the_board_works_without_script(board):
    page = board(java_script_enabled=False)
    card = page.locator("#column-0 .fc").first
    family = card.get_attribute("data-family")
    card.locator(".main").click()
    page.locator("#panel button.opt[name=to]:not(.no)").first.click()
    expect(page.locator(f"#column-1 .fc[data-family='{family}']")).to_be_visible()
    page.get_by_role("button", name="Fortryd").click()
    expect(page.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()


def test_who_is_at_a_board_is_led_away_when_its_draft_is_thrown_away(board, mette, draft, cast):
    page = board()
    expect(page.locator("#present")).to_contain_text("Mette")
    with transaction():
        drafts.discard_draft(draft.ref, by=cast.coordinator)
    for left in (page, mette):
        expect(left.get_by_text("Kladden er smidt væk.")).to_be_visible()
        assert left.url.endswith("/staff/groups")


def test_who_is_at_a_board_sees_that_it_waits_for_approval(board, mette, draft, cast):
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
    page = board()
    expect(page.locator("#present")).to_contain_text("Mette")
    with transaction():
        publishing.submit(
            draft.ref,
            version=draft.version,
            names={},
            answer_by=today() + timedelta(days=7),
            by=cast.facilitator,
            base_url=BASE,
        )
    for seen in (page, mette):
        expect(seen.locator("[data-step]")).to_have_count(0)
        expect(seen.locator("#board-page")).to_have_attribute("data-editable", "")


def test_rings_that_were_found_go_with_the_next_move(board):
    page = board()
    page.locator("#rings a").click()
    expect(page.locator("#rings a")).to_have_count(0)
    card = page.locator("#column-0 .fc").first
    card.locator(".main").click()
    expect(page.locator("#panel .opt").first).to_be_visible()
    expect(page.locator("#rings a")).to_have_count(0)  # a look changes nothing
    page.locator("#panel button.opt[name=to]:not(.no)").first.click()
    expect(page.locator("#rings a")).to_be_visible()


def test_what_a_proposal_says_follows_a_move(page_of, draft, cast):
    with transaction():
        copy = proposals.recalculate(
            draft.ref, version=draft.version, price=5.0, by=cast.facilitator
        )
    page = page_of(cast.facilitator, f"/staff/drafts/{copy.ref}/board", width=1440)
    before = page.locator(".bd-proposal").text_content()
    page.locator("#column-0 .fc .main").first.click()
    page.locator("#panel button.opt[name=to]:not(.no)").first.click()
    expect(page.locator(".bd-proposal")).not_to_have_text(before)

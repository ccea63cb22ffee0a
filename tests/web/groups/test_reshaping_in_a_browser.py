"""What can be done with a group, by keyboard in a real browser, with a colleague at the board."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from data.db import db, transaction
from data.models import PoolFamily
from tests.factories import make_family
from tests.web.groups.building import drafted

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(cast):
    found = drafted(cast, 16, min_size=3, max_size=9, target_size=8)
    with transaction():
        late = make_family(cast.municipality, name="Senby", answers={"max_travel_minutes": 60})
        db.session.add(PoolFamily(pool_id=found.pool_id, family_id=late.id))
    return found


def press(page, selector):
    """Go to a link or a button by keyboard and use it."""
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")


def members(page, number):
    cards = page.locator(f"#column-{number} .fc")
    return sorted(cards.nth(i).get_attribute("data-family") for i in range(cards.count()))


def undo(page, *, again=False):
    page.locator("h1").click()
    page.keyboard.press("Control+Shift+z" if again else "Control+z")


def accessible(page, path):
    page.wait_for_url(f"**/{path}**")
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [violation["id"] for violation in found["violations"]] == []


def test_a_group_is_split_undone_merged_and_a_late_family_placed(draft, cast, page_of):
    path = f"/staff/drafts/{draft.ref}/board"
    mette = page_of(cast.coordinator, path, width=1440)
    expect(mette.locator("#board")).to_be_visible()
    page = page_of(cast.facilitator, path, width=1440)
    before = members(page, 0)

    press(page, "#column-0 a[href*='/group']")
    accessible(page, "group")
    expect(page.locator("h1")).to_contain_text("Hvad kan gøres med gruppe A")
    press(page, "[aria-labelledby=split] button")
    expect(page.locator("#column-2 .fc").first).to_be_visible()
    expect(page.get_by_text("Gruppe A er delt")).to_be_visible()
    stays, leaves = members(page, 0), members(page, 2)
    assert sorted(stays + leaves) == before
    expect(page.locator("[data-step=undo]")).to_contain_text(f"{len(leaves)} familier: A → C")
    expect(mette.locator("#column-2 .fc")).to_have_count(len(leaves))

    undo(page)
    expect(page.locator("#column-2")).to_have_count(0)
    assert members(page, 0) == before
    expect(mette.locator("#column-2")).to_have_count(0)
    undo(page, again=True)
    expect(page.locator("#column-2 .fc")).to_have_count(len(leaves))

    expect(page.locator("#late")).to_contain_text("Senby")
    press(page, "#late a")
    accessible(page, "late")
    press(page, "button:has-text('Sæt Senby i gruppe')")
    expect(page.get_by_text("Senby er nu i gruppe")).to_be_visible()
    expect(page.locator("#late")).to_be_empty()
    expect(mette.locator("#late")).to_be_empty()
    undo(page)
    expect(page.locator("#late")).to_contain_text("Senby")
    expect(mette.locator("#late")).to_contain_text("Senby")

    press(page, "#column-2 a[href*='/group']")
    press(page, "[aria-labelledby=merge] button:has-text('Læg gruppe A ind i gruppe C')")
    expect(page.get_by_text("Gruppe A er nu en del af gruppe C")).to_be_visible()
    expect(page.locator("#column-0")).to_have_count(0)
    assert members(page, 2) == before
    expect(mette.locator("#column-0")).to_have_count(0)


def test_it_works_without_script(draft, cast, page_of):
    path = f"/staff/drafts/{draft.ref}/board"
    page = page_of(cast.facilitator, path, width=390, java_script_enabled=False)
    page.locator("#column-0 a[href*='/group']").click()
    page.locator("[aria-labelledby=split] button").click()
    expect(page.locator("#column-2 .fc").first).to_be_visible()
    page.get_by_role("button", name="Fortryd").click()
    expect(page.locator("#column-2")).to_have_count(0)
    page.locator("#late a").click()
    page.get_by_role("button", name="Sæt Senby ind uden gruppe").click()
    expect(page.locator("#tray .fc")).to_have_count(1)

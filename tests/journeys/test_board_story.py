"""Two facilitators at one draft: form, lock, move, undo, recalculate, publish, answer, top up."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.live import Installation, installation, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.server]

FACILITATOR = "jonas.friis@demo.example.org"
COORDINATOR = "mette.holm@demo.example.org"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with installation(tmp_path_factory.mktemp("board-story"), demo=True) as made:
        made.start_web()
        made.start_worker()
        yield made


def test_two_at_one_draft_from_the_first_proposal_to_one_more_family(site, new_page):
    jonas, mette = new_page(width=1440, height=1400), new_page(width=1440, height=1400)
    sign_in_as(jonas, site, FACILITATOR)
    sign_in_as(mette, site, COORDINATOR)
    _form(site, jonas)
    _lock_move_and_undo_by_keyboard(jonas)
    _drag(jonas)
    _accessible(jonas, "board")

    mette.goto(jonas.url.split("?")[0])
    _see_each_other(jonas, mette)
    _work_side_by_side(jonas, mette)
    _recalculate(jonas)
    group = _publish(jonas, mette)
    _say_no(site, new_page, group)
    _top_up(site, mette, group)


def _form(site: Installation, page: Page) -> None:
    page.goto(f"{site.address}/staff/drafts/new")
    _accessible(page, "set-up")
    page.locator("select[name=seconds]").select_option("5")
    page.get_by_role("button", name="Dan grupper").click()
    page.wait_for_url(re.compile("/board"), timeout=90_000)
    expect(page.locator("[data-step=undo] button")).to_be_disabled()


def _lock_move_and_undo_by_keyboard(page: Page) -> None:
    first = page.locator("#column-0 .fc").first
    family = first.get_attribute("data-family")
    first.locator(".main").focus()
    page.keyboard.press("l")
    expect(page.locator(f".fc.lock[data-family='{family}']")).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator(f".fc.lock[data-family='{family}']")).to_have_count(0)

    page.keyboard.press("m")
    expect(page.locator("#panel-title")).to_be_focused()
    page.get_by_role("button", name="Tag ud af gruppen").press("Enter")
    expect(page.locator(f"#tray .fc[data-family='{family}']")).to_be_visible()
    expect(page.locator("[data-step=undo]")).to_contain_text("A → uden gruppe")
    page.keyboard.press("Control+z")
    expect(page.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(f"#tray .fc[data-family='{family}']")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()
    page.keyboard.press("Escape")

    # Single letters can be switched off; arrows and Ctrl+Z stay.
    page.locator("#keys").click()
    page.locator(f".fc[data-family='{family}'] .main").focus()
    page.keyboard.press("l")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".fc.lock")).to_have_count(0)
    page.locator("#keys").click()


def _drag(page: Page) -> None:
    """What each column would mean is painted on all, and nothing moves until the card is let go."""
    card = page.locator("#column-0 .fc").nth(1)
    family = card.get_attribute("data-family")
    places = (
        "[...document.querySelectorAll('.gcol, #tray')].map(c => c.getBoundingClientRect().top)"
    )
    before = page.evaluate(places)
    box = card.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    n = page.locator("#columns > section").count()
    expect(page.locator(".gcol .drop")).to_have_count(n)
    assert page.evaluate(places) == before
    expect(page.locator("#column-0 .drop")).to_have_text("Her er familien nu")
    painted = page.locator(".gcol .drop").all_inner_texts()
    assert all(text.startswith(("+", "−", "±", "Kan ikke", "Her er")) for text in painted), painted

    page.locator("#tray").scroll_into_view_if_needed()
    tray = page.locator("#tray").bounding_box()
    page.mouse.move(tray["x"] + 60, tray["y"] + 30, steps=5)
    expect(page.locator("#tray.over")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(f"#tray .fc[data-family='{family}']")).to_be_visible()
    expect(page.locator(".drop, .fc.lift")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()


def _see_each_other(jonas: Page, mette: Page) -> None:
    expect(jonas.locator("#present")).to_have_text("Mette Holm er her også", timeout=90_000)
    expect(mette.locator("#present")).to_contain_text("Jonas Friis er her også", timeout=90_000)
    mette.locator("#column-1 .fc .main").first.focus()
    expect(jonas.locator("#present")).to_have_text("Mette Holm er her også, i gruppe B")
    expect(jonas.locator("#column-1 [data-eyes]")).to_contain_text("MH")


def _work_side_by_side(jonas: Page, mette: Page) -> None:
    """What one does comes to the other; where it meets the other's eyes, it is said."""
    there = mette.locator("#column-1 .fc").first
    apart = there.get_attribute("data-family")
    jonas.locator("#column-2 .fc .main").first.click()
    expect(jonas.locator("#panel-title")).to_be_visible()
    there.locator(".main").click()
    mette.get_by_role("button", name="Tag ud af gruppen").click()
    expect(jonas.locator(f"#tray .fc[data-family='{apart}']")).to_be_visible()
    expect(jonas.locator("[data-overlap]")).to_have_count(0)

    jonas.locator("#column-0 .fc .main").last.click()
    expect(jonas.locator("#panel-title")).to_be_visible()
    mine = mette.locator("#column-0 .fc").first
    family = mine.get_attribute("data-family")
    name = mine.locator("b").inner_text()
    mine.locator(".main").click()
    mette.get_by_role("button", name="Tag ud af gruppen").click()
    note = jonas.locator("[data-overlap]")
    expect(note).to_contain_text(f"Mette flyttede {name} fra A til uden gruppe, mens I så på A")
    _accessible(jonas, "overlap", widths=(1440,))
    note.get_by_role("button", name=f"Flyt {name} tilbage").click()
    expect(jonas.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()
    expect(mette.locator(f"#column-0 .fc[data-family='{family}']")).to_be_visible()
    # Mette's own step is no longer hers to take back: Jonas has built on it.
    expect(mette.locator("[data-step=undo]")).to_contain_text("Jonas har bygget videre")


def _recalculate(page: Page) -> None:
    draft = page.url.split("?")[0]
    page.locator("summary", has_text="Regn om").click()
    page.get_by_role("button", name="Lav et forslag").click()
    page.wait_for_url(lambda url: "/board" in url and draft not in url, timeout=90_000)
    expect(page.get_by_role("heading", name=re.compile("Et forslag: \\d+ famil"))).to_be_visible()
    _accessible(page, "proposal")
    page.get_by_role("button", name="Brug forslaget i kladden").click()
    page.wait_for_url(lambda url: url.startswith(draft))
    expect(page.locator("[data-step=undo] button")).to_be_enabled()


def _publish(jonas: Page, mette: Page) -> str:
    mette.reload()
    jonas.locator("#column-0 .fc").first.locator(".main").focus()
    jonas.keyboard.press("l")
    expect(jonas.locator("#column-0 .fc.lock")).to_have_count(1)
    expect(mette.locator("#column-0 .fc.lock")).to_have_count(1)
    jonas.locator("[data-approve]").click()
    expect(jonas.get_by_role("heading", name="Godkend grupperne")).to_be_visible()
    jonas.locator("input[name=name-0]").fill("Å-gruppen")
    jonas.get_by_role("button", name=re.compile("Udgiv og inviter")).click()
    jonas.get_by_role("link", name="Å-gruppen").click()
    expect(jonas.get_by_role("heading", name="Å-gruppen")).to_be_visible()
    return jonas.url


def _say_no(site: Installation, new_page, group: str) -> None:
    ref = group.rsplit("/", 1)[1]
    with closing(sqlite3.connect(site.folder / "makkerskab.db")) as rows:
        (email,) = rows.execute(
            "SELECT a.email FROM accounts a JOIN group_memberships m ON m.family_id = a.family_id "
            "JOIN network_groups g ON g.id = m.group_id WHERE g.ref = ? ORDER BY a.id LIMIT 1",
            (ref,),
        ).fetchone()
    family = new_page(width=390)
    sign_in_as(family, site, email)
    family.goto(f"{site.address}/group/invitation")
    family.get_by_role("button", name="Nej tak").click()
    expect(family.get_by_text("Tak for svaret")).to_be_visible()


def _top_up(site: Installation, page: Page, group: str) -> None:
    page.goto(group)
    page.get_by_role("link", name="Se, hvem der passer fra ventelisten").click()
    expect(page.get_by_role("heading", name="Hvem der passer bedst")).to_be_visible()
    _accessible(page, "top-up")
    button = page.get_by_role("button", name=re.compile("Inviter ")).first
    name = button.inner_text().removeprefix("Inviter ")
    button.click()
    expect(page.get_by_text(f"{name} er spurgt")).to_be_visible()
    line = page.get_by_role("listitem").filter(has_text=name)
    expect(line.get_by_text("Mangler svar")).to_be_visible()


def _accessible(page: Page, where: str, *, widths=(390, 1280)) -> None:
    before = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": before["height"]})
        page.evaluate(AXE_SCRIPT)
        options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
        found = page.evaluate(f"() => axe.run({options})")["violations"]
        told = [(v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in found]
        assert told == [], (where, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
    page.set_viewport_size(before)

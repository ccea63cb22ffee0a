"""The map and the graph in a real browser: by keyboard, by mouse, by finger and without script."""

import pytest
from playwright.sync_api import expect

from data.queries.groups import seats_of
from tests.web.groups.building import drafted

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(cast):
    return drafted(cast, 8, max_size=5)


@pytest.fixture
def opened(cast, draft, page_of):
    """`opened(view)` gives a facilitator's browser at a view of the draft."""

    def at(view, *, width=1280, **options):
        path = f"/staff/drafts/{draft.ref}/{view}"
        return page_of(cast.facilitator, path, width=width, **options)

    return at


def box(page):
    return [float(n) for n in page.locator("#picture").get_attribute("viewBox").split()]


@pytest.mark.parametrize("view", ["map", "graph"])
def test_a_family_is_chosen_by_keyboard_and_goes_along_to_the_board(opened, view):
    page = opened(view)
    page.locator("#picture .fd").nth(2).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    ref = page.evaluate("document.activeElement.dataset.family")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    expect(page.locator("#who h2")).to_have_text(name.split(",")[0])
    assert page.evaluate("document.activeElement.dataset.family") == ref
    expect(page.locator(f".fd[data-family='{ref}']")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Tavle", exact=True).click()
    expect(page.locator(f".fc.sel[data-family='{ref}']")).to_be_visible()
    # ... and a choice on the board goes back to the picture.
    other = page.locator(".fc:not(.sel)").first.get_attribute("data-family")
    page.locator(f".fc[data-family='{other}'] .main").click()
    expect(page.locator(f".fc.sel[data-family='{other}']")).to_be_visible()
    page.get_by_role("link", name="Kort", exact=True).click()
    expect(page.locator(f".fd.on[data-family='{other}']")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#who h2")).to_have_text("Vælg en familie")
    assert "f=" not in page.url


def test_only_one_group_in_picture_and_table(opened):
    page = opened("map")
    page.get_by_role("link", name="Kun B").click()
    expect(page.locator(".fd:not(.dim)")).to_have_count(4)
    expect(page.locator(".fd.dim")).to_have_count(4)
    assert page.url.endswith("?g=1")
    page.locator("summary").click()
    expect(page.locator("tbody tr:visible")).to_have_count(4)
    page.get_by_role("link", name="Kun B").click()
    expect(page.locator(".fd.dim")).to_have_count(0)
    expect(page.locator("tbody tr:visible")).to_have_count(8)


DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_buttons_zoom_arrows_and_dragging_move_and_the_wheel_is_the_pages(opened):
    page = opened("map")
    whole = box(page)
    page.get_by_role("button", name="Zoom ind").click()
    page.get_by_role("button", name="Zoom ind").click()
    near = box(page)
    assert near[2] < whole[2]
    page.locator("#picture .fd").first.focus()
    focused = box(page)
    page.keyboard.press("ArrowLeft")
    assert box(page)[0] <= focused[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert box(page)[0] > box_left_edge(focused, whole)
    picture = page.locator(".viz").bounding_box()
    middle = picture["x"] + picture["width"] / 2, picture["y"] + 100
    seen = [box(page)]
    for step in (-60, 60):  # one of the two may meet the edge of the sheet
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + step, middle[1] + step, steps=4)
        page.mouse.up()
        page.evaluate(DRAWN)  # else the picture may still be as it was
        seen.append(box(page))
    assert seen[2] != seen[1]
    expect(page.locator("#who h2")).to_have_text("Vælg en familie")  # a drag chooses nobody
    before = box(page)
    page.evaluate("addEventListener('scroll', () => { document.body.dataset.scrolled = 'yes' })")
    page.mouse.wheel(0, 200)
    expect(page.locator("body[data-scrolled]")).to_be_attached()
    assert box(page) == before
    page.get_by_role("button", name="Hele billedet").click()
    assert box(page) == whole


def box_left_edge(box, whole):
    """The least that the left edge can be, clamped to the sheet."""
    return min(box[0], whole[2] - box[2]) - 1


def test_on_a_phone_a_finger_near_a_disc_means_it(opened, draft):
    page = opened("map", width=390)
    discs = page.locator("#picture .fd")
    expect(discs.first).not_to_have_attribute("tabindex", "0")  # too small for a button
    disc = discs.first.locator("circle").bounding_box()
    page.mouse.click(disc["x"] + disc["width"] / 2, disc["y"] + disc["height"] + 2)
    expect(page.locator("#who h2")).not_to_have_text("Vælg en familie")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_ctrl_z_undoes_and_stays_on_the_view(opened, draft, cast):
    page = opened("board")
    card = page.locator("#column-0 .fc").first
    family = card.get_attribute("data-family")
    card.locator(".main").click()
    page.locator("#panel button.opt[name=to]:not(.no)").first.click()
    expect(page.locator(f"#column-1 .fc[data-family='{family}']")).to_be_visible()
    page.get_by_role("link", name="Sammenlign").click()
    expect(page.get_by_text("1 af 8 familier sidder et andet sted")).to_be_visible()
    page.get_by_role("link", name="Kort", exact=True).click()
    expect(page.locator(f".fd.on.g1[data-family='{family}']")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(f".fd.on.g0[data-family='{family}']")).to_be_visible()
    assert "/map?" in page.url
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(f".fd.on.g1[data-family='{family}']")).to_be_visible()


def test_without_script_names_and_letters_are_links(opened, draft):
    page = opened("map", java_script_enabled=False)
    seat = seats_of(draft)[0]
    expect(page.locator("#picture .fd")).to_have_count(8)
    expect(page.locator("[data-zoom]")).to_be_hidden()
    page.locator("summary").click()
    page.locator("tbody").get_by_role("link", name=seat.family.name).click()
    expect(page.locator("#who h2")).to_have_text(f"Familien {seat.family.name}")
    page.get_by_role("link", name="Kun A").click()
    expect(page.locator(".fd.dim")).to_have_count(4)
    page.get_by_role("link", name="Hvem passer med hvem").click()
    expect(page.locator("#who h2")).to_have_text(f"Familien {seat.family.name}")
    expect(page.locator("#who ol li")).to_have_count(4)

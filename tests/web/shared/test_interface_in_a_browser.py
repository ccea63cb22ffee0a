"""What every page does in a browser: readable in both themes, and kind to fingers and keyboards."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GUIDES = ["/styleguide", "/styleguide/staff", "/styleguide/error/500"]


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def open_page(chromium, site, faults):
    """`open_page(path, width=…, dark=…)`; whatever the console complains about fails the test."""
    contexts = []

    def opened(path, *, width=1280, dark=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 860},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="da-DK",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: _note(said, faults))
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _note(said, faults):
    # Chromium reports refused and lost requests here; those a test asks for are not faults.
    asked_for = "status of 405" in said.text or "ERR_INTERNET_DISCONNECTED" in said.text
    if said.type == "error" and not asked_for:
        faults.append(said.text)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", GUIDES)
def test_axe_finds_nothing(open_page, path, width, dark):
    page = open_page(path, width=width, dark=dark)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("path", GUIDES)
def test_nothing_sticks_out_at_320_pixels(open_page, path):
    page = open_page(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_error_summary_has_focus_and_leads_to_the_field(open_page):
    page = open_page("/styleguide")
    expect(page.locator(".mk-summary")).to_be_focused()
    page.get_by_role("link", name="Vælg en dato, der ikke er gået").click()
    expect(page.locator("[name=meeting]").first).to_be_focused()


def test_a_dialog_takes_focus_closes_with_escape_and_gives_focus_back(open_page):
    page = open_page("/styleguide")
    opener = page.get_by_role("link", name="Spørg familien")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Spørg familien")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_an_undo_line_goes_by_itself_but_not_while_it_is_held(open_page):
    page = open_page("/styleguide")
    line = page.locator(".mk-undo")
    page.clock.install()
    expect(line).to_be_visible()
    line.get_by_role("button").focus()
    page.clock.run_for(20_000)
    expect(line).to_be_visible()
    page.locator("h1").click()
    page.clock.run_for(8_100)
    expect(line).to_have_count(0)


def test_what_was_being_written_comes_back_and_goes_when_it_was_sent(open_page, site):
    page = open_page("/styleguide")
    page.get_by_label("Om os").fill("Vi bor på landet")
    page.reload()
    expect(page.get_by_label("Om os")).to_have_value("Vi bor på landet")
    expect(page.locator("#status")).to_contain_text("her igen")
    # A fault after sending costs nothing: this address takes no answers.
    page.locator("form[data-draft]").evaluate("form => form.action = '/styleguide/error/500'")
    page.get_by_role("button", name="Gem og fortsæt").click()
    page.wait_for_url("**/error/500")
    page.goto(site + "/styleguide")
    expect(page.get_by_label("Om os")).to_have_value("Vi bor på landet")
    page.get_by_role("button", name="Gem og fortsæt").click()
    expect(page.get_by_label("Om os")).to_have_value("")


def test_dark_can_be_chosen_at_once_and_is_kept(open_page):
    page = open_page("/styleguide/error/404")
    page.get_by_role("button", name="Mørk").click()
    expect(page.locator("#status")).to_contain_text("gemt")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_acute_line_stays_in_view(open_page):
    page = open_page("/styleguide", width=390)
    page.mouse.wheel(0, 3000)
    expect(page.locator(".header .mk-acute")).to_be_in_viewport()


def test_only_one_menu_is_shown(open_page):
    for width, name in [(390, "Hurtigmenu"), (1280, "Hovedmenu")]:
        page = open_page("/styleguide", width=width)
        expect(page.get_by_role("navigation")).to_have_count(1)
        expect(page.get_by_role("navigation", name=name)).to_be_visible()


def test_a_lost_connection_is_said(open_page):
    page = open_page("/styleguide")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden()


def test_staff_are_asked_two_minutes_before_they_are_signed_out(open_page):
    page = open_page("/styleguide")
    page.clock.install()
    page.goto(page.url + "/staff")
    asked = page.get_by_role("dialog", name="Er du der stadig?")
    page.clock.run_for(27 * 60_000)
    expect(asked).to_be_hidden()
    page.clock.run_for(61_000)
    expect(page.get_by_role("heading", name="Er du der stadig?")).to_be_focused()
    page.get_by_role("button", name="Bliv logget på").click()
    expect(asked).to_be_hidden()


def test_one_can_read_and_answer_without_scripts(chromium, site):
    context = chromium.new_context(java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    page.goto(site + "/styleguide")
    expect(page.locator("main .mk-undo").get_by_role("button", name="Fortryd")).to_be_visible()
    page.get_by_role("button", name="Mørk").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_question_leaves_its_answer_at_least_half_the_width(open_page, width):
    page = open_page("/styleguide", width=width)
    whole, answer = page.locator("dl.mk-kv").first.evaluate(
        """list => {
          list.style.width = '300px';
          list.querySelector('dt').textContent = 'Hvordan vil I helst have kontakt i mentorskabet?';
          const width = (e) => e.getBoundingClientRect().width;
          return [width(list), width(list.querySelector('dd'))];
        }"""
    )
    assert whole == 300
    assert answer >= 150

"""The worker is killed while it works: the draft or the round stands, and the page says so."""

import re
import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.live import installation, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.server]

FACILITATOR = "jonas.friis@demo.example.org"
COORDINATOR = "mette.holm@demo.example.org"


@pytest.fixture
def site(tmp_path):
    with installation(tmp_path, demo=True) as made:
        made.start_web()
        made.start_worker()
        yield made


def cards(page):
    return page.eval_on_selector_all(
        ".fc", "all => all.map(card => card.dataset.family + card.dataset.group).sort()"
    )


def test_a_killed_worker_leaves_the_draft_as_it_was_and_the_page_says_so(site, new_page):
    page = new_page()
    sign_in_as(page, site, FACILITATOR)
    page.goto(f"{site.address}/staff/drafts/new")
    page.locator("select[name=seconds]").select_option("5")
    page.get_by_role("button", name="Dan grupper").click()
    page.wait_for_url(re.compile("/board"), timeout=90_000)
    draft, before = page.url, cards(page)

    page.locator("summary", has_text="Regn om").click()
    page.get_by_role("button", name="Lav et forslag").click()
    expect(page.get_by_role("heading", name="Regner")).to_be_visible()
    site.kill_worker()

    expect(page.get_by_role("heading", name="Arbejdet blev afbrudt")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("alert")).to_contain_text("Kladden står, som den var")
    interrupted = page.url
    page.get_by_role("link", name="Tilbage til kladden").click()
    page.wait_for_url(re.compile("/board"))
    assert page.url.split("?")[0] == draft.split("?")[0]
    assert cards(page) == before

    site.start_worker()
    page.goto(interrupted)
    page.get_by_role("button", name="Prøv igen").click()
    page.wait_for_url(re.compile("/board"), timeout=90_000)
    expect(page.get_by_role("heading", name=re.compile("Et forslag"))).to_be_visible()


def test_a_lost_line_is_told_and_the_page_follows_again(site, new_page):
    page = new_page()
    sign_in_as(page, site, FACILITATOR)
    page.goto(f"{site.address}/staff/drafts/new")
    page.locator("select[name=seconds]").select_option("20")
    page.get_by_role("button", name="Dan grupper").click()
    expect(page.get_by_role("heading", name="Regner")).to_be_visible()
    site.kill_web()
    expect(page.locator("[data-line-lost]")).to_be_visible(timeout=20_000)
    site.start_web()
    page.wait_for_url(re.compile("/board"), timeout=90_000)
    expect(page.locator(".fc").first).to_be_visible()


def wait_until_at_work(site):
    """Return the moment that the worker says it is at the second round's work."""
    question = "SELECT lower(state) FROM jobs WHERE kind = 'mentor_round' ORDER BY id DESC LIMIT 1"
    with closing(sqlite3.connect(site.folder / "makkerskab.db")) as database:
        deadline = time.monotonic() + 60
        while database.execute(question).fetchone() != ("running",):
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_a_worker_killed_in_the_middle_of_a_round_leaves_what_was_decided(site, new_page):
    page = new_page()
    sign_in_as(page, site, COORDINATOR)
    page.goto(f"{site.address}/staff/mentor-rounds")
    page.get_by_role("button", name="Start mentorrunde").first.click()
    pairs = page.locator(".pairrow")
    expect(pairs.first).to_be_visible(timeout=90_000)
    before = pairs.count()
    page.get_by_role("button", name="Hold fast").first.click()
    wait_until_at_work(site)
    site.kill_worker()
    page.reload()
    expect(page.get_by_role("heading", name="Runden regnes ud")).to_be_visible()

    expect(page.get_by_role("heading", name="Beregningen blev afbrudt")).to_be_visible(
        timeout=90_000
    )
    site.start_worker()
    page.get_by_role("button", name="Regn om").click()
    expect(pairs.first).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Fastholdt")).to_have_count(1)
    assert pairs.count() == before

"""A family gets through its evening with scripts turned off."""

import pytest
from playwright.sync_api import Page, expect

from data.db import db
from data.models import Account
from tests.journeys.inside import client_of, cookie_of
from tests.live import sign_in_as

pytestmark = pytest.mark.browser


@pytest.fixture
def page_of(house, staged, demo, new_page):
    """`page_of("waiting family")` opens a browser without scripts, signed in as that person."""

    def opened(who: str) -> Page:
        page = new_page(width=390, height=844, java_script_enabled=False)
        page.context.add_cookies([cookie_of(client_of(house, staged.people[who]), demo)])
        return page

    return opened


def test_one_can_sign_in(house, staged, demo, new_page):
    with house.app_context():
        email = db.session.get_one(Account, staged.people["waiting family"]).email
    page = new_page(width=390, java_script_enabled=False)
    sign_in_as(page, demo, email)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("/home")


def test_a_step_of_the_profile_is_saved(page_of, demo):
    page = page_of("waiting family")
    page.goto(f"{demo.address}/profile/edit/who_you_are")
    page.locator("[name=work_pattern][value=part_time]").check()
    page.get_by_role("button", name="Gem og fortsæt").click()
    assert not page.url.endswith("/who_you_are")
    page.goto(f"{demo.address}/profile/edit/who_you_are")
    expect(page.locator("[name=work_pattern][value=part_time]")).to_be_checked()


def test_a_family_asks_and_a_mentor_family_says_yes(house, staged, page_of, demo):
    mentors = page_of("asked family")
    mentors.goto(f"{demo.address}/mentor/requests")
    mentors.get_by_role("button", name="Ja, det vil vi gerne").first.click()
    expect(mentors.locator("main")).to_contain_text("koordinator")

    page = page_of("waiting family")
    page.goto(f"{demo.address}/mentor/suggestions")
    page.get_by_role("link", name="Spørg familien").first.click()
    assert page.url.endswith("/ask")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I har spurgt en familie")


def test_one_says_whether_one_comes(page_of, demo):
    page = page_of("family in a group")
    page.goto(f"{demo.address}/group")
    form = page.locator("form[id^=rsvp]")
    form.locator("[name=coming][value=maybe]").check(force=True)
    form.get_by_role("button", name="Gem").click()
    page.goto(f"{demo.address}/group")
    expect(page.locator("[name=coming][value=maybe]")).to_be_checked()


def test_one_can_read_and_write_in_a_room_and_is_stopped_before_a_cpr_number(page_of, demo):
    page = page_of("family in a group")
    page.goto(f"{demo.address}/messages")
    page.locator("main a[href*='/messages/']").first.click()
    expect(page.locator("[data-log] article").nth(3)).to_be_visible()
    page.locator("#msg").fill("Vi tager kage med på torsdag.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-log] article").last).to_contain_text("Vi tager kage med")
    page.locator("#msg").fill("Han hedder 010190-1234 i papirerne.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vent lidt")
    expect(page.get_by_role("button", name="Send alligevel")).to_have_count(0)

"""A date poll, the host's list and the agreement in a real browser: by keyboard, and bare."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from data.db import db, transaction
from data.models import Account, MeetingState
from data.queries.groups import meetings_of
from data.queries.meetings import agreement_of, ticks_of
from tests.web.groups.building import BASE, Circle, back_in_time, opened, planned
from web.groups.actions import agreement, polls

pytestmark = pytest.mark.browser


@dataclass
class Street:
    """A served app with one group, and browsers signed in as its people."""

    address: str
    circle: Circle
    page_of: Callable[..., Page]

    def page(self, account: Account, path: str, **options) -> Page:
        return self.page_of(account, path, width=390, height=844, **options)


@pytest.fixture
def street(cast, served, page_of):
    return Street(served, opened(cast), page_of)


@pytest.fixture
def poll(street):
    with transaction():
        days = tuple((d.starts_at, d.ends_at) for d in polls.proposal(street.circle.group))
        return polls.ask(
            street.circle.group, polls.Question(days=days), by=street.circle.parents[1],
            base_url=BASE,
        )  # fmt: skip


def test_a_tick_is_saved_at_once_said_and_focus_stays(street, poll):
    page = street.page(street.circle.parents[0], f"/group/polls/{poll.ref}")
    first, second = poll.dates[0].ref, poll.dates[1].ref
    status = page.get_by_role("status").filter(has_text="familier har svaret")
    page.locator(f"#d-{first}-yes").focus()
    page.keyboard.press("Space")
    expect(status).to_have_text("Jeres svar er gemt. 1 af 5 familier har svaret.")
    expect(page.locator(f"#d-{first}-yes")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"#d-{first}-maybe")).to_be_checked()
    expect(page.locator(f"#d-{first}-maybe")).to_be_focused()
    page.locator(f"label[for=d-{second}-yes]").click()
    expect(page.locator(f"#n-{first}")).to_have_text("0 kan · 1 måske")
    expect(page.locator(f"#n-{second}")).to_have_text("1 kan")

    other = street.page(street.circle.parents[2], "/group")
    day = other.locator(".mk-opt--day", has=other.locator(f"#d-{second}-yes"))
    expect(day).to_contain_text("1 kan")
    expect(day.get_by_role("progressbar")).to_have_accessible_name("1 af 5 familier kan")
    page.reload()
    expect(page.locator(f"#d-{first}-maybe")).to_be_checked()


def test_ticks_in_a_hurry_over_a_slow_line_are_all_kept(street, poll):
    page = street.page(street.circle.parents[0], f"/group/polls/{poll.ref}")

    def slowly(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/answer", slowly)
    for day, answer in zip(poll.dates, ("yes", "no", "maybe", "yes"), strict=True):
        page.locator(f"label[for=d-{day.ref}-{answer}]").click()
    expect(page.locator(f"#n-{poll.dates[3].ref}")).to_have_text("1 kan")
    expect(page.locator(f"#n-{poll.dates[2].ref}")).to_have_text("0 kan · 1 måske")
    page.unroute("**/answer")
    page.reload()
    for day, answer in zip(poll.dates, ("yes", "no", "maybe", "yes"), strict=True):
        expect(page.locator(f"#d-{day.ref}-{answer}")).to_be_checked()


def test_who_changes_its_mind_in_a_hurry_has_the_last_answer_saved(street):
    meeting = planned(street.circle)
    page = street.page(street.circle.parents[0], "/group")

    def slowly(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/reply", slowly)
    for answer in ("yes", "maybe", "no"):
        page.locator(f"label[for=coming-{meeting.ref}-{answer}]").click()
    expect(page.locator(f"#comes-{meeting.ref}")).to_have_text("1 kan ikke · 4 mangler svar")
    expect(page.get_by_text("Jeres svar er gemt.")).to_be_visible()
    page.unroute("**/reply")
    page.reload()
    expect(page.locator(f"#coming-{meeting.ref}-no")).to_be_checked()


def test_without_script_the_answers_are_saved_by_a_button_and_the_day_is_chosen(street, poll):
    page = street.page(
        street.circle.parents[0], f"/group/polls/{poll.ref}", java_script_enabled=False
    )
    for day in poll.dates[:2]:
        page.locator(f"#d-{day.ref}-yes").check(force=True)
    page.get_by_role("button", name="Gem vores svar").click()
    for day in poll.dates[:2]:
        expect(page.locator(f"#d-{day.ref}-yes")).to_be_checked()

    staff = street.page(
        street.circle.facilitator, f"/staff/groups/{street.circle.group.ref}",
        java_script_enabled=False,
    )  # fmt: skip
    staff.get_by_role("link", name="Se svarene om en dag (1 af 5)").click()
    staff.locator("main").get_by_role("button", name="Vælg").first.click()
    expect(staff.locator("main")).to_contain_text("Møde 1")
    page.goto(f"{street.address}/group/polls/{poll.ref}")
    expect(page.locator("main")).to_contain_text("Dagen er valgt")
    page.locator("main").get_by_role("link", name="Møde 1").click()
    expect(page.locator("[name=coming][value=yes]")).to_be_checked()


def test_the_host_ticks_the_list_by_keyboard_and_says_where(street):
    meeting = planned(street.circle, host_ref=street.circle.families[0].ref)
    page = street.page(street.circle.parents[0], "/group/hosts")
    page.locator("#tick-coffee").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 af 6 er klaret")).to_be_visible()
    page.locator("#tick-agenda").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("2 af 6 er klaret")).to_be_visible()
    db.session.rollback()
    assert ticks_of(meeting) == {"coffee", "agenda"}
    page.get_by_label("Hjemme hos os").check()
    page.get_by_label("Hvordan finder de derhen?").fill("Den gule lade")
    page.get_by_role("button", name="Gem stedet").click()
    expect(page.get_by_text("Stedet er gemt.")).to_be_visible()
    other = street.page(street.circle.parents[3], f"/group/meetings/{meeting.ref}")
    expect(other.locator("main")).to_contain_text("Den gule lade")


def test_a_family_reads_the_agreement_and_says_yes(street):
    with transaction():
        agreement.write(["Vi skiftes."], seen_version=0, by=street.circle.parents[1], base_url=BASE)
    page = street.page(street.circle.parents[0], "/group")
    page.get_by_role("link", name="Læs den, og sig ja").click()
    expect(page.locator("main")).to_contain_text("Vi skiftes.")
    page.get_by_role("button", name="Ja, det er vi med på").click()
    expect(page.locator("main")).to_contain_text("2 af 5 familier har sagt ja.")
    expect(page.get_by_role("button", name="Ja, det er vi med på")).to_have_count(0)
    db.session.rollback()
    assert len(agreement.signed_by(agreement_of(street.circle.group))) == 2


def test_a_day_is_asked_for_and_the_evening_noted_without_script(street):
    bare = {"java_script_enabled": False}
    page = street.page(street.circle.parents[0], "/group/polls/new", **bare)
    page.get_by_role("button", name="Spørg familierne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvilken dag passer jer?")
    page.get_by_role("button", name="Træk spørgsmålet tilbage").click()

    meeting = planned(street.circle, host_ref=street.circle.families[0].ref)
    with transaction():
        back_in_time(meeting)
    page.goto(f"{street.address}/group/meetings/{meeting.ref}")
    page.get_by_role("link", name="Vi holdt det").click()
    page.get_by_label(street.circle.families[2].name).check()
    page.get_by_label("Alle havde ordet i runden").check()
    page.get_by_label("Hvad aftalte I?").fill("Vi ses.")
    page.get_by_role("button", name="Gem").click()
    expect(page.locator("main")).to_contain_text("I aftalte")
    db.session.rollback()
    assert meetings_of(street.circle.group)[0].state is MeetingState.HELD

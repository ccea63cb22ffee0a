"""From a pool of families to a group that runs itself, and a facilitator who is out."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.beginnings import found_municipality, import_sixty, invite_colleague
from tests.journeys.sixty import IN_TARGET_GROUP, sixty_families, write_file
from tests.journeys.visitors import Visitor, invitation_of, new_visitor, say_yes, take_invitation
from tests.live import Installation, installation

pytestmark = pytest.mark.browser

POOL = [f for f in sixty_families() if f.get("support_level") == "severe"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A running installation in which there is nobody yet."""
    with installation(tmp_path_factory.mktemp("group-story")) as made:
        made.start_web()
        made.start_worker()
        yield made


def test_from_a_pool_of_families_to_a_group_of_their_own(empty, chromium, new_page, tmp_path):
    coordinator = found_municipality(empty, new_page)
    facilitator = invite_colleague(empty, coordinator, new_page, "facilitator")
    import_sixty(empty, coordinator, write_file(tmp_path / "familier.xlsx"))
    _release_a_pool(empty, coordinator)

    _form_groups(empty, facilitator)
    _move_one_family_by_keyboard(facilitator)
    names = _publish(facilitator)

    first, second, others = _families(empty, chromium, new_page, names)
    _answer_the_invitation(empty, first, second, others)
    room = _room_of_the_group(empty, first)
    group = _hold_four_meetings(empty, facilitator, second)
    _hand_over(empty, facilitator, group, room, first, second, others)
    _the_group_chats_on(empty, facilitator, room, first, second)
    for visitor in others:
        visitor.context.close()


def _release_a_pool(made: Installation, coordinator: Page) -> None:
    coordinator.goto(f"{made.address}/staff/pools")
    coordinator.locator("[name=support_levels][value=severe]").check()
    coordinator.locator("[name=others_too]").uncheck()
    coordinator.get_by_role("button", name="Vis hvor mange").click()
    expect(coordinator.locator("#picked")).to_contain_text(f"{IN_TARGET_GROUP} familier passer")
    coordinator.locator("[name=name]").fill("Vejle, efterår")
    leads = coordinator.locator("[name=facilitator]")
    jonas = leads.locator("option", has_text="Jonas Friis").get_attribute("value")
    leads.select_option(jonas)
    coordinator.get_by_role("button", name="Frigiv puljen").click()
    expect(coordinator.get_by_role("link", name="Vejle, efterår").first).to_be_visible()


def _form_groups(made: Installation, facilitator: Page) -> None:
    facilitator.goto(f"{made.address}/staff/groups")
    facilitator.get_by_role("link", name="Vejle, efterår").first.click()
    facilitator.get_by_role("link", name="Dan grupper").click()
    facilitator.locator("[name=min_size]").fill("5")
    facilitator.locator("[name=max_size]").fill("8")
    shortest = facilitator.locator("[name=seconds] option").first.get_attribute("value")
    facilitator.locator("[name=seconds]").select_option(shortest)
    facilitator.get_by_role("button", name="Dan grupper").click()
    facilitator.wait_for_url("**/board", timeout=240_000)
    assert _sizes(facilitator) == [7, 7]


def _sizes(board: Page) -> list[int]:
    columns = board.locator(".gcol").all()
    return [column.locator(".fc").count() for column in columns]


def _move_one_family_by_keyboard(board: Page) -> None:
    """Arrows to a card, M for the panel, Tab to the other group, Enter; all without a mouse."""
    board.locator(".gcol .fc .main").first.focus()
    board.keyboard.press("ArrowDown")
    chosen = board.evaluate("document.activeElement.closest('.fc').dataset.family")
    board.keyboard.press("m")
    expect(board.locator("#panel-title")).to_be_focused()
    target = board.locator("#panel .opt:not(.no)").first
    assert re.search(r"[+−±]\d", target.inner_text()), "the consequence is said before the move"
    for _press in range(10):
        board.keyboard.press("Tab")
        if board.evaluate("document.activeElement.matches('#panel .opt')"):
            break
    assert _sizes(board) == [7, 7]
    board.keyboard.press("Enter")
    expect(board.locator(".gcol").nth(1).locator(f"[data-family='{chosen}']")).to_be_visible()
    assert board.evaluate("document.activeElement.closest('.fc')?.dataset.family") == chosen
    assert sorted(_sizes(board)) == [6, 8]


def _publish(facilitator: Page) -> set[str]:
    """Publish the groups; returns the names of the families in the smaller one."""
    facilitator.get_by_role("link", name="Godkend grupperne").click()
    smaller = facilitator.locator("section.sheet", has_text="6 familier").first
    smaller.locator("input[name^=name-]").fill("Grejsdal")
    told = smaller.inner_text().rpartition(":")[2]
    facilitator.get_by_role("button", name="Udgiv").click()
    expect(facilitator.get_by_role("link", name="Grejsdal")).to_be_visible()
    return {name.strip() for name in told.split(",")}


def _families(
    made: Installation, chromium: Browser, new_page, names: set[str]
) -> tuple[Page, Page, list[Visitor]]:
    """Let the group's families take their invitations: two at a browser, the others without."""
    members = [family for family in POOL if family["name"] in names]
    assert len(members) == 6
    pages = [new_page(width=390, height=844), new_page()]
    for page, family in zip(pages, members[:2], strict=True):
        address = made.address + invitation_of(made, family["email"])
        take_invitation(page, address, family=True)
    others = []
    for family in members[2:]:
        visitor = new_visitor(chromium, made)
        path = invitation_of(made, family["email"])
        say_yes(visitor, path, name=family["name"], family=True)
        others.append(visitor)
    return pages[0], pages[1], others


def _answer_the_invitation(
    made: Installation, first: Page, second: Page, others: list[Visitor]
) -> None:
    for visitor in others:
        visitor.post("/group/invitation", answer="yes")
    for page in (first, second):
        page.goto(f"{made.address}/group")
        expect(page.get_by_role("heading", level=1)).to_have_text("En netværksgruppe til jer")
        page.get_by_role("button", name="Ja, det vil vi gerne").click()
    first.goto(f"{made.address}/group")
    expect(first.get_by_role("heading", level=1)).to_contain_text("Grejsdal")


def _room_of_the_group(made: Installation, family: Page) -> str:
    """Return the address of the group's room."""
    family.goto(f"{made.address}/messages")
    family.locator(".mk-rooms a[href*='/messages/'], main a[href*='/messages/']").first.click()
    family.locator("#msg").wait_for()
    return family.url.partition("#")[0]


def _hold_four_meetings(made: Installation, facilitator: Page, family: Page) -> str:
    facilitator.goto(f"{made.address}/staff/groups")
    facilitator.get_by_role("link", name="Grejsdal").click()
    group = facilitator.url
    for held in range(4):
        facilitator.get_by_role("link", name="Planlæg et møde").click()
        facilitator.locator("[name=place]").fill("Medborgerhuset i Vejle")
        facilitator.get_by_role("button", name="Planlæg mødet").click()
        if held == 0:
            _say_that_one_comes(made, family)
        _let_the_evening_come(made)
        facilitator.goto(group)
        facilitator.get_by_role("button", name="Det blev holdt").click()
        expect(facilitator.locator("main").get_by_text("Holdt", exact=True)).to_have_count(held + 1)
    return group


def _say_that_one_comes(made: Installation, family: Page) -> None:
    family.goto(f"{made.address}/group")
    family.get_by_text("Vi kommer", exact=True).click()
    expect(family.get_by_text("Jeres svar er gemt.").first).to_be_visible()
    family.reload()
    expect(family.locator("[name=coming][value=yes]")).to_be_checked()


def _let_the_evening_come(made: Installation) -> None:
    """Time passes: the planned meetings turn out to have begun two hours ago."""
    with closing(sqlite3.connect(made.folder / "makkerskab.db", timeout=20)) as database, database:
        database.execute(
            "UPDATE meetings SET starts_at = datetime('now', '-2 hours'),"
            " ends_at = datetime('now', '-1 hours') WHERE state = 'planned'"
        )


def _hand_over(
    made: Installation, facilitator: Page, group: str, room: str, first: Page, second: Page,
    others: list[Visitor],
) -> None:  # fmt: skip
    facilitator.goto(group)
    facilitator.get_by_role("button", name="Spørg familierne, om de vil overtage").click()
    facilitator.goto(room)
    facilitator.locator("#msg").wait_for()
    for visitor in others:
        visitor.post("/group/handover", answer="yes")
    for page in (first, second):
        expect(facilitator.locator("#msg")).to_be_enabled()
        page.goto(f"{made.address}/group/handover")
        page.get_by_role("button", name="Vi er klar").click()
    expect(first.get_by_role("button", name="Vi er klar")).to_have_count(0)


def _the_group_chats_on(
    made: Installation, facilitator: Page, room: str, first: Page, second: Page
) -> None:
    # The open room knew at once, without loading anything.
    expect(facilitator.locator("[data-conn]")).to_contain_text("ikke længere")
    for page in (first, second):
        page.goto(room)
    first.locator("#msg").fill("Så er det os selv nu.")
    first.locator(".mk-sendbtn").click()
    expect(second.locator("[data-log]").get_by_text("Så er det os selv nu.")).to_be_visible()
    expect(facilitator.get_by_text("Så er det os selv nu.")).to_have_count(0)

    answered = facilitator.goto(room)
    assert answered is not None
    assert answered.status == 404
    facilitator.goto(f"{made.address}/messages")
    expect(facilitator.locator(f"a[href*='{room.rpartition('/')[2]}']")).to_have_count(0)

"""From an empty installation to two families who write to each other."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from data.clock import today
from tests.journeys.beginnings import found_municipality, import_sixty
from tests.journeys.sixty import MENTORS, NEW_HERE, write_file
from tests.journeys.visitors import invitation_of, mail_to, path_in, take_invitation
from tests.live import Installation, installation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A running installation in which there is nobody yet."""
    with installation(tmp_path_factory.mktemp("mentor-story")) as made:
        made.start_web()
        made.start_worker()
        yield made


def test_from_a_list_of_families_to_a_conversation_between_two(empty, new_page, tmp_path):
    coordinator = found_municipality(empty, new_page)
    import_sixty(empty, coordinator, write_file(tmp_path / "familier.xlsx"))
    _approve_as_mentors(empty, coordinator)

    family = new_page(width=390, height=844)
    take_invitation(family, empty.address + invitation_of(empty, NEW_HERE["email"]), family=True)
    _fill_in_the_profile(family)
    _ask_the_mentors(empty, family)

    mentors = new_page()
    take_invitation(mentors, empty.address + invitation_of(empty, MENTORS["email"]), family=True)
    _say_yes(empty, mentors)
    _write_to_each_other(empty, family, mentors)
    _agree(empty, family, mentors)
    _talk_and_say_how_it_is(empty, family, mentors)
    _take_a_break(empty, family, mentors)
    _end_well(empty, family, mentors)


def _approve_as_mentors(made: Installation, coordinator: Page) -> None:
    coordinator.goto(f"{made.address}/staff/families?q={MENTORS['name']}")
    coordinator.get_by_role("link", name=MENTORS["name"]).click()
    coordinator.get_by_role("button", name="Jeg står inde for familien").click()
    coordinator.get_by_role("button", name="Godkend som mentor").click()
    expect(coordinator.locator("#mentor")).to_contain_text("Godkendt")


def _fill_in_the_profile(family: Page) -> None:
    family.get_by_role("link", name="Begynd").click()
    for box in ("family_type-general", "foster_since=2026", "household_form-two_adults"):
        _answer(family, box)
    _save(family)
    _answer(family, "children_count=1")
    _answer(family, "children_age_bands-3_5")
    form = family.url
    family.get_by_role("link", name="nyt barn").click()
    with family.expect_navigation():  # nobody goes back from a page that is not there yet
        family.locator("form[action$=new-child] button").first.click()
    family.go_back()
    family.go_back()
    assert family.url == form
    for box in ("support_level-light", "children_age_bands-3_5", "children_count=1"):
        _answer(family, box)
    _save(family)
    for theme in ("attachment", "sleep_food_routines", "trauma_neglect"):
        _answer(family, f"themes_now-{theme}")
    expect(family.locator("[data-count=themes_now]")).to_have_text("3 af 5 valgt")
    _save(family)
    _save(family)
    for box in ("participation-mentee", "participation-group", "postcode=7100"):
        _answer(family, box)
    for box in ("max_travel_minutes=45", "availability-tue_evening", "meeting_form-both"):
        _answer(family, box)
    _save(family)
    family.locator("[name=about_us]").fill("Vi bor på landet og holder af at gå ture.")
    _save(family)
    expect(family.get_by_role("heading", name="Sådan ser en anden familie jer")).to_be_visible()
    family.get_by_role("button", name="Det passer").click()
    family.wait_for_url(re.compile("/(home|profile)$"))


def _answer(page: Page, what: str) -> None:
    """Tick `name-value`, or write the value of `name=value`."""
    name, equals, value = what.partition("=")
    if equals:
        page.locator(f"[name={name}]").fill(value)
        return
    name, _dash, value = what.partition("-")
    page.locator(f"[name={name}][value='{value}']").check()


def _save(page: Page) -> None:
    before = page.url
    page.get_by_role("button", name="Gem og fortsæt").click()
    page.wait_for_url(lambda url: url != before)


def _ask_the_mentors(made: Installation, family: Page) -> None:
    family.goto(f"{made.address}/mentor/suggestions")
    card = family.get_by_role("article").first
    expect(card.get_by_role("heading", name="22 år som plejefamilie")).to_be_visible()
    expect(card.get_by_text("De kender 2 af jeres 3 temaer")).to_be_visible()
    assert card.locator(".mk-why li").count() >= 2
    expect(family.get_by_text(MENTORS["name"])).to_have_count(0)
    card.get_by_role("link", name="Spørg familien").click()
    family.get_by_role("button", name="Send").click()
    expect(family.get_by_role("heading", name="I har spurgt en familie")).to_be_visible()


def _say_yes(made: Installation, mentors: Page) -> None:
    mentors.goto(f"{made.address}/mentor")
    expect(mentors.get_by_role("heading", level=1)).to_have_text("En familie spørger jer")
    expect(mentors.get_by_text(NEW_HERE["name"])).to_have_count(0)
    mentors.get_by_role("button", name="Ja, det vil vi gerne").click()
    mail_to(made, NEW_HERE["email"], holding="/mentor")


def _write_to_each_other(made: Installation, family: Page, mentors: Page) -> None:
    for page in (family, mentors):
        page.goto(f"{made.address}/mentor")
    expect(family.get_by_role("heading", level=1)).to_contain_text(MENTORS["name"])
    expect(mentors.locator("main")).to_contain_text(NEW_HERE["name"])
    for page in (family, mentors):
        page.goto(f"{made.address}/messages")
        page.locator("a[href*='/messages/']").first.click()
        page.locator("#msg").wait_for()
    _say(family, "Hej. Vi er nye i det her.", to=mentors)
    _say(mentors, "Velkommen. Skal vi tales ved tirsdag?", to=family)
    _say(family, "Tirsdag passer fint.", to=mentors)


def _agree(made: Installation, family: Page, mentors: Page) -> None:
    """They have both written, so nobody asks for a first contact; one writes, the other signs."""
    family.goto(f"{made.address}/mentor")
    expect(family.get_by_role("button", name="Vi har haft kontakt")).to_have_count(0)
    family.get_by_role("link", name="Skriv jeres aftale").click()
    family.get_by_role("link", name="Skriv jeres aftale").click()
    family.locator("#purpose").fill("Vi vil gerne have nogen at ringe til, når det er svært.")
    family.get_by_role("button", name="Gem, og sig ja").click()
    expect(family.locator("main")).to_contain_text("Den ene af de to familier har sagt ja")
    told = mail_to(made, MENTORS["email"], holding="/agreement")
    mentors.goto(made.address + path_in(told, "/mentor/"))
    expect(mentors.locator("main")).to_contain_text("nogen at ringe til")
    mentors.get_by_role("button", name="Ja, det er vi med på").click()
    expect(mentors.locator("main")).to_contain_text("Begge familier har sagt ja")


def _talk_and_say_how_it_is(made: Installation, family: Page, mentors: Page) -> None:
    mentors.goto(f"{made.address}/mentor/requests")
    mentors.get_by_role("link", name=f"Familien {NEW_HERE['name']}").click()
    mentors.get_by_role("link", name="Skriv en samtale ned").click()
    mentors.get_by_label("Ude sammen").check()
    mentors.locator("#minutes").fill("90")
    mentors.locator("#note").fill("Ring til os på 20 12 34 56")
    mentors.get_by_role("button", name="Skriv samtalen ned").click()
    expect(mentors.get_by_role("alert")).to_contain_text("telefonnumre")
    mentors.locator("#note").fill("Vi gik en tur ved åen")
    mentors.get_by_role("button", name="Skriv samtalen ned").click()
    expect(mentors.locator("main")).to_contain_text("1,5 timer talt med")
    family.goto(f"{made.address}/mentor")
    expect(family.locator("main")).to_contain_text("1,5 timer talt med")
    family.get_by_role("link", name="Svar", exact=True).click()
    for question in ("alone", "someone_to_call", "can_carry_it", "supported"):
        family.locator(f"#{question}-3").check()
    family.get_by_role("button", name="Send svarene").click()
    expect(family.get_by_role("link", name="Svar", exact=True)).to_have_count(0)


def _take_a_break(made: Installation, family: Page, mentors: Page) -> None:
    mentors.goto(family.url)
    mentors.get_by_role("link", name="Hold pause").click()
    until = today() + timedelta(days=14)
    mentors.locator("#until").fill(until.isoformat())
    mentors.get_by_role("button", name="Hold pause").click()
    family.reload()
    expect(family.locator(".mk-lead")).to_contain_text("holder pause indtil")
    family.get_by_role("button", name="Begynd igen").click()
    expect(family.locator(".mk-lead")).not_to_contain_text("pause")


def _end_well(made: Installation, family: Page, mentors: Page) -> None:
    family.get_by_role("link", name="Afslut mentorskabet").click()
    family.get_by_role("button", name="Afslut mentorskabet").click()
    expect(family.locator(".mk-lead")).to_contain_text("Tak for tiden sammen")
    family.get_by_role("link", name="Svar", exact=True).click()
    for question in ("worth", "stronger", "again"):
        family.locator(f"#{question}-5").check()
    family.get_by_role("button", name="Send svarene").click()
    family.get_by_role("button", name="Ja, det vil vi gerne").click()
    expect(family.get_by_role("heading", name="Vil I selv være mentorfamilie?")).to_have_count(0)
    mentors.goto(family.url)
    expect(mentors.locator(".mk-lead")).to_contain_text("Tak for tiden sammen")


def _say(page: Page, words: str, *, to: Page) -> None:
    """Write; the other sees it without loading the page again."""
    before = to.evaluate("performance.timeOrigin")
    page.locator("#msg").fill(words)
    page.locator(".mk-sendbtn").click()
    expect(to.locator("[data-log]").get_by_text(words)).to_be_visible()
    assert to.evaluate("performance.timeOrigin") == before

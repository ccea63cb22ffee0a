"""Signing in with the code from the mail, and the acute numbers when the net is gone."""

import time

import pytest

from tests.live import Installation, wait_for_code

WORKING = "navigator.serviceWorker.getRegistration('/acute').then((r) => r?.active?.state)"
pytestmark = pytest.mark.browser


def an_address(page, made: Installation) -> str:
    """The e-mail of the first family that one may try to be."""
    page.goto(f"{made.address}/sign-in")
    row = page.locator("li", has_text="Plejefamilie").first
    row.get_by_role("button").click()
    page.goto(f"{made.address}/me")
    email = page.locator("dd", has_text="@").inner_text()
    page.get_by_role("button", name="Log af her").click()
    return email


def wait_until_kept(page, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while page.evaluate(WORKING) != "activated":
        assert time.monotonic() < deadline, "the numbers were not kept"
        time.sleep(0.1)


def test_a_code_from_the_mail_opens_the_door_by_keyboard_alone(live, new_page):
    page = new_page(width=390)
    email = an_address(page, live)
    page.goto(f"{live.address}/sign-in")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(email)
    before = len(live.mails())
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")
    assert page.evaluate("document.activeElement.name") == "code"
    page.keyboard.type(wait_for_code(live, email, after=before))
    page.keyboard.press("Enter")
    page.wait_for_url("**/home")


def test_the_acute_numbers_open_without_a_net(live, new_page):
    page = new_page(width=390)
    page.goto(f"{live.address}/sign-in")
    page.locator("li", has_text="Plejefamilie").first.get_by_role("button").click()
    page.wait_for_url("**/home")
    wait_until_kept(page)
    page.context.set_offline(True)
    page.goto(f"{live.address}/acute")
    assert page.get_by_text("I er uden net").is_visible()
    assert page.get_by_role("link", name="Ring 112").is_visible()
    assert page.locator("a[href^='tel:+45']").count() > 0
    page.context.set_offline(False)

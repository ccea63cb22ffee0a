"""People in a journey: those at a browser, and those whose clicks are sent as bare requests."""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import APIResponse, Browser, BrowserContext, Page

from tests.live import Installation

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class Visitor:
    """Someone with a cookie jar of their own who fills in forms without drawing the pages."""

    context: BrowserContext
    address: str

    def get(self, path: str) -> APIResponse:
        return self.context.request.get(self.address + path)

    def post(self, path: str, *, page: str = "/help", **answers: object) -> APIResponse:
        """Send a form of `page`, with the token that the page carries."""
        token = _TOKEN.search(self.get(page).text())
        assert token, page
        upload = any(isinstance(answer, dict) for answer in answers.values())
        form = {"csrf_token": token[1], **answers}
        sent = self.context.request.post(
            self.address + path, **({"multipart": form} if upload else {"form": form})
        )
        assert sent.status < 400, (path, sent.status, sent.text()[:2000])
        return sent


def new_visitor(browser: Browser, made: Installation) -> Visitor:
    """Someone at the door, with an empty cookie jar."""
    return Visitor(browser.new_context(locale="da-DK"), made.address)


def mail_to(made: Installation, email: str, *, holding: str = "", seconds: float = 40) -> str:
    """Return the newest mail to an address that holds these words, once it has been sent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for mail in reversed(made.mails()):
            if re.search(rf"^To: {re.escape(email)}$", mail, re.M) and holding in mail:
                return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail with {holding!r} came to {email}")


def invitation_of(made: Installation, email: str) -> str:
    """Return the path of the invitation that was mailed to an address."""
    mail = mail_to(made, email, holding="/invitation/")
    return path_in(mail, "/invitation/")


def path_in(mail: str, start: str) -> str:
    """Return the address in a mail that begins so, without the host."""
    found = re.search(rf"https?://[^/\s]+({re.escape(start)}[\w./-]*)", mail)
    assert found, mail
    return found[1]


def take_invitation(page: Page, address: str, *, family: bool = False) -> None:
    """Open an invitation in the browser and say yes."""
    page.goto(address)
    if family:
        page.locator("[name=promise]").check()
        if page.locator("[name=matching]").count():  # else the list said so already
            page.locator("[name=matching]").check()
    page.get_by_role("button", name="Kom i gang").click()
    page.wait_for_url(lambda url: "/invitation/" not in url)


def say_yes(visitor: Visitor, path: str, *, name: str, family: bool = False) -> None:
    """Take an invitation by a bare request."""
    consents = {"promise": "y", "matching": "y"} if family else {}
    visitor.post(path, page=path, name=name, **consents)

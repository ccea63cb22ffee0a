"""What the tests of groups share."""

import sys

import pytest

from tests.chat.conftest import browser  # noqa: F401  # a fixture
from tests.live import serving


@pytest.fixture(autouse=True)
def no_answers_of_another_test():
    """Numbers begin anew with each test's database, and the desk remembers families by number."""
    desk = sys.modules.get("web.groups.desk")
    if desk is not None:
        desk._known.clear()


@pytest.fixture
def mails(app) -> list:
    """What was mailed, oldest first."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


@pytest.fixture
def served(app):
    """The address of the app of this test, served to real browsers."""
    with serving(app) as address:
        yield address


@pytest.fixture
def page_of(served, as_, new_page):
    """`page_of(account, path)` gives that person's browser at a page of the served app."""

    def opened(account, path, **options):
        page = new_page(**options)
        cookie = as_(account).get_cookie("session").value
        page.context.add_cookies([{"name": "session", "value": cookie, "url": served}])
        page.goto(served + path)
        return page

    return opened

"""What the tests of groups share."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.chat.conftest import browser  # noqa: F401  # a fixture


@pytest.fixture
def mails(app) -> list:
    """What was mailed, oldest first."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


@pytest.fixture
def served(app):
    """The address of the app of this test, served to real browsers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


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

"""What the tests of groups share."""

import pytest

from tests.chat.conftest import browser  # noqa: F401  # a fixture


@pytest.fixture
def mails(app) -> list:
    """What was mailed, oldest first."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox

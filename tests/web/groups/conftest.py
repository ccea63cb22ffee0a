"""What the tests of groups share."""

import pytest


@pytest.fixture
def mails(app) -> list:
    """What was mailed, oldest first."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox

"""What several tests about accounts need: the mails that left, and a clock to move."""

from datetime import timedelta

import pytest

import data.clock


@pytest.fixture
def outbox(app):
    """The mails that left, in memory."""
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


@pytest.fixture
def clock(monkeypatch):
    """Time stands still, however slow the machine; `clock(minutes=5)` moves it on."""
    start, shift = data.clock.now(), [timedelta(0)]

    def moved():
        return start + shift[0]

    for module in (
        "data.clock",
        "data.models.accounts",
        "data.queries.accounts",
        "data.queries.sign_ins",
        "web.shared.sessions",
        "web.shared.invitations",
        "web.accounts.actions.sign_in",
        "web.accounts.actions.invitations",
    ):
        monkeypatch.setattr(f"{module}.now", moved)

    def move(**by):
        shift[0] += timedelta(**by)

    return move

"""What is logged while people use the app: events and ids, never names or words."""

import io
import logging

import structlog

from data.answers import set_answers
from data.db import db, transaction
from tests.conftest import sign_in
from tests.house.test_every_route import rules
from tests.web.forms import post
from tests.world import make_world

SECRET = "Silkeborgsommerfugl"
SAID = {
    "/sign-in": {"email": f"{SECRET}@example.dk", "way": "code"},
    "/sign-in/code": {"password": SECRET, "code": SECRET},
    "/me/password": {"password": f"{SECRET} {SECRET}", "current": SECRET},
    "/me/family/invitations": {"name": SECRET, "email": f"x@{SECRET}.dk"},
}


def test_nothing_personal_reaches_the_log(app, monkeypatch):
    """Every page is opened and every form sent, its fields full of one word; no line has it."""
    world, lines = make_world(app), io.StringIO()
    _listen(lines, monkeypatch)
    with transaction():
        family = db.session.merge(world.cast.new_family)
        parent = db.session.merge(world.cast.new_parent)
        family.name, parent.name = SECRET, SECRET
        parent.email = f"{SECRET}@example.org".lower()
        set_answers(family, {"about_us": SECRET})
    words = dict.fromkeys(
        ("name", "email", "text", "body", "words", "note", "reason", "q", "label", "title", "place",
         "about_us", "password"),
        SECRET,
    )  # fmt: skip
    for account in (None, world.cast.new_parent, world.cast.coordinator):
        client = app.test_client()
        if account is not None:
            sign_in(client, account)
        for rule in rules(app, "GET"):
            client.get(world.address(rule) + f"?q={SECRET}")
        for rule in rules(app, "POST"):
            if rule.rule not in {"/sign-out", "/me/family/leave"}:
                post(client, world.address(rule), {**words, **SAID.get(rule.rule, {})})
    logged = lines.getvalue()
    assert "signed_in" in logged or "event" in logged, "the log was not heard"
    assert SECRET.lower() not in logged.lower()


def _listen(lines: io.StringIO, monkeypatch) -> None:
    """Send every log line of ours and of the libraries, at the most talkative level, to `lines`."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(file=lines),
    )
    handler, root = logging.StreamHandler(lines), logging.getLogger()
    monkeypatch.setattr(root, "handlers", [*root.handlers, handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)
    structlog.get_logger().info("event")

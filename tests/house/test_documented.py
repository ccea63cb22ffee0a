"""Every setting and every command of ours is in the documents, and nothing else is."""

import dataclasses
import re
from pathlib import Path

import click

from config import Config

DOCS = Path(__file__).parents[2] / "docs"
FROM_LIBRARIES = {"db", "limiter", "roles", "users", "routes", "run", "shell"}
# Set by tests or worked out from other settings; not for an operator.
INTERNAL = {
    "TESTING",
    "JOBS_IMMEDIATE",
    "SOCKET_ASYNC_MODE",
    "MESSAGE_MAX_CHARS",
    "UPLOAD_MAX_BYTES",
}
OTHER_NAMES = {
    "SQLALCHEMY_DATABASE_URI": "DATABASE_URL",
    "SECURITY_PASSWORD_SALT": "PASSWORD_SALT",
}


def test_every_setting_is_documented():
    said = set(re.findall(r"`([A-Z][A-Z_]+)`", (DOCS / "settings.md").read_text()))
    settings = {OTHER_NAMES.get(f.name, f.name) for f in dataclasses.fields(Config)} - INTERNAL
    assert settings - said == set()
    assert said - settings == {"HOST", "PORT"}


def test_every_command_is_documented(app):
    said = set(re.findall(r"^\| `flask ([a-z]+ [a-z-]+)", (DOCS / "commands.md").read_text(), re.M))
    ours = {
        f"{group} {name}"
        for group, commands in app.cli.commands.items()
        if group not in FROM_LIBRARIES and isinstance(commands, click.Group)
        for name in commands.commands
    }
    assert ours == said


def test_every_relative_link_in_the_documents_leads_somewhere():
    for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http", "mailto")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_sentence_has_two_different_danish_translations():
    """Catalogues merge and the last folder wins: two translations of one sentence would mix."""
    from babel.messages.pofile import read_po

    seen: dict[object, tuple[object, str]] = {}
    clashes = []
    for po in sorted(DOCS.parent.glob("*/translations/da/LC_MESSAGES/messages.po")) + sorted(
        DOCS.parent.glob("web/*/translations/da/LC_MESSAGES/messages.po")
    ):
        with po.open("rb") as source:
            for message in read_po(source, locale="da"):
                if not message.id:
                    continue
                earlier = seen.setdefault(message.id, (message.string, po.parts[-5]))
                if earlier[0] != message.string:
                    clashes.append((message.id, earlier, (message.string, po.parts[-5])))
    assert clashes == []

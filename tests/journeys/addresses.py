"""One address of every page for everyone who may see it, found by following the app's own links."""

import re
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, template_rendered
from werkzeug.exceptions import HTTPException

from tests.journeys.inside import client_of
from tests.journeys.states import Staged

START = ["/", "/sign-in", "/help", "/styleguide", "/staff", "/home", "/profile", "/group",
         "/mentor", "/messages", "/me", "/group/calendar"]  # fmt: skip
FILES = {"static", "healthz", "families.export", "families.import_template",
         "groups.export_draft", "groups.feed", "groups.meeting_file", "groups.overview_table",
         "groups.targets", "groups.training_file", "mentoring.progress",
         "safety.acute_worker"}  # fmt: skip
SIGNPOSTS = {"mentoring.index", "overview.root"}  # they send on to another page
_EACH = 3  # addresses of one page for one person: a page may have several faces
_LAYOUTS = {"base.html", "narrow.html", "staff.html"}


@dataclass(frozen=True)
class Spot:
    """One page as one person sees it."""

    who: str
    path: str
    endpoint: str
    template: str


def walk(app: Flask, staged: Staged) -> list[Spot]:
    """Follow links as each person, and return the pages that were answered."""
    return [spot for who in staged.people for spot in _walk_as(app, staged, who)]


def _walk_as(app: Flask, staged: Staged, who: str) -> list[Spot]:
    client, drawn = client_of(app, staged.people[who]), []
    routes, spots, seen = app.url_map.bind(""), [], set()
    visits: Counter[str] = Counter()
    special = [path for person, path in staged.addresses if person == who]
    queue = deque([*special, *START])

    def note(_app: Flask, template, **_more) -> None:
        drawn.append(template.name)

    with template_rendered.connected_to(note, app):
        while queue:
            path = queue.popleft()
            if path in seen:
                continue
            seen.add(path)
            try:
                endpoint, _arguments = routes.match(path.partition("?")[0])
            except HTTPException as lost:
                raise AssertionError(f"{who} finds a link to {path}, which is no page") from lost
            if endpoint in FILES or (visits[endpoint] >= _EACH and path not in special):
                continue
            visits[endpoint] += 1
            drawn.clear()
            answer = client.get(path)
            assert answer.status_code < 500, (who, path)
            if answer.location:
                queue.append(answer.location.removeprefix("http://localhost"))
            elif drawn and (answer.status_code == 200 or path in special):
                spots.append(Spot(who, path, endpoint, drawn[0]))
                queue += _links(answer.get_data(as_text=True))
    return spots


def _links(page: str) -> list[str]:
    found = re.findall(r'href="(/[^"#]*)', page)
    return [link.replace("&amp;", "&") for link in found if not link.startswith("/static")]


def all_templates() -> set[str]:
    """Return every template that is a page of its own."""
    rooms = Path("web").glob("*/templates")
    pages = {
        page.relative_to(room).as_posix()
        for room in rooms
        for page in room.rglob("*.html")
        if "{% extends" in page.read_text()
    }
    return pages - _LAYOUTS


def all_pages(app: Flask) -> set[str]:
    """Return every endpoint that answers a GET with a page."""
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - FILES - SIGNPOSTS

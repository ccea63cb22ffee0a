"""Every page, for everyone who may see it: readable by eye, by keyboard and by screen reader."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.addresses import Spot, all_pages, all_templates, walk
from tests.journeys.inside import client_of, cookie_of
from tests.live import Installation

pytestmark = pytest.mark.browser

# Drawn in answer to a form only; test_answers_to_forms looks at them.
ANSWERS = {
    "accounts/declined.html": "/invitation/ … no thank you",
    "accounts/left.html": "/me/family/leave",
    "conversations/guard.html": "/messages/ …",
    "mentoring/place_taken.html": "/mentor/suggestions/ … /ask",
    "safety/erased.html": "/profile/data",
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
}
# All that the theme changes. Layout and markup are the same in both.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
SHAPE = """() => [
  document.querySelectorAll('h1').length === 1 ? '' : 'not exactly one h1',
  document.documentElement.lang === 'da' ? '' : `lang is ${document.documentElement.lang}`,
  document.title.trim() ? '' : 'no title',
].filter(Boolean)"""
# Colours that fade from one theme to the other would be measured half way.
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}"""
TOO_WIDE = """() => {
  const more = document.documentElement.scrollWidth - innerWidth;
  if (more <= 0) return '';
  const seen = (e) => e === document.body ||
    (getComputedStyle(e).overflowX === 'visible' && seen(e.parentElement));
  const wide = [...document.querySelectorAll('main *, header *, footer *')].filter(
    (e) => e.getBoundingClientRect().left + e.scrollWidth > innerWidth && seen(e));
  const name = (e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}`;
  return `${more} px too wide: ${wide.slice(-4).map(name).join(', ')}`;
}"""


@dataclass
class Eyes:
    """One browser that looks at pages as different people."""

    browser: Browser
    made: Installation
    cookies: dict[str, dict[str, str]]
    _pages: dict[str, Page] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def at(self, spot: Spot, *, width: int) -> Page:
        page = self._page(spot.who)
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(self.made.address + spot.path)
        page.evaluate(STILL)
        page.evaluate(AXE_SCRIPT)
        return page

    def _page(self, who: str) -> Page:
        if who not in self._pages:
            context = self.browser.new_context(locale="da-DK")
            context.set_default_timeout(30_000)
            if who in self.cookies:
                context.add_cookies([self.cookies[who]])
            self._contexts.append(context)
            self._pages[who] = context.new_page()
        return self._pages[who]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="module")
def spots(house, staged) -> list[Spot]:
    return walk(house, staged)


@pytest.fixture(scope="module")
def eyes(house, staged, demo, chromium) -> Iterator[Eyes]:
    people = {who: account for who, account in staged.people.items() if account}
    cookies = {who: cookie_of(client_of(house, number), demo) for who, number in people.items()}
    looking = Eyes(chromium, demo, cookies)
    yield looking
    looking.close()


def test_the_walk_comes_to_every_page_and_every_template(house, spots):
    assert all_pages(house) - {spot.endpoint for spot in spots} - {"accounts.code"} == set()
    assert all_templates() - {spot.template for spot in spots} - ANSWERS.keys() == {
        "accounts/code.html"
    }


@pytest.mark.parametrize("width", [390, 1280])
def test_every_template_in_both_themes(spots, eyes, width):
    faults = {}
    for spot in _first_of(spots, lambda spot: spot.template):
        page = eyes.at(spot, width=width)
        found = [*_axe(page, EVERYTHING), *page.evaluate(SHAPE), page.evaluate(TOO_WIDE)]
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {fault}" for fault in _axe(page, COLOURS)]
        if width == 390:
            page.set_viewport_size({"width": 320, "height": 640})
            found.append(page.evaluate(TOO_WIDE))
        faults[f"{spot.template} {spot.path} ({spot.who})"] = [f for f in found if f]
    _nothing(faults)


def test_every_other_page_and_every_role(spots, eyes):
    templates = _first_of(spots, lambda spot: spot.template)
    rest = [spot for spot in spots if spot not in templates]
    known = {spot.endpoint for spot in templates}
    pages = [s for s in _first_of(rest, lambda spot: spot.endpoint) if s.endpoint not in known]
    faults = {}
    for spot in {*pages, *_first_of(rest, lambda spot: spot.who)}:
        page = eyes.at(spot, width=1280)
        found = [*_axe(page, EVERYTHING), *page.evaluate(SHAPE), page.evaluate(TOO_WIDE)]
        faults[f"{spot.path} ({spot.who})"] = [fault for fault in found if fault]
    _nothing(faults)


def _nothing(faults: dict[str, list[str]]) -> None:
    lines = [f"{page}: {fault}" for page, found in faults.items() for fault in found]
    assert not lines, "\n".join(lines)


def _first_of(spots: list[Spot], key) -> list[Spot]:
    firsts: dict[object, Spot] = {}
    for spot in spots:
        firsts.setdefault(key(spot), spot)
    return list(firsts.values())


def _axe(page: Page, options: dict[str, object]) -> list[str]:
    found = page.evaluate(f"axe.run({json.dumps(options)}).then(found => found.violations)")
    return [
        f"{rule['id']}: {node['target'][0]} {node.get('failureSummary', '')[:240]}"
        for rule in found
        for node in rule["nodes"][:4]
    ]

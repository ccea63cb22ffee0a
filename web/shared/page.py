"""What every page shows round its content: whose place it is, where one can go, what just happened.

Capabilities fill it and stay unknown to it: `register_nav` for an entry of the main menu,
`register_place` (once, by web/app.py) for the person, the municipality and its acute line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from flask import Flask, current_app, flash, g, request, session
from flask_babel import get_locale

Area = Literal["family", "staff"]
Theme = Literal["light", "dark"]


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """One entry of the main menu; `active` is worked out from the address when left open."""

    url: str
    label: str
    icon: str
    count: int = 0
    active: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Acute:
    """The acute line that is open now: its number as one reads it, and who answers."""

    phone: str
    hours: str = ""
    answered_by: str = ""

    @property
    def tel(self) -> str:
        """Return the number as a telephone wants it."""
        digits = "".join(c for c in self.phone if c.isdigit() or c == "+")
        return digits if digits.startswith("+") or len(digits) < 8 else f"+45{digits}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whose network this is and who is looking; `area` is None for someone not signed in."""

    area: Area | None = None
    municipality: str = ""
    unit: str = ""
    person: str = ""
    role: str = ""
    acute: Acute | None = None
    demo: bool = False
    home_url: str = "/"
    sign_out_url: str | None = None
    # Staff are signed out after a while without a sign of life; two minutes before, we ask.
    session_seconds: int | None = None
    extras: dict[str, Any] = field(default_factory=dict)


NavFactory = Callable[[], NavItem | None]
PlaceReader = Callable[[], Place]


class _Page:
    def __init__(self) -> None:
        self.place: PlaceReader = Place
        self.nav: dict[Area, list[tuple[int, NavFactory]]] = {"family": [], "staff": []}


def _of(app: Flask) -> _Page:
    return cast(_Page, app.extensions["page"])


def register_nav(app: Flask, area: Area, factory: NavFactory, *, order: int) -> None:
    """Add an entry to the menu of families or of staff; a factory may answer None: not for you."""
    _of(app).nav[area].append((order, factory))
    _of(app).nav[area].sort(key=lambda entry: entry[0])


def register_place(app: Flask, reader: PlaceReader) -> None:
    """Say how to find out, in a request, who is looking and at which municipality's network."""
    _of(app).place = reader


def plain() -> None:
    """Draw this answer without asking the database: for the page that says we failed."""
    g.plain_page = True


def place() -> Place:
    """Return the place of this request; asked once, then remembered."""
    if g.get("plain_page"):
        # Which number is staffed now cannot be asked; the one that always answers can be shown.
        return Place(acute=Acute(phone="112"), demo=bool(current_app.config.get("DEMO")))
    if "place" not in g:
        g.place = _of(current_app).place()
    return cast(Place, g.place)


def nav() -> list[NavItem]:
    """Return the menu of the person looking, the present page marked."""
    area = place().area
    if area is None:
        return []
    items = [item for _, factory in _of(current_app).nav[area] if (item := factory()) is not None]
    # One entry is where we are: one that knows it lies here wins over the longest address.
    known = any(item.active for item in items)
    here = None if known else _longest_match([item.url for item in items])
    return [
        item if item.active is not None else replace(item, active=item.url == here)
        for item in items
    ]


def _longest_match(urls: list[str]) -> str | None:
    """Return the menu address that this page lies under: /staff/groups wins over /staff."""
    path = request.path.rstrip("/") or "/"
    under = [url for url in urls if path == url or path.startswith(url.rstrip("/") + "/")]
    return max(under, key=len, default=None)


def flash_undo(text: str, *, undo_url: str) -> None:
    """Say what was done and offer to take it back with one POST to `undo_url`."""
    flash((text, undo_url), "undo")  # type: ignore[arg-type]  # any value that fits in the session


def theme() -> Theme | None:
    """Return the saved choice, or None when the page follows the system."""
    chosen = session.get("theme")
    return cast(Theme, chosen) if chosen in {"light", "dark"} else None


def language() -> str:
    """Return the language of this page, for the lang attribute."""
    locale = get_locale()
    return str(locale.language) if locale else "da"


def initials(name: str) -> str:
    """Two letters for a disc: Skov -> Sk, Karin Bech -> KB."""
    words = name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return name[:2].capitalize()


def hue(ref: str | int) -> int:
    """Give a family the same one of eight calm disc colours always, by its ref and nothing else."""
    return hashlib.blake2s(str(ref).encode(), digest_size=2).digest()[0] % 8 + 1


def _context() -> dict[str, Any]:
    """Add what the base template needs, unless the view has said otherwise."""
    return {"place": place(), "nav": nav(), "theme": theme(), "language": language()}


def init_app(app: Flask) -> None:
    """Give templates `place`, `nav`, `theme`, `language` and the filters for discs."""
    app.extensions["page"] = _Page()
    app.context_processor(_context)
    app.add_template_filter(initials)
    app.add_template_filter(hue)

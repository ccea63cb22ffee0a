"""How a person wants to see the pages: language and light or dark, kept in the session."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from web.shared.access import public

bp = Blueprint("preferences", __name__)

LANGUAGES = {"da": "Dansk", "en": "English"}
THEMES = {"light", "dark", "system"}


@bp.post("/preferences")
@public
def save() -> ResponseReturnValue:
    """Remember the choice and go back to the page it was made on."""
    if (language := request.form.get("language")) in LANGUAGES:
        session["language"] = language
    if (theme := request.form.get("theme")) in THEMES:
        session["theme"] = theme
    if request.headers.get("HX-Request"):
        return "", 204
    return redirect(_own_address(request.form.get("next", "")))


def _own_address(wanted: str) -> str:
    """Accept only a path of this site; after a first slash, a second leads to another site."""
    if wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isprintable():
        return wanted
    return "/"

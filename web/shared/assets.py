"""Where the browser finds our built scripts, styles and pictures: `asset('app.js')`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request, url_for

DIST = Path(__file__).parent / "static" / "dist"
A_YEAR = 365 * 24 * 3600


class AssetsMissing(Exception):
    """The built files are not there: run `python -m web.assets`."""


class Manifest:
    """The names of the built files, read again when a build has changed them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: dict[str, str] = {}
        self._read_at = 0

    def name_of(self, source: str) -> str:
        """Return the content-hashed name of a source file."""
        path = self.folder / "manifest.json"
        try:
            changed_at = path.stat().st_mtime_ns
        except FileNotFoundError as missing:
            raise AssetsMissing("Run `python -m web.assets` first.") from missing
        if changed_at != self._read_at:
            self._names = json.loads(path.read_text(encoding="utf-8"))["names"]
            self._read_at = changed_at
        return self._names[source]


def asset(source: str) -> str:
    """Return the address of a built file, with its content in its name."""
    return url_for("static", filename=f"dist/{built_name(source)}")


def built_name(source: str) -> str:
    """Return the name that the build gave a source file."""
    return cast(Manifest, current_app.extensions["assets"]).name_of(source)


def _remember_long(response: Response) -> Response:
    """Built files never change under their name, so a browser may keep them for a year."""
    if request.endpoint == "static" and request.path.startswith("/static/dist/"):
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def init_app(app: Flask, *, folder: Path = DIST) -> None:
    """Serve web/shared/static under /static and give templates `asset()`."""
    app.extensions["assets"] = Manifest(folder)
    app.static_folder = str(DIST.parent)
    app.add_template_global(asset, "asset")
    app.after_request(_remember_long)

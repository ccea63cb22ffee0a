"""The built scripts and styles: whole, our own, and allowed by the security header."""

import json
import re
from pathlib import Path

import pytest

from web.assets import build
from web.assets.build import ROOT

TEMPLATES = sorted((ROOT / "web").glob("**/templates/**/*.html"))
NOTHING_INLINE = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.S),
    "a handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.S),
    "a style element": re.compile(r"<style\b"),
    "a script with content": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"),
    "evaluated htmx": re.compile(r"\bhx-(on|vars)\b|=[\"']js:"),
    "another site's file": re.compile(r"\b(src|href|action)\s*=\s*[\"'](https?:)?//"),
}


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """Our own fresh build, so that no test depends on what lies in the checkout."""
    build.build()
    folder = tmp_path_factory.mktemp("dist")
    assert build.build(dist=folder)
    return folder


def manifest(dist: Path) -> dict:
    return json.loads((dist / "manifest.json").read_text(encoding="utf-8"))


def test_a_second_build_has_nothing_to_do(dist):
    assert build.build(dist=dist) is False


def test_a_lost_file_is_built_again(dist):
    lost = dist / manifest(dist)["names"]["app.css"]
    lost.unlink()
    assert build.build(dist=dist)
    assert lost.exists()


def test_what_an_earlier_build_left_is_removed(dist):
    old = dist / "app-OLD00000.js"
    old.write_text("old")
    (dist / "built-from").write_text("something else")
    build.build(dist=dist)
    assert not old.exists()


def test_every_entry_and_picture_is_in_the_manifest(dist):
    names = manifest(dist)["names"]
    sources = {p.name for p in (ROOT / "web" / "assets" / "js").glob("*.js")}
    assert sources | {"app.css", "staff.css", "icons.svg", "favicon.svg"} <= set(names)
    assert all((dist / name).stat().st_size for name in names.values())


def test_names_carry_their_content(dist):
    assert all(re.search(r"-[0-9A-Z]{8}\.", name) for name in manifest(dist)["files"])


def test_fonts_are_woff2_only_and_every_file_the_styles_name_is_there(dist):
    files = set(manifest(dist)["files"])
    assert {Path(name).suffix for name in files} == {".js", ".css", ".svg", ".woff2"}
    for sheet in dist.glob("*.css"):
        named = re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet.read_text(encoding="utf-8"))
        assert {name.removeprefix("./") for name in named} <= files


def test_the_licences_of_what_we_ship_lie_beside_it(dist):
    texts = {path.name: path.read_text(encoding="utf-8") for path in (dist / "licences").iterdir()}
    assert len(texts) == 4
    assert "SIL OPEN FONT LICENSE" in texts["ibm-plex-OFL.txt"]


def test_the_lock_pins_by_hash_and_names_no_host():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert all("integrity" in about and "resolved" not in about for about in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    pins = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(packages[f"node_modules/{name}"]["version"] == pin for name, pin in pins.items())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "web")))
def test_a_template_holds_nothing_the_security_header_forbids(template):
    page = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.S)
    found = [what for what, pattern in NOTHING_INLINE.items() if pattern.search(page)]
    assert not found


def test_dark_values_are_there_for_the_system_and_for_the_choice(dist):
    sheet = (dist / manifest(dist)["names"]["app.css"]).read_text(encoding="utf-8")
    assert "mk-dark" not in sheet
    assert len(re.findall(r"--mk-bg: ?#0f191c", sheet)) == 2

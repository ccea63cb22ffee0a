"""Translations: compile the catalogues, and keep them in step with the sentences in the code.

`python -m web.assets.words update [web/groups ...]` extracts and merges; `check` fails on anything
untranslated.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}
_METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]


def compile_catalogues(root: Path = ROOT) -> None:
    """Write the .mo beside every .po that is newer."""
    for po in _catalogues(root):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with po.open("rb") as source:
            catalogue = read_po(source, locale=_locale(po))
        beside = mo.with_suffix(".mo.new")
        with beside.open("wb") as target:
            write_mo(target, catalogue)
        beside.replace(mo)


def problems(root: Path = ROOT) -> Iterator[str]:
    """Name every sentence that has no Danish, is fuzzy, or is no longer in the code."""
    from babel.messages.pofile import read_po

    for po in _catalogues(root):
        folder = po.parents[3]
        with po.open("rb") as source:
            catalogue = read_po(source, locale=_locale(po))
        wanted = {key for key, *_ in extract(folder)}
        known: dict[Any, Any] = {m.id: m for m in catalogue if m.id}
        name = folder.relative_to(root)
        for sentence in sorted(wanted - set(known), key=str):
            yield f"{name}: not in the catalogue: {sentence!r}"
        for sentence, message in known.items():
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.fuzzy or not all(strings):
                yield f"{name}: not translated: {sentence!r}"
            elif sentence not in wanted:
                yield f"{name}: no longer said: {sentence!r}"
    for folder in _folders_with_words(root):
        if not (folder / "translations" / "da" / "LC_MESSAGES" / "messages.po").exists():
            yield f"{folder.relative_to(root)}: has sentences but no catalogue"


def extract(folder: Path) -> list[tuple[str | tuple[str, ...], str, int]]:
    """Return (sentence, file, line) for every sentence said in a folder's own code and pages."""
    from babel.messages.extract import extract_from_dir

    found = extract_from_dir(
        str(folder),
        method_map=_METHODS,
        keywords=_KEYWORDS,
        options_map={"**/templates/**.html": {"silent": "false", "trimmed": "true"}},
    )
    return [
        (tuple(key) if isinstance(key, (tuple, list)) else key, path, line)
        for path, line, key, *_ in found
        if key
    ]


def update(root: Path = ROOT, *, only: str | None = None) -> None:
    """Merge the sentences of the code into the catalogues; new ones stand empty."""
    from babel.messages import Catalog
    from babel.messages.pofile import read_po, write_po

    for folder in [root / only] if only else _folders_with_words(root):
        template = Catalog(charset="utf-8")
        for key, path, _line in extract(folder):
            template.add(key, locations=[(path, 1)])
        po = folder / "translations" / "da" / "LC_MESSAGES" / "messages.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        source = po.read_bytes() if po.exists() else b""
        catalogue = read_po(io.BytesIO(source), locale="da")
        made = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.creation_date = made  # a run that changes nothing leaves no trace
        catalogue.obsolete.clear()
        with po.open("wb") as target:
            write_po(target, catalogue, width=100, sort_output=True, include_lineno=False)


def _folders_with_words(root: Path) -> list[Path]:
    rooms = [p for p in (root / "web").iterdir() if p.is_dir()] + [root / "chat", root / "data"]
    return sorted(folder for folder in rooms if folder.is_dir() and extract(folder))


def _catalogues(root: Path) -> list[Path]:
    rooms = root.glob("web/*/translations/*/LC_MESSAGES/messages.po")
    floors = [
        po
        for floor in ("chat", "data")
        for po in (root / floor).glob("translations/*/LC_MESSAGES/messages.po")
    ]
    return sorted([*rooms, *floors])


def _locale(po: Path) -> str:
    return po.parents[1].name


def main(words: list[str]) -> int:
    """Run `compile`, `update` or `check`."""
    match words:
        case ["update", *folders]:
            for only in folders:
                update(only=only)
            if not folders:
                update()
        case ["check"]:
            found = list(problems())
            print("\n".join(found) or "Every sentence has its Danish.")
            return 1 if found else 0
        case _:
            compile_catalogues()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

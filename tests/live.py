"""A real installation for tests: web process and worker on a folder of their own, and a browser.

`live` is a running installation with the demo municipality, shared by the browser tests of one
worker. `installation()` makes a private one that a test may kill and start again.
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_S = 30  # of a browser test with one thing: two cores, a server and several browsers
expect.set_options(timeout=PATIENCE_S * 1000)  # for the whole process, so here and nowhere else


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One installation in a folder: start, kill, start again; the data stays."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "INSTANCE": str(self.folder),
            "PORT": str(self.port),
            "RATELIMIT_ENABLED": "no",
            "DATABASE_URL": f"sqlite:///{self.folder / 'makkerskab.db'}",
            "REDIS_URL": "",
            "PYTHONDONTWRITEBYTECODE": "",  # without it each process compiles everything anew
            **self.settings,
        }

    def flask(self, *words: str) -> str:
        """Run a `flask` command on this installation; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return done.stdout.decode()

    def start_web(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1", "--log-level", "warning",
            "--graceful-timeout", "3", "-b", f"127.0.0.1:{self.port}", "web.app:serve()",
        ]  # fmt: skip
        with (self.folder / "web.log").open("ab") as log:
            self.web = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=log
            )
        self.wait_until_up()

    def start_worker(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "web.worker"], cwd=ROOT, env=self.environment,
                start_new_session=True, stderr=log,
            )  # fmt: skip

    def kill_web(self) -> None:
        """Kill -9: nothing gets a chance to say goodbye."""
        assert self.web
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait(timeout=10)

    def kill_worker(self) -> None:
        assert self.worker
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait(timeout=10)

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait(timeout=10)

    def wait_until_up(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError((self.folder / "web.log").read_text()[-3000:])

    def mails(self) -> list[str]:
        """What was mailed, oldest first."""
        files = sorted((self.folder / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text(encoding="utf-8") for path in files]


def copy_of(name: str, folder: Path, make: Callable[[Path], None]) -> None:
    """Fill a folder with a copy of what is made once for all workers of a test run.

    The folder is one of pytest's temporary ones: those of all workers have one above them.
    """
    above = folder.parent.parent if folder.parent.name.startswith("popen-") else folder.parent
    original = above / f"{name}-for-all"
    with (above / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not original.exists():
            half = above / f"{name}-half-made"
            half.mkdir()
            make(half)
            half.rename(original)
    shutil.copytree(original, folder, dirs_exist_ok=True)


def _seed(folder: Path) -> None:
    made = Installation(folder)
    made.flask("data", "migrate")
    made.flask("demo", "seed")


@contextmanager
def installation(folder: Path, *, demo: bool = False, **settings: str) -> Iterator[Installation]:
    """A migrated installation that is not running yet; whatever runs is ended afterwards."""
    made = Installation(folder, settings=settings)
    if demo:
        copy_of("seeded", folder, _seed)
    else:
        made.flask("data", "migrate")
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of this app, served to real browsers by threads of the test's own process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(PATIENCE_S)
        server.server_close()
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation with the demo municipality."""
    with installation(tmp_path_factory.mktemp("live"), demo=True) as made:
        made.start_web()
        made.start_worker()
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser: the system's Chromium, else Playwright's own."""
    system = next(
        (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator["NewPage"]:
    """`new_page(width=390)` opens a page in a browser of its own: no shared cookies."""
    maker = NewPage(chromium)
    yield maker
    maker.close()


class NewPage:
    """Opens pages and afterwards fails the test if a page logged an error."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.pages: list[Page] = []
        self.errors: list[str] = []

    def __call__(self, *, width: int = 1280, height: int = 900, **options: object) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, locale="da-DK", **options
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        self._contexts.append(context)
        page = context.new_page()
        self.pages.append(page)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.errors.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        assert self.errors == []


def sign_in_as(page: Page, live: Installation, email: str) -> None:
    """Sign in by the form: e-mail, then the six digits that were mailed."""
    before = len(live.mails())
    page.goto(f"{live.address}/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=email]").press("Enter")
    code = page.locator("input[name=code]")
    code.wait_for()
    code.fill(wait_for_code(live, email, after=before))
    code.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def wait_for_code(live: Installation, email: str, *, after: int, seconds: float = 20) -> str:
    """The code in the first new mail to this address."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for mail in live.mails()[after:]:
            if email in mail and (found := re.search(r"\b(\d{6}|\d{3} \d{3})\b", mail)):
                return found[1].replace(" ", "")
        time.sleep(0.2)
    raise AssertionError(f"no code was mailed to {email}")

"""One command to run everything: assets, words, database, demo data, web process and worker."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from config import Config

_ROOT = Path(__file__).parents[1]
_START_SECONDS = 60


def main() -> int:
    """Start all, say who can sign in, wait; Ctrl-C ends all of it."""
    config = Config.from_env()
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "5000")
    prepare_files()
    people = prepare_database(config)
    processes = [_start_web(host, port), _start_worker()]
    try:
        _wait_until_up(host, port, processes)
        print(_greeting(f"http://{host}:{port}", people), flush=True)
        return _watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(processes)


def prepare_files() -> None:
    """Build the front end and the catalogues where their sources have changed."""
    from web.assets.build import build
    from web.assets.words import compile_catalogues

    build()
    compile_catalogues(_ROOT)


def prepare_database(config: Config) -> list[tuple[str, str]]:
    """Back up, migrate and, if empty, seed the demo. Returns who can sign in: (role, e-mail)."""
    from web.app import create_app
    from web.demo.people import demo_people
    from web.demo.seeding import seed_if_empty
    from web.shared.maintenance import migrate

    app = create_app(config)
    with app.app_context():
        migrate()
        if config.DEMO:
            seed_if_empty()
            return demo_people()
    return []


def _start_web(host: str, port: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1",
        "--worker-connections", "5000", "--backlog", "2048", "--graceful-timeout", "10",
        "--timeout", "60", "--log-level", "warning", "-b", f"{host}:{port}",
        "web.app:from_env()",
    ]
    return subprocess.Popen(command, cwd=_ROOT, start_new_session=True)


def _start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "web.worker"]
    return subprocess.Popen(command, cwd=_ROOT, start_new_session=True)


def _wait_until_up(host: str, port: str, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    seen_at = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  # compared, not bound
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise SystemExit("A process ended while starting; its last words are above.")
        try:
            with urllib.request.urlopen(f"http://{seen_at}:{port}/healthz", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not answer within {_START_SECONDS} seconds.")


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    while True:
        for process in processes:
            if (code := process.poll()) is not None:
                return code
        time.sleep(0.3)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _greeting(address: str, people: list[tuple[str, str]]) -> str:
    lines = ["", f"Makkerskab: {address}"]
    if people:
        lines.append("Sign in as (the page has a button for each; codes are in instance/mail):")
        lines += [f"  {role:<28} {email}" for role, email in people]
    return "\n".join([*lines, "Ctrl-C stops it.", ""])

"""One command to run everything: assets, words, database, demo data, web process and worker."""

import fcntl
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

from config import Config, MissingSetting

_ROOT = Path(__file__).parents[1]
_VERSIONS = _ROOT / "data" / "migrations" / "versions"
_START_SECONDS = 60


def main() -> int:
    """Start all, say who can sign in, wait; Ctrl-C ends all of it."""
    # Also where it was started in the background (SIGINT ignored) or the terminal is closed.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        return _run()
    except MissingSetting as missing:
        raise SystemExit(f"{missing} See docs/settings.md.") from missing
    except KeyboardInterrupt:
        return 0


def _run() -> int:
    config = Config.from_env()
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "5000")
    with _alone_in(config.INSTANCE):
        _must_be_free(host, port)
        prepare_files()
        if not _is_ready(config):
            # In a process of its own: this one stays small and quick while it waits.
            prepare = [sys.executable, "-m", "web.launch", "prepare"]
            if code := subprocess.run(prepare, cwd=_ROOT, check=False).returncode:
                print("The database could not be made ready; the reason is above.", flush=True)
                return code
        processes: list[subprocess.Popen[bytes]] = []
        try:
            processes.append(_start_web(host, port))
            processes.append(_start_worker())
            _wait_until_up(host, port, processes)
            print(_greeting(f"http://{host}:{port}", _people(config)), flush=True)
            return _watch(processes)
        finally:
            _end(processes)  # while the folder is still held: the next run finds nobody here


def _alone_in(instance: Path) -> IO[bytes]:
    """Hold a folder for this run: two on one folder would not hear each other's conversations."""
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = (instance / "running.lock").open("wb")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            f"Makkerskab is already running on {instance}. Stop that one first,"
            " or name another folder: INSTANCE=... make run"
        ) from None
    return held


def prepare_files() -> None:
    """Build the front end and the catalogues where their sources have changed."""
    from web.assets.build import build
    from web.assets.words import compile_catalogues

    build()
    compile_catalogues(_ROOT)


def prepare_database(config: Config) -> None:
    """Back up, migrate and, if empty, seed the demo; note who can sign in to it."""
    from data.queries.demo_people import demo_people
    from web.app import create_app
    from web.demo.seeding import seed_if_empty
    from web.shared.maintenance import migrate

    app = create_app(config)
    with app.app_context():
        if copy := migrate():
            print(f"Backed up the database to {copy} before migrating it.")
        if config.DEMO:
            seed_if_empty()
            people = [(person.what, person.email) for person in demo_people()]
            _people_file(config).write_text(json.dumps(people), encoding="utf-8")


def _is_ready(config: Config) -> bool:
    """Answer, without loading the app, whether the embedded database needs nothing done."""
    path = make_path(config.SQLALCHEMY_DATABASE_URI)
    if path is None or not path.exists() or (config.DEMO and not _people_file(config).exists()):
        return False
    newest = max(file.name.split("_")[0] for file in _VERSIONS.glob("[0-9]*.py"))
    try:
        with closing(sqlite3.connect(path)) as database:
            at = database.execute("SELECT version_num FROM alembic_version").fetchone()
            someone = database.execute("SELECT 1 FROM municipalities LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return at == (newest,) and (someone is not None or not config.DEMO)


def make_path(database: str) -> Path | None:
    """Return the file of an SQLite database, None for a server."""
    return Path(database.removeprefix("sqlite:///")) if database.startswith("sqlite:///") else None


def _people_file(config: Config) -> Path:
    return config.INSTANCE / "demo_people.json"


def _people(config: Config) -> list[tuple[str, str]]:
    if not config.DEMO or not _people_file(config).exists():
        return []
    return [tuple(row) for row in json.loads(_people_file(config).read_text(encoding="utf-8"))]


def _must_be_free(host: str, port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise SystemExit(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise SystemExit(
                f"Port {port} on {host} cannot be used ({error.strerror})."
                " Choose another: PORT=5001 make run"
            ) from error


def _start_web(host: str, port: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-k",
        "gevent",
        "-w",
        "1",
        "--worker-connections",
        "5000",
        "--backlog",
        "2048",
        "--graceful-timeout",
        "10",
        "--timeout",
        "60",
        "--log-level",
        "warning",
        "-b",
        f"{host}:{port}",
        "web.app:serve()",
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
            with urllib.request.urlopen(f"http://{seen_at}:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not answer within {_START_SECONDS} seconds.")


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    while True:
        for process in processes:
            if (code := process.poll()) is not None:
                name = "web process" if process is processes[0] else "worker"
                how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
                print(f"The {name} {how}. Stopping the rest.", flush=True)
                return 1
        time.sleep(0.3)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end; at a second Ctrl-C, or when it takes too long, end it at once."""

    def at_once(*_: object) -> None:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its children too

    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, at_once)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            at_once()
            process.wait()


def _greeting(address: str, people: list[tuple[str, str]]) -> str:
    lines = ["", f"Makkerskab: {address}"]
    if people:
        lines.append("Sign in as (the page has a button for each; codes are in instance/mail):")
        lines += [f"  {role:<50} {email}" for role, email in people]
    return "\n".join([*lines, "Ctrl-C stops it.", ""])


if __name__ == "__main__" and sys.argv[1:] == ["prepare"]:
    prepare_database(Config.from_env())

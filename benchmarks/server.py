"""A real installation in a temporary folder: web process and worker, with the demo municipality."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass
class Server:
    """A running installation."""

    address: str
    instance: Path
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]

    def flask(self, *words: str) -> str:
        """Run a `flask` command on this installation and return what it printed."""
        command = [sys.executable, "-m", "flask", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(self.instance), check=True, capture_output=True
        )
        return done.stdout.decode()


def environment(instance: Path, **more: str) -> dict[str, str]:
    """Return the environment of an installation in `instance`."""
    return {**os.environ, "INSTANCE": str(instance), "RATELIMIT_ENABLED": "no", **more}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*, seed: bool = True) -> Iterator[Server]:
    """Start web process and worker; end both afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        instance, port = Path(folder), free_port()
        env = environment(instance, PORT=str(port))
        prepare = [["data", "migrate"], *([["demo", "seed"]] if seed else [])]
        for words in prepare:
            subprocess.run(
                [sys.executable, "-m", "flask", *words],
                cwd=ROOT,
                env=env,
                check=True,
                capture_output=True,
            )
        web = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-k",
                "gevent",
                "-w",
                "1",
                "--worker-connections",
                "5000",
                "--graceful-timeout",
                "3",
                "--log-level",
                "warning",
                "-b",
                f"127.0.0.1:{port}",
                "web.app:serve()",
            ],
            cwd=ROOT,
            env=env,
        )
        worker = subprocess.Popen([sys.executable, "-m", "web.worker"], cwd=ROOT, env=env)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield Server(f"http://127.0.0.1:{port}", instance, web, worker)
        finally:
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                process.wait(timeout=20)


def wait_for(address: str, seconds: float = 60) -> float:
    """Wait until the address answers; return how long it took."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return time.perf_counter() - start
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(address)

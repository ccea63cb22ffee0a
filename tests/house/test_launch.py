"""`python -m web`: one command starts everything, Ctrl-C ends everything."""

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.live import ROOT, free_port

pytestmark = pytest.mark.server


def start(folder, port):
    environment = {**os.environ, "INSTANCE": str(folder), "PORT": str(port), "REDIS_URL": ""}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-m", "web"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def read_until(process, words):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    return "".join(lines)


def test_one_command_starts_all_and_ctrl_c_ends_all(tmp_path):
    port = free_port()
    with start(tmp_path, port) as process:
        said = read_until(process, "Ctrl-C stops it")
        assert f"http://127.0.0.1:{port}" in said
        assert "mette.holm@demo.example.org" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert b'"revision":' in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
    assert (tmp_path / "makkerskab.db").exists()
    with start(tmp_path, port) as process:  # a second start, on the same data
        assert "mette.holm@demo.example.org" in read_until(process, "Ctrl-C stops it")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

"""`python -m web`: one command starts everything, Ctrl-C ends everything."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.live import ROOT, free_port

pytestmark = pytest.mark.server


def start(folder, port, **more):
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "INSTANCE": str(folder),
        "PORT": str(port),
        "REDIS_URL": "",
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "web"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
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


def test_a_start_that_cannot_be_says_why(tmp_path):
    port = free_port()
    with start(tmp_path, port) as process:
        read_until(process, "Ctrl-C stops it")
        assert "Port" in refused(tmp_path / "other", port)
        assert "already running" in refused(tmp_path, free_port())
        assert "PORT" in refused(tmp_path / "other", "five")
        assert "SECRET_KEY must be set" in refused(tmp_path / "other", free_port(), PRODUCTION="1")
        process.send_signal(signal.SIGHUP)  # the terminal was closed
        assert process.wait(timeout=30) == 0
    assert still_here(tmp_path) == []


def refused(folder, port, **more):
    with start(folder, port, **more) as process:
        said = process.stdout.read()
        assert process.wait(timeout=30) == 1
    assert "Traceback" not in said
    return said


def test_when_one_process_dies_the_others_do_not_stay(tmp_path):
    with start(tmp_path, free_port()) as process:
        read_until(process, "Ctrl-C stops it")
        worker = next(pid for pid, command in still_here(tmp_path) if "web.worker" in command)
        os.kill(worker, signal.SIGKILL)
        assert "The worker was killed by signal 9." in process.stdout.read()
        assert process.wait(timeout=30) == 1
    assert still_here(tmp_path) == []


def test_a_second_ctrl_c_ends_at_once_what_does_not_end(tmp_path):
    with start(tmp_path, free_port()) as process:
        read_until(process, "Ctrl-C stops it")
        for pid, command in still_here(tmp_path):
            if "web.worker" in command:
                os.kill(pid, signal.SIGSTOP)  # hears no SIGTERM
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
    assert still_here(tmp_path) == []


def still_here(folder):
    """The processes that run on this folder: pid and command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"INSTANCE={folder}\0".encode() in (process / "environ").read_bytes():
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if command and "pytest" not in command:
                    found.append((int(process.name), command))
    return found

"""How long a start takes and how much memory the processes hold."""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.server import ROOT, environment, free_port, wait_for
from benchmarks.tables import show

_STARTS = 4  # the first seeds; the median is of the rest


def main() -> None:
    """Start `python -m web` again and again on one instance folder."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, memory = [], {}
        for _ in range(_STARTS):
            took, memory = _start_once(Path(folder))
            seconds.append(took)
    show(
        ["what", "value"],
        [
            ["first start: migrate, seed, serve", f"{seconds[0]:.1f} s"],
            ["second start, median of 3", f"{statistics.median(seconds[1:]):.1f} s"],
            *[
                [f"memory of the {name}", f"{kilobytes / 1024:.0f} MB"]
                for name, kilobytes in memory.items()
            ],
        ],
    )


def _start_once(instance: Path) -> tuple[float, dict[str, int]]:
    port = free_port()
    start = time.perf_counter()
    launcher = subprocess.Popen(
        [sys.executable, "-m", "web"], cwd=ROOT, env=environment(instance, PORT=str(port)),
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(f"http://127.0.0.1:{port}/healthz", seconds=120)
    took = time.perf_counter() - start
    time.sleep(1)
    memory = {_name(pid): _resident(pid) for pid in _children(launcher.pid)}
    os.kill(launcher.pid, signal.SIGINT)
    launcher.wait(timeout=30)
    return took, memory


def _children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, check=True
    ).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [child for child, parent in parents if parent == pid]
    return found + [grandchild for child in found for grandchild in _children(child)]


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    if "web.worker" in words:
        return "worker"
    is_master = _children(pid) != []
    return "web process's supervisor" if is_master else "web process"


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0

"""Runs in processes of their own: on one core, one thread, timed by CPU seconds, with peak memory.

Used by both environments: nothing is imported here that is not in Python itself.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def environment(folder: Path | None) -> Path:
    """Return the Python of the peers' environment, made if it is not there."""
    folder = folder or ROOT / "build" / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    if not (folder / "installed").exists():
        quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), *quiet, "-r", str(REQUIREMENTS)], check=True)
        (folder / "installed").touch()
    return python


def run(python: Path, module: str, words: Sequence[object], *, core: int) -> dict[str, Any]:
    """Run a module in a process of its own on one core; return what it printed last, as JSON."""
    done = subprocess.run(
        [str(python), "-m", module, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **_ONE_THREAD},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def own_python() -> Path:
    """Return the Python that runs this."""
    return Path(sys.executable)


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the CPU seconds and the growth of memory in MB at its peak, and what work returned.

    The peak that getrusage knows outlives an exec and so may be the parent's; the kernel's
    high-water mark of this process is set back to what is held now instead.
    """
    with suppress(OSError):  # where it may not be set back, the growth is over the peak so far
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    held = _memory("VmHWM")
    start = time.process_time()
    result = work()
    took = time.process_time() - start
    return took, max(0, _memory("VmHWM") - held) / 1024, result


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def load() -> str:
    """Return how busy the machine is, for the heading of a table."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def middle(values: Sequence[float], digits: int = 3) -> str:
    """Return the median and, of several, the range."""
    shown = f"{statistics.median(values):.{digits}f}"
    if len(values) > 1:
        shown += f" ({min(values):.{digits}f}-{max(values):.{digits}f})"
    return shown

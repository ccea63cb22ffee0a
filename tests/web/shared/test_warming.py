"""What is heavy stays out of the start, and once loaded does not hold up the loop."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
START = """
import sys
from config import Config
from web.app import create_app
create_app(Config.for_tests(INSTANCE=__import__("pathlib").Path(sys.argv[1])))
"""
HEAVY = """
heavy = ("sklearn", "networkx", "numba", "scipy", "pandas")
print(*[name for name in heavy if name in sys.modules])
"""
SEARCHED = """
import gc, time
from web.shared import warming

def search():
    times = []
    for _ in range(3):
        started = time.process_time()
        gc.collect()
        times.append(time.process_time() - started)
    return min(times)

cold = search()
warming.warm()
print("sklearn" in sys.modules, search() < cold / 2)
"""


def run(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_app_starts_without_the_numeric_libraries(tmp_path):
    assert run(START + HEAVY, tmp_path) == ""


def test_a_search_for_garbage_leaves_alone_what_stays_loaded(tmp_path):
    assert run(START + SEARCHED, tmp_path) == "True True"

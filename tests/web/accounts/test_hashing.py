"""Password hashing in the web process: never in the loop that every conversation shares."""

import subprocess
import sys
from pathlib import Path

from web.accounts import hashing

IN_A_LOOP = """
from gevent import monkey; monkey.patch_all()
import sys, time, gevent, tempfile, pathlib
from config import Config
from web.app import create_app
from web.accounts import hashing

app = create_app(Config.for_tests(INSTANCE=pathlib.Path(tempfile.mkdtemp())))
longest = 0.0

def beat():
    global longest
    last = time.perf_counter()
    while True:
        gevent.sleep(0.001)
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

with app.app_context():
    stored = hashing.hash_password("gul cykel under broen")
    beating = gevent.spawn(beat)
    gevent.sleep(0.01)
    longest = 0.0
    started = time.perf_counter()
    for _ in range(5):
        assert hashing.password_fits("gul cykel under broen", stored)
        assert not hashing.password_fits("noget helt andet her", stored)
    one = (time.perf_counter() - started) / 10
    beating.kill()
print(longest < one, longest, one)
"""


def test_in_a_gevent_loop_hashing_does_not_stop_the_others():
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", IN_A_LOOP], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True"), done.stdout


def test_a_password_fits_itself_and_nothing_fits_nobody(app):
    stored = hashing.hash_password("gul cykel under broen")
    assert hashing.password_fits("gul cykel under broen", stored)
    assert not hashing.password_fits("gul cykel under bro", stored)
    assert not hashing.password_fits("nobody has this password", None)


def test_a_keyed_hash_depends_on_kind_and_text(app):
    one = hashing.keyed("code", "x:123456")
    assert one == hashing.keyed("code", "x:123456")
    assert one != hashing.keyed("address", "x:123456")
    assert "123456" not in one

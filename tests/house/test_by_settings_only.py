"""`python -m web` on PostgreSQL and Valkey by DATABASE_URL and REDIS_URL, and nothing else."""

import http.cookiejar
import re
import signal
import time
import urllib.parse
import urllib.request

import psycopg
import pytest

from tests.house.test_launch import read_until, start
from tests.live import free_port

pytestmark = pytest.mark.server
FACILITATOR = "jonas.friis@demo.example.org"


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, address):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.open = urllib.request.build_opener(jar).open

    def get(self, path):
        return self.open(self.address + path, timeout=20).read().decode()

    def post(self, path, on, **fields):
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get(on))[1]
        fields["csrf_token"] = token
        return self.open(self.address + path, urllib.parse.urlencode(fields).encode(), 20)


def test_signing_in_writing_and_a_job_on_postgresql_and_valkey(
    tmp_path, postgres_url, valkey_server
):
    port = free_port()
    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with start(tmp_path, port, DATABASE_URL=plain, REDIS_URL=valkey_server) as process:
        assert FACILITATOR in read_until(process, "Ctrl-C stops it")
        try:
            with psycopg.connect(plain, autocommit=True) as database:
                family = signed_in(f"http://127.0.0.1:{port}", "Plejefamilie i gruppe med")
                room = re.search(r"(/messages/[a-z0-9]{12})", family.get("/messages"))[1]
                family.post(room, on=room, body="Hej fra PostgreSQL")
                assert "Hej fra PostgreSQL" in family.get(room)
                coordinator = signed_in(f"http://127.0.0.1:{port}", "Koordinator")
                coordinator.post("/staff/mentor-rounds", on="/staff/mentor-rounds")
                assert state_of_the_job(database) == "done"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert not (tmp_path / "makkerskab.db").exists()
    assert not (tmp_path / "jobs.db").exists()  # so the queue was Valkey's


def signed_in(address, what):
    """Come in by the demo's door."""
    visitor = Visitor(address)
    door = next(item for item in visitor.get("/sign-in").split("<li")[1:] if what in item)
    ref = re.search(r"/sign-in/try/([a-z0-9]+)", door)[1]
    visitor.post(f"/sign-in/try/{ref}", on="/sign-in")
    return visitor


STATE = "SELECT lower(state::text) FROM jobs WHERE kind = 'mentor_round' ORDER BY id DESC LIMIT 1"


def state_of_the_job(database):
    for _ in range(300):
        state = database.execute(STATE).fetchone()
        if state and state[0] not in {"queued", "running"}:
            return state[0]
        time.sleep(0.2)
    return "still running"

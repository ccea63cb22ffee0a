"""What was acknowledged is never lost, and nothing comes twice: real server, signals, file."""

import random
import threading
import time

import pytest

from tests.chat.real import Device, Site, settle

pytestmark = pytest.mark.server


def devices_of(made: Site, count: int = 4) -> list[Device]:
    devices = [Device(made, f"family{n}") for n in range(count)]
    for device in devices:
        device.connect()
    return devices


def talk(device: Device, texts: list[str], *, pause: float = 0.02) -> threading.Thread:
    """Write and send in the background, resending until each message has its answer."""

    def work() -> None:
        for text in texts:
            device.write(text)
            device.flush()
            time.sleep(pause)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def check(made: Site, devices: list[Device], *, written: list[str]) -> None:
    """Everyone sees the same, all of it, once; the file holds it under dense numbers."""
    settle(devices)
    views = [sorted(device.seen.items()) for device in devices]
    assert all(view == views[0] for view in views)
    texts = [text for _seq, text in views[0]]
    for text in written:
        assert texts.count(text) == 1, text
    for device in devices:
        assert device.outbox == {}
        assert all(answer["seq"] in device.seen for answer in device.acks.values())
        device.leave()
    rows = made.rows("SELECT seq, rev FROM messages ORDER BY seq")
    dense = list(range(1, len(rows) + 1))
    assert rows == list(zip(dense, dense, strict=True))
    assert made.rows("SELECT last_seq, last_rev FROM rooms") == [(len(rows), len(rows))]


def test_kill_9_in_the_middle_of_a_talk_loses_and_doubles_nothing(running):
    devices = devices_of(running)
    words = [[f"{device.who} under kill -9, {n}" for n in range(25)] for device in devices]
    talks = [talk(device, texts) for device, texts in zip(devices, words, strict=True)]
    for _ in range(2):
        time.sleep(1)
        running.server.kill_web()
        running.server.start_web()
    for thread in talks:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in talks)
    check(running, devices, written=[text for texts in words for text in texts])


def test_lost_connections_and_reloads_lose_and_double_nothing(running):
    devices = devices_of(running)
    words = [[f"{device.who} uden net, {n}" for n in range(20)] for device in devices[:3]]
    talks = [talk(d, texts, pause=0.05) for d, texts in zip(devices, words, strict=False)]
    listener, chance = devices[3], random.Random(7)
    while any(thread.is_alive() for thread in talks):
        chance.choice(devices[:3]).cut()
        listener.reload()
        time.sleep(0.3)
    check(running, devices, written=[text for texts in words for text in texts])


def test_what_was_acknowledged_is_in_the_file_when_the_server_dies_at_that_moment(running):
    anne, bo = devices_of(running, 2)
    cid = anne.write("Det her må ikke gå tabt")
    anne.flush()
    first = anne.acks.pop(cid)
    running.server.kill_web()
    assert running.rows(f"SELECT seq, rev FROM messages WHERE cid = '{cid}'") == [
        (first["seq"], first["rev"])
    ]
    log = running.database.with_name("makkerskab.db-wal")
    raw = running.database.read_bytes() + (log.read_bytes() if log.exists() else b"")
    assert "må ikke gå tabt".encode() not in raw  # the database alone can be read by nobody

    running.server.start_web()
    anne.outbox[cid] = "Det her må ikke gå tabt"  # as if the answer had never come
    for device in (anne, bo):
        device.leave()
        device.connect()
    anne.flush()
    assert anne.acks[cid] == {**first, "dup": True}
    check(running, [anne, bo], written=["Det her må ikke gå tabt"])

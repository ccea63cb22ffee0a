"""The wire itself: whole frames, no compression, no foreign origin, no oversized message."""

import base64
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import websocket

from tests.chat.real import Device, Site

pytestmark = pytest.mark.server
SLOW_S = 2


def handshake(made: Site, *, who: str | None = "family0", **headers: str) -> tuple[int, str]:
    """Ask for a WebSocket and return the status and the head of the answer."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: 127.0.0.1:{made.server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    ]
    if who:
        lines.append(f"Cookie: session={made.people[who].cookie}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", made.server.port), timeout=10) as raw:
        raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = raw.recv(4096).decode(errors="replace").split("\r\n\r\n")[0]
    return int(head.split()[1]), head


def test_only_pages_of_ours_may_open_a_socket(running):
    own = running.server.address
    assert handshake(running, Origin=own)[0] == 101
    for foreign in ("http://evil.example", "null", f"{own}.evil.example", "http://127.0.0.1:1"):
        assert handshake(running, Origin=foreign)[0] == 400


def test_no_compression_is_agreed_to(running):
    status, head = handshake(
        running, Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"
    )
    assert status == 101
    assert "permessage-deflate" not in head


def raw_socket(made: Site, who: str, **options: object) -> websocket.WebSocket:
    """Connect as a page does, frame by frame."""
    badge = made.people[who]
    line = websocket.create_connection(
        f"ws://127.0.0.1:{made.server.port}/socket.io/?EIO=4&transport=websocket",
        header=[f"Cookie: session={badge.cookie}"], timeout=15, **options,
    )  # fmt: skip
    line.recv()
    line.send("40/chat," + json.dumps({"v": 1, "csrf": badge.csrf}))
    while not line.recv().startswith("40/chat,"):
        pass
    return line


def test_a_stranger_is_refused_on_the_wire_with_a_code(running):
    badge = running.people["family0"]
    line = websocket.create_connection(
        f"ws://127.0.0.1:{running.server.port}/socket.io/?EIO=4&transport=websocket", timeout=15
    )
    line.recv()
    line.send("40/chat," + json.dumps({"v": 1, "csrf": badge.csrf}))
    answer = line.recv()
    line.close()
    assert answer.startswith("44/chat,")
    assert json.loads(answer.removeprefix("44/chat,"))["data"] == {"code": "login"}


def test_a_slow_reader_gets_everything_and_slows_nobody(running):
    slow = raw_socket(running, "family1", sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)])
    writer = Device(running, "family0")
    writer.connect()
    started = time.monotonic()
    count = 150
    for n in range(count):
        writer.write(f"{n}: " + "x" * 3900)
    writer.flush()
    took = time.monotonic() - started
    time.sleep(SLOW_S)  # the reader's buffers are long full
    heard = []
    while len(heard) < count:
        frame = slow.recv()
        if frame == "2":
            slow.send("3")
        elif frame.startswith("42/chat,"):
            name, content = json.loads(frame.removeprefix("42/chat,"))
            if name == "message:new":
                heard.append(content["body"].split(":")[0])
    assert heard == [str(n) for n in range(count)]
    assert took < 30
    slow.close()
    writer.leave()


def test_an_oversized_message_closes_the_connection_and_is_never_held(running):
    line = raw_socket(running, "family0")
    line.send("42/chat,0" + json.dumps(["message:send", {"body": "x" * 200_000}]))
    with pytest.raises((OSError, websocket.WebSocketException)):
        until_closed(line)
    line.shutdown()


def until_closed(line: websocket.WebSocket) -> None:
    while line.recv():
        pass
    raise ConnectionResetError


def under_gevent(module: str, *words: str) -> list[str]:
    """Run one of our modules in a process of its own, where gevent has patched everything."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.chat.under_gevent", module, *words],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.split()


def test_frames_stay_whole_when_the_network_takes_only_a_part():
    _, ours, _, stock = under_gevent("stalled")
    assert int(ours) == 60
    assert int(stock) < 60  # when this fails the library writes whole frames: drop chat.frames


def test_no_greenlet_takes_over_inside_a_write(tmp_path):
    found = under_gevent("switches", str(tmp_path))
    assert found == ["writes", "160", "switches", "0"]


def test_a_long_write_elsewhere_makes_writers_wait_and_nobody_else(running):
    writers = [Device(running, f"family{n % 3}") for n in range(24)]  # more than the pool holds
    reader = Device(running, "family3")
    for device in (*writers, reader):
        device.connect()
    worker = sqlite3.connect(running.database, isolation_level=None)
    worker.execute("BEGIN IMMEDIATE")  # as an import in the worker process does
    for n, device in enumerate(writers):
        device.write(f"Venter på sin tur, {n}")
    sending = [threading.Thread(target=device.flush) for device in writers]
    for thread in sending:
        thread.start()
    time.sleep(0.3)
    waits = []
    for _ in range(10):
        started = time.monotonic()
        assert reader.ask("room:head", {})["ok"]
        waits.append(time.monotonic() - started)
    still_waiting = not any(device.acks for device in writers)
    worker.execute("ROLLBACK")
    worker.close()
    for thread in sending:
        thread.join(timeout=30)
    assert still_waiting
    assert all(len(device.acks) == 1 for device in writers)
    assert sorted(waits)[5] < 0.5
    for device in (*writers, reader):
        device.leave()


def answer_to(line: websocket.WebSocket, number: int, content: object) -> object:
    """Say something under a number and return the answer with that number."""
    line.send(f"42/chat,{number}" + json.dumps(content))
    while True:
        frame = line.recv()
        if frame.startswith(f"43/chat,{number}["):
            return json.loads(frame.removeprefix(f"43/chat,{number}"))[0]


@pytest.mark.parametrize(
    "event", ["connect", "disconnect", "nosuch", "message:edit", "unknown", "", 5, None, [], {}]
)
def test_an_event_that_the_protocol_does_not_know_is_answered_and_changes_nothing(running, event):
    line = raw_socket(running, "family1")
    answer = answer_to(line, 1, [event, {"room": running.room, "body": "x"}])
    assert answer == {"ok": False, "error": {"code": "malformed", "message": "event"}}
    # A socket that could say "disconnect" of itself would be forgotten and never be sent away.
    assert answer_to(line, 2, ["room:head", {}])["ok"]
    line.close()


def test_nothing_that_is_sent_can_make_the_log_tell_what_people_wrote(running):
    log = running.server.folder / "web.log"
    before = len(log.read_text())
    canary = "Kanariefugl-i-beskeden"
    frames = [
        f'42/chat,[5,"{canary}"]', f'42/chat,1["{canary}"]', f'42/chat,{{"{canary}":1}}',
        f'42/chat,["connect","{canary}"]', f'42/chat,["message:send","{canary}"',
        "42/chat,", "42/chat,[]", f'43/chat,1["{canary}"]', f'45/chat,["{canary}"]',
        f'451-/chat,["message:send",{{"body":"{canary}"}}]', f'46/chat,"{canary}"', f'48"{canary}"',
        f'42/chat,["message:send",{{"body":"{canary}","room":{"[" * 9000}', "", f"x{canary}",
        f'40/chat,"{canary}"', f"4{canary}", f"40/{canary},",
    ]  # fmt: skip
    for frame in frames:
        line = raw_socket(running, "family1")
        line.send(frame)
        line.close()
    line = raw_socket(running, "family1")
    assert answer_to(line, 3, ["room:head", {}])["ok"]
    line.close()
    said = log.read_text()[before:]
    assert canary not in said
    assert "Traceback" not in said


def test_slow_senders_do_not_keep_others_from_reading(running):
    cookie = running.people["family0"].cookie
    head = (
        f"POST /messages/{running.room} HTTP/1.1\r\nHost: 127.0.0.1:{running.server.port}\r\n"
        f"Cookie: session={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 5000\r\n\r\nbody=jeg+skriver"
    )
    slow = [socket.create_connection(("127.0.0.1", running.server.port)) for _ in range(40)]
    try:
        for sender in slow:
            sender.sendall(head.encode())
        time.sleep(0.5)
        line = raw_socket(running, "family1")
        assert answer_to(line, 1, ["room:head", {}])["ok"]
        line.close()
    finally:
        for sender in slow:
            sender.close()


def test_the_namespace_that_has_no_door_is_closed(running):
    line = websocket.create_connection(
        f"ws://127.0.0.1:{running.server.port}/socket.io/?EIO=4&transport=websocket", timeout=15
    )
    line.recv()
    line.send("40")
    assert line.recv().startswith("44")
    line.close()

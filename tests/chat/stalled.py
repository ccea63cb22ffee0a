"""Run under gevent: how many of 60 messages reach a reader that stalls for a moment, whole?

Prints the count for our frames and for simple-websocket's own.
"""

import socket

import gevent
import simple_websocket
from engineio.async_drivers.gevent import Thread
from gevent.event import Event
from gevent.selectors import DefaultSelector

from chat.frames import WholeFrames

COUNT, SIZE = 60, 30_000
ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/socket.io/",
    "QUERY_STRING": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "localhost",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
}


def whole(kind) -> int:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    line = kind(
        {**ENVIRON, "gunicorn.socket": ours},
        thread_class=Thread, event_class=Event, selector_class=DefaultSelector,
    )  # fmt: skip
    writer = gevent.spawn(lambda: [line.send(f"{n:04}" + "x" * SIZE) for n in range(COUNT)])
    gevent.sleep(0.3)  # the reader does something else
    count = _read(theirs)
    writer.kill()
    ours.close()
    theirs.close()
    return count


def _read(reader) -> int:
    """Count messages that came in order and uncut, until the stream ends or makes no sense."""
    stream = b""
    while b"\r\n\r\n" not in stream:
        stream += reader.recv(4096)
    stream = stream.split(b"\r\n\r\n", 1)[1]
    for n in range(COUNT):
        frame = b"\x81\x7e" + (SIZE + 4).to_bytes(2, "big") + f"{n:04}".encode() + b"x" * SIZE
        while len(stream) < len(frame):
            with gevent.Timeout(2, False):
                more = reader.recv(65536)
                stream += more
                continue
            return n
        if not stream.startswith(frame):
            return n
        stream = stream[len(frame) :]
    return COUNT


def main() -> None:
    print("ours", whole(WholeFrames), "stock", whole(simple_websocket.Server))

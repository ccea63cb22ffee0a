"""WebSocket frames that always leave whole.

simple-websocket writes with `send()` and ignores how much the network took. To a slow reader a
frame is then cut, and the rest of the stream is garbage. It also accepts compression from any
browser, which more than doubles the memory of a connection, and messages of any size.
"""

import threading
from collections.abc import Callable
from typing import Any

import simple_websocket

_KINDS = tuple("0123456b")  # what a text frame of Engine.IO begins with


class WholeWrites:
    """A socket whose `send` is one complete write; two writers never mix their bytes."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._turn = threading.Lock()  # gunicorn's gevent worker makes this a greenlet's lock

    def send(self, content: bytes) -> int:
        """Write everything, however long the reader takes."""
        with self._turn:
            self._sock.sendall(content)
        return len(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class WholeFrames(simple_websocket.Server):
    """A server side that writes whole frames and agrees to no compression."""

    sock: Any
    environ: dict[str, Any]

    def handshake(self) -> None:
        """Take the browser's offer of extensions away before anyone reads it."""
        self.sock = WholeWrites(self.sock)
        offered = "HTTP_SEC_WEBSOCKET_EXTENSIONS"
        self.environ = {name: v for name, v in self.environ.items() if name != offered}
        super().handshake()


def whole_frames(usual: Callable[..., Any], *, max_bytes: int) -> type:
    """Return the driver's WebSocket class with our frames in place of simple-websocket's."""

    class Frames(usual):  # type: ignore[misc,valid-type]  # the driver is chosen at start
        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            self.ws = WholeFrames(environ, max_message_size=max_bytes, **self.server_args)
            answer = self.app(self)
            # Tells the server that the socket is ours and already closed, as the original does.
            if self.ws.mode == "gunicorn":
                raise StopIteration
            if self.ws.mode == "werkzeug":
                raise ConnectionError
            return answer

        def wait(self) -> Any:
            """Return the next frame; one that no client of the protocol sends ends the talk."""
            frame = super().wait()
            if isinstance(frame, str) and frame[:1] not in _KINDS:
                return None
            return frame

    return Frames

"""Between the wire and the events: only what the protocol knows gets through, and nothing escapes.

python-socketio hands on whatever name a client gives an event, its own `connect` and `disconnect`
too, and leaves unknown ones unanswered. What then fails in a greenlet is printed by gevent with
all it was given: in a conversation that is what people wrote.
"""

from collections.abc import Collection, Mapping
from functools import wraps
from typing import Any

import structlog

UNKNOWN = "unknown"

log = structlog.get_logger()


def hear_only_what_is_known(server: Any, *, events: Mapping[str, Collection[str]]) -> None:
    """Let a Socket.IO server pass on `events` of each namespace; all others arrive as one."""
    hear, handle = server._handle_event, server._handle_event_internal

    @wraps(hear)
    def heard(eio_sid: str, namespace: str | None, id: int | None, data: Any) -> Any:
        name = data[0] if isinstance(data, list) and data else None
        known = isinstance(name, str) and name in events.get(namespace or "/", ())
        return hear(eio_sid, namespace, id, data if known else [UNKNOWN])

    @wraps(handle)
    def handled(*given: Any) -> None:
        try:
            handle(*given)
        except Exception as fault:
            log.error("chat_fault", event_name="outside", kind=type(fault).__name__)

    @wraps(server._handle_eio_message)
    def unpacked(eio_sid: str, frame: Any, usual: Any = server._handle_eio_message) -> None:
        try:
            usual(eio_sid, frame)
        except Exception as fault:
            log.info("chat_odd_frame", kind=type(fault).__name__)

    server._handle_event, server._handle_event_internal = heard, handled
    server._handle_eio_message = unpacked
    server.eio.on("message", unpacked)

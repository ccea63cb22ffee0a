"""How often one person may do each thing over the socket: a small bucket per person and event."""

import time
from collections import OrderedDict

from chat.refusals import TooMany

_MOST_BUCKETS = 20_000

# Event -> how many at once, and how many a second after that.
_ALLOWED: dict[str, tuple[float, float]] = {
    "message:send": (30, 1.0),  # a whole outbox after a day without net, then a quick typist
    "room:catchup": (60, 5.0),
    "room:read": (40, 5.0),
    "room:head": (20, 1.0),
    "unknown": (20, 1.0),
}
_left: OrderedDict[tuple[int, str], tuple[float, float]] = OrderedDict()


def allow(event: str, *, at_once: float, per_second: float) -> None:
    """Say how often an event of another edge may come."""
    _ALLOWED[event] = (at_once, per_second)


def take(account_id: int, event: str) -> None:
    """Count one more, or refuse and say after how many seconds it will do."""
    most, per_second = _ALLOWED[event]
    moment = time.monotonic()
    left, since = _left.pop((account_id, event), (most, moment))
    left = min(most, left + (moment - since) * per_second)
    _left[account_id, event] = (max(left - 1, 0) if left >= 1 else left, moment)
    if len(_left) > _MOST_BUCKETS:
        _left.popitem(last=False)
    if left < 1:
        raise TooMany(retry_after=round((1 - left) / per_second, 1))

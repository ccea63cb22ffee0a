"""Every half minute: where each room stands, and which sign-ins have ended.

Live events are hints; the table is the truth. A browser that missed one learns it here.
"""

from collections.abc import Iterable

from chat import presence, telling
from data.db import db
from data.queries import messages as queries
from data.queries.sign_ins import ended_among

EVERY_S = 30

_told: dict[int, dict[str, int]] = {}


def ended() -> list[presence.Connection]:
    """Return open sockets whose sign-in has ended, expired or been idle for too long."""
    here = presence.everyone()
    gone = ended_among({connection.sign_in_id for connection in here})
    db.session.rollback()
    return [connection for connection in here if connection.sign_in_id in gone]


def news() -> dict[int, dict[str, int]]:
    """Return, for each person in the conversations, the rooms that changed since the last beat."""
    here = {c.account_id for c in presence.everyone() if c.namespace == telling.CHAT}
    heads = queries.heads_of(here)
    db.session.rollback()
    changed = {account_id: _changed(account_id, heads[account_id]) for account_id in heads}
    _forget_all_but(here)
    return {account_id: rooms for account_id, rooms in changed.items() if rooms}


def _changed(account_id: int, heads: dict[str, int]) -> dict[str, int]:
    before = _told.get(account_id, {})
    _told[account_id] = heads
    return {room: rev for room, rev in heads.items() if before.get(room) != rev}


def _forget_all_but(here: Iterable[int]) -> None:
    for gone in _told.keys() - set(here):
        del _told[gone]

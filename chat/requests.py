"""What a browser may ask for, read strictly: nothing else gets past the socket edge."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_CID = re.compile(r"[A-Za-z0-9-]{1,36}")
_MOST_BODY = 20_000  # the room's own limit is lower and has a friendlier answer
_LARGEST = 2**31 - 1


class Malformed(Exception):
    """A request that our own page would never make."""


@dataclass(frozen=True)
class SendMessage:
    room: str
    cid: str
    body: str
    reply_to: int | None
    confirmed: tuple[str, ...]

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> "SendMessage":
        cid = _text(payload, "cid", most=36)
        if not _CID.fullmatch(cid):
            raise Malformed("cid")
        confirmed = payload.get("confirmed") or []
        if not isinstance(confirmed, list) or not all(isinstance(k, str) for k in confirmed):
            raise Malformed("confirmed")
        if payload.get("files") not in (None, []):  # none yet; never leave one out in silence
            raise Malformed("files")
        reply_to = None if payload.get("reply_to") is None else _number(payload, "reply_to")
        return cls(
            room=_room(payload),
            cid=cid,
            body=_text(payload, "body", most=_MOST_BODY),
            reply_to=reply_to,
            confirmed=tuple(confirmed[:5]),
        )


@dataclass(frozen=True)
class CatchUp:
    room: str
    since_rev: int
    limit: int

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> "CatchUp":
        limit = _number({"limit": 200, **payload}, "limit")
        return cls(_room(payload), _number(payload, "since_rev"), max(1, min(limit, 200)))


@dataclass(frozen=True)
class MarkRead:
    room: str
    seq: int

    @classmethod
    def parse(cls, payload: dict[str, Any]) -> "MarkRead":
        return cls(_room(payload), _number(payload, "seq"))


def _room(payload: dict[str, Any]) -> str:
    room = _text(payload, "room", most=12)
    if "\0" in room:
        raise Malformed("room")
    return room


def _text(payload: dict[str, Any], name: str, *, most: int) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise Malformed(name)
    if value.encode(errors="ignore").decode() != value:  # half a sign, that nothing can store
        raise Malformed(name)
    return value


def _number(payload: dict[str, Any], name: str) -> int:
    value = payload.get(name)
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise Malformed(name)
    return value

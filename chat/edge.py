"""What every socket event goes through before and after its action: one decorator."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, NotRequired, TypedDict

import structlog
from flask import current_app, request
from sqlalchemy.exc import IntegrityError, OperationalError

from chat import limits, presence
from chat.refusals import Sensitive, TooMany
from chat.requests import Malformed
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from data.i18n import _
from data.models import Account, SignIn
from data.queries.sign_ins import person_signed_in

log = structlog.get_logger()
_SIGN_OF_LIFE_EVERY_S = 60


class Problem(TypedDict):
    code: str
    message: str
    retry_after: NotRequired[float]
    spans: NotRequired[list[tuple[int, int, str]]]


Answer = dict[str, Any]
Handler = Callable[[Any, Account, dict[str, Any]], Answer]


class SignedOut(Exception):
    """The browser's sign-in no longer holds."""


def chat_event(event: str, *, writes: bool = False) -> Callable[[Handler], Callable[..., Answer]]:
    """Check sign-in and pace, run the handler in its transaction, answer in one shape.

    The answer leaves after the commit: `ok` means stored. Whatever goes wrong is an answer too,
    never silence, so that the browser knows whether to try again.
    """

    def declare(handler: Handler) -> Callable[..., Answer]:
        @wraps(handler)
        def answered(edge: Any, payload: Any = None, *_more: Any) -> Answer:
            try:
                connection = _connection()
                if current_app.config["RATELIMIT_ENABLED"]:
                    limits.take(connection.account_id, event)
                content = payload if isinstance(payload, dict) else {}
                return _run(handler, edge, connection, content, writes=writes)
            except SignedOut:
                return _problem("login", _("You have been signed out."))
            except Refusal as refusal:
                return _refused(refusal)
            except Malformed as wrong:
                return _problem("malformed", str(wrong))
            except OperationalError:
                db.session.rollback()
                return _problem("busy", _("We are busy. We try again in a moment."), retry_after=1)
            except Exception as fault:
                return _fault(event, fault)

        return answered

    return declare


def signed_in(connection: presence.Connection) -> tuple[SignIn, Account]:
    """Return the sign-in that opened the socket, and the person, while it still holds.

    Asked on every event. What was true when the socket opened may have ended since.
    """
    found = person_signed_in(connection.sid_hash)
    if found is None:
        raise SignedOut
    return found


def _connection() -> presence.Connection:
    connection = presence.connection_of(request.sid)  # type: ignore[attr-defined]
    if connection is None:
        raise SignedOut
    return connection


def _run(
    handler: Handler, edge: Any, connection: presence.Connection, payload: Answer, *, writes: bool
) -> Answer:
    if not writes:
        return {"ok": True, **handler(edge, signed_in(connection)[1], payload)}
    try:
        return _write(handler, edge, connection, payload)
    except IntegrityError:
        # The same message came in twice at the same moment: now the first one can be found.
        return _write(handler, edge, connection, payload)


def _write(handler: Handler, edge: Any, connection: presence.Connection, payload: Answer) -> Answer:
    with transaction():
        sign_in, person = signed_in(connection)
        answer = handler(edge, person, payload)
        if (now() - sign_in.seen_at).total_seconds() > _SIGN_OF_LIFE_EVERY_S:
            sign_in.seen_at = now()  # staff who write are not idle, even if they load no page
    return {"ok": True, **answer}


_CODES: tuple[tuple[type[Refusal], str], ...] = (
    (NotFound, "forbidden"),
    (NotAllowed, "forbidden"),
    (Invalid, "invalid"),
    (Conflict, "conflict"),
)


def _refused(refusal: Refusal) -> Answer:
    code = getattr(refusal, "code", None) or next(
        code for kind, code in _CODES if isinstance(refusal, kind)
    )
    answer = _problem(code, str(refusal))
    if isinstance(refusal, Sensitive):
        spans = [(find.start, find.end, find.kind) for find in refusal.finds]
        answer["error"]["spans"] = spans
    if isinstance(refusal, TooMany):
        answer["error"]["retry_after"] = refusal.retry_after
    return answer


def _problem(code: str, message: str, *, retry_after: float | None = None) -> Answer:
    problem = Problem(code=code, message=message)
    if retry_after is not None:
        problem["retry_after"] = retry_after
    return {"ok": False, "error": problem}


def _fault(event: str, fault: Exception) -> Answer:
    """Our mistake: the log gets its kind and a reference, never what the person wrote."""
    db.session.rollback()
    reference = secrets.token_hex(4)
    log.error("chat_fault", event_name=event, kind=type(fault).__name__, reference=reference)
    return _problem(
        "fault", _("The fault is ours. What you wrote is kept. (%(ref)s)", ref=reference)
    )

"""Show each kind of refusal as a page with the right status, and a fault as a plain one."""

import contextlib
import traceback
from pathlib import Path

import structlog
from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from data.db import db, new_ref
from data.errors import Conflict, NotAllowed, NotFound, Refusal
from web.shared import page

_STATUS: dict[type[Refusal], int] = {NotAllowed: 403, NotFound: 404, Conflict: 409}
log = structlog.get_logger()


def error_page(
    status: int, sentence: str | None = None, *, reference: str | None = None
) -> tuple[str, int]:
    """Return the designed page for a status, with the sentence meant for the person."""
    drawn = render_template("page_error.html", code=status, sentence=sentence, reference=reference)
    return drawn, status


def show_refusals(app: Flask) -> None:
    """Map refusals, HTTP errors and faults to pages, once for the whole app."""

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> tuple[str, int]:
        status = next((s for kind, s in _STATUS.items() if isinstance(refusal, kind)), 400)
        return error_page(status, str(refusal))

    @app.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> tuple[str, int]:
        return error_page(
            400, _("The page was open for too long. Go back, load it again and send once more.")
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        if error.code is None or error.code < 400:
            return error
        return error_page(error.code)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def _busy(error: Exception) -> tuple[str, int, dict[str, str]]:
        """The database is locked, full or away: nothing is stored, and soon it may go."""
        with contextlib.suppress(Exception):
            db.session.rollback()
        log.error("database_busy", kind=type(error).__name__, endpoint=request.endpoint)
        page.plain()
        return *error_page(503), {"Retry-After": "10"}

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> tuple[str, int]:
        if app.config["TESTING"]:
            raise error
        with contextlib.suppress(Exception):  # the fault may be that the database is gone
            db.session.rollback()
        reference = new_ref()[:6].upper()
        # The type and the place, not the message: messages may quote what a person wrote.
        log.error(
            "fault",
            kind=type(error).__name__,
            endpoint=request.endpoint,
            reference=reference,
            at=_where(error),
        )
        page.plain()
        return error_page(500, reference=reference)


def _where(error: Exception) -> str:
    """Return the file and line that failed; for a log without what people wrote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"

"""Headers that every answer carries, and CSRF on every form."""

from itertools import chain

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

csrf = CSRFProtect()

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


def protect(app: Flask) -> None:
    """Set up CSRF and the response headers. Call this before all that looks into the database."""

    @app.before_request
    def _no_nul() -> None:
        """Nobody types a NUL, and PostgreSQL stores none: such a request is made to do harm.

        This reads what was sent to its end. A few slow senders must hold no connection of the
        pool meanwhile: nobody else could read or write.
        """
        sent = chain([request.path], *(texts for _name, texts in request.values.lists()))
        if any("\0" in text for text in sent):
            abort(400)

    csrf.init_app(app)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if app.config["PRODUCTION"]:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            # Private pages must not come back from a shared computer's cache.
            headers.setdefault("Cache-Control", "no-store")
        return response

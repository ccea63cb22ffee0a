"""Posting a form as a browser does: with the token of a page one has open."""

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

_RAW = "f" * 40


def csrf_token(client: FlaskClient) -> str:
    """Return the token that a page of this client would carry, without asking for a page."""
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", _RAW)
    key = client.application.config["SECRET_KEY"]
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def post(
    client: FlaskClient, url: str, data: dict[str, Any] | None = None, **more: Any
) -> TestResponse:
    """Post `data` to `url` with a good token."""
    return client.post(url, data={"csrf_token": csrf_token(client), **(data or {})}, **more)

"""The app itself, in the test's own process, on the files of an installation that runs beside it.

To read references, to make sign-ins without waiting for mail, and to put the demo into states
that it is not born with.
"""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from config import Config
from data.db import db
from data.models import Account
from tests.conftest import forget_between_requests, sign_in
from tests.live import Installation
from web.app import create_app


@contextmanager
def inside(made: Installation) -> Iterator[Flask]:
    """Open the app on the same database and keys; its jobs are done at once."""
    with patch.dict(os.environ, made.environment):
        settings = dataclasses.replace(
            Config.from_env(),
            SOCKET_ASYNC_MODE="threading",
            JOBS_IMMEDIATE=True,
            LOG_LEVEL="ERROR",
        )
    app = create_app(settings)
    app.before_request_funcs.setdefault(None, []).insert(0, forget_between_requests)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def client_of(app: Flask, account_id: int | None) -> FlaskClient:
    """Return a client that is signed in as this person; None is a stranger."""
    client = app.test_client()
    if account_id is not None:
        with app.app_context():
            sign_in(client, db.session.get_one(Account, account_id))
    if has_app_context():
        db.session.rollback()  # an older look at the database does not know the sign-in
    return client


def cookie_of(client: FlaskClient, made: Installation) -> dict[str, str]:
    """Return the client's cookie as a browser takes it."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return {"name": "session", "value": cookie.value, "url": made.address}

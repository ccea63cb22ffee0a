"""The app, the database and the fixed cast that tests are about."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import text

from config import Config
from data.db import db, transaction
from data.models import Account
from tests import factories
from tests.factories import Cast
from tests.live import chromium, live, new_page  # noqa: F401  # fixtures
from tests.servers import (  # noqa: F401  # fixtures
    either_app,
    postgres_app,
    postgres_server,
    postgres_url,
    valkey_server,
)
from web.app import create_app
from web.shared.sessions import begin_session


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Look for examples in the product's docstrings, not in the scripts that tests start."""
    if collection_path.suffix == ".py" and not collection_path.name.startswith("test_"):
        return True
    return None


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    """A database file with the current tables and no rows, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("empty")
    database = f"sqlite:///{folder / 'empty.db'}"
    app = create_app(Config.for_tests(SQLALCHEMY_DATABASE_URI=database, INSTANCE=folder))
    with app.app_context():
        db.create_all()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "empty.db"


@pytest.fixture
def app(tmp_path, empty_database) -> Iterator[Flask]:
    """The app on a database of its own: a real file, so that threads share it as processes do."""
    shutil.copy(empty_database, tmp_path / "test.db")
    database = f"sqlite:///{tmp_path / 'test.db'}"
    app = create_app(Config.for_tests(SQLALCHEMY_DATABASE_URI=database, INSTANCE=tmp_path))
    app.before_request_funcs.setdefault(None, []).insert(0, forget_between_requests)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def forget_between_requests() -> None:
    """Give each request a `g` of its own: the test's app context would lend it the last one's."""
    vars(g).clear()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """New family, mentor family, facilitator, coordinator, consultant, administrator, outsiders."""
    return factories.make_cast()


@pytest.fixture
def as_(app: Flask):
    """`as_(account)` gives a client signed in as that person; `as_(None)` a stranger's."""

    def client_of(account: Account | None) -> FlaskClient:
        client = app.test_client()
        if account is not None:
            sign_in(client, account)
        return client

    return client_of


def sign_in(client: FlaskClient, account: Account) -> None:
    """Put a real sign-in into the client's cookie, without the form."""
    app = client.application
    with app.test_request_context():
        from flask import session

        with transaction():
            begin_session(db.session.merge(account))
        content = dict(session)
    with client.session_transaction() as cookie:
        cookie.update(content)

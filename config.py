"""Every setting of the app, read from the environment once, at start."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).parent


class MissingSetting(Exception):
    """A setting without which the app must not start."""


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "ja"}


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the app may be told from outside; docs/settings.md says each in words."""

    SECRET_KEY: str
    SECURITY_PASSWORD_SALT: str
    SQLALCHEMY_DATABASE_URI: str
    INSTANCE: Path = field(default=_HERE / "instance")
    MASTER_KEY: str
    KEY_STORE: str
    REDIS_URL: str | None = None
    PRODUCTION: bool = False
    DEMO: bool = True
    TESTING: bool = False
    BASE_URL: str = "http://127.0.0.1:5000"
    MAIL_BACKEND: str = "file"
    MAIL_SERVER: str = "localhost"
    MAIL_PORT: int = 25
    MAIL_USERNAME: str | None = None
    MAIL_PASSWORD: str | None = None
    MAIL_USE_TLS: bool = False
    MAIL_DEFAULT_SENDER: str = "makkerskab@example.org"
    MESSAGE_MAX_CHARS: int = 4000
    UPLOAD_MAX_BYTES: int = 10 * 1024 * 1024
    JOBS_IMMEDIATE: bool = False
    TRUSTED_PROXIES: int = 0
    RATELIMIT_ENABLED: bool = True
    SOCKET_ASYNC_MODE: str = "gevent"
    LOG_LEVEL: str = "INFO"

    @classmethod
    def from_env(cls) -> Config:
        """Read the environment; secrets come from it or from files in the instance folder."""
        instance = Path(os.environ.get("INSTANCE", _HERE / "instance"))
        production = _flag("PRODUCTION")
        database = os.environ.get("DATABASE_URL", f"sqlite:///{instance / 'makkerskab.db'}")
        port = os.environ.get("PORT", "5000")
        return cls(
            SECRET_KEY=_secret("SECRET_KEY", instance, production=production),
            SECURITY_PASSWORD_SALT=_secret("PASSWORD_SALT", instance, production=production),
            MASTER_KEY=_secret("MASTER_KEY", instance, production=production),
            KEY_STORE=os.environ.get("KEY_STORE", str(instance / "keys" / "keys.db")),
            SQLALCHEMY_DATABASE_URI=_with_driver(database),
            INSTANCE=instance,
            REDIS_URL=os.environ.get("REDIS_URL") or None,
            PRODUCTION=production,
            DEMO=_flag("DEMO", default=not production),
            BASE_URL=os.environ.get("BASE_URL", f"http://127.0.0.1:{port}"),
            MAIL_BACKEND=os.environ.get("MAIL_BACKEND", "file"),
            MAIL_SERVER=os.environ.get("MAIL_SERVER", "localhost"),
            MAIL_PORT=int(os.environ.get("MAIL_PORT", "25")),
            MAIL_USERNAME=os.environ.get("MAIL_USERNAME"),
            MAIL_PASSWORD=os.environ.get("MAIL_PASSWORD"),
            MAIL_USE_TLS=_flag("MAIL_USE_TLS"),
            MAIL_DEFAULT_SENDER=os.environ.get("MAIL_DEFAULT_SENDER", "makkerskab@example.org"),
            TRUSTED_PROXIES=int(os.environ.get("TRUSTED_PROXIES", "0")),
            RATELIMIT_ENABLED=_flag("RATELIMIT_ENABLED", default=True),
            LOG_LEVEL=os.environ.get("LOG_LEVEL", "INFO"),
        )

    @classmethod
    def for_tests(cls, **changes: object) -> Config:
        """Settings for one test: memory database, mail kept in memory, jobs run at once."""
        settings: dict[str, object] = {
            "SECRET_KEY": "tests-only-secret-key-of-good-length",
            "SECURITY_PASSWORD_SALT": "tests-only-salt",
            "MASTER_KEY": "tests-only-master-key-of-good-length",
            "SQLALCHEMY_DATABASE_URI": "sqlite://",
            "KEY_STORE": ":memory:",
            "TESTING": True,
            "MAIL_BACKEND": "locmem",
            "JOBS_IMMEDIATE": True,
            "RATELIMIT_ENABLED": False,
            "SOCKET_ASYNC_MODE": "threading",
            "BASE_URL": "http://localhost",
        }
        return cls(**{**settings, **changes})  # type: ignore[arg-type]  # names checked by dataclass


def _secret(name: str, instance: Path, *, production: bool) -> str:
    """Take a secret from the environment; outside production a random one is kept in a file."""
    if value := os.environ.get(name):
        return value
    if production:
        raise MissingSetting(f"{name} must be set in production.")
    path = instance / "keys" / f"{name.lower()}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(os.urandom(32).hex(), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _with_driver(url: str) -> str:
    """Name the driver we ship: hosting platforms hand out plain postgres:// addresses."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url

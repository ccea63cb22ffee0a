"""Secrets we keep only as hashes: passwords slowly (argon2), codes and addresses keyed (HMAC).

argon2 takes tens of milliseconds of processor time. In the web process every page and every
conversation shares one loop, so it is done in threads of its own there.
"""

import hmac
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

from flask import current_app
from flask_security import utils
from gevent import monkey
from gevent.threadpool import ThreadPool

T = TypeVar("T")
_THREADS = 2  # each takes 64 MB while it works


def hash_password(password: str) -> str:
    """Return the argon2 hash to store."""
    return str(_beside_the_loop(utils.hash_password, password))


def password_fits(password: str, stored: str | None) -> bool:
    """Check a password; the same work is done where there is none to check against."""
    fits = _beside_the_loop(utils.verify_password, password, stored or _nobodys_password())
    return fits and stored is not None


def keyed(kind: str, text: str) -> str:
    """Return a hash that says nothing without our secret key: for codes, addresses, networks."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{kind}:{text}".encode(), "sha256").hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two hashes in a time that does not tell how much of them agrees."""
    return hmac.compare_digest(one, other)


@cache
def _nobodys_password() -> str:
    return str(_beside_the_loop(utils.hash_password, "nobody has this password"))


@cache
def _threads() -> ThreadPool:
    return ThreadPool(_THREADS)


def _beside_the_loop(work: Callable[..., T], *args: Any) -> T:
    """Run in a real thread when this process is a gevent loop; at once when it is not."""
    if not monkey.is_module_patched("socket"):
        return work(*args)
    here = copy_context()  # the hasher asks the current app for its settings
    result: T = _threads().apply(here.run, (work, *args))
    return result

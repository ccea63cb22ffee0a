"""The one encrypted column type: message texts and sensitive answers pass through it.

A value carries the scope of its key, so a later issue can rotate or shred by scope without
touching the tables: `message.body = Sealed("Hej", scope="room:7:author:3:2026-11")`.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from data.keys import KeyMissing, KeyStore

_store: KeyStore | None = None


def use(store: KeyStore) -> None:
    """Say which key store this process seals and opens with."""
    global _store
    _store = store


def store() -> KeyStore:
    """Return the key store in use."""
    if _store is None:
        raise RuntimeError("No key store: create_app() sets one.")
    return _store


@dataclass(frozen=True)
class Sealed:
    """A text and the scope of the key it is sealed with; `text` is None once shredded."""

    text: str | None
    scope: str

    @classmethod
    def of(cls, value: Any, *, scope: str) -> "Sealed":
        """Seal any JSON value."""
        return cls(json.dumps(value, ensure_ascii=False, sort_keys=True), scope)

    @property
    def value(self) -> Any:
        """Return the JSON value that `of` sealed, None once shredded."""
        return None if self.text is None else json.loads(self.text)

    def __repr__(self) -> str:
        # Never the text: reprs end up in logs and tracebacks.
        return f"Sealed(scope={self.scope!r})"


class SealedText(TypeDecorator[Sealed]):
    """Stores `scope NUL nonce ciphertext`; the database sees no text."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, _dialect: Dialect) -> bytes | None:
        if value is None or value.text is None:
            return None
        return value.scope.encode() + b"\0" + store().seal(value.text, value.scope)

    def process_result_value(self, value: Any, _dialect: Dialect) -> Sealed | None:
        if value is None:
            return None
        scope, _, sealed = bytes(value).partition(b"\0")
        try:
            return Sealed(store().open(sealed, scope.decode()), scope.decode())
        except KeyMissing:
            return Sealed(None, scope.decode())

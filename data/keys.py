"""The key store: data keys wrapped by a master key, kept outside the database and its backups.

One data key per scope ("room:7:author:3:2026-11", "family:12"). Whoever holds a copy of the
database alone reads nothing; forgetting a key makes every copy of its texts unreadable.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class KeyMissing(Exception):
    """The key of this scope has been forgotten; its text is gone for good."""


class KeyStore:
    """Data keys by scope. Safe to share between threads and between processes."""

    def __init__(self, path: str, master_key: str) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._master = AESGCM(hashlib.sha256(master_key.encode()).digest())
        self._open: dict[str, AESGCM] = {}
        self._rows = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=10
        )
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=FULL")
        self._rows.execute("PRAGMA secure_delete=ON")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS data_keys (scope TEXT PRIMARY KEY, wrapped BLOB NOT NULL)"
        )
        # Beside the keys, since it must outlive every backup of the database: what restoring one
        # must not bring back.
        self._rows.execute("CREATE TABLE IF NOT EXISTS erased_families (ref TEXT PRIMARY KEY)")
        if path != ":memory:":
            Path(path).chmod(0o600)

    def seal(self, text: str, scope: str) -> bytes:
        """Encrypt `text` with the key of `scope`, made on first use and stored before we return."""
        nonce = os.urandom(_NONCE)
        cipher = self._cipher(scope) or self._make([scope])[scope]
        return nonce + cipher.encrypt(nonce, text.encode(), scope.encode())

    def open(self, sealed: bytes, scope: str) -> str:
        """Decrypt; raises KeyMissing when the scope's key is gone."""
        cipher = self._cipher(scope)
        if cipher is None:
            raise KeyMissing(scope)
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], scope.encode()).decode()

    def prepare(self, scopes: Iterable[str]) -> None:
        """Make the keys of many scopes in one go: an import of 5,000 families is one write."""
        self._make([scope for scope in scopes if self._cipher(scope) is None])

    def forget(self, scopes: Iterable[str]) -> None:
        """Delete the keys of these scopes; what they sealed can never be read again."""
        with self._lock:
            for scope in scopes:
                self._open.pop(scope, None)
                self._rows.execute("DELETE FROM data_keys WHERE scope = ?", (scope,))
            # Until then the log beside the file still holds the keys as they were.
            self._rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def remember_erased(self, ref: str) -> None:
        """Write down that this family was erased: its reference says nothing of who it was."""
        with self._lock:
            self._rows.execute("INSERT OR IGNORE INTO erased_families (ref) VALUES (?)", (ref,))

    def erased_refs(self) -> set[str]:
        """Return the references of the families that were ever erased."""
        with self._lock:
            return {ref for (ref,) in self._rows.execute("SELECT ref FROM erased_families")}

    def close(self) -> None:
        """Close the store's file."""
        self._rows.close()

    def _cipher(self, scope: str) -> AESGCM | None:
        if known := self._open.get(scope):
            return known
        with self._lock:
            row = self._rows.execute(
                "SELECT wrapped FROM data_keys WHERE scope = ?", (scope,)
            ).fetchone()
            return self._unwrap(scope, row[0]) if row else None

    def _make(self, scopes: list[str]) -> dict[str, AESGCM]:
        with self._lock:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                for scope in scopes:
                    nonce = os.urandom(_NONCE)
                    wrapped = nonce + self._master.encrypt(nonce, os.urandom(32), scope.encode())
                    self._rows.execute(
                        "INSERT OR IGNORE INTO data_keys (scope, wrapped) VALUES (?, ?)",
                        (scope, wrapped),
                    )
                self._rows.execute("COMMIT")
            except sqlite3.Error:  # a full disk must not leave us inside a transaction for good
                if self._rows.in_transaction:
                    self._rows.execute("ROLLBACK")
                raise
            made = {}
            for scope in scopes:  # read back: another process may have been first
                row = self._rows.execute(
                    "SELECT wrapped FROM data_keys WHERE scope = ?", (scope,)
                ).fetchone()
                made[scope] = self._unwrap(scope, row[0])
            return made

    def _unwrap(self, scope: str, wrapped: bytes) -> AESGCM:
        try:
            key = self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], scope.encode())
        except InvalidTag as wrong:
            raise KeyMissing(f"{scope}: the master key does not fit this key store") from wrong
        self._open[scope] = AESGCM(key)
        return self._open[scope]

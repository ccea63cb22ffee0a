"""Files that someone brought: sealed while they wait, gone when what they were for is done."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from data.clock import now
from data.db import after_commit, db
from data.exchange.records import Mending
from data.models import Account, Upload
from data.sealed import Sealed, store

KEPT = timedelta(days=7)


def keep(content: bytes, *, filename: str, by: Account) -> Upload:
    """Store a file, sealed with a key of its own."""
    upload = Upload(
        municipality_id=by.municipality_id, owner_id=by.id, filename=filename[:200], content=b""
    )
    db.session.add(upload)
    db.session.flush()
    upload.content = store().seal(base64.b64encode(content).decode(), _scope(upload))
    return upload


def content_of(upload: Upload) -> bytes:
    """Return the file as it was brought."""
    return base64.b64decode(store().open(bytes(upload.content), _scope(upload)))


def forget(upload: Upload) -> None:
    """Remove the file; that it was here and when it was used stays."""
    upload.content, upload.mended = b"", None
    scope = _scope(upload)
    after_commit(lambda: store().forget([scope]))  # not before it is certain


def forget_old() -> int:
    """Remove the files that nobody has come back to; return how many."""
    old = db.session.query(Upload).filter(Upload.uploaded_at < now() - KEPT).all()
    scopes = [_scope(upload) for upload in old]
    db.session.execute(delete(Upload).where(Upload.id.in_([upload.id for upload in old])))
    after_commit(lambda: store().forget(scopes))
    return len(old)


def mending_of(upload: Upload) -> Mending:
    """Return what has been put right on the page."""
    said: Mapping[str, Any] = (upload.mended.value if upload.mended else None) or {}
    return Mending(
        columns=said.get("columns", {}),
        cells=said.get("cells", {}),
        skipped=frozenset(said.get("skipped", ())),
    )


def mend(upload: Upload, *, columns: Mapping[str, str], cells: Mapping[str, str],
         skipped: frozenset[int]) -> None:  # fmt: skip
    """Add to what has been put right; the newest word on a cell counts."""
    before = mending_of(upload)
    said = {
        "columns": {**before.columns, **columns},
        "cells": {**before.cells, **cells},
        "skipped": sorted({*before.skipped, *skipped}),
    }
    upload.mended = Sealed.of(said, scope=_scope(upload))


def _scope(upload: Upload) -> str:
    return f"upload:{upload.ref}"

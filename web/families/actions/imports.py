"""Families from a table: look at it first, mend what is wrong, then save all of it or nothing."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from data import audit
from data.db import db
from data.errors import Conflict, Invalid
from data.exchange import uploads
from data.exchange.private_numbers import holds_cpr, mask
from data.exchange.tables import MOST_ROWS
from data.i18n import _
from data.models import Account, Job, JobState, RoleName, Upload
from data.queries.access import not_found, require_role
from web.shared.jobs import enqueue

CHECK, SAVE, INVITE = "families.import_check", "families.import_save", "families.import_invite"
_KINDS = frozenset({".xlsx", ".xlsm", ".csv", ".txt", ".tsv"})
_RUNNING = frozenset({JobState.QUEUED, JobState.RUNNING})


def start_import(content: bytes, *, filename: str, by: Account) -> Upload:
    """Keep the file and have the worker look at it; nothing is stored about any family yet."""
    require_role(by, RoleName.COORDINATOR)
    filename = PurePath(filename.replace("\\", "/")).name.strip() or "familier"
    filename = mask(filename) if holds_cpr(filename) else filename
    if not content:
        raise Invalid(_("Choose a file first."), field="file")
    if PurePath(filename).suffix.lower() not in _KINDS:
        raise Invalid(_("Use a file of the kind .xlsx or .csv."), field="file")
    upload = uploads.keep(content, filename=filename, by=by)
    audit.record("import_started", by=by, subject="upload", subject_id=upload.id)
    _check(upload, by=by)
    return upload


def _check(upload: Upload, *, by: Account) -> None:
    upload.job_id = enqueue(CHECK, by=by, request={"upload": upload.id}).id


def upload_by_ref(ref: str, *, by: Account) -> Upload:
    """Return one's own municipality's file."""
    require_role(by, RoleName.COORDINATOR)
    upload = db.session.scalar(
        select(Upload).where(Upload.ref == ref, Upload.municipality_id == by.municipality_id)
    )
    if upload is None:
        raise not_found()
    return upload


def mend_import(
    ref: str,
    *,
    columns: Mapping[str, str],
    cells: Mapping[str, str],
    skipped: frozenset[int],
    by: Account,
) -> Upload:
    """Put right what was wrong, without touching the file, and look at it again."""
    upload = _open(ref, by=by)
    if len(columns) + len(cells) + len(skipped) > MOST_ROWS:
        raise Conflict(_("That is too much to mend here. Mend the file and bring it again."))
    uploads.mend(upload, columns=columns, cells=cells, skipped=skipped)
    _check(upload, by=by)
    return upload


def save_import(ref: str, *, invite: bool, by: Account) -> Upload:
    """Have the worker save every row at once; what it refuses, it refuses whole."""
    upload = _open(ref, by=by)
    job = db.session.get(Job, upload.job_id) if upload.job_id else None
    result = _result(job)
    if job is None or job.kind != CHECK or job.state is not JobState.DONE or result is None:
        raise Conflict(_("The file has not been looked at yet."))
    if result["blocking"]:
        raise Conflict(_("Some rows are not right yet. Mend them or leave them out first."))
    request = {"upload": upload.id, "invite": invite}
    upload.job_id = enqueue(SAVE, by=by, request=request).id
    audit.record("import_saved", by=by, subject="upload", subject_id=upload.id, invite=invite)
    return upload


def cancel_import(ref: str, *, by: Account) -> None:
    """Throw the file away."""
    upload = _open(ref, by=by)
    uploads.forget(upload)
    db.session.delete(upload)


def _open(ref: str, *, by: Account) -> Upload:
    """Return a file that nothing is being done with and that is not saved yet."""
    upload = upload_by_ref(ref, by=by)
    db.session.refresh(upload, with_for_update=True)
    if upload.used_at is not None:
        raise Conflict(_("The file is saved already. Nothing was saved twice."))
    job = db.session.get(Job, upload.job_id) if upload.job_id else None
    if job is not None and job.state in _RUNNING:
        raise Conflict(_("We are still working on the file."))
    return upload


def _result(job: Job | None) -> dict[str, Any] | None:
    return job.result.value if job is not None and job.result is not None else None

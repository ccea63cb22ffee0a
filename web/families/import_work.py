"""What the worker does with a table of families: look it through, save it, invite."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import structlog
from flask import current_app

from data import audit
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict, Refusal
from data.exchange import Problem, ReadResult, read_families, uploads
from data.exchange.comparing import Here, differences, families_here, known_ids
from data.exchange.records import Mending
from data.exchange.saving import Saved, prepare_refs, save
from data.i18n import _
from data.models import Account, Family, FamilyStatus, Upload
from data.queries.access import not_found
from data.sealed import Sealed
from web.families.actions.imports import CHECK, INVITE, SAVE
from web.families.actions.staff import keep_from_meeting
from web.families.actions.taking_part import still_running, take_leave
from web.shared.invitations import invite_adult
from web.shared.jobs import Work, does, enqueue

log = structlog.get_logger()
SHOWN_PROBLEMS = 300
SHOWN_CHANGES = 100


@contextmanager
def _few_pauses() -> Iterator[None]:
    """Keep the collector from walking hundreds of thousands of young rows again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@does(CHECK)
@_few_pauses()
def check(work: Work) -> dict[str, Any]:
    """Read the file and say what would happen; nothing is written."""
    content, filename, mending, municipality_id = _file(work)
    ids = known_ids(municipality_id)
    db.session.rollback()  # nothing is locked while we read the file
    read = read_families(
        content, filename, mending=mending, known_ids=ids, tell=lambda x: work.progress(0.8 * x)
    )
    work.progress(0.9)
    here = families_here(municipality_id, (record["id"] for record in read.records))
    problems = [*read.problems, *_problems_with(read, here)]
    return _summary(read, here, problems)  # and no progress before: it would read them all anew


def _file(work: Work) -> tuple[bytes, str, Mending, int]:
    upload = db.session.get(Upload, work.request["upload"])
    if upload is None or not upload.content:
        raise not_found()
    return (
        uploads.content_of(upload),
        upload.filename,
        uploads.mending_of(upload),
        upload.municipality_id,
    )


def _problems_with(read: ReadResult, here: dict[str, Here]) -> list[Problem]:
    """Return what stands against changing families that are here."""
    found = []
    for record, row, contact in zip(read.records, read.rows, read.contacts, strict=True):
        known = here.get(record["id"])
        if known is None:
            continue
        if known.family.status is FamilyStatus.LEFT:
            if not differences(record, contact, known):
                continue  # our own list, come back as it went out
            found.append(Problem(code="left_family", row=row, key="id", value=record["id"]))
        elif record.get("status") == "left" and any(still_running(known.family)):
            found.append(Problem(code="still_taking_part", row=row, key="status"))
    return found


def _summary(read: ReadResult, here: dict[str, Here], problems: list[Problem]) -> dict[str, Any]:
    faulty = {p.row for p in problems if p.blocks and p.row is not None}
    counts: Counter[str] = Counter()
    changes: list[dict[str, Any]] = []
    names = {
        row: contact.name or record["id"]
        for row, record, contact in zip(read.rows, read.records, read.contacts, strict=True)
    }
    for record, row, contact in zip(read.records, read.rows, read.contacts, strict=True):
        known = here.get(record["id"])
        if row in faulty:
            continue
        if known is None:
            counts["new"] += 1
        elif other := differences(record, contact, known):
            counts["changed"] += 1
            changes.append({"row": row, "name": names[row], "before": other, "record": record})
        else:
            counts["unchanged"] += 1
    problems.sort(key=lambda p: (not p.blocks, p.row or 0))
    return {
        "counts": {**counts, "faulty": len(faulty)},
        "blocking": sum(p.blocks for p in problems),
        "problems": [
            {**asdict(p), "name": names.get(p.row or 0)} for p in problems[:SHOWN_PROBLEMS]
        ],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "changes": changes[:SHOWN_CHANGES],
        "unknown_columns": read.unknown_columns,
        "columns": read.columns,
        "emails": len(_to_invite(read, here)),
    }


def _to_invite(read: ReadResult, here: dict[str, Here]) -> set[str]:
    """Return the addresses of those who are not here yet, in families that have not left."""
    wanted: set[str] = set()
    for record, contact in zip(read.records, read.contacts, strict=True):
        known = here.get(record["id"])
        if known is None:
            wanted.update(contact.emails)
        elif contact.emails and known.family.status is not FamilyStatus.LEFT:
            there = {carer.email for carer in known.family.carers if carer.active}
            wanted.update(set(contact.emails) - there)
    return wanted


@does(SAVE)
@_few_pauses()
def save_all(work: Work) -> dict[str, Any]:
    """Save every row in one transaction; a worker that dies in it leaves nothing behind."""
    content, filename, mending, municipality_id = _file(work)
    ids = known_ids(municipality_id)
    db.session.rollback()
    read = read_families(
        content, filename, mending=mending, known_ids=ids, tell=lambda x: work.progress(0.5 * x)
    )
    refs = prepare_refs(len(read.records))
    work.progress(0.6)
    with transaction():
        upload = db.session.get_one(Upload, work.request["upload"], with_for_update=True)
        if upload.used_at is not None:
            raise Conflict(_("The file is saved already. Nothing was saved twice."))
        by = db.session.get_one(Account, upload.owner_id)
        here = families_here(municipality_id, (record["id"] for record in read.records))
        if read.blocking or any(p.blocks for p in _problems_with(read, here)):
            raise Conflict(
                _("The families here have changed since the file was looked at. Look at it again.")
            )
        saved = save(read.records, read.contacts, here, refs=refs, by=by)
        _write_down(saved.new, "family_imported", by=by)
        _write_down(saved.changed, "family_changed_by_import", by=by)
        _follow_up(saved, by=by)
        for family in saved.changed:
            if family.status is FamilyStatus.LEFT:
                take_leave(family)
                audit.record("family_left", by=by, subject="family", subject_id=family.id)
        invited = _ask_to_invite(read, municipality_id, by=by) if work.request["invite"] else 0
        upload.used_at = now()
        uploads.forget(upload)
        result = {
            "new": len(saved.new),
            "changed": len(saved.changed),
            "unchanged": saved.unchanged,
            "invited": invited,
        }
    log.info("families_imported", upload=work.request["upload"], **result)
    return result


def _write_down(families: list[Family], event: str, *, by: Account) -> None:
    for family in families:
        audit.record(event, by=by, subject="family", subject_id=family.id)


def _follow_up(saved: Saved, *, by: Account) -> None:
    """The same follows, and stands in the log, as when a coordinator does it on the page."""
    for family in saved.protection:
        audit.record(
            "address_protection_changed",
            by=by,
            subject="family",
            subject_id=family.id,
            protected=family.protected_address,
        )
    for one, other in saved.apart:
        keep_from_meeting(db.session.get_one(Family, one), db.session.get_one(Family, other))
        audit.record("exclusion_added", by=by, subject="family", subject_id=one, other=other)


def _ask_to_invite(read: ReadResult, municipality_id: int, *, by: Account) -> int:
    """Hand the addresses, sealed, to a job of their own: a bad one must not stop an import."""
    families = families_here(
        municipality_id,
        (r["id"] for r, c in zip(read.records, read.contacts, strict=True) if c.emails),
    )
    here = {key for key, one in families.items() if one.family.status is not FamilyStatus.LEFT}
    wanted = [
        [families[record["id"]].family.id, contact.name or "", email]
        for record, contact in zip(read.records, read.contacts, strict=True)
        for email in contact.emails
        if record["id"] in here
    ]
    if not wanted:
        return 0
    addresses = Upload(
        municipality_id=municipality_id, owner_id=by.id, filename="invitations", content=b""
    )
    db.session.add(addresses)
    db.session.flush()
    addresses.mended = Sealed.of(wanted, scope=f"upload:{addresses.ref}")
    enqueue(INVITE, by=by, request={"upload": addresses.id})
    return len(wanted)


@does(INVITE)
def invite_all(work: Work) -> dict[str, Any]:
    """Invite each address in a transaction of its own; say how many could not be."""
    upload = db.session.get(Upload, work.request["upload"])
    if upload is None or upload.mended is None:
        return {"invited": 0, "refused": 0}
    wanted, owner_id, counts = upload.mended.value or [], upload.owner_id, Counter[str]()
    for done, (family_id, name, email) in enumerate(wanted):
        try:
            with transaction():
                family = db.session.get_one(Family, family_id)
                by = db.session.get_one(Account, owner_id)
                if email in {carer.email for carer in family.carers if carer.active}:
                    continue  # is here already
                invite_adult(family, email=email, name=name or family.name, by=by, link=_link)
            counts["invited"] += 1
        except Refusal:
            counts["refused"] += 1
        work.progress(done / len(wanted))
    with transaction():
        if upload := db.session.get(Upload, work.request["upload"]):
            upload.used_at = now()
            uploads.forget(upload)
    return {"invited": counts["invited"], "refused": counts["refused"]}


def _link(token: str) -> str:
    """Return the address for the mail; the worker has no request to build it from."""
    path = current_app.url_map.bind("").build("accounts.invitation", {"token": token})
    return f"{current_app.config['BASE_URL']}{path}"

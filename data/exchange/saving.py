"""Writes records of families to the tables, many at once, in the caller's one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from data.answers import phase_of, set_answers
from data.clock import now, today
from data.db import db, new_ref
from data.exchange.comparing import Here, differences
from data.exchange.records import Contact
from data.models import (
    Account,
    Consent,
    ConsentKind,
    Exclusion,
    Family,
    FamilyStatus,
    Placement,
)
from data.sealed import store

_OWN_WAY = frozenset(
    {
        *("id", "status", "consents", "exclusions", "mentor_approved", "protected_address"),
        "current_placement_phase",
    }
)
# A month that falls into the band: the file knows the band and we keep months.
_MONTHS_AGO = {"expecting": -1, "0_6m": 1, "7_12m": 9, "1_3y": 24, "3y_plus": 48}
CONSENT_VERSION = "1"


@dataclass(kw_only=True)
class Saved:
    """What was written."""

    new: list[Family] = field(default_factory=list)
    changed: list[Family] = field(default_factory=list)
    unchanged: int = 0
    protection: list[Family] = field(default_factory=list)  # switched on or off
    apart: list[tuple[int, int]] = field(default_factory=list)  # pairs not kept apart before


def prepare_refs(n: int) -> list[str]:
    """Return refs for new families, the keys of their answers made in one go."""
    refs = [new_ref() for _ in range(n)]
    store().prepare([f"family:{ref}" for ref in refs])
    return refs


def save(
    records: Sequence[dict[str, Any]],
    contacts: Sequence[Contact],
    here: dict[str, Here],
    *,
    refs: Sequence[str],
    by: Account,
) -> Saved:
    """Write every record: new families with the refs given, known ones where they differ."""
    saved, fresh = Saved(), iter(refs)
    for record, contact in zip(records, contacts, strict=True):
        known = here.get(record["id"])
        before = known is not None and known.family.protected_address
        if known is None:
            saved.new.append(_new(record, contact, ref=next(fresh), by=by))
            if saved.new[-1].protected_address:
                saved.protection.append(saved.new[-1])
        elif differences(record, contact, known):
            _write(known.family, record, contact, by=by)
            saved.changed.append(known.family)
            if known.family.protected_address != before:
                saved.protection.append(known.family)
        else:
            saved.unchanged += 1
    db.session.add_all(saved.new)
    db.session.flush()
    saved.apart = _write_exclusions(records, by=by)
    db.session.flush()
    return saved


def _new(record: dict[str, Any], contact: Contact, *, ref: str, by: Account) -> Family:
    family = Family(
        ref=ref,
        municipality_id=by.municipality_id,
        external_id=record["id"],
        name=contact.name or record["id"],
        status=FamilyStatus.DRAFT,
        protected_address=False,
        open_answers={},
        placements=[],
        consents=[],
    )
    _write(family, record, contact, by=by)
    return family


def _write(family: Family, record: dict[str, Any], contact: Contact, *, by: Account) -> None:
    set_answers(family, {key: v for key, v in record.items() if key not in _OWN_WAY})
    if contact.name:
        family.name = contact.name
    if "status" in record:
        family.status = FamilyStatus(record["status"])
    if "protected_address" in record:
        family.protected_address = record["protected_address"]
    if "mentor_approved" in record:
        family.mentor_approved_on = date.fromisoformat(record["mentor_approved"])
        family.mentor_approved_by_id = by.id
    if "consents" in record:
        _write_consent(family, date.fromisoformat(record["consents"]["matching"]), by=by)
    if phase := record.get("current_placement_phase"):
        _write_phase(family, phase, by=by)
    family.updated_at = now()


def _write_consent(family: Family, given_on: date, *, by: Account) -> None:
    standing = [
        c for c in family.consents if c.kind is ConsentKind.MATCHING and c.withdrawn_at is None
    ]
    if standing:
        standing[0].given_on = given_on
        return
    family.consents.append(
        Consent(
            kind=ConsentKind.MATCHING,
            version=CONSENT_VERSION,
            given_on=given_on,
            given_by_id=by.id,
        )
    )


def _write_phase(family: Family, phase: str, *, by: Account) -> None:
    if phase_of(family) == phase:
        return
    if phase == "none":
        for placement in family.placements:
            placement.ended_at = placement.ended_at or now()
        if not family.placements:
            set_answers(family, {"children_count": 0})
        return
    months = today().year * 12 + today().month - 1 - _MONTHS_AGO[phase]
    month = date(months // 12, months % 12 + 1, 1)
    for placement in family.placements:
        if (
            placement.month > month
        ):  # the file knows better: the latest one is older than we thought
            placement.ended_at = placement.ended_at or now()
    family.placements.append(Placement(month=month, noted_by_id=by.id))


def _write_exclusions(records: Sequence[dict[str, Any]], *, by: Account) -> list[tuple[int, int]]:
    named = [(record["id"], other) for record in records for other in record.get("exclusions", ())]
    if not named:
        return []
    ids = {
        row.external_id: row.id
        for row in db.session.execute(
            select(Family.external_id, Family.id).where(
                Family.municipality_id == by.municipality_id
            )
        )
    }
    pairs = {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in named}
    there = {
        (row.family_id, row.other_id)
        for row in db.session.execute(select(Exclusion.family_id, Exclusion.other_id))
    }
    apart = sorted(pairs - there)
    db.session.add_all(
        Exclusion(family_id=first, other_id=second, noted_by_id=by.id) for first, second in apart
    )
    return apart

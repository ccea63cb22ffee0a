"""A record from a file beside the family that is here already: new, changed, or the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from data.answers import whole_profile
from data.db import db
from data.exchange.records import Contact
from data.models import Exclusion, Family

_CHUNK = 500  # SQLite takes at most some thousand values in one question


@dataclass(frozen=True, kw_only=True)
class Here:
    """A family that is here, as a record of the file would say it."""

    family: Family
    facts: dict[str, Any]


def known_ids(municipality_id: int) -> set[str]:
    """Return the municipality's own keys of every family."""
    return set(
        db.session.scalars(
            select(Family.external_id).where(Family.municipality_id == municipality_id)
        )
    )


def families_here(municipality_id: int, ids: Iterable[str]) -> dict[str, Here]:
    """Return those of the families that are here, by the municipality's own key."""
    wanted, found = sorted(set(ids)), {}
    for at in range(0, len(wanted), _CHUNK):
        rows = db.session.scalars(
            select(Family)
            .where(
                Family.municipality_id == municipality_id,
                Family.external_id.in_(wanted[at : at + _CHUNK]),
            )
            .options(
                selectinload(Family.placements),
                selectinload(Family.consents),
                selectinload(Family.carers),
            )
        )
        for family in rows:
            found[family.external_id] = Here(family=family, facts=whole_profile(family))
    _add_exclusions(municipality_id, found)
    return found


def _add_exclusions(municipality_id: int, found: Mapping[str, Here]) -> None:
    by_row = {here.family.id: here for here in found.values()}
    keys = {
        row.id: row.external_id
        for row in db.session.execute(
            select(Family.id, Family.external_id).where(Family.municipality_id == municipality_id)
        )
    }
    of_here = select(Family.id).where(Family.municipality_id == municipality_id)
    pairs = db.session.execute(
        select(Exclusion.family_id, Exclusion.other_id).where(
            or_(Exclusion.family_id.in_(of_here), Exclusion.other_id.in_(of_here))
        )
    )
    for one, other in pairs:
        for mine, theirs in ((one, other), (other, one)):
            if mine in by_row:
                by_row[mine].facts.setdefault("exclusions", []).append(keys[theirs])


def differences(record: Mapping[str, Any], contact: Contact, here: Here) -> dict[str, Any]:
    """Return what the file says otherwise, by key: what stands here now.

    A key that the file leaves out says nothing. Exclusions are only ever added by a file.
    """
    now: dict[str, Any] = {}
    for key, value in record.items():
        if key == "id":
            continue
        there = here.facts.get(key)
        if key == "exclusions":
            if set(value) - set(there or ()):
                now[key] = sorted(there or ())
        elif key == "consents":
            if (there or {}).get("matching") != value["matching"]:
                now[key] = (there or {}).get("matching")
        elif _plain(value) != _plain(there) and not (value in ([], {}) and there is None):
            now[key] = there
    if contact.name and contact.name != here.family.name:
        now["name"] = here.family.name
    return now


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value

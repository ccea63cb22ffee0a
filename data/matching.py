"""Rows in, matcher values out: the only translation between the two.

Inside the matcher a family's id is the text of its row id; names never go there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from data.answers import whole_profile
from data.db import db
from data.models import Exclusion, Family, FamilyStatus
from data.queries.mentoring import places_taken
from matcher.collecting import no_collection

if TYPE_CHECKING:
    from matcher.profiles import Profiles

_NOT_FOR_THE_MATCHER = frozenset({"about_us", "children_gender"})


def families_of(municipality_id: int, *, active_only: bool = True) -> list[Family]:
    """Return a municipality's families with all the matcher needs, in four queries."""
    wanted = select(Family).where(Family.municipality_id == municipality_id).order_by(Family.id)
    if active_only:
        wanted = wanted.where(Family.status == FamilyStatus.ACTIVE)
    return _with_facts(wanted)


def families_by_id(ids: Iterable[int]) -> list[Family]:
    """Return these families with all the matcher needs, in the order of their ids."""
    return _with_facts(select(Family).where(Family.id.in_(list(ids))).order_by(Family.id))


def _with_facts(wanted: Any) -> list[Family]:
    loaded = wanted.options(selectinload(Family.placements), selectinload(Family.consents))
    with no_collection():
        return list(db.session.scalars(loaded))


def records(families: Sequence[Family], *, free_places: bool = True) -> list[dict[str, Any]]:
    """Return the families as records (docs/records.md), exclusions both ways included.

    With `free_places`, a mentor's capacity is what is left beside running mentorships.
    """
    excluded = _exclusions({family.id for family in families})
    taken = places_taken({family.id for family in families}) if free_places else {}
    with no_collection():
        return [
            _record(family, excluded=excluded[family.id], taken=taken.get(family.id, 0))
            for family in families
        ]


def profiles(families: Sequence[Family], *, free_places: bool = True) -> "Profiles":
    """Return the families as the matcher's Profiles."""
    from matcher.profiles import Profiles  # numpy is slow to import; most pages never need it

    return Profiles.from_records(records(families, free_places=free_places))


def sides(*sides: Sequence[int], free_places: bool = True) -> "tuple[Profiles, ...]":
    """Return families by their row ids as Profiles, one for each side, read in one go.

    For whole municipalities, or a country: `sides(seeking, mentors)`.
    """
    from matcher.profiles import Profiles

    with no_collection():
        found = records(
            families_by_id({key for side in sides for key in side}), free_places=free_places
        )
        by_id = {record["id"]: record for record in found}
        return tuple(Profiles.from_records([by_id[str(key)] for key in side]) for side in sides)


def _record(family: Family, *, excluded: set[int], taken: int) -> dict[str, Any]:
    facts = {c: v for c, v in whole_profile(family).items() if c not in _NOT_FOR_THE_MATCHER}
    facts["id"] = str(family.id)
    facts["exclusions"] = [str(other) for other in sorted(excluded)]
    if taken:
        facts["mentor_capacity"] = max(0, facts.get("mentor_capacity", 1) - taken)
    return facts


def _exclusions(ids: set[int]) -> defaultdict[int, set[int]]:
    pairs = db.session.execute(
        select(Exclusion.family_id, Exclusion.other_id).where(
            or_(Exclusion.family_id.in_(ids), Exclusion.other_id.in_(ids))
        )
    )
    excluded: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        excluded[one].add(other)
        excluded[other].add(one)
    return excluded

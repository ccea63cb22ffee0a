"""Who looks for a mentor and who may be one: the two sides that the matcher is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.answers import answers_of, has_consent, is_approved_mentor
from data.matching import families_by_id, records
from data.models import ConsentKind, Family, FamilyStatus, Municipality
from data.queries import mentoring as queries
from data.queries.families import exclusion_between

WANTS_A_MENTOR, IS_A_MENTOR = "mentee", "mentor"


@dataclass(frozen=True)
class Standing:
    """What a family still lacks before it may ask for a mentor; nothing missing opens the way."""

    missing: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Answer whether the family may see suggestions and ask."""
        return not self.missing


def standing_of(family: Family) -> Standing:
    """Return what stands between the family and a mentor, in the order it is put right."""
    lacks = {
        "paused": family.status is FamilyStatus.PAUSED,
        "profile": family.status in {FamilyStatus.DRAFT, FamilyStatus.LEFT},
        "consent": not has_consent(family, ConsentKind.MATCHING),
        "participation": not takes_part(family, WANTS_A_MENTOR),
        "placement": not family.placements,
    }
    return Standing(tuple(code for code, lacking in lacks.items() if lacking))


def takes_part(family: Family, role: str) -> bool:
    """Answer whether the family said it would like to take part like this."""
    return role in answers_of(family).get("participation", ())


def capacity_of(family: Family) -> int:
    """Return how many families this one will be a mentor for; not answered means one."""
    return int(answers_of(family).get("mentor_capacity", 1))


def free_places(families: Sequence[Family]) -> dict[int, int]:
    """Return how many places each mentor family has left now."""
    taken = queries.places_taken([mentor.id for mentor in families])
    return {m.id: max(0, capacity_of(m) - taken.get(m.id, 0)) for m in families}


def available(families: Sequence[Family]) -> list[Family]:
    """Return the mentor families that could say yes today."""
    free = free_places(families)
    return [
        mentor
        for mentor in families
        if mentor.status is FamilyStatus.ACTIVE
        and is_approved_mentor(mentor)
        and takes_part(mentor, IS_A_MENTOR)
        and free[mentor.id] > 0
    ]


def may_meet(family: Family, mentor: Family) -> bool:
    """Answer whether the two may still be told who the other is: a lot can change in a week."""
    return (
        all(_takes_part_still(one) for one in (family, mentor))
        and family.municipality_id == mentor.municipality_id  # one may have moved
        and is_approved_mentor(mentor)
        and exclusion_between(family.id, mentor.id) is None
    )


def _takes_part_still(family: Family) -> bool:
    return family.status is not FamilyStatus.LEFT and has_consent(family, ConsentKind.MATCHING)


def mentors(municipality_id: int) -> list[Family]:
    """Return everyone who is approved as a mentor; the matcher's rules say who has room."""
    return families_by_id(queries.mentor_ids(municipality_id))


def waiting(municipality_id: int) -> list[Family]:
    """Return the families that may have a mentor and have neither one nor a question out."""
    placed = queries.placed_ids(municipality_id)
    free = set(placed) - queries.busy_ids(municipality_id)
    return [family for family in families_by_id(free) if standing_of(family).is_open]


def mentor_records(families: list[Family]) -> list[dict[str, Any]]:
    """Return mentors as records whose places exclude those that a question is out about."""
    asked = queries.open_request_counts(family.id for family in families)
    found = records(families)
    for record in found:
        if waiting_for_answer := asked.get(int(record["id"])):
            free = record.get("mentor_capacity", 1) - waiting_for_answer
            record["mentor_capacity"] = max(0, free)
    return found


def pair_rules(municipality: Municipality) -> dict[str, int]:
    """Return the hard rules that a municipality may set."""
    return {"min_years": int(municipality.setting("mentor_min_years"))}

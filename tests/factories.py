"""Builders for tests: each takes only what the test is about."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from data.answers import set_answers
from data.clock import today
from data.db import db, transaction
from data.models import (
    Account,
    Consent,
    ConsentKind,
    Family,
    FamilyStatus,
    Institution,
    Municipality,
    Placement,
    Role,
    RoleName,
)
from matcher.schema import SCHEMA

_number = count(1)

NEW_FAMILY = {
    "participation": ["mentee", "group"],
    "family_type": "general",
    "support_level": "moderate",
    "foster_since": today().year,
    "placements_total": "1",
    "children_age_bands": ["3_5"],
    "children_count": 1,
    "themes_now": {"attachment": 3, "sleep_food_routines": 2, "adhd": 2},
    "postcode": "7100",
    "home_municipality": "0630",
    "max_travel_minutes": 40,
    "availability": ["tue_evening", "thu_evening", "sat_morning"],
    "meeting_form": "both",
    "purposes": ["experience"],
    "languages": ["da"],
    "contact_modes": ["chat", "visit"],
}
MENTOR_FAMILY = {
    **NEW_FAMILY,
    "participation": ["mentor"],
    "foster_since": today().year - 12,
    "themes_now": {},
    "themes_experience": ["attachment", "sleep_food_routines", "adhd"],
    "mentor_capacity": 1,
    "children_age_bands": ["3_5", "6_9"],
    "postcode": "7120",
}


def make_municipality(name: str = "Vejle", code: str = "0630", **facts: Any) -> Municipality:
    municipality = Municipality(name=name, code=code, **facts)
    db.session.add(municipality)
    db.session.flush()
    return municipality


def role(name: RoleName) -> Role:
    found = db.session.query(Role).filter_by(name=name.value).one_or_none()
    if found is None:
        found = Role(name=name.value)
        db.session.add(found)
    return found


def make_account(municipality: Municipality, *roles: RoleName, **facts: Any) -> Account:
    number = next(_number)
    facts = {"email": f"person{number}@example.org", "name": f"Person {number}", **facts}
    account = Account(
        municipality_id=municipality.id,
        fs_uniquifier=uuid4().hex,
        roles=[role(name) for name in roles],
        **facts,
    )
    db.session.add(account)
    db.session.flush()
    return account


def make_family(
    municipality: Municipality,
    *,
    name: str | None = None,
    answers: dict[str, Any] | None = None,
    carers: int = 1,
    placed: date | None = None,
    consent: bool = True,
    **facts: Any,
) -> Family:
    """An active family with consent and one adult; answers are NEW_FAMILY's unless told."""
    number = next(_number)
    facts = {
        "status": FamilyStatus.ACTIVE,
        "external_id": f"F-{number:03}",
        "wizard_done": [step.code for step in SCHEMA.steps],
        **facts,
    }
    family = Family(municipality_id=municipality.id, name=name or f"Prøve{number}", **facts)
    db.session.add(family)
    db.session.flush()
    set_answers(family, {**NEW_FAMILY, **(answers or {})})
    if consent:
        for kind in ConsentKind:
            db.session.add(Consent(family_id=family.id, kind=kind, version="1", given_on=today()))
    if placed:
        db.session.add(Placement(family_id=family.id, month=placed))
    for _ in range(carers):
        make_account(municipality, RoleName.FAMILY, family_id=family.id)
    db.session.flush()
    return family


@dataclass
class Cast:
    """The fixed cast (style.md section 8)."""

    municipality: Municipality
    new_family: Family
    mentor_family: Family
    new_parent: Account
    mentor_parent: Account
    facilitator: Account
    consultant: Account
    coordinator: Account
    administrator: Account
    outsider: Account  # signed in, same municipality, belongs nowhere
    stranger: Account  # a family in another municipality
    other_coordinator: Account  # coordinator of another municipality


def make_cast() -> Cast:
    with transaction():
        here, there = make_municipality(), make_municipality("Kolding", "0621")
        institution = Institution(municipality_id=here.id, name="Skovly")
        db.session.add(institution)
        db.session.flush()
        consultant = make_account(here, RoleName.CONSULTANT, name="Karin Bech")
        month = today().replace(day=1)
        new = make_family(here, name="Skov", placed=month, consultant_id=consultant.id)
        mentor = make_family(
            here, name="Lindholm", answers=MENTOR_FAMILY, mentor_approved_on=today()
        )
        outside = make_family(here, name="Udenfor")
        stranger = make_family(there, name="Fremmed")
        return Cast(
            municipality=here,
            new_family=new,
            mentor_family=mentor,
            new_parent=new.carers[0],
            mentor_parent=mentor.carers[0],
            facilitator=make_account(
                here, RoleName.FACILITATOR, name="Jonas Friis", institution_id=institution.id
            ),
            consultant=consultant,
            coordinator=make_account(here, RoleName.COORDINATOR, name="Mette Holm"),
            administrator=make_account(here, RoleName.ADMINISTRATOR, name="Ada Nim"),
            outsider=outside.carers[0],
            stranger=stranger.carers[0],
            other_coordinator=make_account(there, RoleName.COORDINATOR),
        )

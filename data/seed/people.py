"""Invented staff and families: names, places and answers, the same every time."""

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from data.answers import set_answers
from data.clock import today
from data.db import db
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

N_FAMILIES, N_MENTORS, N_NEW = 160, 40, 50
DOMAIN = "demo.example.org"

_NAMES = json.loads(
    (Path(__file__).parents[1] / "datasets" / "demo_names.json").read_text(encoding="utf-8")
)
# Postcode, how many of 160 live there, and its municipality.
_PLACES = {
    ("7100", "0630"): 34,
    ("7120", "0630"): 16,
    ("7182", "0630"): 8,
    ("7300", "0630"): 9,
    ("7080", "0630"): 11,
    ("6040", "0630"): 8,
    ("7321", "0630"): 4,
    ("7323", "0630"): 8,
    ("7183", "0630"): 4,
    ("7184", "0630"): 4,
    ("8722", "0766"): 9,
    ("7160", "0766"): 5,
    ("8723", "0766"): 4,
    ("7000", "0607"): 10,
    ("6000", "0621"): 9,
    ("6051", "0621"): 3,
    ("7190", "0530"): 5,
    ("8700", "0615"): 5,
    ("7140", "0766"): 2,
    ("8721", "0766"): 2,
}
_AGE_THEMES = {
    "0_2": ("infant_care", "attachment", "sleep_food_routines", "fasd", "start_up"),
    "3_5": (
        "attachment",
        "sleep_food_routines",
        "trauma_neglect",
        "birth_family_contact",
        "siblings",
    ),
    "6_9": ("school_cooperation", "adhd", "behaviour", "birth_family_contact", "attachment"),
    "10_12": ("autism", "digital_life", "school_absence", "behaviour", "parent_cooperation"),
    "13_15": ("teenage", "digital_life", "school_absence", "anxiety_self_harm", "behaviour"),
    "16_17": ("teenage", "substance_crime", "aftercare", "anxiety_self_harm", "transition_home"),
    "18_22": ("aftercare", "transition_home", "teenage"),
}
_BANDS = tuple(_AGE_THEMES)
_EVENINGS = ("mon_evening", "tue_evening", "wed_evening", "thu_evening")
_OTHER_TIMES = ("sat_morning", "sat_afternoon", "sun_afternoon", "tue_morning", "fri_evening")
_ABOUT = (
    "Vi bor på en nedlagt gård med høns og en hund, der elsker alle. Vi tager gerne en gåtur.",
    "Hos os er der højt til loftet og altid en kande kaffe. Vi har prøvet lidt af hvert.",
    "Vi bor i et rækkehus midt i byen. Vi er bedst til de stille stunder og de lange snakke.",
    "Vi er meget ude: skov, strand og spejder. Vi griner en del, også når det er svært.",
    "Vi har været i gang længe og begået de fleste fejl. Dem deler vi gerne ud af.",
)


def add_roles() -> dict[str, Role]:
    """Return every role by name, made where missing."""
    roles = {role.name: role for role in db.session.query(Role)}
    for name in RoleName:
        if name.value not in roles:
            roles[name.value] = Role(name=name.value)
            db.session.add(roles[name.value])
    db.session.flush()
    return roles


def add_account(
    municipality: Municipality, draw: Random, name: str, email: str, *roles: Role, **facts: object
) -> Account:
    """Add one invented person."""
    account = Account(
        municipality_id=municipality.id,
        name=name,
        email=f"{email}@{DOMAIN}",
        fs_uniquifier=UUID(int=draw.getrandbits(128)).hex,
        roles=list(roles),
        **facts,
    )
    db.session.add(account)
    return account


def add_staff(municipality: Municipality, draw: Random) -> dict[str, Account]:
    """Add a coordinator, an administrator, consultants, facilitators and two institutions."""
    roles = add_roles()
    skovly = Institution(
        municipality_id=municipality.id, name="Døgninstitutionen Skovly", postcode="7080"
    )
    fjord = Institution(
        municipality_id=municipality.id, name="Familiehuset Fjorden", postcode="7100"
    )
    db.session.add_all([skovly, fjord])
    db.session.flush()
    plan = [
        ("coordinator", "Mette Holm", ("coordinator",), None),
        ("administrator", "Ejner Kok", ("administrator",), None),
        ("consultant", "Karin Bech", ("consultant", "facilitator"), None),
        ("consultant2", "Bodil Nør", ("consultant",), None),
        ("consultant3", "Ib Strand", ("consultant",), None),
        ("facilitator", "Jonas Friis", ("facilitator",), skovly.id),
        ("facilitator2", "Sara Dam", ("facilitator",), fjord.id),
    ]
    return {
        key: add_account(
            municipality, draw, name, email, *(roles[r] for r in names), institution_id=institution
        )
        for (key, name, names, institution) in plan
        for email in [name.lower().replace(" ", ".").replace("ø", "oe")]
    }


def add_families(
    municipality: Municipality, draw: Random, consultants: list[Account]
) -> list[Family]:
    """Add the families: first the mentors, then those with a new placement, then the others."""
    family_role = add_roles()["family"]
    homes = invented_homes(draw)
    names = _NAMES["surnames"].split()
    kept, rest = names[:40], names[40:]  # the mentors carry names from the designs
    draw.shuffle(rest)
    families = []
    for number, name in enumerate((kept + rest)[:N_FAMILIES]):
        family = Family(
            municipality_id=municipality.id,
            external_id=f"F-{number + 1:03}",
            name=name,
            status=FamilyStatus.ACTIVE if number % 40 != 39 else FamilyStatus.PAUSED,
            consultant_id=consultants[number % len(consultants)].id,
            protected_address=number in {57, 101, 133},
            wizard_done=[step.code for step in SCHEMA.steps],
        )
        db.session.add(family)
        families.append(family)
    db.session.flush()
    for number, family in enumerate(families):
        _fill(family, number, homes[number], draw)
        _add_carers(municipality, family, family_role, draw)
    return families


def invented_homes(draw: Random) -> list[tuple[str, str]]:
    """Return postcode and municipality of each family, in an order drawn by lot."""
    homes = [place for place, many in _PLACES.items() for _ in range(many)]
    draw.shuffle(homes)
    return homes


def _fill(family: Family, number: int, home: tuple[str, str], draw: Random) -> None:
    is_mentor, is_new = _part_of(number)
    answers = invented_answers(number, home, draw, year=today().year)
    if is_mentor:
        family.mentor_approved_on = date(today().year, 1 + number % today().month, 10).replace(
            day=1
        )
    set_answers(family, answers)
    _add_placement_and_consents(family, is_new, number)


def _part_of(number: int) -> tuple[bool, bool]:
    """Return whether a family is a mentor, and whether its placement is new."""
    return number < N_MENTORS, N_MENTORS <= number < N_MENTORS + N_NEW


def invented_answers(
    number: int, home: tuple[str, str], draw: Random, *, year: int
) -> dict[str, Any]:
    """Return what a family answers in its profile; the benchmarks form groups from the same."""
    is_mentor, is_new = _part_of(number)
    since = year - (draw.randint(6, 24) if is_mentor else draw.choice([0, 0, 1, 2, 4, 8, 15]))
    bands = sorted(draw.sample(_BANDS[:6], draw.choice([1, 1, 2])), key=_BANDS.index)
    if is_mentor:
        bands = sorted(draw.sample(_BANDS, draw.randint(2, 4)), key=_BANDS.index)
    themes = [theme for band in bands for theme in _AGE_THEMES[band]] + ["authority_cooperation"]
    now = draw.sample(list(dict.fromkeys(themes)), draw.randint(2, 4)) if not is_mentor else []
    known = list(dict.fromkeys(themes)) if is_mentor or year - since >= 5 else []
    family_type = draw.choices(
        ["general", "enhanced", "specialised", "kinship", "respite"], [50, 25, 10, 12, 3]
    )[0]
    answers: dict[str, Any] = {
        "participation": ["mentor", "group"]
        if is_mentor and draw.random() < 0.4
        else ["mentor"]
        if is_mentor
        else ["mentee", "group"]
        if is_new
        else ["group"],
        "family_type": family_type,
        "support_level": draw.choices(["light", "moderate", "severe"], [3, 5, 2])[0],
        "foster_since": since,
        "placements_total": "1" if since >= year - 1 else draw.choice(["2_3", "4_6", "7_plus"]),
        "children_age_bands": bands,
        "children_count": draw.choice([1, 1, 1, 2, 2, 3]),
        "themes_now": {theme: draw.choice([1, 2, 2, 3]) for theme in now},
        "themes_experience": draw.sample(known, min(len(known), draw.randint(3, 8))),
        "postcode": home[0],
        "home_municipality": home[1],
        "max_travel_minutes": draw.choice([25, 30, 35, 40, 45, 60]),
        "availability": sorted(
            {"tue_evening", *draw.sample(_EVENINGS, 2), *draw.sample(_OTHER_TIMES, 2)}
            if draw.random() < 0.75
            else draw.sample(_EVENINGS, 2)
        ),
        "meeting_form": draw.choices(["both", "physical", "online"], [70, 25, 5])[0],
        "meeting_frequency": draw.choice(["biweekly", "monthly", "monthly", "bimonthly"]),
        "purposes": draw.sample(
            ["experience", "sparring", "social", "practical"], draw.randint(1, 3)
        ),
        "languages": ["da"] + draw.choices([[], ["en"], ["de"], ["ar"]], [70, 18, 6, 6])[0],
        "household_form": draw.choices(["two_adults", "one_adult", "extended"], [75, 20, 5])[0],
        "own_children_bands": draw.choice([["none"], ["6_9"], ["13_15"], ["3_5", "6_9"]]),
        "work_pattern": draw.choice(["home", "part_time", "full_time"]),
        "carer_background": [draw.choice(["pedagogue", "teacher", "health", "other", "none"])],
        "interests": draw.sample(
            ["outdoor", "animals", "sport", "music", "crafts", "food", "games"], 2
        ),
        "contact_modes": sorted({"chat", *draw.sample(["phone", "visit", "video"], 2)}),
        "about_us": draw.choice(_ABOUT),
    }
    if is_mentor:
        answers["mentor_capacity"] = draw.choice([1, 1, 2, 2, 3])
    if number % 23 == 5:
        answers["place_limits"] = ["childcare"]
    if number % 53 == 52:  # a few have not told when they can meet: the page shows what is missing
        del answers["availability"]
    return answers


def _add_placement_and_consents(family: Family, is_new: bool, number: int) -> None:
    months_ago = number % 6 if is_new else 14 + number % 40
    month_index = today().year * 12 + today().month - 1 - months_ago
    db.session.add(
        Placement(family_id=family.id, month=date(month_index // 12, month_index % 12 + 1, 1))
    )
    for kind in ConsentKind:
        db.session.add(
            Consent(
                family_id=family.id, kind=kind, version="2026-1", given_on=today().replace(day=1)
            )
        )


def _add_carers(municipality: Municipality, family: Family, role: Role, draw: Random) -> None:
    plain = _plain(family.name)
    for first in draw.sample(_NAMES["first_names"].split(), draw.choice([1, 2, 2])):
        email = f"{_plain(first)}.{plain}"
        add_account(municipality, draw, f"{first} {family.name}", email, role, family_id=family.id)


def _plain(name: str) -> str:
    """Return a name as it may stand in an e-mail address."""
    return name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")

"""A seeded pool of many families and the draft formed of it: for measuring the board."""

import random
import sys
import time
from dataclasses import replace

from data.answers import set_answers
from data.clock import today
from data.db import db, transaction
from data.models import (
    Account,
    Consent,
    ConsentKind,
    DraftState,
    Family,
    FamilyStatus,
    GroupDraft,
    Pool,
    PoolFamily,
)
from matcher.schema import SCHEMA
from web.groups.actions import drafts
from web.groups.draft_settings import DraftSettings, town_places

_TOWNS = ("7100", "7120", "7160", "7171", "7300", "7323", "7173", "7182", "7080", "7190")
_SLOTS = tuple(SCHEMA.field("availability").values)
_BANDS = tuple(SCHEMA.field("children_age_bands").values)
_KINDS = ("general", "enhanced", "specialised")


def make_crowd_draft(facilitator: Account, *, families: int, seconds: float = 4) -> GroupDraft:
    """Form groups of about six of so many invented families; the same ones every time."""
    chance = random.Random(20)  # invented families, not secrets
    with transaction():
        pool = Pool(
            municipality_id=facilitator.municipality_id,
            name=f"{families} familier",
            facilitator_id=facilitator.id,
        )
        db.session.add(pool)
        db.session.flush()
        for number in range(families):
            family = _family(facilitator.municipality_id, number, chance)
            db.session.add(PoolFamily(pool_id=pool.id, family_id=family.id))
    settings = replace(
        DraftSettings(),
        min_size=5,
        target_size=6,
        max_size=7,
        seconds=seconds,
        places=tuple(town_places(facilitator.municipality.code)),
    )
    with transaction():
        return drafts.start_draft(pool.ref, name="Mange grupper", settings=settings, by=facilitator)


def _family(municipality_id: int, number: int, chance: random.Random) -> Family:
    family = Family(
        municipality_id=municipality_id,
        external_id=f"B-{number}",
        name=f"Tavle{number:03}",
        status=FamilyStatus.ACTIVE,
        wizard_done=[step.code for step in SCHEMA.steps],
    )
    db.session.add(family)
    db.session.flush()
    themes = chance.sample(list(SCHEMA.themes), 3)
    set_answers(
        family,
        {
            "participation": ["group"],
            "family_type": chance.choice(_KINDS),
            "support_level": "moderate",
            "foster_since": today().year - chance.randint(0, 15),
            "placements_total": "1",
            "children_age_bands": chance.sample(_BANDS, 2),
            "children_count": 2,
            "themes_now": {theme: chance.randint(1, 3) for theme in themes},
            "postcode": chance.choice(_TOWNS),
            "home_municipality": "0630",
            "max_travel_minutes": chance.choice((40, 50, 60)),
            "availability": chance.sample(_SLOTS, min(8, len(_SLOTS))),
            "meeting_form": "both",
            "purposes": ["experience"],
            "languages": ["da"],
            "contact_modes": ["chat"],
        },
    )
    db.session.add(
        Consent(family_id=family.id, kind=ConsentKind.MATCHING, version="1", given_on=today())
    )
    return family


def main() -> None:
    """Make the draft in the installation of the environment, and print its reference."""
    from config import Config
    from data.queries.groups import draft_by_ref
    from web.app import create_app

    app = create_app(Config.from_env())
    with app.app_context():
        who = db.session.query(Account).filter_by(email="jonas.friis@demo.example.org").one()
        ref = make_crowd_draft(who, families=int(sys.argv[1])).ref
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            db.session.rollback()
            if draft_by_ref(ref, by=who).state is DraftState.READY:
                print(ref)
                return
            time.sleep(0.5)
        raise TimeoutError("the worker did not form the groups")


if __name__ == "__main__":
    main()

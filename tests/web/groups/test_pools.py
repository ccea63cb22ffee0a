"""A coordinator releases families; the facilitator sees little of each, and looks are noted."""

import pytest
from sqlalchemy import select

from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import AuditEntry, ConsentKind, FamilyStatus, Pool, PoolFamily
from data.queries.groups import pools_for
from tests.factories import make_family
from tests.web.forms import post
from tests.web.groups.building import invited, pooled
from web.groups.actions import pools
from web.groups.waiting import PoolWish, families_in, pick, waiting_families


def release(cast, wish=None, *, by=None, facilitator=None):
    with transaction():
        return pools.release_pool(
            name="Forår",
            wish=wish or PoolWish(),
            facilitator_ref=(facilitator or cast.facilitator).ref,
            by=by or cast.coordinator,
        )


def test_who_is_in_a_group_is_paused_or_without_consent_does_not_wait(cast):
    with transaction():
        free = make_family(cast.municipality)
        make_family(cast.municipality, status=FamilyStatus.PAUSED)
        make_family(cast.municipality, consent=False)
        make_family(cast.municipality, answers={"participation": ["mentor"]})
    taken = invited(cast).families
    waiting = waiting_families(cast.municipality.id)
    assert free in waiting
    assert not set(taken) & set(waiting)
    assert cast.stranger.family not in waiting


@pytest.mark.parametrize(
    ("wish", "answers"),
    [
        (PoolWish(support_levels=("severe",), others_too=False), {"support_level": "severe"}),
        (PoolWish(municipalities=("0621",)), {"home_municipality": "0621"}),
        (PoolWish(postcode="8000", minutes=20), {"postcode": "8000"}),
        (PoolWish(themes=("aftercare",)), {"themes_now": {"aftercare": 2}}),
        (PoolWish(age_bands=("18_22",)), {"children_age_bands": ["18_22"]}),
    ],
)
def test_each_wish_picks_out_those_it_is_about(cast, wish, answers):
    with transaction():
        wanted = make_family(cast.municipality, answers=answers)
        make_family(cast.municipality)
    assert pick(cast.municipality.id, wish).families == (wanted,)


def test_the_target_group_stands_first_and_others_may_join(cast):
    with transaction():
        make_family(cast.municipality)
        severe = make_family(cast.municipality, answers={"support_level": "severe"})
    picked = pick(cast.municipality.id, PoolWish(support_levels=("severe",)))
    assert picked.families[0] == severe
    assert picked.n_target == 1
    assert len(picked.families) > 1


def test_a_family_is_in_one_open_pool_at_a_time(cast):
    pooled(cast, 4)
    assert pick(cast.municipality.id, PoolWish(support_levels=("severe",))).n_target == 0
    assert pick(cast.municipality.id, PoolWish()).n_busy == 4


def test_releasing_is_the_coordinators_and_is_noted(cast):
    with transaction():
        for _ in range(3):
            make_family(cast.municipality)
    pool = release(cast)
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.event == "pool_released"))
    assert entry.actor_id == cast.coordinator.id
    assert set(entry.details["families"]) == {f.id for f in families_in(pool)}
    for other in (cast.facilitator, cast.outsider, cast.administrator):
        with pytest.raises(NotFound):
            release(cast, by=other)


def test_a_pool_goes_only_to_someone_of_this_municipality_who_leads_groups(cast):
    with transaction():
        for _ in range(3):
            make_family(cast.municipality)
    for nobody in (cast.other_coordinator, cast.outsider, cast.administrator):
        with pytest.raises(Invalid):
            release(cast, facilitator=nobody)


def test_a_pool_of_two_is_refused(cast):
    with pytest.raises(Conflict):
        release(cast, PoolWish(themes=("aftercare",)))


def test_a_family_that_takes_its_consent_back_leaves_the_pool_at_once(cast):
    pool = pooled(cast, 4)
    family = families_in(pool)[0]
    with transaction():
        for consent in family.consents:
            if consent.kind is ConsentKind.MATCHING:
                consent.withdrawn_at = family.created_at
    assert family not in families_in(pool)


def test_a_closed_pool_is_gone_for_the_facilitator(cast, as_):
    pool = pooled(cast, 4)
    with transaction():
        pools.close_pool(pool.ref, by=cast.coordinator)
    assert pools_for(cast.facilitator) == []
    assert as_(cast.facilitator).get(f"/staff/pools/{pool.ref}").status_code == 404
    with pytest.raises(Conflict), transaction():
        pools.close_pool(pool.ref, by=cast.coordinator)


def test_the_facilitator_sees_names_and_themes_but_never_postcode_or_about_us(cast, as_):
    pool = pooled(cast, 4, answers={"postcode": "7173", "about_us": "Vi bor ved søen"})
    page = as_(cast.facilitator).get(f"/staff/pools/{pool.ref}").get_data(as_text=True)
    for family in families_in(pool):
        assert family.name in page
    assert "Tilknytning" in page
    assert "7173" not in page
    assert "søen" not in page


def test_each_look_is_noted_once_a_quarter_of_an_hour(cast, as_):
    pool = pooled(cast, 4)
    client = as_(cast.facilitator)
    client.get(f"/staff/pools/{pool.ref}")
    client.get(f"/staff/pools/{pool.ref}")
    looks = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "pool_viewed")).all()
    assert [look.actor_id for look in looks] == [cast.facilitator.id]
    assert len(looks[0].details["families"]) == 4


def test_the_page_counts_before_anything_is_released(cast, as_):
    with transaction():
        for _ in range(3):
            make_family(cast.municipality, answers={"support_level": "severe"})
    client = as_(cast.coordinator)
    wish = {
        "support_levels": "severe",
        "name": "Forår",
        "facilitator": cast.facilitator.ref,
        "waiting_weeks": "0",
    }
    counted = post(client, "/staff/pools", {**wish, "do": "count"}).get_data(as_text=True)
    assert "3 familier passer" in counted
    assert db.session.scalars(select(Pool)).all() == []
    assert post(client, "/staff/pools", wish).status_code == 302
    assert len(db.session.scalars(select(PoolFamily)).all()) == 3


def test_a_wrong_postcode_is_told_where_it_stands(cast, as_):
    form = {"postcode": "0000", "name": "", "facilitator": cast.facilitator.ref}
    answer = post(as_(cast.coordinator), "/staff/pools", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Vi kender ikke det postnummer." in page
    assert "Giv puljen et navn." in page


@pytest.mark.parametrize(
    "wish", [PoolWish(municipalities=("0621",)), PoolWish(postcode="8000", minutes=20)]
)
def test_where_a_pool_lies_does_not_tell_where_a_protected_family_lives(cast, wish):
    there = {"home_municipality": "0621", "postcode": "8000"}
    with transaction():
        near = make_family(cast.municipality, answers=there, protected_address=True)
        far = make_family(cast.municipality, protected_address=True)
        make_family(cast.municipality)
    assert set(pick(cast.municipality.id, wish).families) == {near, far}

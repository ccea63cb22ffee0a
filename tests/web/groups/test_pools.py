"""A coordinator releases families; the facilitator sees little of each, and looks are noted."""

from datetime import date

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


def more(pool, *, by):
    with transaction():
        return pools.release_more(pool.ref, by=by)


def test_who_comes_to_wait_is_released_too_if_the_wish_and_other_pools_let_them(cast):
    pool = pooled(cast, 5)
    wish = PoolWish(support_levels=("severe",), others_too=False)
    assert PoolWish.from_json(pool.chosen_by) == wish
    with pytest.raises(Conflict):
        more(pool, by=cast.coordinator)
    with transaction():
        new = make_family(cast.municipality, answers={"support_level": "severe"})
        make_family(cast.municipality)  # does not fit
        make_family(cast.municipality, answers={"support_level": "severe"}, consent=False)
        busy = make_family(cast.municipality, answers={"support_level": "severe"})
        other = Pool(municipality_id=cast.municipality.id, name="En anden")
        db.session.add(other)
        db.session.flush()
        db.session.add(PoolFamily(pool_id=other.id, family_id=busy.id))
    assert more(pool, by=cast.coordinator) == [new.id]
    assert new in families_in(pool)
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.event == "pool_grown"))
    assert entry.details["families"] == [new.id]


def test_only_its_own_coordinator_releases_more_and_not_to_a_closed_pool(cast):
    pool = pooled(cast, 5)
    with transaction():
        make_family(cast.municipality, answers={"support_level": "severe"})
    for stranger in (cast.facilitator, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound):
            more(pool, by=stranger)
    with transaction():
        pools.close_pool(pool.ref, by=cast.coordinator)
    with pytest.raises(Conflict):
        more(pool, by=cast.coordinator)


def test_a_wish_is_read_as_it_was_kept():
    wish = PoolWish(
        support_levels=("severe",), themes=("aftercare",), waiting_since=date(2026, 3, 1)
    )
    assert PoolWish.from_json(wish.as_json()) == wish
    assert PoolWish.from_json({}) == PoolWish()


def test_the_coordinator_sees_who_has_come_and_releases_them_with_one_button(cast, as_):
    pool = pooled(cast, 5)
    with transaction():
        make_family(cast.municipality, name="Senby", answers={"support_level": "severe"})
    address = f"/staff/pools/{pool.ref}"
    assert "Senby" not in as_(cast.facilitator).get(address).get_data(as_text=True)
    client = as_(cast.coordinator)
    assert "1 familie er kommet til at vente" in client.get(address).get_data(as_text=True)
    answer = post(client, f"{address}/more", {})
    page = client.get(answer.location).get_data(as_text=True)
    assert "1 familie mere er i puljen" in page
    assert "kommet til at vente" not in page
    assert "Senby" in as_(cast.facilitator).get(address).get_data(as_text=True)

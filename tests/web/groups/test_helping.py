"""A second facilitator on a pool: sees and moves the same, and only while it lasts."""

import pytest

from data.db import transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import RoleName
from data.queries.desk import helpers_of
from data.queries.groups import draft_by_ref, drafts_for, pools_for
from tests.factories import make_account
from tests.web.forms import post
from tests.web.groups.building import drafted
from tests.web.groups.test_board import move, numbers, seat_in
from web.groups.actions import helping, pools


@pytest.fixture
def draft(cast):
    return drafted(cast)


def helped(draft, cast, *, by=None):
    with transaction():
        helping.ask_helper(
            draft.pool.ref, helper_ref=cast.consultant.ref, by=by or cast.facilitator
        )


def test_the_second_facilitator_works_at_the_same_board(draft, cast):
    helped(draft, cast)
    assert [p.id for p in helpers_of(draft.pool)] == [cast.consultant.id]
    assert draft in drafts_for(cast.consultant)
    assert draft.pool in pools_for(cast.consultant)
    seat = seat_in(draft, 0)
    move(draft, seat, None, by=cast.consultant)
    assert numbers(draft)[seat.family.ref] is None


def test_it_ends_at_once(draft, cast):
    helped(draft, cast, by=cast.coordinator)
    with transaction():
        helping.end_help(draft.pool.ref, helper_ref=cast.consultant.ref, by=cast.facilitator)
    with pytest.raises(NotFound):
        draft_by_ref(draft.ref, by=cast.consultant)
    assert drafts_for(cast.consultant) == []


def test_it_ends_with_the_pool(draft, cast):
    helped(draft, cast)
    with transaction():
        pools.close_pool(draft.pool.ref, by=cast.coordinator)
    with pytest.raises(NotFound):
        draft_by_ref(draft.ref, by=cast.consultant)


def test_a_helper_asks_nobody_else_in(draft, cast):
    helped(draft, cast)
    third = make_account(cast.municipality, RoleName.FACILITATOR)
    with pytest.raises(NotFound), transaction():
        helping.ask_helper(draft.pool.ref, helper_ref=third.ref, by=cast.consultant)


def test_only_facilitators_of_here_and_each_once(draft, cast):
    helped(draft, cast)
    ref = draft.pool.ref
    with pytest.raises(Conflict), transaction():
        helping.ask_helper(ref, helper_ref=cast.consultant.ref, by=cast.facilitator)
    there = make_account(cast.other_coordinator.municipality, RoleName.FACILITATOR)
    for wrong in (cast.facilitator, cast.administrator, cast.new_parent, there):
        with pytest.raises(Invalid), transaction():
            helping.ask_helper(ref, helper_ref=wrong.ref, by=cast.facilitator)


def test_outsiders_find_no_pool(draft, cast, as_):
    address = f"/staff/pools/{draft.pool.ref}/helpers"
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.other_coordinator, cast.outsider):
        answer = post(as_(person), address, data={"helper": cast.consultant.ref})
        assert answer.status_code == 404
    assert helpers_of(draft.pool) == []


def test_the_page_names_who_works_with_the_pool(draft, cast, as_):
    client = as_(cast.facilitator)
    post(client, f"/staff/pools/{draft.pool.ref}/helpers", data={"helper": cast.consultant.ref})
    page = client.get(f"/staff/pools/{draft.pool.ref}").get_data(as_text=True)
    assert "Karin Bech" in page
    theirs = as_(cast.consultant).get(f"/staff/pools/{draft.pool.ref}").get_data(as_text=True)
    assert 'name="helper"' not in theirs


def test_a_coordinator_who_helps_still_says_who_helps(draft, cast):
    with transaction():
        both = make_account(cast.municipality, RoleName.COORDINATOR, RoleName.FACILITATOR)
        helping.ask_helper(draft.pool.ref, helper_ref=both.ref, by=cast.facilitator)
    assert helping.may_ask_help(draft.pool, by=both)
    with transaction():
        helping.ask_helper(draft.pool.ref, helper_ref=cast.consultant.ref, by=both)
        helping.end_help(draft.pool.ref, helper_ref=both.ref, by=both)
    assert [p.id for p in helpers_of(draft.pool)] == [cast.consultant.id]


def test_two_clicks_in_the_same_moment_ask_once(draft, cast, monkeypatch):
    helped(draft, cast)
    monkeypatch.setattr(helping, "is_helper", lambda *_ids: False)  # not stored yet when asked
    with pytest.raises(Conflict, match="hjælper allerede"):
        helped(draft, cast)

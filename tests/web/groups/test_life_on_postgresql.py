"""Guests, rests, quiet groups, the pulse and a move where the database is PostgreSQL."""

import pytest

from tests.web.groups import test_group_overview as overview
from tests.web.groups import test_guests as guests
from tests.web.groups import test_health as health
from tests.web.groups import test_leaving as leaving
from tests.web.groups import test_pulse as pulse
from tests.web.groups import test_quiet as quiet
from tests.web.groups import test_rest_and_end as rests
from tests.web.groups.test_quiet import quiet_group as quiet_group  # a fixture
from tests.web.safety import test_group_memory as memory
from tests.web.safety import test_moving as moving

pytestmark = pytest.mark.server


@pytest.fixture
def app(postgres_app):
    """Everything below happens on PostgreSQL."""
    return postgres_app


def test_a_guest_comes_and_goes_by_the_clock(cast, as_):
    guests.test_the_guest_leaves_by_themselves_after_the_day(cast)


def test_the_same_is_suggested_once(cast):
    guests.test_the_same_is_not_suggested_twice_at_a_time(cast)


def test_a_group_ends_and_is_forgotten(cast, as_):
    rests.test_after_three_months_the_words_are_erased_and_the_room_is_gone(cast, as_)


def test_words_stay_without_a_name(cast, as_):
    leaving.test_words_may_stay_without_the_name_and_nobody_can_tell_whose(cast, as_)


def test_a_quiet_group_is_asked(cast, quiet_group):
    quiet.test_first_the_host_then_all_then_the_coordinator(cast, quiet_group)


def test_how_it_goes(cast, as_):
    pulse.test_four_answers_are_forgotten_and_five_are_shown(cast, as_)


def test_health_and_overview(cast, as_):
    health.test_a_family_with_few_ties_and_few_meetings_may_need_a_hand(cast, as_)
    overview.test_the_page_shows_pictures_words_and_what_to_do(cast, as_)


def test_a_family_moves(cast):
    moving.test_group_mentorship_pools_and_exclusions_stay_behind(cast)


def test_old_memory_goes(cast):
    memory.test_settled_questions_and_old_answers_are_let_go(cast)

"""The life of a mentorship where the database is PostgreSQL."""

import pytest

from tests.web.mentoring import test_agreeing as agreeing
from tests.web.mentoring import test_breaks_and_ends as ends
from tests.web.mentoring import test_checking_in as checking_in
from tests.web.mentoring import test_contact as contact
from tests.web.mentoring import test_fives as fives
from tests.web.mentoring import test_life_status as status
from tests.web.mentoring import test_talks as talks
from tests.web.mentoring import test_undoing as undoing

pytestmark = pytest.mark.server


@pytest.fixture
def app(postgres_app):
    """Everything below happens on PostgreSQL."""
    return postgres_app


def test_agreements_are_erased_with_either_family(cast, as_):
    agreeing.test_the_words_are_sealed_taken_along_and_erased_with_either_family(cast, as_)


def test_old_agreements_go(cast):
    agreeing.test_old_versions_and_those_of_ended_mentorships_go_after_a_year(cast)


def test_both_are_reminded_and_the_coordinator_told(cast, as_):
    contact.test_both_are_reminded_after_five_days_and_the_coordinator_told_after_seven(cast, as_)


def test_hours_are_counted(cast, as_):
    talks.test_hours_are_the_same_for_both_and_an_uncounted_talk_adds_none(cast, as_)


def test_talks_are_erased(cast, as_):
    talks.test_taken_along_and_erased_but_the_others_hours_stay(cast, as_)


def test_talks_are_forgotten(cast):
    talks.test_the_note_goes_after_a_year_and_the_talk_after_two(cast)


def test_averages_in_fives(cast):
    checking_in.test_averages_come_in_whole_fives_so_that_no_two_looks_tell_one_answer(cast)


def test_fives_stay(cast):
    fives.test_what_was_told_stays_when_an_answer_is_erased_or_too_old(cast)


def test_answers_and_calls_are_erased(cast, as_):
    checking_in.test_taken_along_sealed_erased_and_forgotten_in_time(cast, as_)


def test_the_clock_ends_a_break(cast, as_, time_machine):
    ends.test_a_holiday_has_a_last_day_and_the_clock_ends_it(cast, as_, time_machine)


def test_another_mentor_family(cast, as_):
    ends.test_another_mentor_family_without_blame(cast, as_)


def test_a_no_is_taken_back(cast, as_):
    undoing.test_a_no_is_taken_back_from_the_page_and_can_become_a_yes(cast, as_)


def test_the_staff_page_asks_the_same_for_many(cast):
    status.test_one_and_many_take_the_same_number_of_questions(cast)


def test_both_are_asked_before_the_last_day(cast):
    checking_in.test_a_week_before_the_last_day_both_are_asked_and_again_before_a_new_one(cast)

"""Groups are formed by the day in Denmark, also in the hour when the machine has another one."""

from datetime import UTC, datetime

from data.clock import today
from tests.web.groups.building import drafted
from web.groups.actions.board import outcome_kept


def test_just_after_midnight_in_denmark_a_consent_of_that_day_counts(cast, time_machine):
    time_machine.move_to(datetime(2026, 12, 1, 23, 30, tzinfo=UTC), tick=True)
    assert today().day == 2
    groups = outcome_kept(drafted(cast)).groups  # whose families say yes today
    assert [len(group.members) for group in groups] == [6, 6]

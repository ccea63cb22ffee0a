"""What the clock does around meetings: reminders three days before, once, and to whom."""

from datetime import timedelta

import pytest

from data.clock import COPENHAGEN, now
from data.db import db, transaction
from data.models import Coming, Meeting, Phase
from tests.web.groups.building import BASE, back_in_time, opened, plan, planned
from web.groups import tasks
from web.groups.actions import life, meetings, reminding
from web.shared import jobs


def in_days(circle, days, *, at=19, **more):
    """A meeting on the evening so many days from today."""
    evening = now().astimezone(COPENHAGEN).replace(hour=at, minute=0, second=0, microsecond=0)
    starts = evening + timedelta(days=10)
    meeting = planned(circle, starts_at=starts, ends_at=starts + timedelta(hours=2), **more)
    with transaction():  # planned long ago: the days have passed since
        back_in_time(meeting, by=timedelta(days=10 - days))
    return meeting


def remind():
    tasks.remind_of_meetings()


def told(mails, kind_of_words):
    return sorted(to for mail in mails if kind_of_words in mail.subject for to in mail.to)


def test_host_members_and_facilitator_hear_three_days_before_and_once(cast, mails):
    circle = opened(cast)
    in_days(circle, 3, host_ref=circle.families[1].ref, place="Skovvej 3")
    mails.clear()
    for _again in range(3):
        remind()
    host = circle.parents[1].email
    assert told(mails, "I er snart værter") == [host]
    others = sorted(p.email for p in circle.parents if p.email != host)
    assert told(mails, "Jeres netværksgruppe mødes snart") == others
    assert told(mails, "du leder") == [cast.facilitator.email]
    assert len(mails) == 6
    for mail in mails:
        assert "kl. 19.00" in mail.body or "staff" in mail.body
        assert "Skovvej" not in mail.body
        assert all(family.name not in mail.body for family in circle.families)


@pytest.mark.parametrize(("days", "heard"), [(5, False), (4, False), (3, True), (1, True)])
def test_not_earlier_than_three_days_before(cast, mails, days, heard):
    circle = opened(cast)
    in_days(circle, days)
    mails.clear()
    remind()
    assert bool(mails) is heard


def test_who_cannot_come_is_left_in_peace(cast, mails):
    circle = opened(cast)
    meeting = in_days(circle, 2)
    with transaction():
        meetings.reply(meeting.ref, Coming.NO, by=circle.parents[0])
    mails.clear()
    remind()
    assert circle.parents[0].email not in told(mails, "mødes snart")
    assert circle.parents[1].email in told(mails, "mødes snart")


def test_a_moved_meeting_is_reminded_of_again_a_cancelled_one_never(cast, mails):
    circle = opened(cast)
    meeting = in_days(circle, 2)
    remind()
    with transaction():
        meetings.change_meeting(
            circle.group, meeting.ref, plan(days=2.5), version=meeting.version,
            by=cast.facilitator, base_url=BASE,
        )  # fmt: skip
    mails.clear()
    remind()
    assert mails
    other = in_days(circle, 1)
    with transaction():
        meetings.cancel_meeting(circle.group, other.ref, by=cast.facilitator, base_url=BASE)
    mails.clear()
    remind()
    assert mails == []


def test_a_group_of_its_own_reminds_itself_and_nobody_from_the_municipality(cast, mails):
    circle = opened(cast)
    in_days(circle, 3)
    with transaction():
        circle.group.phase, circle.group.handed_over_at = Phase.SELF_RUNNING, now()
    mails.clear()
    remind()
    assert told(mails, "mødes snart") == sorted(p.email for p in circle.parents)


def test_a_meeting_planned_for_tomorrow_is_told_once_not_twice(cast, mails):
    circle = opened(cast)
    mails.clear()
    planned(circle, starts_at=now() + timedelta(days=1), ends_at=now() + timedelta(days=1, hours=2))
    told_now = len(mails)
    remind()
    assert len(mails) == told_now > 0


def test_a_resting_group_and_a_family_that_left_hear_nothing(cast, mails):
    circle, resting = opened(cast), opened(cast, name="Hviler")
    in_days(circle, 3)
    in_days(resting, 3)
    with transaction():
        resting.group.phase = Phase.RESTING
        life.leave_group(words=life.Words.ERASED, by=circle.parents[0], base_url=BASE)
    mails.clear()
    remind()
    heard = {to for mail in mails for to in mail.to}
    assert circle.parents[0].email not in heard
    assert not heard & {p.email for p in resting.parents}
    assert circle.parents[1].email in heard


def test_a_reminder_that_is_due_twice_at_once_is_sent_once(cast, mails):
    """Two workers see the same meeting; the second finds it already done."""
    circle = opened(cast)
    meeting = in_days(circle, 3)
    due = reminding.due()
    assert due == [meeting.id]
    mails.clear()
    with transaction():
        assert reminding.remind(due[0], base_url=BASE)
    with transaction():
        assert not reminding.remind(due[0], base_url=BASE)
    assert db.session.get_one(Meeting, meeting.id).reminded_at.date() == now().date()


def test_the_worker_knows_these_jobs():
    names = {name for name, _schedule, _function in jobs._every}
    assert {"remind_of_meetings", "let_turns_and_polls_end"} <= names

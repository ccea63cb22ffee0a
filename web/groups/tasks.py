"""What the worker does for groups at fixed times."""

from flask import current_app
from huey import crontab

from data.db import transaction
from web.groups.actions import agreement, hosting, life, polls, reminding
from web.shared import jobs


@jobs.every(crontab(minute="17"), name="let_groups_move_on")
def let_groups_move_on() -> None:
    """Open groups whose answers are due, and hand over those where silence has lasted."""
    for group_id in life.due_groups():
        with transaction():
            life.let_time_pass(group_id, base_url=str(current_app.config["BASE_URL"]))


@jobs.every(crontab(minute="37", hour="8-18"), name="remind_of_meetings")
def remind_of_meetings() -> None:
    """Write to hosts and members three days before, and to groups whose agreement is old."""
    base_url = str(current_app.config["BASE_URL"])
    for meeting_id in reminding.due():
        with transaction():
            reminding.remind(meeting_id, base_url=base_url)
    for agreement_id in agreement.due_for_a_look():
        with transaction():
            agreement.remind(agreement_id, base_url=base_url)


@jobs.every(crontab(minute="27"), name="let_turns_and_polls_end")
def let_turns_and_polls_end() -> None:
    """After an evening the host's turn is over; a poll whose days have gone by is closed."""
    for meeting_id in hosting.let_turns_end():
        with transaction():
            hosting.end_turn(meeting_id)
    for poll_id in polls.polls_gone_by():
        with transaction():
            polls.let_poll_go(poll_id)

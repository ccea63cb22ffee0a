"""What the worker does for groups at fixed times."""

from flask import current_app
from huey import crontab

from data.clock import now
from data.db import transaction
from data.queries.group_life import (
    ended_and_not_forgotten,
    guests_past_their_day,
    open_questions,
)
from data.queries.pulse import groups_to_ask, rounds_to_close
from web.groups.actions import (
    agreement,
    guests,
    hosting,
    life,
    polls,
    pulse,
    quiet,
    reminding,
    rests,
)
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


@jobs.every(crontab(minute="*/5"), name="let_guests_go")
def let_guests_go() -> None:
    """End the visit of every guest whose last day is over."""
    for guest_id in guests_past_their_day():
        with transaction():
            guests.end_visit(guest_id)


@jobs.every(crontab(minute="27"), name="let_questions_end")
def let_questions_end() -> None:
    """Settle what families have been deciding for two weeks, or what only waited for one gone."""
    for group_id, ref in open_questions():
        with transaction():
            life.settle_question(group_id, ref, base_url=str(current_app.config["BASE_URL"]))


@jobs.every(crontab(minute="37", hour="3"), name="forget_ended_groups")
def forget_ended_groups() -> None:
    """Erase the words of groups that ended three months ago."""
    for group_id in ended_and_not_forgotten(now() - rests.READABLE):
        with transaction():
            rests.forget_ended(group_id)


@jobs.every(crontab(minute="7", hour="8"), name="ask_quiet_groups")
def ask_quiet_groups() -> None:
    """Take the next step for groups that have gone quiet, in the morning of a day."""
    for group_id in quiet.quiet_groups():
        with transaction():
            quiet.ask_if_quiet(group_id, base_url=str(current_app.config["BASE_URL"]))


@jobs.every(crontab(minute="47", hour="6"), name="ask_how_it_goes")
def ask_how_it_goes() -> None:
    """Close the rounds whose time is over, and open this month's for groups that meet."""
    for round_id in rounds_to_close():
        with transaction():
            pulse.close_round(round_id)
    for group_id in groups_to_ask(pulse.ASKED_IN):
        with transaction():
            pulse.ask_how_it_goes(group_id)

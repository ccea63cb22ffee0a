"""What the worker does about mentors: a round's solving, and questions whose time is up."""

from collections.abc import Callable

import structlog
from huey import crontab

from data.clock import now
from data.db import db, reading, transaction
from data.models import MentorRound
from data.queries import mentor_fives
from data.queries import mentoring as queries
from web.mentoring.actions import asking, checking_in, contact, living, rounds
from web.mentoring.proposal import propose, read_market
from web.shared import jobs

log = structlog.get_logger()


@jobs.does("mentor_round")
def work_on_round(work: jobs.Work) -> dict[str, int]:
    """Solve a round for all three goals; the database is free while the solver thinks."""
    round_id = int(work.request["round_id"])
    with reading():
        market = read_market(db.session.get_one(MentorRound, round_id))
    try:
        found = propose(market, progress=work.progress, stopped=work.stopped)
    except Exception:
        with transaction():
            rounds.work_failed(round_id, work.job_id)
        raise
    with transaction():
        kept = rounds.keep_proposal(round_id, work.job_id, found)
    return {"waiting": len(market.families), "kept": int(kept)}


@jobs.every(crontab(minute="*/15"), name="tend_mentor_requests")
def tend_requests() -> None:
    """Remind mentors of questions and close those whose time is up, each in a transaction."""
    expired = _each(queries.requests_past(now()), asking.expire_request)
    reminded = _each(queries.requests_to_remind(), asking.remind_mentor)
    if expired or reminded:
        log.info("mentor_requests_tended", expired=expired, reminded=reminded)


@jobs.every(crontab(minute="47", hour="8-18"), name="ask_for_first_contact")
def ask_for_first_contact() -> None:
    """Remind two families who have not been in touch, and two days later tell the coordinator."""
    reminded = _each(contact.to_remind(), contact.remind)
    told = _each(contact.to_tell(), contact.tell_coordinator)
    if reminded or told:
        log.info("first_contacts_asked_for", reminded=reminded, told=told)


@jobs.every(crontab(minute="57", hour="9"), name="ask_how_mentorships_are")
def ask_how_mentorships_are() -> None:
    """Ask both families how it is, one, three and six months after they began."""
    asked = _each(checking_in.to_ask(), checking_in.ask_both)
    asked += _each(checking_in.near_their_end(), checking_in.ask_about_end)
    if asked:
        log.info("mentor_checkins_asked_for", asked=asked)


@jobs.every(crontab(minute="27", hour="4"), name="close_mentor_fives")
def close_mentor_fives() -> None:
    """Count answers that have become whole fives; at night, so that no look tells who answered."""
    closed = _each(mentor_fives.municipalities_with_answers(), mentor_fives.close_fives)
    if closed:
        log.info("mentor_fives_closed", closed=closed)


@jobs.every(crontab(minute="12", hour="7"), name="end_mentor_breaks")
def end_mentor_breaks() -> None:
    """Let mentorships go on whose break has had its last day."""
    ended = _each(living.breaks_over(), living.end_break)
    if ended:
        log.info("mentor_breaks_ended", ended=ended)


def _each(ids: list[int], act: Callable[[int], int]) -> int:
    done = 0
    for one in ids:
        with transaction():
            done += act(one)
    return done

"""A mentorship with something on every page of its life, and one that has ended."""

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select

from data.clock import now, today
from data.db import db, transaction
from data.models import (
    Account,
    CallKind,
    Mentorship,
    MentorshipState,
    Occasion,
    Rhythm,
    TalkForm,
)
from data.queries.mentor_life import agreement_of
from data.queries.mentoring import mentorship_with_mentor
from web.mentoring import checkin_words
from web.mentoring.actions import agreeing, calls, checking_in, talks

if TYPE_CHECKING:
    from tests.journeys.states import Staged


def mentor_life(_app: Flask, staged: "Staged") -> None:
    """A mentorship with something on every page of its life, and families whose one has ended."""
    with transaction():
        by = db.session.get_one(Account, staged.people["family with a mentor"])
        running = mentorship_with_mentor(by.family_id)
        running.started_at = now() - timedelta(days=35)
        first = select(Account).where(Account.family_id == running.mentor_id).limit(1)
        helper = db.session.scalars(first).one()
        terms = agreeing.Terms(
            purpose="Vi vil gerne have nogen at ringe til.", rhythm=Rhythm.BIWEEKLY,
            until=today() + timedelta(days=300), confidence=("Det bliver mellem os.",),
        )  # fmt: skip
        current = agreement_of(running)
        version = current.version if current else 0
        agreeing.write(running.ref, terms, seen_version=version, by=helper)
        note = "Vi gik en tur i skoven"
        for days, by_whom in ((20, by), (6, helper)):
            talk = talks.Talk(held_on=today() - timedelta(days=days), form=TalkForm.OUT, minutes=90,
                              counts=True, note=note)  # fmt: skip
            talks.note_talk(running.ref, talk, by=by_whom)
        marks = dict.fromkeys(checkin_words.CODES[Occasion.MONTH_1], 4)
        checking_in.answer(running.ref, Occasion.MONTH_1, marks, by=helper)
        call = calls.ask_for_call(running.ref, CallKind.COMPLAINT, "Vi venter tit.", by=by)
        call_ref, ref = call.ref, running.ref
    ended = db.session.scalars(
        select(Mentorship).where(Mentorship.state == MentorshipState.ENDED)
    ).first()
    staged.people["mentor family of this"] = helper.id
    staged.people["family whose mentorship ended"] = _adult_of(ended.family_id)
    staged.addresses += [
        ("coordinator", f"/staff/mentor-calls/{call_ref}"),
        ("coordinator", f"/staff/mentorships/{ref}/end"),
        ("family with a mentor", f"/mentor/{ref}/check-in"),
        ("mentor family of this", f"/mentor/{ref}"),
        ("mentor family of this", f"/mentor/{ref}/check-in"),
        ("family whose mentorship ended", f"/mentor/{ended.ref}"),
        ("family whose mentorship ended", f"/mentor/{ended.ref}/check-in"),
    ]


def _adult_of(family_id: int) -> int:
    wanted = select(Account.id).where(Account.family_id == family_id, Account.active)
    return db.session.scalars(wanted.order_by(Account.id)).first()

"""What the tests about mentors share: more mentor families, and one step of the story each."""

from typing import Any

from data.clock import today
from data.db import db, transaction
from data.models import Family, MentorRequest, Mentorship, Municipality, TalkForm
from data.queries import mentoring as queries
from tests import factories
from tests.factories import MENTOR_FAMILY, Cast
from web.mentoring.actions import answering, asking, suggesting
from web.mentoring.actions.talks import Talk

WORDS = "Vi er nye og kunne godt bruge nogen at tale med. Har I lyst til en kop kaffe?"

A_TALK = Talk(held_on=today(), form=TalkForm.VISIT, minutes=90, counts=True, note="Vi gik en tur")


def make_mentor(municipality: Municipality, *, name: str | None = None, **answers: Any) -> Family:
    return factories.make_family(
        municipality,
        name=name,
        answers={**MENTOR_FAMILY, **answers},
        mentor_approved_on=today(),
    )


def make_waiting(municipality: Municipality, *, name: str | None = None, **answers: Any) -> Family:
    return factories.make_family(
        municipality, name=name, answers=answers, placed=today().replace(day=1)
    )


def look(family: Family) -> list[Any]:
    with transaction():
        return suggesting.look_for_mentors(db.session.merge(family))


def ask(family: Family, *, mentor: Family | None = None, **more: Any) -> MentorRequest:
    """The family asks the mentor that suits it best, or the one named."""
    rows = look(family)
    row = next(r for r in rows if mentor is None or r.mentor_id == mentor.id)
    question = asking.Question(**{"words": WORDS, **more})
    with transaction():
        return asking.ask_for_mentor(row.ref, question, by=family.carers[0])


def say_yes(request: MentorRequest) -> Mentorship:
    with transaction():
        return answering.say_yes(request.ref, by=request.mentor.carers[0])


def begin(cast: Cast) -> Mentorship:
    """The new family has asked the mentor family, which said yes."""
    return say_yes(ask(cast.new_family, mentor=cast.mentor_family))


def set_rule(municipality: Municipality, **settings: Any) -> None:
    with transaction():
        here = db.session.merge(municipality)
        here.settings = {**here.settings, **settings}


def shown(family: Family) -> list[int]:
    return [row.mentor_id for row in queries.shown_suggestions(family.id)]

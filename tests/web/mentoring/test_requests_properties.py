"""Whatever families do and in whatever order: one open question each, no place given twice."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.clock import now
from data.db import db, transaction
from data.errors import Refusal
from data.models import (
    DeclineReason,
    Family,
    MentorRequest,
    Mentorship,
    MentorshipState,
    RequestState,
    Suggestion,
    SuggestionLook,
)
from data.queries import mentoring as queries
from tests import factories
from tests.web.mentoring.pairs import WORDS, make_mentor, make_waiting
from web.mentoring.actions import answering, asking, living, suggesting
from web.mentoring.pool import capacity_of

WHO = st.integers(0, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["look", "ask", "ask", "withdraw", "yes", "yes", "no", "expire", "end", "hide", "room"]
        ),
        WHO,
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=14,
)


class Village:
    """Two families that look for a mentor, and two mentor families."""

    def __init__(self) -> None:
        with transaction():
            here = factories.make_municipality("Ribe", "0561")
            self.seekers = [make_waiting(here).id for _ in range(2)]
            self.mentors = [make_mentor(here, mentor_capacity=1).id for _ in range(2)]

    def begin_again(self) -> None:
        with transaction():
            for table in (Mentorship, MentorRequest, Suggestion, SuggestionLook):
                db.session.query(table).delete()
            for mentor in self.mentors:
                adult = db.session.get_one(Family, mentor).carers[0]
                answering.set_capacity(1, by=adult)

    def act(self, step: str, who: int, which: int) -> None:
        seeker = db.session.get_one(Family, self.seekers[who])
        mentor = db.session.get_one(Family, self.mentors[who])
        by, mentor_by = seeker.carers[0], mentor.carers[0]
        shown = [row.ref for row in queries.shown_suggestions(seeker.id)]
        asked = [request.ref for request in queries.open_requests_to(mentor.id)]
        running = queries.mentorship_with_mentor(seeker.id)
        ref = shown[which % len(shown)] if shown else "nosuchref234"
        match step:
            case "look":
                suggesting.look_for_mentors(seeker)
            case "hide":
                suggesting.hide_suggestion(ref, by=by)
            case "ask":
                asking.ask_for_mentor(ref, asking.Question(words=WORDS), by=by)
            case "withdraw":
                asking.withdraw_request(by=by)
            case "yes" if asked:
                answering.say_yes(asked[which % len(asked)], by=mentor_by)
            case "no" if asked:
                answering.say_no(asked[which % len(asked)], DeclineReason.UNSAID, by=mentor_by)
            case "expire":
                late = [r.id for r in queries.open_requests_to(mentor.id)][:1]
                for request_id in late:
                    request = db.session.get_one(MentorRequest, request_id)
                    request.expires_at = now() - timedelta(days=1)
                    db.session.flush()
                    asking.expire_request(request_id)
            case "end" if running:
                living.end_mentorship(running.ref, by=by)
            case "room":
                answering.set_capacity(which, by=mentor_by)

    def check(self, places: dict[int, int]) -> None:
        db.session.rollback()
        for seeker in self.seekers:
            open_ = db.session.query(MentorRequest).filter_by(
                family_id=seeker, state=RequestState.OPEN
            )
            running = db.session.query(Mentorship).filter(
                Mentorship.family_id == seeker, Mentorship.state != MentorshipState.ENDED
            )
            assert open_.count() <= 1
            assert running.count() <= 1
            assert not (open_.count() and running.count())
            assert len(queries.shown_suggestions(seeker)) <= suggesting.SHOWN_AT_ONCE
        for mentor in self.mentors:
            # Fewer places later never ends what is running; so the most there ever were counts.
            assert queries.places_taken([mentor]).get(mentor, 0) <= places[mentor]


@pytest.fixture
def village(app):
    return Village()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_never_two_open_questions_and_never_a_place_too_many(village, steps):
    village.begin_again()
    most = dict.fromkeys(village.mentors, 1)
    for step, who, which in steps:
        try:
            with transaction():
                village.act(step, who, which)
        except Refusal:
            pass
        for mentor in village.mentors:
            room = capacity_of(db.session.get_one(Family, mentor))
            most[mentor] = max(most[mentor], room)
        village.check(most)

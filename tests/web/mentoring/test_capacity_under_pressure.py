"""Twenty mentor-family adults press "yes" at once: no place is ever given twice.

On real databases, because the promise is theirs to keep: PostgreSQL by the row that is held,
SQLite by the write lock that a transaction takes at its start.
"""

import threading
from collections.abc import Callable

import pytest

from data.clock import now
from data.db import db, transaction
from data.errors import Conflict
from data.models import Account, Family, MentorRequest, Mentorship, MentorshipState
from data.queries import mentoring as queries
from tests import factories
from tests.web.mentoring.pairs import make_mentor
from web.mentoring import notices
from web.mentoring.actions import answering

ROUNDS, THREADS, PLACES = 50, 20, 2


class Market:
    """One mentor family with two places, and twenty families that ask it in every round."""

    def __init__(self, app) -> None:
        self.app = app
        with app.app_context(), transaction():
            here = factories.make_municipality()
            mentor = make_mentor(here, mentor_capacity=PLACES)
            self.mentor_id, self.adult_id = mentor.id, mentor.carers[0].id
            self.family_ids = [factories.make_family(here, carers=0).id for _ in range(THREADS)]

    def open_requests(self) -> list[str]:
        """Start a round: every family asks, nobody is mentored."""
        with transaction():
            db.session.query(Mentorship).update({"state": MentorshipState.ENDED, "ended_at": now()})
            db.session.query(MentorRequest).delete()
            requests = [
                MentorRequest(
                    family_id=family_id,
                    mentor_id=self.mentor_id,
                    expires_at=now().replace(year=now().year + 1),
                )
                for family_id in self.family_ids
            ]
            db.session.add_all(requests)
            db.session.flush()
            return [request.ref for request in requests]

    def all_say_yes(self, refs: list[str]) -> list[str]:
        """Say yes to every question at the same moment; returns what each heard."""
        heard: list[str] = []
        start = threading.Barrier(len(refs), timeout=60)

        def press(ref: str) -> None:
            with self.app.app_context():
                start.wait()
                try:
                    with transaction():
                        adult = db.session.get_one(Account, self.adult_id)
                        answering.say_yes(ref, by=adult)
                    heard.append("yes")
                except Conflict:
                    heard.append("no place")
                except BaseException as fault:
                    heard.append(repr(fault))
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=press, args=(ref,), daemon=True) for ref in refs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in threads)
        return heard

    def taken(self) -> int:
        db.session.rollback()
        return queries.places_taken([self.mentor_id]).get(self.mentor_id, 0)


@pytest.fixture
def quiet(monkeypatch):
    """Mails are another test's matter; here they would only slow the threads down."""
    monkeypatch.setattr(notices, "queue_mail", lambda **_mail: None)


@pytest.mark.server
def test_no_place_is_given_twice_in_fifty_rounds_of_twenty_yeses(either_app, quiet):
    market = Market(either_app)
    for _ in range(ROUNDS):
        heard = market.all_say_yes(market.open_requests())
        assert sorted(heard) == ["no place"] * (THREADS - PLACES) + ["yes"] * PLACES
        assert market.taken() == PLACES


@pytest.mark.server
def test_without_the_lock_the_same_places_are_given_twice(postgres_app, quiet, monkeypatch):
    """Shows that the test above can fail: two look, both see a free place, both take it."""
    monkeypatch.setattr(queries, "lock_family", lambda family_id: db.session.get(Family, family_id))
    # Without the lock they would also lock each other out here, which hides what we look for.
    monkeypatch.setattr(answering, "_turn_the_others_away", lambda _mentor: None)
    meet_after_counting(monkeypatch, parties=4)
    market = Market(postgres_app)
    refs = market.open_requests()[:4]
    heard = market.all_say_yes(refs)
    assert heard == ["yes"] * 4
    assert market.taken() > PLACES


@pytest.mark.server
def test_with_the_lock_the_second_counts_only_when_the_first_is_done(
    postgres_app, quiet, monkeypatch
):
    """The same as above with the lock: nobody meets between counting and taking."""
    meetings = meet_after_counting(monkeypatch, parties=4, wait=0.2)
    market = Market(postgres_app)
    market.all_say_yes(market.open_requests()[:4])
    assert meetings() == 0
    assert market.taken() == PLACES


def meet_after_counting(monkeypatch, *, parties: int, wait: float = 10) -> Callable[[], int]:
    """Let threads wait for each other between counting the places and taking one."""
    count, barrier, met = queries.places_taken, threading.Barrier(parties), [0]
    first = threading.local()

    def counted(mentor_ids):
        found = count(mentor_ids)
        if not getattr(first, "done", False):
            first.done = True
            try:
                barrier.wait(timeout=wait)
                met[0] += 1
            except threading.BrokenBarrierError:
                pass
        return found

    monkeypatch.setattr(queries, "places_taken", counted)
    return lambda: met[0]

"""Two families, or a family's two adults, act in the same moment: nothing is written twice.

On SQLite and PostgreSQL, because holding the mentor family is what each must make true.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data.clock import now
from data.db import db, transaction
from data.models import (
    Account,
    MentorAgreement,
    MentorCheckin,
    Mentorship,
    MentorshipState,
    MentorSignature,
    MentorTalk,
    Occasion,
    OutgoingMail,
    RequestState,
    RoleName,
)
from data.queries import mentor_life as life
from data.queries import mentoring as queries
from tests import factories
from tests.web.groups.test_last_yes import all_at_once
from tests.web.mentoring.pairs import A_TALK, begin
from tests.web.mentoring.test_agreeing import terms
from web.mentoring import checkin_words
from web.mentoring.actions import agreeing, checking_in, contact, living, talks, undoing

pytestmark = pytest.mark.server


class Pair:
    """A running mentorship of two families with two adults each."""

    def __init__(self) -> None:
        cast = factories.make_cast()
        mentorship = begin(cast)
        with transaction():
            here = db.session.merge(cast.municipality)
            others = [
                factories.make_account(here, RoleName.FAMILY, family_id=family.id).id
                for family in (cast.new_family, cast.mentor_family)
            ]
        self.ref, self.id = mentorship.ref, mentorship.id
        self.families = {cast.new_family.id, cast.mentor_family.id}
        self.family_id = cast.new_family.id
        self.asking = [cast.new_parent.id, others[0]]
        self.helping = [cast.mentor_parent.id, others[1]]
        self.everyone = [*self.asking, *self.helping]

    def found(self) -> Mentorship:
        db.session.rollback()
        return db.session.get_one(Mentorship, self.id, populate_existing=True)


@pytest.fixture
def pair(either_app) -> Pair:
    return Pair()


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_all_write_the_agreement_at_once_and_one_version_is_kept(either_app, pair):
    faults = all_at_once(
        either_app,
        pair.everyone,
        lambda by: agreeing.write(pair.ref, terms(), seen_version=0, by=by),
    )
    assert len(faults) == 3
    assert len(set(faults)) == 1
    assert "ændret aftalen imens" in faults[0]
    assert (count(MentorAgreement), count(MentorSignature)) == (1, 1)


def test_all_sign_at_once_and_each_family_has_signed_once(either_app, pair):
    with transaction():
        by = db.session.get_one(Account, pair.asking[0])
        agreeing.write(pair.ref, terms(), seen_version=0, by=by)
    sign = lambda by: agreeing.sign(pair.ref, seen_version=1, by=by)  # noqa: E731
    assert all_at_once(either_app, pair.everyone, sign) == []
    assert life.signed_by(life.agreement_of(pair.found())) == pair.families
    assert count(MentorSignature) == 2


def test_all_note_the_same_evening_and_it_is_counted_once(either_app, pair):
    faults = all_at_once(
        either_app, pair.everyone, lambda by: talks.note_talk(pair.ref, A_TALK, by=by)
    )
    assert len(faults) == 3
    assert all("allerede noteret" in fault for fault in faults)
    assert count(MentorTalk) == 1
    assert life.tallies([pair.id])[pair.id].minutes == A_TALK.minutes


def test_all_tick_that_they_were_in_touch(either_app, pair):
    tick = lambda by: contact.say_in_touch(pair.ref, by=by)  # noqa: E731
    assert all_at_once(either_app, pair.everyone, tick) == []
    assert life.in_touch(pair.found())


def test_both_families_end_at_once_and_each_is_told_at_most_once(either_app, pair):
    end = lambda by: living.end_mentorship(pair.ref, by=by)  # noqa: E731
    assert all_at_once(either_app, pair.everyone, end) == []
    assert pair.found().state is MentorshipState.ENDED
    told = select(func.count()).where(OutgoingMail.kind == "mentorship_ended")
    assert db.session.scalar(told) == 2  # the two adults of the family that did not end it


def test_signing_while_the_other_ends_leaves_one_truth(either_app, pair):
    def act(by):
        if by.id in pair.helping:
            living.end_mentorship(pair.ref, by=by)
        else:
            agreeing.write(pair.ref, terms(), seen_version=0, by=by)

    faults = all_at_once(either_app, [pair.asking[0], pair.helping[0]], act)
    assert pair.found().state is MentorshipState.ENDED
    assert faults in ([], ["Mentorskabet er slut."])
    assert count(MentorAgreement) == 1 - len(faults)


def test_two_adults_answer_how_it_is_and_one_answer_counts(either_app, pair):
    with transaction():
        pair.found().started_at = now() - timedelta(days=35)
        db.session.flush()
    marks = dict.fromkeys(checkin_words.ON_THE_WAY, 4)
    faults = all_at_once(
        either_app,
        pair.asking,
        lambda by: checking_in.answer(pair.ref, Occasion.MONTH_1, marks, by=by),
    )
    assert len(faults) == 1
    assert count(MentorCheckin) == 1


def test_a_yes_is_taken_back_while_the_first_talk_is_noted(either_app, pair):
    def act(by):
        if by.id in pair.helping:
            undoing.undo_yes(pair.ref, by=by)
        else:
            talks.note_talk(pair.ref, A_TALK, by=by)

    faults = all_at_once(either_app, [pair.asking[0], pair.helping[0]], act)
    assert len(faults) == 1
    ended = pair.found().state is MentorshipState.ENDED
    request = queries.last_request_of(pair.family_id)
    assert ended == (request.state is RequestState.OPEN)
    assert count(MentorTalk) == (0 if ended else 1)

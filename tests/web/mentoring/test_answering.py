from datetime import timedelta

import pytest

from data.answers import answers_of, set_answers
from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, NotAllowed, NotFound
from data.models import (
    DeclineReason,
    MentorRequest,
    Mentorship,
    MentorshipState,
    OutgoingMail,
    RequestState,
    Room,
    RoomMember,
)
from data.queries import mentoring as queries
from data.sealed import store
from tests.web.mentoring.pairs import (
    WORDS,
    ask,
    begin,
    look,
    make_mentor,
    make_waiting,
    say_yes,
    set_rule,
    shown,
)
from web.families.actions import add_exclusion, end_approval, leave_network
from web.mentoring.actions import answering, asking, living
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises


def test_yes_opens_a_room_for_both_families_and_no_one_else(app, cast):
    mentorship = begin(cast)
    assert mentorship.state is MentorshipState.ACTIVE
    members = db.session.query(RoomMember).filter_by(room_id=mentorship.room_id).all()
    assert {m.account_id for m in members} == {cast.new_parent.id, cast.mentor_parent.id}
    kinds = {mail.kind for mail in db.session.query(OutgoingMail)}
    assert "mentorship_started" in kinds


def test_yes_said_twice_makes_one_mentorship(app, cast):
    request = ask(cast.new_family)
    first, second = say_yes(request), say_yes(request)
    assert first.id == second.id
    assert db.session.query(Room).count() == 1


def keep_apart(cast):
    with transaction():
        add_exclusion(
            cast.new_family.ref, other_ref=cast.mentor_family.ref, reason="", by=cast.coordinator
        )


def take_approval(cast):
    with transaction():
        end_approval(cast.mentor_family.ref, by=cast.coordinator)


def approval_runs_out(cast):
    with transaction():
        mentor = db.session.merge(cast.mentor_family)
        mentor.mentor_approved_on = today() - timedelta(days=731)


def asker_leaves(cast):
    with transaction():
        leave_network(cast.new_family.ref, by=cast.new_parent)


def mentor_leaves(cast):
    with transaction():
        leave_network(cast.mentor_family.ref, by=cast.mentor_parent)


@pytest.mark.parametrize(
    "change", [keep_apart, take_approval, approval_runs_out, asker_leaves, mentor_leaves]
)
def test_what_changed_since_the_question_stops_a_yes_without_saying_what(cast, as_, change):
    request = ask(cast.new_family)
    change(cast)
    page = as_(cast.mentor_parent).get("/mentor/requests").text
    assert WORDS not in page
    with pytest.raises(Conflict) as refused:
        say_yes(db.session.get_one(MentorRequest, request.id))
    assert not any(word in str(refused.value) for word in ("adskilt", "hinanden", "forladt"))
    assert db.session.query(Mentorship).count() == 0


def test_a_question_to_a_family_one_is_kept_apart_from_since_is_not_sent(cast):
    rows = look(cast.new_family)
    keep_apart(cast)
    with pytest.raises(asking.PlaceTaken), transaction():
        asking.ask_for_mentor(
            rows[0].ref, asking.Question(words=WORDS), by=cast.new_family.carers[0]
        )
    assert db.session.query(MentorRequest).count() == 0


def test_families_kept_apart_since_they_agreed_are_not_approved(cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    keep_apart(cast)
    with pytest.raises(Conflict), transaction():
        living.approve_mentorship(mentorship.ref, by=cast.coordinator)
    assert db.session.query(Room).count() == 0


def test_after_the_end_new_answers_are_not_shown_to_the_other_family(cast, as_):
    mentorship = begin(cast)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
        family = db.session.merge(cast.new_family)
        set_answers(family, {"about_us": "Flyttet for nylig", "themes_now": {"adhd": 3}})
    page = as_(cast.mentor_parent).get(f"/mentor/{mentorship.ref}").text
    assert "Skov" in page
    assert "Flyttet for nylig" not in page
    assert "ADHD" not in page
    assert "Vejle Kommune" not in page.split("<main")[1].split("</main>")[0]


def test_where_the_coordinator_approves_yes_waits_and_no_room_is_open(app, cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    assert mentorship.state is MentorshipState.AWAITING_APPROVAL
    assert mentorship.room_id is None
    with transaction():
        living.approve_mentorship(mentorship.ref, by=cast.coordinator)
    assert db.session.get_one(Mentorship, mentorship.id).state is MentorshipState.ACTIVE
    assert db.session.query(Room).count() == 1


def test_a_refused_mentorship_frees_the_place_and_keeps_the_reason_from_families(app, cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    with transaction():
        living.refuse_mentorship(mentorship.ref, "De er naboer.", by=cast.coordinator)
    assert queries.places_taken([cast.mentor_family.id]) == {}
    assert queries.mentorship_with_mentor(cast.new_family.id) is None
    assert mentorship.refusal.text == "De er naboer."
    with pytest.raises(Conflict), transaction():
        living.approve_mentorship(mentorship.ref, by=cast.coordinator)


@pytest.mark.parametrize("how", ["family erased", "mentor erased", "a year has passed"])
def test_why_it_was_refused_is_not_kept_and_no_backup_tells(app, cast, how):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    with transaction():
        living.refuse_mentorship(mentorship.ref, "De er naboer.", by=cast.coordinator)
    scope = mentorship.refusal.scope
    keep_retention_promises()
    assert store()._cipher(scope) is not None
    with transaction():
        if how == "a year has passed":
            row = db.session.get_one(Mentorship, mentorship.id)
            row.ended_at = now() - timedelta(days=366)
        else:
            gone = cast.new_family if how == "family erased" else cast.mentor_family
            erase(db.session.merge(gone), actor_id=None)
    keep_retention_promises()
    db.session.rollback()
    assert db.session.get_one(Mentorship, mentorship.id).refusal is None
    assert store()._cipher(scope) is None


def test_only_a_coordinator_of_the_municipality_approves(app, cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    for other in (
        cast.new_parent,
        cast.mentor_parent,
        cast.consultant,
        cast.facilitator,
        cast.administrator,
        cast.other_coordinator,
    ):
        with pytest.raises(NotFound), transaction():
            living.approve_mentorship(mentorship.ref, by=other)
        with pytest.raises(NotFound), transaction():
            living.refuse_mentorship(mentorship.ref, "Nej.", by=other)


def test_a_mentor_family_answers_only_its_own_questions(app, cast):
    request = ask(cast.new_family)
    for other in (cast.new_parent, cast.outsider, cast.stranger, cast.coordinator):
        with pytest.raises(NotFound), transaction():
            answering.say_yes(request.ref, by=other)
        with pytest.raises(NotFound), transaction():
            answering.say_no(request.ref, DeclineReason.BUSY, by=other)


def test_no_thank_you_tells_the_asker_nothing_of_the_reason_and_brings_the_next(app, cast):
    with transaction():
        other = make_mentor(cast.municipality, postcode="7160")
    request = ask(cast.new_family, mentor=cast.mentor_family)
    with transaction():
        answering.say_no(request.ref, DeclineReason.KNOWN, by=cast.mentor_parent)
    stored = db.session.get_one(MentorRequest, request.id)
    assert stored.state is RequestState.DECLINED
    assert stored.decline_reason is DeclineReason.KNOWN
    assert shown(cast.new_family) == [other.id]
    assert cast.mentor_family.id not in {row.mentor_id for row in look(cast.new_family)}


def test_no_can_be_said_twice_but_not_after_yes(app, cast):
    request = ask(cast.new_family)
    for _ in range(2):
        with transaction():
            answering.say_no(request.ref, DeclineReason.BUSY, by=cast.mentor_parent)
    with pytest.raises(Conflict), transaction():
        answering.say_yes(request.ref, by=cast.mentor_parent)


def test_a_withdrawn_question_cannot_be_answered(app, cast):
    request = ask(cast.new_family)
    with transaction():
        asking.withdraw_request(by=cast.new_parent)
    with pytest.raises(Conflict), transaction():
        answering.say_yes(request.ref, by=cast.mentor_parent)
    with pytest.raises(Conflict), transaction():
        answering.say_no(request.ref, DeclineReason.BUSY, by=cast.mentor_parent)


def test_a_question_whose_time_is_up_cannot_be_said_yes_to(app, cast, time_machine):
    request = ask(cast.new_family)
    time_machine.move_to(now() + timedelta(days=8))
    with pytest.raises(Conflict), transaction():
        answering.say_yes(request.ref, by=cast.mentor_parent)


def test_the_last_place_turns_the_other_askers_kindly_away(app, cast):
    with transaction():
        other = make_waiting(cast.municipality)
    waiting = ask(other, mentor=cast.mentor_family)
    begin(cast)
    assert db.session.get_one(MentorRequest, waiting.id).state is RequestState.OVERTAKEN
    with pytest.raises(Conflict), transaction():
        answering.say_yes(waiting.ref, by=cast.mentor_parent)


def test_a_second_place_leaves_the_other_askers_waiting(app, cast):
    with transaction():
        answering.set_capacity(2, by=cast.mentor_parent)
        other = make_waiting(cast.municipality)
    waiting = ask(other, mentor=cast.mentor_family)
    begin(cast)
    assert db.session.get_one(MentorRequest, waiting.id).is_open
    assert say_yes(waiting).state is MentorshipState.ACTIVE


def test_a_mentor_without_a_place_cannot_say_yes(app, cast):
    request = ask(cast.new_family)
    with transaction():
        answering.set_capacity(0, by=cast.mentor_parent)
    with pytest.raises(Conflict), transaction():
        answering.say_yes(request.ref, by=cast.mentor_parent)
    assert db.session.get_one(MentorRequest, request.id).is_open


def test_a_pause_takes_a_mentor_out_of_the_suggestions(app, cast):
    look(cast.new_family)
    with transaction():
        answering.set_capacity(0, by=cast.mentor_parent)
    assert answers_of(cast.mentor_family)["mentor_capacity"] == 0
    assert look(cast.new_family) == []


def test_saying_no_may_also_mean_a_pause(app, cast):
    request = ask(cast.new_family)
    with transaction():
        answering.say_no(request.ref, DeclineReason.BUSY, pause=True, by=cast.mentor_parent)
    assert answers_of(cast.mentor_family)["mentor_capacity"] == 0


def test_only_mentor_families_have_places(app, cast):
    with pytest.raises(NotAllowed), transaction():
        answering.set_capacity(1, by=cast.new_parent)
    for places in (-1, 4):
        with pytest.raises(Conflict), transaction():
            answering.set_capacity(places, by=cast.mentor_parent)


def test_an_ended_mentorship_frees_the_place_and_closes_the_room(app, cast):
    mentorship = begin(cast)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
        living.end_mentorship(mentorship.ref, by=cast.mentor_parent)
    assert queries.places_taken([cast.mentor_family.id]) == {}
    assert db.session.get_one(Room, mentorship.room_id).closed_at is not None
    assert db.session.query(OutgoingMail).filter_by(kind="mentorship_ended").count() == 1
    with pytest.raises(Conflict), transaction():
        living.pause_mentorship(mentorship.ref, by=cast.new_parent)


def test_a_break_and_a_new_beginning(app, cast):
    mentorship = begin(cast)
    with transaction():
        living.pause_mentorship(mentorship.ref, by=cast.mentor_parent)
    assert mentorship.state is MentorshipState.PAUSED
    assert queries.places_taken([cast.mentor_family.id]) == {cast.mentor_family.id: 1}
    with transaction():
        living.resume_mentorship(mentorship.ref, by=cast.new_parent)
    assert mentorship.state is MentorshipState.ACTIVE


def test_what_has_not_begun_cannot_be_paused(app, cast):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    with pytest.raises(NotAllowed), transaction():
        living.pause_mentorship(mentorship.ref, by=cast.new_parent)


def test_nobody_outside_the_two_families_touches_a_mentorship(app, cast):
    mentorship = begin(cast)
    for other in (cast.outsider, cast.stranger, cast.coordinator, cast.consultant):
        for act in (living.end_mentorship, living.pause_mentorship, living.resume_mentorship):
            with pytest.raises(NotFound), transaction():
                act(mentorship.ref, by=other)

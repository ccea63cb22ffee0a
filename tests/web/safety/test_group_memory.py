"""What a family takes along of its group's life, what is erased with it, and what is not kept."""

from datetime import timedelta

from data.clock import now, today
from data.db import db, transaction
from data.exchange.own_data import everything_about
from data.models import GroupQuestion, GroupQuestionAnswer, PulseMark, PulseRound, StartSurvey
from data.start_survey import START
from tests.web.groups.building import opened
from tests.web.groups.lives import asked_back, own_group, said
from web.groups import tasks
from web.groups.actions import pulse
from web.safety.actions.erasure import erase_family
from web.safety.own_data_files import as_html, as_xlsx
from web.safety.tasks import keep_retention_promises


def lived(cast):
    """A group whose first family has answered everything there is."""
    circle = own_group(cast)
    with transaction():
        pulse.answer_start(dict.fromkeys(START, 2), by=circle.parents[0])
    asked_back(circle)
    tasks.ask_how_it_goes()
    with transaction():
        pulse.answer_pulse(mark=2, word="tired", by=circle.parents[0])
    return circle


def test_the_file_holds_what_the_family_answered_and_suggested(cast, app):
    circle = lived(cast)
    about = everything_about(circle.families[0], reader=circle.parents[0])
    assert about["start_survey"][0]["alone"] == 2
    assert about["decisions"][0]["suggested"] is True
    assert "tired" not in str(about), "an answer to the pulse is nobody's any more"
    with app.test_request_context():
        assert "Hvordan det var ved starten" in as_html(about)
        assert as_xlsx(about)


def test_staff_who_fetch_the_file_do_not_see_the_start_survey(cast):
    circle = lived(cast)
    about = everything_about(circle.families[0], reader=cast.coordinator)
    assert about["start_survey"] == []


def test_an_erased_family_leaves_none_of_it(cast):
    circle = lived(cast)
    family = circle.families[0]
    with transaction():
        erase_family(family.ref, typed_name=family.name, by=circle.parents[0])
    for table in (GroupQuestionAnswer, PulseMark, StartSurvey):
        assert db.session.query(table).filter_by(family_id=family.id).count() == 0, table
    assert [q.asked_by_family_id for q in db.session.query(GroupQuestion)] == [None]


def test_settled_questions_and_old_answers_are_let_go(cast):
    circle = lived(cast)
    question = db.session.query(GroupQuestion).one()
    said(circle, question, by=1, yes=False)
    keep_retention_promises()
    assert db.session.query(GroupQuestion).count() == 1
    with transaction():
        question = db.session.query(GroupQuestion).one()
        question.settled_at = now() - timedelta(days=190)
        db.session.query(StartSurvey).one().answered_on = today() - timedelta(days=740)
        db.session.query(PulseRound).one().month = today() - timedelta(days=760)
    keep_retention_promises()
    for table in (GroupQuestion, StartSurvey, PulseRound):
        assert db.session.query(table).count() == 0, table


def test_a_group_from_which_all_have_been_erased_is_closed_by_the_clock(cast):
    circle = opened(cast, 3, min_families=3)
    for family, parent in zip(circle.families, circle.parents, strict=True):
        with transaction():
            erase_family(family.ref, typed_name=family.name, by=parent)
    tasks.let_groups_move_on()
    assert circle.group.phase.value == "ended"
    assert circle.group.room.closed_at is not None

from datetime import UTC, date, datetime

import numpy as np
import pytest

from data.answers import set_answers
from data.clock import today
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.matching import records
from data.models import Exclusion, MentorRound, Suggestion, SuggestionState
from data.queries import mentoring as queries
from matcher.compatibility import score_pairs
from tests.web.mentoring.pairs import begin, look, make_mentor, set_rule, shown
from web.mentoring.actions import rounds, suggesting
from web.mentoring.pool import standing_of


def test_a_family_sees_the_three_best_who_have_a_place(app, cast):
    with transaction():
        mentors = [
            make_mentor(cast.municipality, postcode=postcode, themes_experience=themes)
            for postcode, themes in [
                ("7100", ["attachment", "sleep_food_routines", "adhd"]),
                ("7100", ["attachment"]),
                ("7000", ["attachment", "sleep_food_routines"]),
                ("7160", []),
            ]
        ]
        full = make_mentor(cast.municipality, postcode="7100", mentor_capacity=0)
    pool = [cast.mentor_family, *mentors]
    scores = score_pairs(records([cast.new_family]), records(pool), on=today())[0]
    best = [pool[i].id for i in np.argsort(-scores, kind="stable")[:3]]
    rows = look(cast.new_family)
    assert [row.mentor_id for row in rows] == best
    assert [round(row.score, 6) for row in rows] == sorted(
        (round(float(s), 6) for s in scores), reverse=True
    )[:3]
    assert full.id not in shown(cast.new_family)


def test_suggestions_stay_when_a_better_mentor_joins(app, cast):
    with transaction():
        for _ in range(2):
            make_mentor(cast.municipality, themes_experience=["attachment"], postcode="7160")
    before = {row.mentor_id for row in look(cast.new_family)}
    with transaction():
        make_mentor(cast.municipality, postcode="7100")
    assert {row.mentor_id for row in look(cast.new_family)} == before


def test_suggestions_are_found_again_when_the_profile_changes(app, cast):
    with transaction():
        for _ in range(3):
            make_mentor(cast.municipality, themes_experience=["attachment"], postcode="7160")
        other = make_mentor(cast.municipality, themes_experience=["siblings"], postcode="7160")
    assert other.id not in {row.mentor_id for row in look(cast.new_family)}
    with transaction():
        set_answers(cast.new_family, {"themes_now": {"siblings": 3}})
    assert suggesting.needs_a_look(cast.new_family)
    assert other.id in {row.mentor_id for row in look(cast.new_family)}


def test_a_hidden_suggestion_gives_its_place_to_the_next_and_can_return(app, cast):
    with transaction():
        for _ in range(3):
            make_mentor(cast.municipality)
    first = look(cast.new_family)
    with transaction():
        suggesting.hide_suggestion(first[0].ref, by=cast.new_parent)
    now_shown = shown(cast.new_family)
    assert first[0].mentor_id not in now_shown
    assert len(now_shown) == 3
    with transaction():
        suggesting.show_again(first[0].ref, by=cast.new_parent)
    assert first[0].mentor_id in shown(cast.new_family)
    assert len(shown(cast.new_family)) == 3


def test_asking_for_others_hides_all_three(app, cast):
    with transaction():
        for _ in range(4):
            make_mentor(cast.municipality)
    before = {row.mentor_id for row in look(cast.new_family)}
    with transaction():
        assert suggesting.hide_all(by=cast.new_parent) == 3
    after = set(shown(cast.new_family))
    assert after
    assert not after & before
    with transaction():
        suggesting.show_hidden(by=cast.new_parent)
    assert len(shown(cast.new_family)) == 3


def test_an_exclusion_shows_nowhere_not_even_as_a_number(app, cast):
    with transaction():
        pair = sorted((cast.new_family.id, cast.mentor_family.id))
        db.session.add(Exclusion(family_id=pair[0], other_id=pair[1]))
    assert look(cast.new_family) == []
    look_ = queries.look_of(cast.new_family.id)
    assert look_ is not None
    assert look_.hindered == {}


def test_a_family_learns_which_rules_stand_in_the_way(app, cast):
    with transaction():
        set_answers(cast.mentor_family, {"availability": ["mon_morning"]})
    assert look(cast.new_family) == []
    look_ = queries.look_of(cast.new_family.id)
    assert look_ is not None
    assert look_.hindered == {"availability": 1}


def test_the_municipality_decides_how_experienced_a_mentor_must_be(app, cast):
    with transaction():
        set_answers(cast.mentor_family, {"foster_since": today().year - 3})
    assert look(cast.new_family) == []
    set_rule(cast.municipality, mentor_min_years=3)
    assert [row.mentor_id for row in look(cast.new_family)] == [cast.mentor_family.id]


def test_another_municipality_has_mentors_of_its_own(app, cast):
    with transaction():
        make_mentor(cast.stranger.municipality)
    assert [row.mentor_id for row in look(cast.new_family)] == [cast.mentor_family.id]


def test_a_family_with_something_missing_is_told_what(app, cast):
    family = cast.outsider.family
    assert standing_of(family).missing == ("placement",)
    with pytest.raises(Conflict), transaction():
        suggesting.look_for_mentors(family)


def test_a_mentor_is_not_suggested_again_once_a_mentorship_with_it_has_ended(app, cast):
    begin(cast)
    from web.mentoring.actions import living

    mentorship = queries.mentorship_with_mentor(cast.new_family.id)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
    assert look(cast.new_family) == []


def test_only_ones_own_suggestion_can_be_hidden(app, cast):
    row = look(cast.new_family)[0]
    for stranger in (cast.outsider, cast.stranger, cast.mentor_parent):
        with pytest.raises(NotFound), transaction():
            suggesting.hide_suggestion(row.ref, by=stranger)
    with pytest.raises(NotFound), transaction():
        suggesting.hide_suggestion(row.ref, by=cast.coordinator)


def test_a_suggestion_that_has_gone_cannot_be_hidden(app, cast):
    row = look(cast.new_family)[0]
    with transaction():
        db.session.get_one(Suggestion, row.id).state = SuggestionState.GONE
    with pytest.raises(Conflict), transaction():
        suggesting.hide_suggestion(row.ref, by=cast.new_parent)


def test_the_reasons_name_no_starred_theme_and_no_protected_place(app, cast):
    with transaction():
        cast.mentor_family.protected_address = True
    row = look(cast.new_family)[0]
    facts = suggesting.facts_of(row)
    assert facts["asked"] == ["attachment", "sleep_food_routines"]  # adhd is a starred theme
    assert facts["minutes"] is None
    said = str(facts["words"])
    assert "opmærksomhed" not in said
    assert "ADHD" not in said
    assert "kørsel" not in said


def test_just_after_midnight_in_denmark_an_approval_of_that_day_counts(app, cast, time_machine):
    """The server may keep another time; approvals and consents are days in Denmark."""
    time_machine.move_to(datetime(2026, 11, 26, 23, 30, tzinfo=UTC), tick=False)
    with transaction():
        mentor = make_mentor(cast.municipality, name="Rye")
    assert mentor.mentor_approved_on == date(2026, 11, 27)
    assert mentor.id in {row.mentor_id for row in look(cast.new_family)}
    with transaction():
        round_ = rounds.start_round(by=db.session.merge(cast.coordinator))
    found = db.session.get_one(MentorRound, round_.id, populate_existing=True).proposed
    assert found["goals"]["most_families"]["pairs"]

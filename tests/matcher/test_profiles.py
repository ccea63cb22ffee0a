"""Reading families from records."""

import copy
import gc
import time

import numpy as np
import pytest

from matcher.errors import MatcherError
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from tests.matcher.people import ON, family, mentor, random_pool


def read(**answers):
    return Profiles.from_records([family(**answers)])


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"shoe_size": 44}, ["'F'", "'shoe_size'", "44"]),
        ({"family_type": "royal"}, ["'F'", "'family_type'", "'royal'"]),
        ({"themes_experience": ["siblings", "ghosts"]}, ["'F'", "'themes_experience'", "'ghosts'"]),
        ({"themes_now": {"ghosts": 2}}, ["'F'", "'themes_now'", "'ghosts'"]),
        ({"themes_now": {"siblings": 4}}, ["'F'", "'themes_now'", "4"]),
        ({"themes_now": {"siblings": 0}}, ["'F'", "'themes_now'", "0"]),
        ({"themes_now": ["siblings"]}, ["'F'", "'themes_now'", "siblings"]),
        ({"themes_now": dict.fromkeys(list(SCHEMA.themes)[:6], 1)}, ["'F'", "more than 5"]),
        ({"home_municipality": "9999"}, ["'F'", "'home_municipality'", "'9999'"]),
        ({"placing_municipalities": ["9999"]}, ["'F'", "'placing_municipalities'", "'9999'"]),
        ({"languages": "da"}, ["'F'", "'languages'", "'da'"]),
        ({"children_count": -1}, ["'F'", "'children_count'", "-1"]),
        ({"children_count": "two"}, ["'F'", "'children_count'", "'two'"]),
        ({"foster_since": True}, ["'F'", "'foster_since'", "True"]),
        ({"protected_address": "ja"}, ["'F'", "'protected_address'", "'ja'"]),
        ({"consents": {"matching": "soon"}}, ["'F'", "consents.matching", "'soon'"]),
        ({"consents": "yes"}, ["'F'", "'consents'", "'yes'"]),
        ({"mentor_approved": 2026}, ["'F'", "'mentor_approved'", "2026"]),
        ({"exclusions": "M"}, ["'F'", "'exclusions'", "'M'"]),
        ({"exclusions": 7}, ["'F'", "'exclusions'", "7"]),
        ({"exclusions": [["M"]]}, ["'F'", "'exclusions'", "['M']"]),
        ({"home_municipality": ["0630"]}, ["'F'", "'home_municipality'", "['0630']"]),
        ({"placing_municipalities": [["0630"]]}, ["'F'", "'placing_municipalities'", "['0630']"]),
        ({"themes_now": {"siblings": True}}, ["'F'", "'themes_now'", "True"]),
        ({"about_us": 5}, ["'F'", "'about_us'", "5"]),
    ],
)
def test_a_bad_answer_is_named_with_family_key_and_value(answers, words):
    with pytest.raises(MatcherError) as refusal:
        read(**answers)
    for word in words:
        assert word in str(refusal.value)


@pytest.mark.parametrize("record", [{}, {"id": 7}, {"id": ""}])
def test_a_family_without_a_key_is_refused(record):
    with pytest.raises(MatcherError, match="id"):
        Profiles.from_records([record])


def test_two_families_with_one_key_are_refused():
    with pytest.raises(MatcherError, match="'A'"):
        Profiles.from_records([family("A"), family("A")])


@pytest.mark.parametrize("postcode", ["0000", 7100, "x"])
def test_an_unknown_postcode_is_missing_and_warned_about(postcode):
    people = read(postcode=postcode)
    assert not people.answered("postcode")[0]
    assert len(people.warnings) == 1
    assert "'F'" in people.warnings[0]
    assert repr(postcode) in people.warnings[0]


def test_an_empty_list_is_an_answer_and_an_absent_key_is_not():
    people = Profiles.from_records(
        [family("A", interests=[], themes_now={}), family("B"), family("C", interests=None)]
    )
    assert people.answered("interests").tolist() == [True, False, False]
    assert people.answered("themes_now").tolist() == [True, False, False]


def test_some_questions_have_a_default():
    people = read()
    assert people.bits("languages")[0] == 1
    assert people.column("max_travel_minutes")[0] == 30
    assert people.column("mentor_capacity")[0] == 1
    assert (
        list(SCHEMA.field("meeting_form").values)[int(people.column("meeting_form")[0])] == "both"
    )


def test_the_records_are_neither_changed_nor_shared():
    families, mentors = random_pool(3, 20, 10)
    records = families + [m for m in mentors if m["id"].startswith("M")]
    before = copy.deepcopy(records)
    people = Profiles.from_records(records)
    assert records == before
    people.record(0)["languages"] = ["en"]
    records[1].clear()
    assert [people.record(i) for i in range(len(people))] == before


def test_rows_keep_the_order_asked_for():
    people = Profiles.from_records([family(key, children_count=n) for n, key in enumerate("ABCD")])
    chosen = people[np.array([3, 1])]
    assert chosen.ids == ("D", "B")
    assert chosen.column("children_count").tolist() == [3, 1]
    assert chosen.record(1)["id"] == "B"
    assert people[2:].ids == ("C", "D")
    assert people[2].ids == ("C",)
    assert len(people[np.array([], dtype=int)]) == len(people[[]]) == 0


def test_the_table_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        read().table[0, 0] = 1


def test_an_approval_holds_two_years_also_from_a_leap_day():
    people = Profiles.from_records(
        [mentor("A", mentor_approved="2024-02-29"), mentor("B", mentor_approved=ON)]
    )
    expires = people.column("mentor_expires") - people.column("mentor_approved")
    assert expires.tolist() == [731, 731]


def test_no_families_at_all_is_fine():
    assert len(Profiles.from_records([])) == 0


def test_five_thousand_families_are_read_in_a_moment():
    some, _ = random_pool(1, 100, 5)
    records = [{**some[i % 100], "id": str(i)} for i in range(5_000)]
    start = time.process_time()
    assert len(Profiles.from_records(records)) == 5_000
    assert time.process_time() - start < 3


def test_garbage_is_collected_again_after_reading_also_after_a_refusal():
    assert gc.isenabled()
    with pytest.raises(MatcherError):
        Profiles.from_records([{"id": "A"}, {"id": "A"}])
    assert gc.isenabled()
    Profiles.from_records([{"id": "A"}])
    assert gc.isenabled()
    gc.disable()
    try:
        Profiles.from_records([{"id": "A"}])
        assert not gc.isenabled()
    finally:
        gc.enable()

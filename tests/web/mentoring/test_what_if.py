"""What a round would come to if something were otherwise, solved and saved nowhere."""

from dataclasses import replace

import pytest

from data.db import transaction
from matcher.days import today
from tests.conftest import sign_in
from tests.web.mentoring.pairs import make_mentor, make_waiting
from tests.web.mentoring.test_rounds import fresh, start
from web.mentoring import what_if
from web.mentoring.proposal import Market, propose, solve


def record(key, **answers):
    return {
        "id": key,
        "status": "active",
        "consents": {"matching": "2026-01-01"},
        "home_municipality": "0630",
        "postcode": "7100",
        "foster_since": today().year - 2,
        **answers,
    }


def market(families, mentors):
    return Market(
        families=[record(f"{k}", participation=["mentee"], **f) for k, f in enumerate(families, 1)],
        mentors=[
            record(
                f"{k}",
                participation=["mentor"],
                mentor_approved=today().isoformat(),
                **{"foster_since": today().year - 12, **m},
            )
            for k, m in enumerate(mentors, 100)
        ],
        waited_days={},
        rules={"min_years": 5},
        goal="most_families",
        pins=[],
        bans=[],
    )


def told(round_):
    found = propose(round_)
    return {line.change: line for line in what_if.lines(found, round_.goal)}


FAR = {"postcode": "6000", "home_municipality": "0621", "meeting_form": "physical"}


def test_a_longer_drive_is_a_round_in_which_all_drive_longer(app):
    near = {"meeting_form": "physical", "max_travel_minutes": 30}
    round_ = market([near], [{**FAR, "max_travel_minutes": 30}])
    assert solve(round_, "most_families").matched == 0
    lines = told(round_)
    changed = replace(
        round_,
        families=[{**f, "max_travel_minutes": 50} for f in round_.families],
        mentors=[{**m, "max_travel_minutes": 50} for m in round_.mentors],
    )
    more = solve(changed, "most_families").matched
    assert more == 1
    assert lines["Alle kører 20 minutter længere"].more == "Én familie mere får en mentor"


def test_one_more_mentor_family_serves_one_more_where_places_lack(app):
    lines = told(market([{}, {}], [{"mentor_capacity": 1}]))
    line = lines["Én mentorfamilie mere i Vejle"]
    assert (line.more, line.helps) == ("Én familie mere får en mentor", True)


def test_less_experience_asked_for_lets_younger_mentor_families_in(app):
    lines = told(market([{}], [{"foster_since": today().year - 4}]))
    assert lines["En mentorfamilie skal kun have 3 års erfaring"].helps
    assert not lines["Alle kører 10 minutter længere"].helps


def test_an_area_is_not_told_of_a_protected_address(app):
    hidden = {"protected_address": True, "home_municipality": "0621", "postcode": "6000"}
    assert "Én mentorfamilie mere i Kolding" not in told(market([{}, hidden], [{}]))


def test_what_helps_most_stands_first_and_nothing_is_saved(app, cast):
    with transaction():
        for name in ("Toft", "Juhl", "Lund"):
            make_waiting(cast.municipality, name=name)
        make_mentor(cast.municipality, name="Rye")
    round_ = start(cast)
    pairs = round_.proposed["goals"][round_.goal]["pairs"]
    lines = what_if.lines(round_.proposed, round_.goal)
    assert lines[0].helps
    assert [line.helps for line in lines] == sorted((x.helps for x in lines), reverse=True)
    client = app.test_client()
    sign_in(client, cast.coordinator)
    page = client.get(f"/staff/mentor-rounds/{round_.ref}").text
    assert "Hvad nu hvis" in page
    assert fresh(round_).proposed["goals"][round_.goal]["pairs"] == pairs


@pytest.mark.parametrize("goal", ["best_fit", "fairest"])
def test_another_goal_than_was_calculated_for_is_not_told_of(app, goal):
    found = propose(market([{}], [{}]))
    assert what_if.lines(found, goal) == []

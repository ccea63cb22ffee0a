"""Where a group of a draft could meet: in fives, nobody named, protected drives unknown."""

import pytest

from data.answers import set_answers
from data.db import transaction
from data.models import Phase, RoleName
from data.queries.groups import seats_of
from tests.factories import make_account
from tests.web.groups.building import drafted, opened
from web.groups.actions.board import desk_of
from web.groups.reshaping import shape_of

PLACES = (("Kulturhuset", "7100"), ("Jelling Bibliotek", "7300"))


@pytest.fixture
def draft(cast):
    return drafted(cast, n=8, max_size=8, target_size=8, places=PLACES)


def live_at(draft, *postcodes):
    """Let the families live at these postcodes in turn."""
    with transaction():
        for k, seat in enumerate(seats_of(draft)):
            set_answers(seat.family, {"postcode": postcodes[k % len(postcodes)]})


def test_each_place_is_told_in_fives_and_taking_turns_with_what_it_saves(draft):
    live_at(draft, "7100", "7300")
    places = shape_of(draft, number=0).places
    options = desk_of(draft, seats_of(draft)).places(0)
    assert [line.name for line in places.lines] == ["Kulturhuset", "Jelling Bibliotek"]
    assert places.lines[0].used
    for line in places.lines:
        option = next(o for o in options if o.name == line.name)
        assert 0 <= line.longest - max(option.minutes.values()) < 5
        assert line.longest % 5 == line.mean % 5 == 0
    assert sorted(places.turn) == ["Jelling Bibliotek"] * 3 + ["Kulturhuset"] * 3
    far = places.lines[0].longest
    assert f"ca. {3 * (10 + far)} min." in places.saves
    assert f"ca. {6 * far}." in places.saves


def test_where_turns_save_nobody_a_drive_it_says_so(draft, cast, as_):
    live_at(draft, "7100")
    places = shape_of(draft, number=0).places
    assert (places.turn, places.saves) == ((), "")
    page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/group?g=0")
    assert "Ét fast sted er lige så rimeligt" in page.get_data(as_text=True)


def test_a_protected_address_has_no_part_in_any_number(draft, cast, as_):
    live_at(draft, "7100", "7300")
    pages = []
    for postcode in ("7100", "7300", "7000"):
        with transaction():
            family = seats_of(draft)[0].family
            family.protected_address = True
            set_answers(family, {"postcode": postcode})
        places = shape_of(draft, number=0).places
        assert places.n_unknown == 1
        pages.append(places)
    assert pages[0] == pages[1] == pages[2]
    page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/group?g=0")
    part = page.get_data(as_text=True)
    part = part[part.index('id="places"') : part.index('id="merge"')]
    assert not [seat.family.name for seat in seats_of(draft) if seat.family.name in part]


def test_a_group_without_a_place_says_why(draft):
    with transaction():
        for seat in seats_of(draft):
            set_answers(seat.family, {"meeting_form": "online"})
    places = shape_of(draft, number=0).places
    assert (places.lines, places.turn) == ((), ())
    assert places.why


@pytest.fixture
def circle(cast, draft):
    """A led group that came of a draft with two places; half live near each."""
    found = opened(cast, 6)
    with transaction():
        found.group.draft_id = draft.id
        found.group.place = "Kulturhuset"
        for k, family in enumerate(found.families):
            postcode = ("7100", "7300")[k % 2]
            set_answers(family, {"postcode": postcode, "max_travel_minutes": 60})
    return found


def page_of_group(as_, account, circle, status=200):
    answer = as_(account).get(f"/staff/groups/{circle.group.ref}/places")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_a_led_group_is_suggested_a_turn_and_nobody_is_named(cast, circle, as_):
    page = page_of_group(as_, cast.facilitator, circle)
    assert "Kulturhuset" in page
    assert page.count("<li>Jelling Bibliotek</li>") == page.count("<li>Kulturhuset</li>") == 3
    assert not [family.name for family in circle.families if family.name in page]
    assert f"/staff/groups/{circle.group.ref}/places" in as_(cast.facilitator).get(
        f"/staff/groups/{circle.group.ref}"
    ).get_data(as_text=True)


def test_a_group_of_no_draft_has_the_towns_of_its_municipality(cast, as_):
    assert "Vejle" in page_of_group(as_, cast.facilitator, opened(cast, 5))


def test_the_places_are_for_who_leads_and_gone_when_the_group_is_its_own(cast, circle, as_):
    with transaction():
        colleague = make_account(cast.municipality, RoleName.FACILITATOR)
    page_of_group(as_, cast.coordinator, circle)
    for stranger in (colleague, cast.other_coordinator):
        page_of_group(as_, stranger, circle, status=404)
    with transaction():
        circle.group.phase = Phase.SELF_RUNNING
    for account in (cast.facilitator, cast.coordinator):
        page_of_group(as_, account, circle, status=404)


def test_too_few_known_drives_are_not_told_since_they_would_show_where_a_family_lives(
    draft, cast, as_
):
    live_at(draft, "7100", "7300")
    seats = seats_of(draft)
    with transaction():
        for seat in seats[3:]:
            seat.family.protected_address = True
    assert shape_of(draft, number=0).places.lines[0].longest is not None
    pages = []
    for postcode in ("7100", "7300"):
        with transaction():
            seats[2].family.protected_address = True
            set_answers(seats[0].family, {"postcode": postcode})
        places = shape_of(draft, number=0).places
        assert places.too_few
        assert {(line.longest, line.mean) for line in places.lines} == {(None, None)}
        assert (places.turn, places.saves) == ((), "")
        page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/group?g=0")
        part = page.get_data(as_text=True)
        pages.append(part[part.index('id="places"') : part.index('id="merge"')])
    assert "mindst tre" in pages[0]
    assert "min." not in pages[0]

"""Where a group of a draft could meet: in fives, nobody named, protected drives unknown."""

import pytest

from data.answers import set_answers
from data.db import transaction
from data.queries.groups import seats_of
from tests.web.groups.building import drafted
from web.groups import desk
from web.groups.actions.board import desk_of
from web.groups.reshaping import shape_of

PLACES = (("Kulturhuset", "7100"), ("Jelling Bibliotek", "7300"))


@pytest.fixture
def draft(cast):
    desk._known.clear()  # numbers begin anew with each test's database
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

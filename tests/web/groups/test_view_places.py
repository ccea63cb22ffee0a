"""Where things stand in the pictures of a draft: areas, sheets, room between discs, and letters."""

from itertools import permutations
from math import cos, hypot, radians

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.queries.outlines import outlines
from data.queries.places import municipalities
from matcher.geography import places
from web.groups.views.apart import kept_apart
from web.groups.views.comparing import paired
from web.groups.views.frames import HEIGHT, WIDTH, frame_around, land_on
from web.groups.views.geography import AT_LEAST, area_of, areas_of, drawn_at
from web.groups.views.scene import in_fives

VEJLE = "0630"


def inside(code):
    return {postcode for postcode, (_, _, codes) in places().items() if code in codes}


def test_every_municipality_has_its_outline():
    assert {outline.code for outline in outlines()} == set(municipalities())


def test_an_area_never_tells_which_postcode_unless_the_municipality_does():
    for code in municipalities():
        areas, known = areas_of(code), inside(code)
        assert sorted(p for area in areas for p in area.postcodes) == sorted(known), code
        for area in areas:
            assert len(area.postcodes) >= min(AT_LEAST, len(known)), code


def test_a_place_is_drawn_from_the_family_and_the_area_alone():
    area = area_of(VEJLE, "7100")
    for postcode in area.postcodes:
        assert area_of(VEJLE, postcode) == area
    assert drawn_at("one", area) == drawn_at("one", area)
    assert len({drawn_at(f"family {n}", area) for n in range(50)}) == 50


def test_discs_are_drawn_near_their_area_and_no_two_in_the_same_direction():
    area = area_of(VEJLE, "7100")
    for n in range(200):
        lon, lat = drawn_at(f"family {n}", area)
        east = (lon - area.centre[0]) * 111.2 * cos(radians(lat))
        assert hypot(east, (lat - area.centre[1]) * 111.2) <= area.spread_km + 0.1


def test_without_a_postcode_the_municipality_is_the_area_and_without_both_there_is_none():
    assert set(area_of(VEJLE, None).postcodes) == inside(VEJLE)
    assert area_of(None, None) is None
    assert area_of(None, "0000") is None
    assert area_of(None, "7100").municipality == VEJLE
    # An answer that contradicts the postcode: the postcode says where, still as an area.
    assert area_of("0101", "7100").municipality == VEJLE


@given(st.lists(st.tuples(st.floats(8.1, 12.6), st.floats(54.6, 57.7)), min_size=1, max_size=9))
@settings(deadline=None)
def test_a_sheet_holds_all_that_is_drawn_on_it(points):
    flat = frame_around(points).on_paper(points)
    assert (flat >= 0).all()
    assert (flat <= (WIDTH, HEIGHT)).all()


def test_a_sheet_of_the_whole_country_is_not_heavy():
    everything = frame_around([(8.1, 54.6), (12.6, 57.7)])
    assert sum(len(land.path) for land in land_on(everything, frozenset())) < 90_000
    near = frame_around([(9.5, 55.7), (9.6, 55.8)])
    assert 0 < len(land_on(near, frozenset({VEJLE}))) < 20
    assert [land.name for land in land_on(near, frozenset({VEJLE})) if land.ours] == ["Vejle"]


@pytest.mark.parametrize("seed", range(5))
def test_discs_do_not_lie_on_each_other_or_on_a_meeting_place(seed):
    lot = np.random.default_rng(seed)
    discs = lot.normal((430, 350), 60, (40, 2))
    discs[:5] = discs[0]  # several on the very same spot
    fixed = [(430.0, 350.0), (460.0, 350.0)]
    at = kept_apart(discs, fixed, apart=27, from_fixed=30)
    gaps = np.linalg.norm(at[:, None] - at[None], axis=2) + 1000 * np.eye(40)
    assert gaps.min() >= 24
    assert np.linalg.norm(at[:, None] - np.array(fixed)[None], axis=2).min() >= 27
    assert (at >= 0).all()
    assert (at <= (WIDTH, HEIGHT)).all()


def test_nothing_to_draw_and_no_place_are_fine():
    assert kept_apart(np.zeros((0, 2)), [], apart=27, from_fixed=30).shape == (0, 2)
    assert kept_apart(np.array([[5.0, 5.0]]), [], apart=27, from_fixed=30).shape == (1, 2)


_SEATS = st.dictionaries(st.integers(0, 11), st.none() | st.integers(0, 3), max_size=12)


@given(_SEATS, _SEATS)
@settings(deadline=None)
def test_groups_get_the_letters_with_the_most_families_in_common(here, there):
    names = paired(here, there)
    theirs = sorted({n for n in there.values() if n is not None})
    ours = sorted({n for n in here.values() if n is not None})
    assert sorted(names) == theirs
    assert len(set(names.values())) == len(theirs)  # no letter twice

    def common(letters):
        return sum(
            n is not None and letters[n] == here.get(family, -1) for family, n in there.items()
        )

    # No other way of giving the letters, spare ones included, has more in common.
    spare = [*ours, *range(100, 100 + len(theirs))]
    best = max(
        common(dict(zip(theirs, way, strict=True))) for way in permutations(spare, len(theirs))
    )
    assert common(names) == best
    for number, name in names.items():  # a group with nobody in common gets a letter of its own
        shared = any(
            n == number and here.get(family) == name
            for family, n in there.items()
            if here.get(family) is not None
        )
        assert shared or name not in ours


@pytest.mark.parametrize(("minutes", "told"), [(5, 10), (10, 10), (10.2, 15), (21, 25), (25, 25)])
def test_a_drive_is_told_in_fives_and_never_under_ten(minutes, told):
    assert in_fives(minutes) == told

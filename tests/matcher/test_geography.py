"""Minutes between postcodes."""

import math

import numpy as np

from matcher.geography import (
    FERRY_ISLANDS,
    minutes_between,
    minutes_table,
    municipality_codes,
    places,
)


def test_all_municipalities_have_postcodes():
    assert len(municipality_codes()) == 98
    assert len(places()) == 1089


def test_the_same_postcode_is_five_minutes_away():
    assert minutes_between("7100", "7100") == 5
    assert minutes_between("8305", "8305") == 5


def test_minutes_follow_the_formula_rounded_up():
    (lat1, lon1, _), (lat2, lon2, _) = places()["7100"], places()["8000"]
    a, b = math.radians(lat1), math.radians(lat2)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(
        math.radians(lon2 - lon1)
    )
    km = 6371.0088 * math.acos(cosine)
    assert minutes_between("7100", "8000") == math.ceil(km * 1.3 / 55 * 60 + 5)


def test_the_way_back_is_as_long():
    table = minutes_table()
    assert np.array_equal(table, table.T)
    assert table.min() == 5


def test_a_ferry_takes_its_time_and_an_island_is_small_within():
    assert minutes_between("8305", "8300") > 75
    assert minutes_between("3700", "3760") < 40
    assert minutes_between("8305", "9940") > 75 + 105


def test_every_ferry_island_is_a_real_postcode():
    for _, postcodes in FERRY_ISLANDS.values():
        assert set(postcodes) <= set(places())


def test_an_unknown_postcode_has_no_minutes():
    assert minutes_between("7100", "0000") is None

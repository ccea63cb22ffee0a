"""The table of scores."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import matcher
from matcher.compatibility import ProfileScorer, explain, score_pairs
from matcher.errors import MatcherError
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from tests.matcher.people import ON, family, mentor, random_pool

POOL = random_pool(11, 60, 40)


@pytest.fixture(scope="module")
def scores():
    return score_pairs(*POOL, on=ON)


def test_scores_are_whole_millionths_between_0_and_1(scores):
    known = scores[~np.isnan(scores)]
    assert scores.shape == (60, 40)
    assert scores.dtype == np.float64
    assert 100 < known.size < scores.size
    assert known.min() >= 0
    assert known.max() <= 1
    np.testing.assert_array_equal(known, np.rint(known * 1e6) / 1e6)


def test_a_score_depends_on_its_pair_alone(scores):
    asking, helping = (Profiles.from_records(side) for side in POOL)
    for i, j in np.random.default_rng(0).integers(0, 40, (40, 2)):
        alone = score_pairs(asking[[i]], helping[[j]], on=ON)[0, 0]
        np.testing.assert_equal(alone, scores[i, j])
    order = np.random.default_rng(1).permutation(60)
    np.testing.assert_array_equal(score_pairs(asking[order], helping, on=ON), scores[order])


def test_blocks_give_what_the_whole_gives(scores, monkeypatch):
    monkeypatch.setattr("matcher.compatibility.BLOCK_CELLS", 100)
    asking, helping = (Profiles.from_records(side) for side in POOL)
    blocks = list(ProfileScorer(asking, helping, on=ON).blocks())
    assert len(blocks) == 30
    np.testing.assert_array_equal(score_pairs(asking, helping, on=ON), scores)


@pytest.mark.parametrize("code", list(SCHEMA.weights("mentor")))
def test_every_weighted_criterion_changes_some_score(code, scores):
    without = score_pairs(*POOL, weights={code: 0}, on=ON)
    np.testing.assert_array_equal(np.isnan(without), np.isnan(scores))
    assert np.nanmax(np.abs(without - scores)) > 1e-4
    alone = score_pairs(
        *POOL, weights={**dict.fromkeys(SCHEMA.weights("mentor"), 0), code: 1}, on=ON
    )
    assert len(np.unique(alone[~np.isnan(alone)])) > 1


@pytest.mark.parametrize("code", list(SCHEMA.weights("mentor")))
def test_what_is_not_answered_shrinks_to_the_constant_of_the_schema(code):
    weights = {**dict.fromkeys(SCHEMA.weights("mentor"), 0), code: 1}
    score = score_pairs([family()], [mentor()], weights=weights, on=ON)[0, 0]
    assert score == SCHEMA.means("mentor")[code]


def test_a_protected_address_has_no_part_in_the_score():
    rest = {"themes_now": {"siblings": 2}, "children_count": 1}
    helps = mentor(themes_experience=["siblings"], children_count=2, postcode="7100")
    asks = [
        family("A", **rest, postcode="7100", protected_address=True),
        family("B", **rest, postcode="8000", protected_address=True, max_travel_minutes=90),
        family("C", **rest, protected_address=True),
    ]
    scores = score_pairs(asks, [helps], on=ON)[:, 0]
    assert len(set(scores)) == 1
    result = explain(asks[0], helps, on=ON)
    assert "max_travel_minutes" not in result.contributions
    assert not any("kørsel" in reason for reason in result.reasons("da", to="staff"))
    only = {**dict.fromkeys(SCHEMA.weights("mentor"), 0), "max_travel_minutes": 1}
    score = score_pairs(asks, [helps], weights=only, on=ON)
    assert set(score[:, 0]) == {SCHEMA.means("mentor")["max_travel_minutes"]}
    assert sum(explain(asks[0], helps, weights=only, on=ON).contributions.values()) == score[0, 0]


def test_nobody_on_a_side_gives_an_empty_table():
    assert score_pairs([], [mentor()]).shape == (0, 1)
    assert score_pairs([family()], []).shape == (1, 0)
    with pytest.raises(MatcherError):
        score_pairs([], [], weights={"nothing": 1})


def test_without_a_day_it_is_today():
    asks = family(consents={"matching": "2020-01-01"})
    approved = datetime.now(UTC).date() - timedelta(days=100)
    helps = mentor("M", consents=asks["consents"], mentor_approved=approved)
    assert explain(asks, helps).forbidden == ()
    lapsed = mentor("M", consents=asks["consents"], mentor_approved="2020-01-01")
    assert explain(asks, lapsed).forbidden == ("approval",)


def test_six_hundred_families_and_two_hundred_mentors_are_scored_in_a_moment():
    families, mentors = random_pool(1, 600, 200)
    asking, helping = Profiles.from_records(families), Profiles.from_records(mentors)
    score_pairs(asking[[0]], helping[[0]], on=ON)
    start = time.process_time()
    score_pairs(asking, helping, on=ON)
    assert time.process_time() - start < 1


def test_importing_the_matcher_is_light():
    code = (
        "import json, sys, time; start = time.perf_counter(); import matcher;"
        "print(json.dumps([time.perf_counter() - start, sorted(sys.modules)]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    _, modules = json.loads(run.stdout)
    assert not {"numpy", "sklearn", "scipy", "networkx", "numba"} & set(modules)


def test_reading_families_needs_no_scikit_learn():
    code = (
        "import sys; from matcher import Profiles; from matcher.rules import RuleBook;"
        "sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", matcher.__all__)
def test_the_public_face_has_what_it_promises(name):
    assert getattr(matcher, name)


def test_what_is_not_public_is_not_there():
    with pytest.raises(AttributeError, match="guess"):
        _ = matcher.guess

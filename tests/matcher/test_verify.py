"""The verifier finds every fault, and agrees with the scorer without sharing its code."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.compatibility import explain, score_pairs
from matcher.pairing import pair
from matcher.verify import _Case, check_pairing
from tests.matcher.people import ON, random_pool

FAMILIES, MENTORS = random_pool(51, 26, 16)
BANS = [(FAMILIES[0]["id"], MENTORS[1]["id"])]
GOOD = pair(FAMILIES, MENTORS, bans=BANS, floor=0.2, on=ON)
SCORES = score_pairs(FAMILIES, MENTORS, on=ON)
CAPACITY = [m.get("mentor_capacity", 1) for m in MENTORS]


def check(result, **settings):
    settings = {"bans": BANS, "floor": 0.2, "on": ON, **settings}
    return check_pairing(FAMILIES, MENTORS, result, **settings)


def changed(**moves):
    """The good result with some families given another mentor, and honestly counted anew."""
    mentor_of = GOOD.mentor_of.copy()
    for key, j in moves.items():
        mentor_of[int(key[1:])] = j
    return mentor_of


def test_it_shares_no_code_with_scorers_or_solvers():
    assert _imported("matcher/verify.py") == {"days", "geography", "schema", "verify_grouping"}
    assert _imported("matcher/verify_grouping.py") == {"days", "geography", "profiles"}


def _imported(path):
    """The matcher's modules that a module brings in where it runs, not only for its types."""
    tree = ast.parse(Path(path).read_text())
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("matcher.")}


@pytest.mark.parametrize("seed", range(6))
def test_it_scores_and_forbids_as_the_scorer_does(seed):
    families, mentors = random_pool(900 + seed, 40, 30)
    case = _Case(families, mentors, weights={"interests": 0.3}, rules={"min_years": 4}, on=ON)
    settings = {"weights": {"interests": 0.3}, "rules": {"min_years": 4}, "on": ON}
    scores = score_pairs(families, mentors, **settings)
    for i in range(40):
        for j in range(30):
            units = case.units(i, j)
            assert (units is None) == bool(np.isnan(scores[i, j]))
            if units is not None:
                assert units == round(scores[i, j] * 1e6)
    for i in range(0, 40, 7):
        for j in range(0, 30, 5):
            found = explain(families[i], mentors[j], **settings).forbidden
            assert set(found) == set(case.broken(i, j))


def test_a_good_result_has_no_faults():
    assert check(GOOD) == []
    assert check(GOOD.mentor_of, matched=GOOD.matched, total=GOOD.total) == []


MATCHED = np.flatnonzero(GOOD.mentor_of >= 0)
FREE = np.flatnonzero(GOOD.mentor_of < 0)
FORBIDDEN_PAIR = next(
    (i, j) for i in MATCHED for j in range(len(MENTORS)) if np.isnan(SCORES[i, j]) and CAPACITY[j]
)
FULL = next(
    (i, j)
    for i in MATCHED
    for j in range(len(MENTORS))
    if not np.isnan(SCORES[i, j])
    and GOOD.mentor_of[i] != j
    and (GOOD.mentor_of == j).sum() >= CAPACITY[j]
)
PAUSED = next(i for i, f in enumerate(FAMILIES) if f["status"] != "active")
CLOSED = next(
    (i, j)
    for j in range(len(MENTORS))
    for i in MATCHED
    if CAPACITY[j] == 0 and MENTORS[j]["status"] == "active"
)
SWAP = next(
    (a, b)
    for a in MATCHED
    for b in MATCHED
    if a < b
    and not np.isnan(SCORES[a, GOOD.mentor_of[b]])
    and not np.isnan(SCORES[b, GOOD.mentor_of[a]])
    and SCORES[a, GOOD.mentor_of[b]] + SCORES[b, GOOD.mentor_of[a]]
    < SCORES[a, GOOD.mentor_of[a]] + SCORES[b, GOOD.mentor_of[b]]
)
a, b = SWAP
first = int(MATCHED[0])
short = dict(list(GOOD.why_not.items())[1:])
more = {**GOOD.why_not, FAMILIES[first]["id"]: next(iter(GOOD.why_not.values()))}
no_score = np.where(np.arange(len(FAMILIES)) == first, np.nan, GOOD.scores)
other = next(int(i) for i in MATCHED if GOOD.scores[i] != GOOD.scores[first])
traded = GOOD.scores.copy()
traded[[first, other]] = traded[[other, first]]
untrue = {key: replace(why, codes=("language",)) for key, why in GOOD.why_not.items()}
shifted = np.where(np.arange(len(FAMILIES)) == first, GOOD.scores + 1e-6, GOOD.scores)

MUTATIONS = {
    "one too few rows": lambda: check(GOOD.mentor_of[:-1]),
    "a mentor that is not there": lambda: check(changed(f0=len(MENTORS))),
    "a row below -1": lambda: check(changed(f0=-2)),
    "a forbidden pair": lambda: check(changed(**{f"f{FORBIDDEN_PAIR[0]}": FORBIDDEN_PAIR[1]})),
    "one family too many": lambda: check(changed(**{f"f{FULL[0]}": FULL[1]})),
    "a mentor without places": lambda: check(changed(**{f"f{CLOSED[0]}": CLOSED[1]})),
    "a family on a break": lambda: check(changed(**{f"f{PAUSED}": int(GOOD.mentor_of[first])})),
    "a family left out": lambda: check(changed(**{f"f{first}": -1})),
    "two families swapped": lambda: check(
        changed(**{f"f{a}": int(GOOD.mentor_of[b]), f"f{b}": int(GOOD.mentor_of[a])})
    ),
    "everyone left out": lambda: check(np.full(len(FAMILIES), -1)),
    "a wrong number of families": lambda: check(replace(GOOD, matched=GOOD.matched + 1)),
    "a total too high": lambda: check(replace(GOOD, total=GOOD.total + 1e-6)),
    "a total too low": lambda: check(replace(GOOD, total=GOOD.total - 0.1)),
    "a missing reason": lambda: check(replace(GOOD, why_not=short)),
    "a reason too many": lambda: check(replace(GOOD, why_not=more)),
    "a missing score": lambda: check(replace(GOOD, scores=no_score)),
    "a wrong score": lambda: check(replace(GOOD, scores=shifted)),
    "two scores traded": lambda: check(replace(GOOD, scores=traded)),
    "reasons that are not true": lambda: check(replace(GOOD, why_not=untrue)),
    "other families": lambda: check(replace(GOOD, family_ids=GOOD.family_ids[::-1])),
    "other mentors": lambda: check(replace(GOOD, mentor_ids=GOOD.mentor_ids[::-1])),
    "half a mentor": lambda: check(GOOD.mentor_of + 0.5),
    "a ban that was made": lambda: check(
        GOOD, bans=[(FAMILIES[first]["id"], MENTORS[GOOD.mentor_of[first]]["id"])]
    ),
    "a pin that was not kept": lambda: check(
        GOOD, pins=[(FAMILIES[FULL[0]]["id"], MENTORS[FULL[1]]["id"])]
    ),
    "a pair below the floor": lambda: check(GOOD, floor=float(np.nanmin(GOOD.scores)) + 0.01),
    "another day": lambda: check(GOOD, on=ON.replace(year=2029)),
    "other weights": lambda: check(GOOD, weights={"interests": 5}),
}


def test_there_are_at_least_twenty_mutations():
    assert len(MUTATIONS) >= 20


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_every_mutation_fails(mutation):
    assert mutation()


def test_a_less_fair_pairing_is_not_the_fairest():
    found = 0
    for seed in range(40):
        families, mentors = random_pool(seed, 14, 9)
        most = pair(families, mentors, on=ON)
        fair = pair(families, mentors, goal="fairest", on=ON)
        unfair = bool(most.matched and np.nanmin(most.scores) < np.nanmin(fair.scores))
        faults = check_pairing(families, mentors, most, goal="fairest", on=ON)
        assert bool(faults) == unfair
        assert check_pairing(families, mentors, fair, on=ON) == []
        found += unfair
    assert found


def test_fewer_families_are_not_fairer():
    found = 0
    for seed in range(20):
        families, mentors = random_pool(seed, 14, 9)
        fair = pair(families, mentors, goal="fairest", on=ON)
        if fair.matched < 2:
            continue
        fewer = fair.mentor_of.copy()
        fewer[np.nanargmin(fair.scores)] = -1
        faults = check_pairing(families, mentors, fewer, goal="fairest", on=ON)
        assert faults == ["a better pairing exists"]
        found += 1
    assert found


@pytest.mark.parametrize("goal", ["most_families", "best_fit", "fairest"])
def test_every_reason_for_having_no_mentor_is_true(goal):
    for seed in range(12):
        families, mentors = random_pool(300 + seed, 18, 8)
        bans = [(families[k]["id"], m["id"]) for k in range(3) for m in mentors]
        settings = {"goal": goal, "floor": 0.5, "bans": bans, "on": ON}
        result = pair(families, mentors, **settings)
        assert result.why_not
        assert check_pairing(families, mentors, result, **settings) == []


def test_none_is_no_answer_to_it_either():
    codes = ("languages", "meeting_form", "max_travel_minutes", "mentor_capacity")
    families = [{**f, **dict.fromkeys(codes)} for f in FAMILIES]
    mentors = [{**m, **dict.fromkeys(codes)} for m in MENTORS]
    result = pair(families, mentors, on=ON)
    assert check_pairing(families, mentors, result, on=ON) == []

"""The proof of a pairing is checked from the profiles, and a false one is found out."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.compatibility import score_pairs
from matcher.pairing import pair
from tests.matcher.people import ON, random_pool

GOALS = ("most_families", "best_fit", "fairest")


def rounds(goal, **how):
    for seed in range(20):
        families, mentors = random_pool(seed, 24, 10)
        yield pair(families, mentors, goal=goal, on=ON, **how), families, mentors


@pytest.mark.parametrize("goal", GOALS)
def test_every_proof_holds(goal):
    some = 0
    for result, _, _ in rounds(goal):
        assert result.certificate.problems() == ()
        assert result.certificate.verify()
        some += result.matched
    assert some > 60


@pytest.mark.parametrize("goal", GOALS)
def test_pins_bans_waiting_and_what_is_kept_are_part_of_the_proof(goal):
    for result, families, mentors in rounds(goal):
        if len(result.pairs) < 3:
            continue
        pinned, banned, kept = result.pairs[:3]
        again = pair(
            families,
            mentors,
            goal=goal,
            on=ON,
            pins=[pinned],
            bans=[banned],
            keep=[kept],
            waiting={kept[0]: 30},
        )
        assert pinned in again.pairs
        assert banned not in again.pairs
        assert again.certificate.verify()


def test_a_dearer_floor_is_part_of_the_proof():
    for result, _, _ in rounds("best_fit", floor=0.6):
        assert result.certificate.verify()
        assert np.nanmin(result.scores, initial=1.0) >= 0.6


def tampered(result):
    """The proof with one thing changed at a time, each of which makes it false."""
    proof = result.certificate
    best = proof.best
    made = np.flatnonzero(proof.mentor_of >= 0)
    first = int(made[0])
    without = proof.mentor_of.copy()
    without[first] = -1
    yield "one pair less", replace(proof, mentor_of=without)
    lower = best.surplus.copy()
    lower[first] -= 1
    yield "a surplus too low", replace(proof, best=replace(best, surplus=lower))
    higher = best.surplus.copy()
    higher[first] += 1
    yield "a surplus too high", replace(proof, best=replace(best, surplus=higher))
    dearer = best.price.copy()
    dearer[proof.mentor_of[first]] += 1
    yield "a price too high", replace(proof, best=replace(best, price=dearer))
    below = best.price.copy()
    below[proof.mentor_of[first]] = -1
    yield "a price below nothing", replace(proof, best=replace(best, price=below))
    crowded = proof.mentor_of.copy()
    crowded[made] = proof.mentor_of[first]
    if len(made) > proof.places[proof.mentor_of[first]]:
        yield "a mentor with too many", replace(proof, mentor_of=crowded)
    yield "no place at all", replace(proof, places=np.zeros_like(proof.places))
    if proof.no_better_worst is not None:
        yield "another worst", replace(proof, worst=proof.worst - 1)
        free = replace(proof.no_better_worst, surplus=np.zeros_like(proof.no_better_worst.surplus))
        yield "a barrier for nothing", replace(proof, no_better_worst=free)


@pytest.mark.parametrize("goal", GOALS)
def test_a_false_proof_is_found_out(goal):
    seen = set()
    for result, _, _ in rounds(goal):
        if not result.matched:
            continue
        for what, proof in tampered(result):
            assert not proof.verify(), what
            seen.add(what)
    assert len(seen) >= (9 if goal == "fairest" else 7)


def test_a_pin_that_is_not_kept_or_not_allowed_is_found_out():
    seen = 0
    for result, families, mentors in rounds("most_families"):
        if len(result.pairs) < 2:
            continue
        pinned = result.pairs[0]
        proof = pair(families, mentors, pins=[pinned], on=ON).certificate
        assert proof.verify()
        ((i, _),) = proof.pins.items()
        without = proof.mentor_of.copy()
        without[i] = -1
        assert not replace(proof, mentor_of=without).verify()
        assert not replace(proof, places=proof.places + 1).verify()
        scores = score_pairs(families, mentors, on=ON)
        for other in np.flatnonzero(np.isnan(scores[i]))[:2]:
            moved = proof.mentor_of.copy()
            moved[i] = other
            assert not replace(proof, pins={i: int(other)}, mentor_of=moved).verify()
        seen += 1
    assert seen > 5


def test_a_round_for_most_families_is_no_proof_of_the_fairest():
    seen = 0
    for result, families, mentors in rounds("most_families"):
        fairest = pair(families, mentors, goal="fairest", on=ON)
        if result.matched and fairest.certificate.worst:
            assert not replace(result.certificate, goal="fairest").verify()
            seen += 1
    assert seen > 5


def test_a_kept_pair_that_is_pinned_takes_one_place():
    for result, families, mentors in rounds("most_families"):
        if not result.matched:
            continue
        again = pair(families, mentors, pins=[result.pairs[0]], keep=result.pairs, on=ON)
        assert again.matched == result.matched
        assert again.certificate.verify()


def test_changed_profiles_make_it_false():
    for result, families, mentors in rounds("most_families"):
        if not result.matched:
            continue
        family, mentor = result.pairs[0]
        changed = [
            record | {"exclusions": [mentor]} if record["id"] == family else record
            for record in families
        ]
        now = pair(changed, mentors, on=ON)
        assert now.certificate.verify()
        assert not replace(result.certificate, again=now.certificate.again).verify()


def test_nobody_at_all_is_proved_too():
    assert pair([], [], on=ON).certificate.verify()
    assert pair([], [], goal="fairest", on=ON).certificate.verify()

"""Pairing families with mentors."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from matcher.compatibility import score_pairs
from matcher.errors import MatcherError
from matcher.pairing import pair
from matcher.profiles import Profiles
from matcher.verify import check_pairing
from tests.matcher.people import ON, family, mentor, random_pool

THEMES = ["siblings", "teenage", "start_up", "behaviour", "infant_care"]


def needs(key, **themes):
    return family(key, themes_now=themes)


def knows(key, *themes, **answers):
    return mentor(key, themes_experience=list(themes), **answers)


def dense_optimum(scores, capacity, goal):
    """(matched, worst, total) by dense scipy: one dummy column for each family, costs in floats.

    Formulated otherwise than the product: families are never free to be unmatched, they buy a
    dummy; and the best worst pair is found by trying every score from the top.
    """

    def solve(least):
        seats = np.repeat(np.arange(scores.shape[1]), capacity)
        real = scores[:, seats]
        dear = 0.0 if goal == "best_fit" else 2.0 * (len(scores) + 1)
        cost = np.where(np.isnan(real) | (real < least), 1e7, 1 - real)
        dummies = np.full((len(scores), len(scores)), 1 + dear)
        rows, columns = linear_sum_assignment(np.hstack([cost, dummies]))
        chosen = [scores[i, seats[c]] for i, c in zip(rows, columns, strict=True) if c < len(seats)]
        return len(chosen), min(chosen, default=0.0), round(sum(chosen), 6)

    best = solve(0.0)
    if goal == "fairest":
        for least in sorted(set(scores[~np.isnan(scores)].tolist()), reverse=True):
            found = solve(least)
            if found[0] == best[0]:
                return found
    return best


@pytest.mark.parametrize("seed", range(200))
def test_random_pools_equal_dense_scipy_and_pass_the_verifier(seed):
    rng = np.random.default_rng(seed)
    families, mentors = random_pool(seed, int(rng.integers(0, 22)), int(rng.integers(0, 14)))
    goal = ("most_families", "best_fit", "fairest")[seed % 3]
    result = pair(families, mentors, goal=goal, on=ON)
    capacity = [m.get("mentor_capacity", 1) for m in mentors]
    matched, worst, total = dense_optimum(score_pairs(families, mentors, on=ON), capacity, goal)
    assert round(result.total, 6) == total
    if goal != "best_fit":
        assert result.matched == matched
    if goal == "fairest" and matched:
        assert np.nanmin(result.scores) == worst
    assert check_pairing(families, mentors, result, goal=goal, on=ON) == []


def test_two_places_take_two_families():
    families = [needs("A", siblings=2), needs("B", siblings=2), needs("C", siblings=2)]
    result = pair(families, [knows("M", "siblings", mentor_capacity=2)], on=ON)
    assert result.matched == 2
    assert result.mentor_of.dtype == np.int64
    assert sorted(result.mentor_of.tolist()) == [-1, 0, 0]
    assert len(result.pairs) == 2


def test_the_goals_differ_where_they_should():
    # B fits N alone; A fits both, N far better.
    families = [
        family("A", themes_now={"siblings": 3, "teenage": 3}, languages=["da", "en"]),
        family("B", themes_now={"behaviour": 3}, languages=["en"]),
    ]
    mentors = [
        knows("M", languages=["da"], interests=[]),
        knows("N", "siblings", "teenage", languages=["en"]),
    ]
    most = pair(families, mentors, on=ON)
    assert most.pairs == [("A", "M"), ("B", "N")]
    fit = pair(families, mentors, goal="best_fit", floor=0.6, on=ON)
    assert fit.pairs == [("A", "N")]
    assert fit.why_not["B"].codes == ("floor",)


def test_the_fairest_lifts_the_worst_pair():
    # M knows everything of both; N knows one theme of A and none of B.
    families = [needs("A", siblings=3, teenage=3), needs("B", siblings=3, behaviour=1)]
    mentors = [
        knows("M", *THEMES, interests=["food"]),
        knows("N", "siblings"),
    ]
    most = pair(families, mentors, on=ON)
    fair = pair(families, mentors, goal="fairest", on=ON)
    assert fair.matched == most.matched == 2
    assert np.nanmin(fair.scores) >= np.nanmin(most.scores)
    assert fair.total <= most.total


def test_pins_are_kept_and_the_rest_is_solved_around_them():
    families, mentors = random_pool(31, 20, 12)
    free = pair(families, mentors, on=ON)
    scores = score_pairs(families, mentors, on=ON)
    capacity = [m.get("mentor_capacity", 1) for m in mentors]
    i, j = next(
        (i, j)
        for i, j in np.argwhere(~np.isnan(scores)).tolist()
        if free.mentor_of[i] not in (j, -1) and capacity[j]
    )
    pins = [(families[i]["id"], mentors[j]["id"])]
    for goal in ("most_families", "best_fit", "fairest"):
        pinned = pair(families, mentors, goal=goal, pins=pins, on=ON)
        assert pinned.mentor_of[i] == j
        assert check_pairing(families, mentors, pinned, goal=goal, pins=pins, on=ON) == []
        if goal != "fairest":
            assert pinned.total <= pair(families, mentors, goal=goal, on=ON).total


@pytest.mark.parametrize(
    ("pins", "bans", "words"),
    [
        ([("A", "N")], [], ["A", "N", "language"]),
        ([("C", "M")], [], ["C", "M", "status"]),
        ([("A", "M"), ("B", "M")], [], ["M", "capacity", "2"]),
        ([("A", "M"), ("A", "O")], [], ["A", "another mentor"]),
        ([("A", "M")], [("A", "M")], ["A", "M", "banned"]),
        ([("Z", "M")], [], ["Z"]),
        ([("A", "Z")], [], ["Z"]),
        ([], [("A", "Z")], ["ban", "Z"]),
    ],
)
def test_pins_that_cannot_be_are_refused_by_name(pins, bans, words):
    families = [family("A"), family("B"), family("C", status="paused")]
    mentors = [mentor("M"), mentor("N", languages=["ar"]), mentor("O")]
    with pytest.raises(MatcherError) as refusal:
        pair(families, mentors, pins=pins, bans=bans, on=ON)
    for word in words:
        assert word in str(refusal.value)


def test_a_pin_may_be_below_the_floor():
    families, mentors = [needs("A", siblings=3)], [knows("M")]
    assert pair(families, mentors, floor=0.99, on=ON).matched == 0
    assert pair(families, mentors, floor=0.99, pins=[("A", "M")], on=ON).matched == 1


def test_bans_are_kept():
    families, mentors = [needs("A", siblings=3)], [knows("M", "siblings"), knows("N")]
    assert pair(families, mentors, on=ON).pairs == [("A", "M")]
    assert pair(families, mentors, bans=[("A", "M")], on=ON).pairs == [("A", "N")]
    none = pair(families, mentors[:1], bans=[("A", "M")], on=ON).why_not["A"]
    assert none.codes == ("ban",)


def test_who_has_waited_comes_before_who_fits_a_little_better():
    families, mentors = [needs("A", siblings=3), needs("B", teenage=3)], [knows("M", "siblings")]
    assert pair(families, mentors, on=ON).pairs == [("A", "M")]
    waited = pair(families, mentors, waiting={"B": 365}, on=ON)
    assert waited.pairs == [("B", "M")]
    assert waited.total == pytest.approx(score_pairs(families, mentors, on=ON)[1, 0])
    assert pair(families, mentors, waiting={"B": 30}, on=ON).pairs == [("A", "M")]
    assert check_pairing(families, mentors, waited, waiting={"B": 365}, on=ON) == []
    assert check_pairing(families, mentors, waited, on=ON) == ["a better pairing exists"]


@pytest.mark.parametrize("waiting", [{"Z": 3}, {"A": -1}, {"A": 2.5}])
def test_waiting_that_makes_no_sense_is_refused(waiting):
    with pytest.raises(MatcherError, match="waiting"):
        pair([family("A")], [mentor()], waiting=waiting)


def test_pairs_of_today_are_kept_among_equals():
    families = [family("A"), family("B")]
    mentors = [mentor("M"), mentor("N")]
    for keep in ([("A", "M"), ("B", "N")], [("A", "N"), ("B", "M")], [("A", "N"), ("Z", "M")]):
        kept = pair(families, mentors, keep=keep, on=ON)
        assert kept.matched == 2
        assert keep[0] in kept.pairs


@pytest.mark.parametrize("settings", [{"goal": "happiest"}, {"floor": 1.5}, {"floor": -0.1}])
def test_goals_and_floors_that_make_no_sense_are_refused(settings):
    with pytest.raises(MatcherError):
        pair([family()], [mentor()], on=ON, **settings)


def test_the_same_input_gives_the_same_result():
    families, mentors = random_pool(17, 40, 20)
    once, again = (pair(families, mentors, on=ON) for _ in range(2))
    assert once.mentor_of.tolist() == again.mentor_of.tolist()


def test_profiles_and_records_give_the_same():
    families, mentors = random_pool(18, 15, 9)
    read = pair(Profiles.from_records(families), Profiles.from_records(mentors), on=ON)
    assert read.mentor_of.tolist() == pair(families, mentors, on=ON).mentor_of.tolist()


# --- why not, and what would change it --------------------------------------------------------


def why(asks, *helps, **settings):
    return pair([asks], list(helps), on=ON, **settings).why_not[asks["id"]]


def test_everyone_without_a_mentor_is_told_why_and_what_to_do():
    families, mentors = random_pool(41, 60, 20)
    result = pair(families, mentors, on=ON)
    left = {f["id"] for f, j in zip(families, result.mentor_of, strict=True) if j < 0}
    assert set(result.why_not) == left
    assert left
    for reason in result.why_not.values():
        for locale in ("da", "en"):
            assert reason.words(locale).endswith(".")
            assert reason.words(locale, to="family").endswith(".")
            assert reason.remedy(locale).endswith(".")


def test_the_familys_own_reasons_come_first():
    assert why(family("A", status="paused"), mentor()).codes == ("status",)
    lacking = why({"id": "A"}, mentor())
    assert lacking.codes == ("status", "consent", "role")
    assert lacking.words("en") == "The family is not active."


def test_no_mentor_at_all():
    assert why(family("A")).codes == ("no_mentors",)
    full = why(family("A"), mentor(mentor_capacity=0))
    assert full.codes == ("no_mentors",)
    assert full.remedy("da") == "Find eller godkend en mentorfamilie."


def test_the_smallest_change_is_named_with_its_number():
    asks = family("A", postcode="7100", meeting_form="physical", max_travel_minutes=30)
    far = why(
        asks,
        mentor("M", postcode="8000", max_travel_minutes=120),
        mentor("N", postcode="6000", max_travel_minutes=120),
        mentor("O", postcode="7100", languages=["ar"]),
    )
    assert far.codes == ("travel", "language")
    assert far.remedy("da") == "Kan de køre 38 minutter, passer én mentorfamilie."


def test_several_changes_are_named_together():
    both = why(family("A", languages=["ar"], availability=[]), mentor(availability=["mon_evening"]))
    assert both.remedy_code == "several"
    assert both.remedy("da") == ("Mindst 2 ting skal ændres på én gang: sproget og mødetiderne.")


def test_taken_places_are_counted():
    families = [needs("A", siblings=3), family("B")]
    result = pair(families, [knows("M", "siblings")], on=ON)
    (left,) = result.why_not.values()
    assert left.codes == ("places",)
    assert "én" not in left.words("da")
    assert left.words("da").startswith("Pladsen hos den ene")


def test_an_exclusion_is_told_to_staff_and_never_to_the_family():
    excluded = why(family("A", exclusions=["M"]), mentor("M"))
    assert excluded.codes == ("exclusion",)
    assert "sættes sammen" in excluded.words("da")
    told = excluded.words("da", to="family")
    assert told == "Lige nu er der ingen mentorfamilie, der passer til jeres svar."


def test_ones_own_place_is_no_place():
    me = family("A", participation=["mentee", "mentor"], mentor_approved="2026-01-01")
    alone = pair([me], [me], on=ON)
    assert alone.matched == 0
    assert alone.why_not["A"].codes == ("self",)
    assert alone.why_not["A"].remedy("en") == "Find another mentor family."

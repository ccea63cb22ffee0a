"""A remedy is told as one that helps only if the round, solved again with it, serves more."""

from matcher.pairing import pair
from matcher.remedies import tried
from tests.matcher.people import ON, family, mentor, random_pool


def test_one_more_place_is_tried_by_solving_again():
    result = pair([family("A"), family("B")], [mentor("M", mentor_capacity=1)], on=ON)
    (left,) = result.why_not
    told = tried(result, left)
    assert (told.more, told.served, told.mentor) == (1, True, "M")


def test_a_family_that_would_push_another_out_is_told_apart():
    families = [
        family("A", languages=["da"], themes_now={"siblings": 1}),
        family("B", languages=["de"], themes_now={"siblings": 3, "teenage": 3}),
    ]
    only = [mentor("M", languages=["da"], themes_experience=["siblings", "teenage"])]
    result = pair(families, only, on=ON)
    assert result.why_not["B"].remedy_code == "language"
    assert tried(result, "B").more == 0
    two = [*only, mentor("N", languages=["da"], themes_experience=["siblings"])]
    result = pair(families, two, on=ON)
    told = tried(result, "B")
    assert (told.more, told.served) == (1, True)


def test_several_rules_are_set_aside_together():
    asks = family("A", languages=["de"], meeting_form="online")
    result = pair([asks], [mentor("M", languages=["da"], meeting_form="physical")], on=ON)
    assert result.why_not["A"].remedy_code == "several"
    assert tried(result, "A").mentor == "M"


def test_what_lies_with_the_family_or_with_nobody_is_not_tried():
    result = pair([family("A", status="paused")], [mentor("M")], on=ON)
    assert tried(result, "A") is None
    assert tried(pair([family("A")], [], on=ON), "A") is None


def test_what_is_told_is_what_a_round_with_changed_answers_says():
    """A wider drive, more times or another language, put into the record itself."""
    seen = 0
    for seed in range(40):
        families, mentors = random_pool(seed, 14, 8)
        # "None of these" cannot be met by anything the other side answers.
        mentors = [{code: said for code, said in m.items() if said != []} for m in mentors]
        result = pair(families, mentors, on=ON)
        for key, why in result.why_not.items():
            told = tried(result, key)
            if why.remedy_code not in ("language", "availability") or told is None:
                continue
            code = {"language": "languages"}.get(why.remedy_code, why.remedy_code)
            every = sorted({value for record in mentors for value in record.get(code, ())})
            changed = [f | {code: every} if f["id"] == key else f for f in families]
            anew = pair(changed, mentors, on=ON)
            assert anew.matched - result.matched == told.more, (seed, key, why)
            seen += 1
    assert seen > 10


def test_a_banned_mentor_is_no_remedy():
    asks = family("A", languages=["de"])
    helps = [mentor("M", languages=["da"]), mentor("N", languages=["da"])]
    result = pair([asks], helps, bans=[("A", "M")], on=ON)
    assert tried(result, "A").mentor == "N"
    both = pair([asks], helps, bans=[("A", "M"), ("A", "N")], on=ON)
    told = tried(both, "A")
    assert told is None or not told.served


def test_trying_changes_nothing():
    families, mentors = random_pool(3, 14, 5)
    result = pair(families, mentors, on=ON)
    before = result.mentor_of.copy()
    for key in result.why_not:
        tried(result, key)
    assert (result.solved.mentor_of == before).all()
    assert result.certificate.verify()

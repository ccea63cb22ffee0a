"""Reasons in words, and who may read which."""

import string

import numpy as np
import pytest

from matcher.compatibility import explain, score_pairs
from matcher.errors import MatcherError
from matcher.words import can_say, listed, say, sentences
from tests.matcher.people import ON, family, mentor, random_pool
from tests.matcher.test_order import GOOD, NEW


def test_contributions_sum_to_the_score_of_the_table():
    families, mentors = random_pool(21, 12, 12)
    scores = score_pairs(families, mentors, on=ON)
    for i, asks in enumerate(families):
        for j, helps in enumerate(mentors):
            result = explain(asks, helps, on=ON)
            np.testing.assert_equal(result.score, scores[i, j])
            assert bool(result.forbidden) == np.isnan(scores[i, j])
            assert 0 <= result.certainty <= 1
            if not result.forbidden:
                assert sum(result.contributions.values()) == pytest.approx(result.score, abs=1e-6)


def test_certainty_is_the_share_of_weight_that_both_answered():
    assert explain(family(), mentor(), on=ON).certainty == 0
    assert explain(family(**NEW), mentor(**GOOD), on=ON).certainty == pytest.approx(1)
    lacking = {**GOOD, "themes_experience": None}
    assert explain(family(**NEW), mentor(**lacking), on=ON).certainty == pytest.approx(0.72)
    none = {**GOOD, "themes_experience": []}
    assert explain(family(**NEW), mentor(**none), on=ON).certainty == pytest.approx(1)


def test_the_family_reads_why_in_danish():
    result = explain(family(**NEW), mentor(**{**GOOD, "postcode": "7080"}), on=ON)
    reasons = result.reasons("da")
    assert reasons[:3] == [
        "De kender alle jeres 3 temaer",
        "De har erfaring med tilknytning, søvn, mad og rutiner og forældresamarbejde",
        "De kender til børn på 3–5 år",
    ]
    assert "De har været plejefamilie i 8 år" in reasons
    assert "Der er cirka 25 minutters kørsel mellem jer" in reasons
    assert "I har 3 tidspunkter til fælles, blandt andet tirsdag aften og torsdag aften" in reasons
    assert "I vil begge gerne bruge chat og besøg" in reasons
    assert "De er også almen plejefamilie" in reasons


def test_the_mentor_reads_the_same_from_the_other_side():
    reasons = explain(family(**NEW), mentor(**GOOD), on=ON).reasons("en", to="mentor")
    assert "You know all 3 of their themes" in reasons
    assert "They are new as a foster family" in reasons
    assert "They have children of 3–5 years, an age you know" in reasons


def test_three_of_four_themes():
    asks = family(themes_now=dict.fromkeys(["siblings", "teenage", "start_up", "behaviour"], 2))
    helps = mentor(themes_experience=["siblings", "teenage", "behaviour", "infant_care"])
    result = explain(asks, helps, on=ON)
    assert "De kender 3 af jeres 4 temaer" in result.reasons("da")
    assert "They know 3 of your 4 themes" in result.reasons("en")
    assert result.caveats("da") == ["De nævner ikke de første måneder"]


def test_starred_themes_are_neither_named_nor_counted_before_both_have_said_yes():
    asks = family(themes_now={"adhd": 3, "siblings": 1, "teenage": 1})
    helps = mentor(themes_experience=["adhd", "siblings"])
    result = explain(asks, helps, on=ON)
    for audience in ("family", "mentor"):
        hidden = " ".join(result.reasons("da", to=audience) + result.caveats("da", to=audience))
        assert "opmærksomhed" not in hidden
        assert "1 af de 2 temaer, der kan vises nu" in hidden
        shown = " ".join(result.reasons("da", to=audience, reveal_starred=True))
        assert "opmærksomhed" in shown
        assert "2 af" in shown
    assert "2 af familiens 3 temaer" in " ".join(result.reasons("da", to="staff"))


def test_only_starred_themes_in_common_are_no_reason_yet():
    asks, helps = family(themes_now={"adhd": 3}), mentor(themes_experience=["adhd"])
    assert explain(asks, helps, on=ON).reasons("da") == []
    assert "De kender jeres tema" in explain(asks, helps, on=ON).reasons(reveal_starred=True)


def test_a_home_is_described_only_when_both_have_said_yes():
    result = explain(family(**NEW), mentor(**GOOD), on=ON)
    before, after = result.reasons("da"), result.reasons("da", reveal_starred=True)
    opened = {"Jeres husstande ligner hinanden", "I har begge egne børn på 6–9 år"}
    assert not opened & set(before)
    assert opened <= set(after)


def test_other_families_never_read_of_support_needs_or_numbers_of_children():
    result = explain(family(**NEW), mentor(**GOOD), on=ON)
    staff = set(result.reasons("da", to="staff"))
    secret = {"De kender til samme støttebehov", "De har lige mange plejebørn"} & staff
    for audience in ("family", "mentor"):
        for reveal in (False, True):
            said = " ".join(result.reasons("da", to=audience, reveal_starred=reveal))
            assert "støttebehov" not in said
            assert "lige mange" not in said
    assert "De kender til samme støttebehov" in secret


def test_reservations_are_honest():
    poor = {
        **GOOD,
        "themes_experience": ["attachment"],
        "children_age_bands": ["16_17"],
        "foster_since": 2021,
        "postcode": "8000",
        "availability": ["sat_morning"],
    }
    asks = family(**{**NEW, "foster_since": 2020, "themes_now": NEW["themes_now"]})
    said = explain(asks, mentor(**poor), on=ON, rules={"min_years": 0}).caveats("da")
    assert "De nævner ikke søvn, mad og rutiner og forældresamarbejde" in said
    assert "De kender mest til børn i en anden alder" in said
    assert "De har ikke været plejefamilie meget længere end jer" in said
    assert "Der er længere at køre, end I helst vil, så I kan mødes online" in said
    assert "I har kun ét tidspunkt til fælles: lørdag formiddag" in said


def test_what_to_ask_first_and_what_forbids_is_said():
    result = explain(family(), mentor(), on=ON)
    assert "Aftal først, hvornår I kan mødes" in result.questions("da")
    assert explain(family(languages=["ar"]), mentor(), on=ON).objections("da") == [
        "De har intet fælles sprog"
    ]


def test_no_word_to_a_family_tells_of_an_exclusion():
    result = explain(family(exclusions=["M"]), mentor(), on=ON)
    said = [
        *result.reasons("da"),
        *result.caveats("da"),
        *result.questions("da"),
        *result.reasons("da", to="mentor"),
    ]
    assert not any("sættes sammen" in sentence for sentence in said)


@pytest.mark.parametrize("key", list(sentences()))
def test_every_sentence_is_there_in_both_languages_with_the_same_values(key):
    danish, english = sentences()[key]["da"], sentences()[key]["en"]
    assert danish != english
    values = dict.fromkeys(("n", "of", "minutes", "family", "percent"), 7)
    values |= dict.fromkeys(("names", "first", "last"), "x")
    for text in (danish, english):
        assert text % values
        assert set(text) <= set(string.printable) | set("æøåÆØÅé–’”")
    assert {name for name in values if f"%({name})" in danish} == {
        name for name in values if f"%({name})" in english
    }


@pytest.mark.parametrize("word", ["mentee", "match", "score", " sag ", "klient", "bruger "])
def test_some_words_are_never_said_to_families(word):
    for key, texts in sentences().items():
        if not key.startswith("rule."):
            assert word not in texts["da"].lower(), key


def test_languages_and_lists():
    assert say("rule.self", "da_DK") == say("rule.self", "da") == say("rule.self", "xx")
    assert say("rule.self", "en_GB") == "It is the same family"
    assert listed([], "da") == ""
    assert listed(["a", "b"], "en") == "a and b"
    assert not can_say("reason.support_level.family")
    with pytest.raises(MatcherError, match=r"no\.such"):
        say("no.such", "da")

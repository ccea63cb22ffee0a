import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import guard
from data.private_numbers import finds

CASES = json.loads(Path(__file__).with_name("guard_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[repr(case["text"]) for case in CASES])
def test_the_guard_finds_what_the_list_says(case):
    found = [[case["text"][f.start : f.end], f.kind] for f in finds(case["text"])]
    assert found == case["finds"]


days = st.dates().map(lambda day: f"{day:%d%m}{day.year % 100:02}")
serials = st.integers(0, 9999).map(lambda n: f"{n:04}")
between = st.sampled_from(["", "-", " ", " - ", "–", "\u00a0", "\u2009-\u2009", "\n", "\u200b"])
scripts = st.sampled_from(
    ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡"]
)
words = st.text(st.characters(categories=["Lu", "Ll", "Zs", "Po", "So"]), max_size=20)


@given(words, days, between, serials, scripts, words)
def test_no_cpr_number_passes_in_any_script_wherever_it_stands(
    before, day, gap, serial, script, after
):
    number = f"{day}{gap}{serial}".translate(str.maketrans("0123456789", script))
    left = guard.refused(f"{before} {number} {after}", confirmed=["cpr", "phone", "email", "case"])
    assert any(find.kind == "cpr" for find in left)


@given(st.text(max_size=200))
def test_finds_never_overlap_and_lie_in_the_text(text):
    found = finds(text)
    ends = [0, *(find.end for find in found)]
    assert all(
        end <= find.start < find.end <= len(text) for end, find in zip(ends, found, strict=False)
    )


@given(words, days, between, serials, words)
def test_nothing_is_left_to_find_after_replacing(before, day, gap, serial, after):
    text = f"{before} {day}{gap}{serial} {after}"
    assert finds(guard.replaced(text, finds(text), by="[fjernet]")) == []


def test_a_number_may_be_sent_when_the_writer_means_it_but_never_a_cpr_number():
    assert guard.refused("Ring på 20304050", confirmed=["phone"]) == []
    assert guard.refused("Ring på 20304050") != []
    assert guard.refused("sagsnr. 2026-123", confirmed=["case"]) != []
    assert guard.refused("010118-0000", confirmed=["cpr", "phone"]) != []

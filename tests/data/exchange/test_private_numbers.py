"""The import and the chat know the same private numbers: one list of cases tests both."""

import json
from pathlib import Path

import pytest

from data.exchange.private_numbers import holds_cpr, holds_email, holds_phone, mask

CASES = json.loads(Path("tests/chat/guard_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:30])
def test_what_the_chat_finds_the_import_finds(case):
    kinds = {kind for _text, kind in case["finds"]} - {"case"}
    told = {"cpr": holds_cpr, "phone": holds_phone, "email": holds_email}
    assert {kind for kind, holds in told.items() if holds(case["text"])} == kinds


def test_a_replacement_number_counts_as_a_cpr_number():
    assert holds_cpr("700118-1234")
    assert not holds_cpr("990118-1234")


def test_a_mask_keeps_no_digit():
    assert mask("010118-1234 ⁰¹") == "••••••-•••• ••"

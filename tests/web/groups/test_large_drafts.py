"""Rings and graph of a draft so large that no table of pairs is held."""

import re

import pytest

from matcher.grouping import moves, wide
from tests.web.groups.building import drafted


@pytest.fixture
def large(monkeypatch):
    """From here on a handful of families is a large pool."""
    moves._remembered.clear()
    yield lambda: (moves._remembered.clear(), monkeypatch.setattr(wide, "WIDE_ABOVE", 5))
    moves._remembered.clear()


def test_the_rings_are_looked_for_in_a_large_draft(cast, as_, large):
    draft = drafted(cast, n=18)
    large()
    page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/board?rings=1")
    assert page.status_code == 200
    assert 'id="rings"' in page.text


def test_the_graph_has_the_same_partners_in_a_large_draft(cast, as_, large):
    draft = drafted(cast, n=18)
    client, url = as_(cast.facilitator), f"/staff/drafts/{draft.ref}/graph"
    small = client.get(url).text
    large()
    page = client.get(url)
    assert page.status_code == 200
    assert _table(page.text) == _table(small)


def _table(page: str) -> str:
    found = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert found
    return found[0]

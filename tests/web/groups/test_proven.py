"""That a proposal is the best there is: said when proved and checked, gone after a change."""

from dataclasses import replace

import pytest

from data.db import db, transaction
from data.queries.groups import seats_of
from data.sealed import Sealed
from tests.web.forms import post
from tests.web.groups.building import drafted
from web.groups import forming
from web.groups.actions.board import outcome_kept

BEST = "Bedre kan det ikke blive med de regler og familier"


@pytest.fixture
def draft(cast):
    return drafted(cast)


def board(client, draft):
    answer = client.get(f"/staff/drafts/{draft.ref}/board")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def claim(draft, **said):
    with transaction():
        outcome = replace(outcome_kept(draft), **said)
        draft.outcome = Sealed.of(outcome.as_json(), scope=f"draft:{draft.ref}")
        db.session.flush()


def test_a_proven_proposal_says_so_until_it_is_changed(draft, cast, as_):
    claim(draft, proven=True)
    client = as_(cast.facilitator)
    assert BEST in board(client, draft)
    seat = next(seat for seat in seats_of(draft) if seat.group_number == 0)
    form = {"family": seat.family.ref, "from": "0", "to": "tray"}
    post(client, f"/staff/drafts/{draft.ref}/board/move", form)
    assert BEST not in board(client, draft)


def test_nothing_is_said_of_a_proposal_that_is_not_proven(draft, cast, as_):
    claim(draft, proven=False)
    page = board(as_(cast.facilitator), draft)
    assert BEST not in page
    assert "kunne ikke bekræfte" not in page


def test_a_doubted_proof_is_hidden_with_a_warning(draft, cast, as_):
    claim(draft, proven=False, doubted=True)
    page = board(as_(cast.facilitator), draft)
    assert BEST not in page
    assert "Vi kunne ikke bekræfte" in page


def test_the_worker_keeps_no_claim_that_its_check_speaks_against(cast, monkeypatch):
    outcome = outcome_kept(drafted(cast, seconds=5))
    assert (outcome.proven, outcome.doubted) == (True, False)
    monkeypatch.setattr(forming, "_proof_holds", lambda *_args: False)
    outcome = outcome_kept(drafted(cast, n=10, seconds=5))
    assert (outcome.proven, outcome.doubted) == (False, True)

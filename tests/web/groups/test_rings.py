"""Changes of seats in a ring at the board: offered, made as one step, undone together, refused."""

import re

import pytest
from markupsafe import escape

from data.db import transaction
from data.errors import Conflict, NotFound
from data.queries.groups import moves_of, seats_of
from tests.web.forms import post
from tests.web.groups.building import drafted
from web.groups.actions import board
from web.groups.actions.board import desk_of, outcome_kept
from web.groups.actions.history import step_text
from web.groups.rings import rings_of


@pytest.fixture
def draft(cast):
    return drafted(cast, n=18)


def numbers(draft):
    return {seat.family.ref: seat.group_number for seat in seats_of(draft)}


def one_of_each(draft):
    """A family of each group, with where it was seen."""
    found = {}
    for seat in seats_of(draft):
        found.setdefault(seat.group_number, seat.family.ref)
    return [(ref, number) for number, ref in sorted(found.items())][:3]


def turned(draft, turn, *, by):
    with transaction():
        return board.rotate_families(draft.ref, turn=turn, by=by)


def test_a_ring_of_three_is_one_step_and_is_undone_together(draft, cast):
    before = numbers(draft)
    turn = one_of_each(draft)
    assert len(turn) == 3
    ids = [next(s.family_id for s in seats_of(draft) if s.family.ref == ref) for ref, _ in turn]
    said = desk_of(draft, seats_of(draft)).rotate(ids)
    out = turned(draft, turn, by=cast.facilitator)
    after = numbers(draft)
    assert [after[ref] for ref, _ in turn] == [1, 2, 0]
    assert outcome_kept(draft).score == said.new
    assert f"Samlet {said.new} af 100" in out
    assert len({move.step for move in moves_of(draft)}) == 1
    assert "→" in step_text(moves_of(draft), ())
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert numbers(draft) == before


def test_a_ring_built_on_old_seats_is_refused_with_who_moved(draft, cast):
    turn = one_of_each(draft)
    with transaction():
        board.move_family(draft.ref, family_ref=turn[0][0], seen_in=0, to=None, by=cast.facilitator)
    with pytest.raises(Conflict, match="mens du så"):
        turned(draft, turn, by=cast.facilitator)


@pytest.mark.parametrize("pick", [lambda t: t[:1], lambda t: [t[0], t[0]], lambda t: []])
def test_a_ring_that_is_none_is_refused(draft, cast, pick):
    with pytest.raises(Conflict):
        turned(draft, pick(one_of_each(draft)), by=cast.facilitator)


def test_a_locked_family_stays(draft, cast):
    turn = one_of_each(draft)
    with transaction():
        board.lock_family(draft.ref, family_ref=turn[1][0], locked=True, by=cast.facilitator)
    before = numbers(draft)
    with pytest.raises(Conflict, match="låst"):
        turned(draft, turn, by=cast.facilitator)
    assert numbers(draft) == before


def test_an_outsider_and_another_municipality_find_no_such_draft(draft, cast):
    for stranger in (cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound):
            turned(draft, one_of_each(draft), by=stranger)


def test_the_board_offers_what_it_finds_with_one_button(draft, cast, as_):
    client = as_(cast.facilitator)
    page = client.get(f"/staff/drafts/{draft.ref}/board").get_data(as_text=True)
    assert "Se efter sådanne bytter" in page
    asked = client.get(f"/staff/drafts/{draft.ref}/board?rings=1").get_data(as_text=True)
    assert ("Vi fandt ingen" in asked) == (rings_of(draft) == [])
    turned(draft, one_of_each(draft), by=cast.facilitator)  # spoilt: now there is one that helps
    before = outcome_kept(draft).score
    [best, *_more] = rings_of(draft)
    asked = client.get(f"/staff/drafts/{draft.ref}/board?rings=1").get_data(as_text=True)
    for text in (best.total, best.changes, *(step.text for step in best.steps)):
        assert str(escape(text)) in asked
    offer = asked[asked.index("opt-ring") :]
    form = {
        name: re.search(rf'name="{name}" value="([^"]*)"', offer)[1] for name in ("turn", "seen")
    }
    assert form == {"turn": best.families, "seen": best.groups}
    address = f"/staff/drafts/{draft.ref}/board/rotate"
    assert post(client, address, form).status_code == 302
    after = numbers(draft)
    assert [after[step.ref] for step in best.steps] == [step.there for step in best.steps]
    assert outcome_kept(draft).score >= before
    assert post(client, address, {"turn": "x", "seen": "y"}).status_code == 404

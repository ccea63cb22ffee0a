"""Families that come to a pool after its draft was made: told, placed as one step, undone."""

import re

import pytest
from markupsafe import escape

from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import DraftSeat, FamilyStatus, PoolFamily, RoleName
from data.queries.groups import moves_of, seats_of
from tests.factories import make_account, make_family
from tests.web.forms import post
from tests.web.groups.building import drafted
from web.groups.actions import board, proposals, reshaping
from web.groups.actions.board import outcome_kept
from web.groups.actions.history import step_text, steps_of
from web.groups.late import late_families
from web.groups.placings import placings


@pytest.fixture
def draft(cast):
    return drafted(cast, n=15, min_size=3, max_size=8, target_size=5)


def came_late(cast, draft, *names, answers=None):
    """Families that were released to the pool and were not there when the draft was made."""
    with transaction():
        found = [
            make_family(
                cast.municipality,
                name=name,
                answers={"max_travel_minutes": 60, **(answers or {})},
            )
            for name in names
        ]
        for family in found:
            db.session.add(PoolFamily(pool_id=draft.pool_id, family_id=family.id))
    return found


def numbers(draft):
    return {seat.family.ref: seat.group_number for seat in seats_of(draft)}


def take_in(draft, *families, to, by, version=None):
    with transaction():
        return reshaping.take_in_late(
            draft.ref,
            family_refs=[family.ref for family in families],
            to=to,
            version=draft.version if version is None else version,
            by=by,
        )


def scores(draft):
    outcome = outcome_kept(draft)
    return outcome.score, {group.label: (group.score, group.fit) for group in outcome.groups}


def test_nobody_is_late_when_a_draft_has_just_been_made(draft):
    assert late_families(draft) == []
    assert placings(draft) == []


def test_what_is_said_of_a_late_family_holds_and_is_undone_as_one(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    with transaction():  # so that scores are those of a board, before and after
        board.lock_group(draft.ref, number=0, locked=False, by=cast.facilitator)
    before = numbers(draft)
    [said] = placings(draft)
    best = said.places[0]
    out = take_in(draft, late, to=best.number, by=cast.facilitator)
    assert out.startswith(f"Senby er nu i gruppe {best.letter}.")
    after = numbers(draft)
    assert after == {**before, late.ref: best.number}
    assert best.total.endswith(f"→ {outcome_kept(draft).score}")
    assert best.changes.endswith(f"→ {outcome_kept(draft).group(best.number).score}")
    assert step_text(moves_of(draft), ()) == f"Senby: ikke i kladden → {best.letter}"
    assert late_families(draft) == []
    with_it = scores(draft)
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert numbers(draft) == before
    without = scores(draft)
    assert [family.ref for family in late_families(draft)] == [late.ref]
    with transaction():
        board.redo(draft.ref, by=cast.facilitator)
    assert numbers(draft) == after
    assert scores(draft) == with_it
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert scores(draft) == without


def test_several_come_in_without_a_group_as_one_step(draft, cast):
    late = came_late(cast, draft, "Senby", "Sentoft")
    before = numbers(draft)
    out = take_in(draft, *late, to=None, by=cast.facilitator)
    assert out.startswith("Senby og Sentoft er nu i kladden, uden gruppe.")
    assert numbers(draft) == before | {family.ref: None for family in late}
    assert step_text(moves_of(draft), ()) == "2 familier: ikke i kladden → uden gruppe"
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert numbers(draft) == before


def test_who_lacks_an_answer_comes_in_without_a_group_and_is_told_why(draft, cast):
    [late] = came_late(cast, draft, "Senby", answers={"availability": []})
    [said] = placings(draft)
    assert said.places == ()
    assert "mødetid" in said.why
    with pytest.raises(Conflict, match="Kan ikke"):
        take_in(draft, late, to=0, by=cast.facilitator)
    take_in(draft, late, to=None, by=cast.facilitator)
    assert outcome_kept(draft).unplaced[str(late.id)].rule == "availability_none"


def test_a_family_that_a_colleague_moved_on_is_not_undone(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    take_in(draft, late, to=0, by=cast.facilitator)
    with transaction():
        board.move_family(draft.ref, family_ref=late.ref, seen_in=0, to=None, by=cast.coordinator)
    with pytest.raises(Conflict, match="Mette flyttede Senby"), transaction():
        board.undo(draft.ref, by=cast.facilitator)
    assert numbers(draft)[late.ref] is None


def test_the_second_of_two_who_place_the_same_family_is_told(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    take_in(draft, late, to=0, by=cast.coordinator)
    with pytest.raises(Conflict, match="kollega"):
        take_in(draft, late, to=1, by=cast.facilitator)
    assert numbers(draft)[late.ref] == 0


def test_a_group_that_changed_meanwhile_is_not_filled_unseen(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    seen = draft.version
    other = next(ref for ref, n in numbers(draft).items() if n == 1)
    with transaction():
        board.move_family(draft.ref, family_ref=other, seen_in=1, to=None, by=cast.coordinator)
    with pytest.raises(Conflict, match="Mette"):
        take_in(draft, late, to=1, version=seen, by=cast.facilitator)
    take_in(draft, late, to=0, version=seen, by=cast.facilitator)


def test_a_redo_of_a_family_that_rests_now_is_refused(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    take_in(draft, late, to=0, by=cast.facilitator)
    with transaction():
        board.undo(draft.ref, by=cast.facilitator)
        late.status = FamilyStatus.PAUSED
    assert late_families(draft) == []
    with pytest.raises(Conflict, match="Senby"), transaction():
        board.redo(draft.ref, by=cast.facilitator)
    assert db.session.get(DraftSeat, (draft.id, late.id)) is None


def undo(draft, by):
    with transaction():
        board.undo(draft.ref, by=by)


def move(draft, family_ref, *, seen_in, to, by):
    with transaction():
        board.move_family(draft.ref, family_ref=family_ref, seen_in=seen_in, to=to, by=by)


def test_a_step_about_a_family_that_was_taken_out_again_is_passed_over(draft, cast, as_):
    [late] = came_late(cast, draft, "Senby")
    mine, colleague = cast.facilitator, cast.coordinator
    take_in(draft, late, to=None, by=colleague)
    move(draft, late.ref, seen_in=None, to=0, by=mine)
    undo(draft, mine)
    undo(draft, colleague)
    assert late.ref not in numbers(draft)
    client = as_(mine)
    page = f"/staff/drafts/{draft.ref}/board"
    assert post(client, f"{page}/redo").status_code == 409
    assert steps_of(draft, moves_of(draft), seats_of(draft), by=mine).redo == ""
    assert client.get(page).status_code == 200
    with pytest.raises(Conflict, match="gentage"), transaction():
        board.redo(draft.ref, by=mine)
    with transaction():
        board.redo(draft.ref, by=colleague)  # the family is back, and one's own step with it
    with transaction():
        board.redo(draft.ref, by=mine)
    assert numbers(draft)[late.ref] == 0


def test_an_older_step_can_be_undone_past_one_about_a_family_taken_out(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    mine, colleague = cast.facilitator, cast.coordinator
    other = next(ref for ref, number in numbers(draft).items() if number == 0)
    move(draft, other, seen_in=0, to=None, by=mine)
    take_in(draft, late, to=None, by=colleague)
    move(draft, late.ref, seen_in=None, to=0, by=mine)
    move(draft, late.ref, seen_in=0, to=None, by=mine)
    undo(draft, colleague)
    undo(draft, mine)
    assert numbers(draft)[other] == 0
    with pytest.raises(Conflict):
        undo(draft, mine)


def test_a_locked_group_takes_nobody_and_is_not_offered(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    best = placings(draft)[0].places[0].number
    with transaction():
        board.lock_group(draft.ref, number=best, locked=True, by=cast.facilitator)
    assert best not in {place.number for place in placings(draft)[0].places}
    with pytest.raises(Conflict, match="låst"):
        take_in(draft, late, to=best, by=cast.facilitator)
    assert late.ref not in numbers(draft)


def test_a_copy_takes_its_drafts_families(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    with transaction():
        copy = proposals.recalculate(
            draft.ref, version=draft.version, price=1.0, by=cast.facilitator
        )
    assert late_families(copy) == []
    with pytest.raises(Conflict):
        take_in(copy, late, to=0, by=cast.facilitator)


def test_others_find_no_such_draft_and_no_family_outside_the_pool(draft, cast):
    [late] = came_late(cast, draft, "Senby")
    with transaction():
        colleague = make_account(cast.municipality, RoleName.FACILITATOR)
        alien = make_family(cast.municipality, name="Fremmed")
    for stranger in (cast.outsider, cast.other_coordinator, colleague):
        with pytest.raises(NotFound):
            take_in(draft, late, to=0, by=stranger)
    with pytest.raises(Conflict):
        take_in(draft, alien, to=0, by=cast.facilitator)
    with pytest.raises(NotFound):
        take_in(draft, late, to=99, by=cast.facilitator)


def test_the_board_tells_of_them_and_the_page_places_them(draft, cast, as_):
    client = as_(cast.facilitator)
    path = f"/staff/drafts/{draft.ref}/late"
    assert client.get(path).location.endswith("/board")
    late = came_late(cast, draft, "Senby", "Sentoft")
    page = client.get(f"/staff/drafts/{draft.ref}/board").get_data(as_text=True)
    assert "2 familier er kommet til puljen" in page
    assert path in page
    page = client.get(path).get_data(as_text=True)
    for said in placings(draft):
        for text in (said.card.name, said.places[0].total, said.places[0].changes):
            assert str(escape(text)) in page
    form = page[page.index("<form", page.index('id="late-1"')) :]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    answer = post(client, f"/staff/drafts/{draft.ref}/board/late", sent)
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert "Senby er nu i gruppe" in page
    assert "1 familie er kommet til puljen" in page
    assert post(client, f"/staff/drafts/{draft.ref}/board/late", sent).status_code == 409
    # The comparison with the untouched proposal has no place for who was not there.
    assert client.get(f"/staff/drafts/{draft.ref}/compare").status_code == 200
    assert len(late) == 2

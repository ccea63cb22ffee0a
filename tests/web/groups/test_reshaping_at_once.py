"""Two reshape one draft in the same moment, on both databases: one counts, the other is told."""

import pytest

from data.db import db, transaction
from data.models import DraftSeat, GroupDraft, PoolFamily
from data.queries.groups import moves_of, seats_of
from tests import factories
from tests.web.groups.building import drafted
from tests.web.groups.test_last_yes import all_at_once
from web.groups.actions import board, reshaping
from web.groups.reshaping import shape_of

pytestmark = pytest.mark.server


@pytest.fixture
def both(either_app):
    """A draft of two groups, and the ids of two who work on it."""
    cast = factories.make_cast()
    draft = drafted(cast, n=16, min_size=3, max_size=9, target_size=8)
    return cast, draft, [cast.facilitator.id, cast.coordinator.id]


def test_a_group_is_split_once(either_app, both):
    _cast, draft, people = both
    draft_id, ref, version = draft.id, draft.ref, draft.version
    leaving = shape_of(draft, number=0).split.leaving.split(",")
    db.session.rollback()

    def split(by):
        reshaping.split_group(ref, number=0, leaving=leaving, version=version, by=by)

    [told] = all_at_once(either_app, people, split)
    assert "ændret" in told
    draft = db.session.get_one(GroupDraft, draft_id)
    assert {move.step for move in moves_of(draft)} == {1}
    assert [s.group_number for s in seats_of(draft)].count(2) == len(leaving)


def test_a_late_family_gets_one_seat_and_its_undo_leaves_none(either_app, both):
    cast, draft, people = both
    with transaction():
        late = factories.make_family(cast.municipality, answers={"max_travel_minutes": 60})
        db.session.add(PoolFamily(pool_id=draft.pool_id, family_id=late.id))
    draft_id, ref, late_id, late_ref = draft.id, draft.ref, late.id, late.ref
    version = draft.version
    db.session.rollback()

    def place(by):
        reshaping.take_in_late(ref, family_refs=[late_ref], to=None, version=version, by=by)

    [told] = all_at_once(either_app, people, place)
    assert "kollega" in told
    draft = db.session.get_one(GroupDraft, draft_id)
    [move] = moves_of(draft)
    with transaction():
        board.undo(ref, by=move.made_by)
    assert db.session.get(DraftSeat, (draft_id, late_id)) is None

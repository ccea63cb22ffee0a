"""Groups of a draft merged and split at the board: offered, one step, undone as one, refused."""

import re
from datetime import timedelta

import pytest
from markupsafe import escape

from data.clock import today
from data.db import db, transaction
from data.errors import Conflict, NotFound
from data.models import Family, RoleName
from data.queries.groups import moves_of, seats_of
from tests.factories import make_account
from tests.web.forms import post
from tests.web.groups.building import BASE, drafted
from web.groups.actions import board, publishing, reshaping
from web.groups.actions.board import outcome_kept
from web.groups.actions.history import step_text
from web.groups.reshaping import shape_of


@pytest.fixture
def large(cast):
    """Two groups that can be split, as the least size is three."""
    return drafted(cast, n=16, min_size=3, max_size=8, target_size=8)


@pytest.fixture
def small(cast):
    """Groups of four that can be merged."""
    return drafted(cast, n=12, min_size=3, max_size=8, target_size=4)


def numbers(draft):
    return {seat.family.ref: seat.group_number for seat in seats_of(draft)}


def scores(draft):
    outcome = outcome_kept(draft)
    return outcome.score, {group.label: (group.score, group.fit) for group in outcome.groups}


def size(draft, number):
    return list(numbers(draft).values()).count(number)


def split(draft, *, by, number=0, version=None):
    offer = shape_of(draft, number=number).split
    with transaction():
        return offer, reshaping.split_group(
            draft.ref,
            number=number,
            leaving=offer.leaving.split(","),
            version=draft.version if version is None else version,
            by=by,
        )


def merge(draft, keeps, joins, *, by, version=None):
    with transaction():
        return reshaping.merge_groups(
            draft.ref,
            keeps=keeps,
            joins=joins,
            version=draft.version if version is None else version,
            by=by,
        )


def test_a_split_is_one_step_does_what_was_said_and_is_undone_as_one(large, cast):
    before = numbers(large)
    offer, said = split(large, by=cast.facilitator)
    new = offer.groups[1].number
    assert new == max(before.values()) + 1
    after = numbers(large)
    assert {ref for ref, n in after.items() if n == new} == set(offer.leaving.split(","))
    outcome = outcome_kept(large)
    assert [outcome.group(one.number).score for one in offer.groups] == [
        one.score for one in offer.groups
    ]
    assert offer.total.endswith(f"→ {outcome.score}")
    n = len(offer.groups[1].names)
    assert said.startswith(f"Gruppe A er delt: {n} familier er nu i gruppe C.")
    moves = moves_of(large)
    assert len({move.step for move in moves}) == 1
    assert step_text(moves, ()) == f"{n} familier: A → C"
    with_it = scores(large)
    with transaction():
        board.undo(large.ref, by=cast.facilitator)
    assert numbers(large) == before
    with transaction():
        board.redo(large.ref, by=cast.facilitator)
    assert numbers(large) == after
    assert scores(large) == with_it


def test_a_merger_keeps_one_letter_and_the_other_group_is_gone_until_it_is_undone(small, cast):
    before, old = numbers(small), scores(small)[0]
    offer = shape_of(small, number=1).mergers[0]
    assert offer.keeps == 1
    assert offer.joins_letter in {"A", "C"}
    n = size(small, offer.joins)
    said = merge(small, 1, offer.joins, by=cast.facilitator)
    assert said.startswith(f"Gruppe {offer.joins_letter} er nu en del af gruppe B.")
    outcome = outcome_kept(small)
    assert outcome.group(offer.joins) is None
    assert outcome.group(1).score == offer.groups[0].score
    assert len(outcome.group(1).members) == 8 == len(offer.groups[0].names)
    assert offer.total == f"Samlet: {old} → {outcome.score}"
    assert step_text(moves_of(small), ()) == f"{n} familier: {offer.joins_letter} → B"
    with transaction():
        board.undo(small.ref, by=cast.facilitator)
    assert numbers(small) == before
    with transaction():
        board.redo(small.ref, by=cast.facilitator)
    assert size(small, 1) == 8


def test_what_stands_in_the_way_is_said(large, cast):
    shape = shape_of(large, number=0)
    assert shape.mergers == ()
    assert shape.no_merger == "Nærmest er gruppe B: 16 familier (højst 8)."
    assert shape.no_join == "Gruppen er fuld: 8 familier af højst 8."
    with pytest.raises(Conflict, match="16 familier"):
        merge(large, 0, 1, by=cast.facilitator)
    split(large, by=cast.facilitator)
    assert shape_of(large, number=0).no_split.startswith("Gruppen er for lille til to")


def test_a_step_that_builds_on_an_old_look_is_refused_with_who_changed_it(large, cast):
    seen = large.version
    leaving = shape_of(large, number=0).split.leaving.split(",")
    with transaction():
        board.move_family(large.ref, family_ref=leaving[0], seen_in=0, to=None, by=cast.coordinator)
    before = numbers(large)
    for act in (
        lambda: reshaping.split_group(
            large.ref, number=0, leaving=leaving, version=seen, by=cast.facilitator
        ),
        lambda: merge(large, 1, 0, by=cast.facilitator, version=seen),
    ):
        with pytest.raises(Conflict, match=r"ændret.*: A → uden gruppe"), transaction():
            act()
    assert numbers(large) == before


def test_what_a_colleague_did_elsewhere_does_not_stop_a_step(large, cast):
    seen = large.version
    other = next(ref for ref, n in numbers(large).items() if n == 1)
    offer = shape_of(large, number=0).split
    with transaction():
        board.move_family(large.ref, family_ref=other, seen_in=1, to=None, by=cast.coordinator)
        reshaping.split_group(
            large.ref,
            number=0,
            leaving=offer.leaving.split(","),
            version=seen,
            by=cast.facilitator,
        )
    assert size(large, 2) == len(offer.groups[1].names)


def test_an_undone_merger_never_finds_its_letter_taken(small, cast):
    """One merges C away, a colleague splits a group, the first one undoes."""
    before = numbers(small)
    merge(small, 0, 2, by=cast.facilitator)
    offer, _said = split(small, by=cast.coordinator)
    assert offer.groups[1].number == 3
    with transaction():
        board.undo(small.ref, by=cast.coordinator)
        board.undo(small.ref, by=cast.facilitator)
    assert numbers(small) == before


def lock(draft, ref, *, by):
    with transaction():
        board.lock_family(draft.ref, family_ref=ref, locked=True, by=by)


def test_a_locked_family_is_said_and_never_moved(large, small, cast):
    held = shape_of(large, number=0).split.leaving.split(",")[0]
    lock(large, held, by=cast.facilitator)
    shape = shape_of(large, number=0)
    assert len(shape.held) == 1
    assert held not in shape.split.leaving.split(",")
    with pytest.raises(Conflict, match="låst"), transaction():
        reshaping.split_group(
            large.ref, number=0, leaving=[held], version=large.version, by=cast.facilitator
        )
    # Whoever holds a family in place keeps its letter.
    here = next(ref for ref, n in numbers(small).items() if n == 2)
    lock(small, here, by=cast.facilitator)
    offer = next(o for o in shape_of(small, number=1).mergers if 2 in {o.keeps, o.joins})
    assert (offer.keeps, offer.joins) == (2, 1)
    with pytest.raises(Conflict, match="låst"):
        merge(small, 1, 2, by=cast.facilitator)


def test_a_locked_group_offers_nothing_and_is_offered_nowhere(small, cast):
    with transaction():
        board.lock_group(small.ref, number=2, locked=True, by=cast.facilitator)
    shape = shape_of(small, number=2)
    assert shape.locked
    assert (shape.mergers, shape.split, shape.joins) == ((), None, ())
    assert shape.no_merger == shape.no_split == "Gruppe C er låst. Lås den op først."
    assert {o.joins for o in shape_of(small, number=0).mergers} == {1}
    for keeps, joins in ((0, 2), (2, 0)):
        with pytest.raises(Conflict, match="låst"):
            merge(small, keeps, joins, by=cast.facilitator)


@pytest.mark.parametrize(("keeps", "joins"), [(0, 0), (0, 9), (9, 0)])
def test_a_group_that_is_not_there_is_not_found(small, cast, keeps, joins):
    with pytest.raises(NotFound):
        merge(small, keeps, joins, by=cast.facilitator)
    with pytest.raises(NotFound), transaction():
        reshaping.split_group(small.ref, number=9, leaving=["x"], version=99, by=cast.facilitator)


@pytest.mark.parametrize("leaving", [[], ["nobody"]])
def test_a_split_of_nobody_is_refused(large, cast, leaving):
    with pytest.raises(Conflict, match="kan ikke deles"), transaction():
        reshaping.split_group(
            large.ref, number=0, leaving=leaving, version=large.version, by=cast.facilitator
        )


def test_others_find_no_such_draft(large, small, cast):
    with transaction():
        colleague = make_account(cast.municipality, RoleName.FACILITATOR)
    for stranger in (cast.outsider, cast.other_coordinator, colleague):
        with pytest.raises(NotFound):
            merge(small, 0, 1, by=stranger)
        with pytest.raises(NotFound):
            split(large, by=stranger)


def test_who_could_join_comes_from_the_tray_else_from_groups_that_stay_large_enough(cast):
    draft = drafted(cast, n=15, min_size=3, max_size=8, target_size=5)
    shape = shape_of(draft, number=0)
    assert shape.from_groups
    assert shape.joins
    seat = next(s for s in seats_of(draft) if s.group_number == 1)
    with transaction():
        board.move_family(
            draft.ref, family_ref=seat.family.ref, seen_in=1, to=None, by=cast.facilitator
        )
    shape = shape_of(draft, number=0)
    assert not shape.from_groups
    [join] = shape.joins
    assert (join.ref, join.seen_in, join.source) == (seat.family.ref, "tray", "uden gruppe")
    with transaction():
        board.move_family(draft.ref, family_ref=join.ref, seen_in=None, to=0, by=cast.facilitator)
    assert join.total.endswith(f"→ {outcome_kept(draft).score}")


def fields(page, heading):
    """The first form after a heading, as a browser would send it."""
    form = page[page.index(f'id="{heading}"') :]
    form = form[form.index("<form") : form.index("</form>")]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return re.search(r'action="([^"]*)"', form)[1], sent


def test_the_page_has_one_button_for_each_and_the_board_leads_to_it(large, cast, as_):
    client = as_(cast.facilitator)
    path = f"/staff/drafts/{large.ref}/group?g=0"
    page = client.get(f"/staff/drafts/{large.ref}/board").get_data(as_text=True)
    assert path in page
    shape = shape_of(large, number=0)
    page = client.get(path).get_data(as_text=True)
    for text in (shape.split.total, shape.no_merger, *shape.split.groups[1].names):
        assert str(escape(text)) in page
    address, sent = fields(page, "split")
    answer = post(client, address, sent)
    assert answer.status_code == 302
    assert "Gruppe A er delt" in client.get(answer.location).get_data(as_text=True)
    assert post(client, address, sent).status_code == 409  # what was seen is no longer so
    page = client.get(path).get_data(as_text=True)
    address, sent = fields(page, "merge")
    assert post(client, address, sent).status_code == 302
    address, sent = fields(client.get(path).get_data(as_text=True), "split")
    assert sent["group"] == "0"
    for bad in ("x", "", "99999"):
        assert post(client, address, {**sent, "group": bad}).status_code == 404


def test_a_mean_of_fewer_than_three_known_drives_is_not_told(large, cast, as_):
    client, path = as_(cast.facilitator), f"/staff/drafts/{large.ref}/group?g=0"
    here = [seat for seat in seats_of(large) if seat.group_number == 0]
    with transaction():
        for seat in here[3:]:
            db.session.get_one(Family, seat.family_id).protected_address = True
    minutes = shape_of(large, number=0).group.minutes
    assert f"· ca. {minutes} min." in client.get(path).text
    with transaction():
        db.session.get_one(Family, here[2].family_id).protected_address = True
    assert shape_of(large, number=0).group.minutes is None
    assert not re.search(r"ca\. \d+ min", client.get(path).text)


def test_a_group_that_is_gone_leads_back_to_the_board(large, cast, as_):
    client = as_(cast.facilitator)
    for group in ("?g=9", "?g=x", ""):
        answer = client.get(f"/staff/drafts/{large.ref}/group{group}")
        assert answer.status_code == 302
        assert answer.location.endswith(f"/staff/drafts/{large.ref}/board")


def test_a_draft_that_waits_for_approval_is_only_looked_at(large, cast, as_):
    offer = shape_of(large, number=0).split
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
        publishing.submit(
            large.ref,
            version=large.version,
            names={},
            answer_by=today() + timedelta(days=7),
            by=cast.facilitator,
            base_url=BASE,
        )
    client = as_(cast.facilitator)
    page = client.get(f"/staff/drafts/{large.ref}/board").get_data(as_text=True)
    assert f"/staff/drafts/{large.ref}/group" not in page
    assert client.get(f"/staff/drafts/{large.ref}/group?g=0").status_code == 302
    with pytest.raises(Conflict, match="godkendelse"), transaction():
        reshaping.split_group(
            large.ref,
            number=0,
            leaving=offer.leaving.split(","),
            version=large.version,
            by=cast.facilitator,
        )

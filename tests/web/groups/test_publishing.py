"""Publishing: exactly who is told what, with the version one has seen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.clock import today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import (
    Answer,
    DraftState,
    Exclusion,
    FamilyStatus,
    NetworkGroup,
    OutgoingMail,
    Phase,
)
from data.queries.groups import membership_of, memberships_of, seats_of
from tests.web.forms import post
from tests.web.groups.building import BASE, drafted, invited
from web.groups.actions import board, publishing


def publish(draft, *, by, version=None, days=10, names=None):
    with transaction():
        return publishing.submit(
            draft.ref,
            version=draft.version if version is None else version,
            names=names or {},
            answer_by=today() + timedelta(days=days),
            by=by,
            base_url=BASE,
        )


def groups():
    return db.session.scalars(select(NetworkGroup).order_by(NetworkGroup.id)).all()


def invitations():
    return db.session.scalars(
        select(OutgoingMail.to_email).where(OutgoingMail.kind == "group_invitation")
    ).all()


def test_published_groups_ask_their_families_and_nobody_else(cast):
    draft = drafted(cast)
    publish(draft, by=cast.facilitator, names={0: "Grejsdal"})
    first, second = groups()
    assert (first.name, first.phase, first.facilitator_id) == (
        "Grejsdal",
        Phase.INVITING,
        cast.facilitator.id,
    )
    assert second.name
    asked = {m.family_id for group in (first, second) for m in memberships_of(group)}
    assert asked == {seat.family_id for seat in seats_of(draft)}
    assert len(invitations()) == 12
    assert all(m.answer is Answer.WAITING for m in memberships_of(first))


def test_a_draft_is_published_once(cast):
    draft = drafted(cast)
    publish(draft, by=cast.facilitator)
    with pytest.raises(Conflict):
        publish(draft, by=cast.facilitator)
    assert len(groups()) == 2


def test_after_publishing_the_facilitator_no_longer_reads_answers_at_the_board(cast, as_):
    draft = drafted(cast)
    publish(draft, by=cast.facilitator)
    name = seats_of(draft)[0].family.name
    for page in ("board", "publish"):
        path = f"/staff/drafts/{draft.ref}/{page}"
        assert as_(cast.facilitator).get(path).location == "/staff/groups"
        assert name in as_(cast.coordinator).get(path).text


def test_families_who_must_not_meet_since_are_not_published_together(cast):
    draft = drafted(cast)
    one, other = [s.family for s in seats_of(draft) if s.group_number == 0][:2]
    with transaction():
        first, second = sorted((one.id, other.id))
        db.session.add(Exclusion(family_id=first, other_id=second))
    with pytest.raises(Conflict, match="fast regel"):
        publish(draft, by=cast.facilitator)
    assert groups() == []


def test_the_version_one_has_seen_must_be_the_latest(cast):
    draft = drafted(cast)
    seen = draft.version
    seat = seats_of(draft)[0]
    with transaction():
        board.move_family(
            draft.ref,
            family_ref=seat.family.ref,
            seen_in=seat.group_number,
            to=None,
            by=cast.coordinator,
        )
    with pytest.raises(Conflict, match="Mette.*" + seat.family.name):
        publish(draft, by=cast.facilitator, version=seen)
    assert groups() == []


def test_a_broken_rule_blocks(cast):
    draft = drafted(cast)
    for seat in [s for s in seats_of(draft) if s.group_number == 0][:3]:
        with transaction():
            board.move_family(
                draft.ref, family_ref=seat.family.ref, seen_in=0, to=None, by=cast.facilitator
            )
    with pytest.raises(Conflict):
        publish(draft, by=cast.facilitator)


def test_a_family_that_paused_meanwhile_is_named(cast):
    draft = drafted(cast)
    family = seats_of(draft)[0].family
    with transaction():
        family.status = FamilyStatus.PAUSED
    with pytest.raises(Conflict, match=family.name):
        publish(draft, by=cast.facilitator)


def test_a_family_asked_by_another_group_meanwhile_is_named(cast):
    draft = drafted(cast)
    family = seats_of(draft)[0].family
    other = invited(cast, 1).group
    with transaction():
        from data.models import GroupMembership

        db.session.add(GroupMembership(group_id=other.id, family_id=family.id))
    with pytest.raises(Conflict, match=family.name):
        publish(draft, by=cast.facilitator)
    assert membership_of(family.id).group_id == other.id


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_the_last_day_to_answer_lies_within_two_months(cast, days):
    draft = drafted(cast)
    with pytest.raises(Invalid):
        publish(draft, by=cast.facilitator, days=days)


def test_where_the_municipality_wants_it_the_coordinator_approves_first(cast):
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
    draft = drafted(cast)
    publish(draft, by=cast.facilitator, names={0: "Grejsdal"})
    assert draft.state is DraftState.SUBMITTED
    assert groups() == []
    with pytest.raises(Conflict):
        publish(draft, by=cast.facilitator)
    publish(draft, by=cast.coordinator, names={0: "Grejsdal"})
    assert len(groups()) == 2


def test_the_coordinator_may_send_a_draft_back(cast):
    with transaction():
        cast.municipality.settings = {"coordinator_approves_groups": True}
    draft = drafted(cast)
    publish(draft, by=cast.facilitator)
    with transaction():
        publishing.send_back(draft.ref, by=cast.coordinator)
    assert draft.state is DraftState.READY
    with pytest.raises(Conflict), transaction():
        publishing.send_back(draft.ref, by=cast.coordinator)


def test_others_cannot_publish(cast):
    draft = drafted(cast)
    for other in (cast.consultant, cast.outsider, cast.other_coordinator):
        with pytest.raises(NotFound):
            publish(draft, by=other)


def test_the_page_lists_everyone_and_has_one_primary_button(cast, as_):
    draft = drafted(cast)
    client = as_(cast.facilitator)
    page = client.get(f"/staff/drafts/{draft.ref}/publish").get_data(as_text=True)
    for seat in seats_of(draft):
        assert seat.family.name in page
    assert page.count("btn--p") == 1
    form = {
        "version": draft.version,
        "name-0": "Grejsdal",
        "name-1": "Bredsten",
        "answer_by": (today() + timedelta(days=9)).isoformat(),
    }
    assert post(client, f"/staff/drafts/{draft.ref}/publish", form).status_code == 302
    assert [group.name for group in groups()] == ["Grejsdal", "Bredsten"]
    again = post(client, f"/staff/drafts/{draft.ref}/publish", form)
    assert again.location == "/staff/groups"  # and says there that they are published
    assert len(groups()) == 2


def test_a_date_that_is_none_is_told_on_the_page(cast, as_):
    draft = drafted(cast)
    form = {"version": draft.version, "answer_by": "snart"}
    answer = post(as_(cast.facilitator), f"/staff/drafts/{draft.ref}/publish", form)
    assert answer.status_code == 409
    assert "Vælg en dag inden for de næste to måneder." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("place", "name"), [("Bredsten", "Bredsten"), ("online", "Gruppe A"), (None, "Gruppe A")]
)
def test_a_group_is_first_called_by_its_place_alone(app, place, name):
    """Every page says "Netværksgruppen" before it."""
    with app.test_request_context():
        assert publishing._first_name(0, place) == name

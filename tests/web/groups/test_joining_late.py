"""A family that says yes late: until the second meeting, to everything but what was said before."""

from uuid import uuid4

import pytest

from chat.actions import send_message
from data.clock import now
from data.db import db, transaction
from data.errors import Conflict
from data.models import Answer, GroupMembership
from data.queries.groups import membership_of
from tests.web.forms import post
from tests.web.groups.building import BASE, Circle, answered, hold, invited, planned
from web.groups.actions import agreement, invitations

BEFORE, AFTER = "Sagt før de kom", "Sagt da de var her"


def late(cast, *, held: int) -> tuple[Circle, object]:
    """A group of five that has met so often; the sixth family has not answered."""
    circle = answered(invited(cast, 6), *[True] * 5)
    with transaction():
        circle.group.answer_by = now()
        invitations.open_when_ready(circle.group, base_url=BASE)
    with transaction():
        agreement.write(["Det bliver her."], seen_version=0, by=circle.parents[0], base_url=BASE)
    say(circle, BEFORE)
    hold(circle, held)
    planned(circle, title="Samvær")
    return circle, circle.parents[5]


def say(circle, body):
    with transaction():
        writer = db.session.merge(circle.parents[0])
        send_message(circle.group.room.ref, by=writer, cid=str(uuid4()), body=body, max_chars=500)


def join(parent):
    with transaction():
        invitations.answer_invitation(yes=True, by=parent, base_url=BASE)


@pytest.mark.parametrize("held", [0, 1])
def test_until_the_second_meeting_a_family_may_still_join(cast, as_, held):
    _circle, parent = late(cast, held=held)
    client = as_(parent)
    assert client.get("/group/invitation").status_code == 200
    assert post(client, "/group/invitation", {"answer": "yes"}).status_code == 302
    assert membership_of(parent.family_id).joined_at is not None


def test_a_late_member_sees_agreement_agenda_and_meetings_but_nothing_said_before(cast, as_):
    circle, parent = late(cast, held=1)
    join(parent)
    say(circle, AFTER)
    client = as_(parent)
    page = client.get("/group/agreement").text
    assert "Det bliver her." in page
    assert "Læs den, og sig ja" in page
    meetings = client.get("/group/meetings").text
    assert "Møde 1" in meetings
    assert "Samvær" in meetings
    assert "Se dagsordenen" in client.get("/group").text
    room = client.get(f"/messages/{circle.group.room.ref}").text
    assert AFTER in room
    assert BEFORE not in room
    assert BEFORE not in client.get("/messages").text


def test_over_the_socket_a_late_member_catches_up_from_the_moment_it_joined(cast, browser):
    """Asked for everything since the beginning, the server gives what came after."""
    circle, parent = late(cast, held=1)
    room = circle.group.room
    outside = browser(parent)
    assert outside.ask("room:catchup", room=room.ref, since_rev=0)["ok"] is False
    join(parent)
    tab = browser(parent)
    say(circle, AFTER)
    [heard] = [m for m in tab.hears("message:new") if m["body"]]
    assert heard["body"] == AFTER
    caught = str(tab.ask("room:catchup", room=room.ref, since_rev=0))
    assert AFTER in caught
    assert BEFORE not in caught


@pytest.mark.parametrize("held", [2, 3])
def test_after_the_second_meeting_the_group_is_closed_and_says_so(cast, as_, held):
    circle, parent = late(cast, held=held)
    client = as_(parent)
    page = client.get("/group/invitation")
    assert page.status_code == 200
    assert "Gruppen er lukket" in page.text
    assert 'name="answer"' not in page.text
    for family in circle.families[:5]:
        assert family.name not in page.text
    refused = post(client, "/group/invitation", {"answer": "yes"})
    assert refused.status_code == 409
    assert "tager ikke flere familier" in refused.text or "ikke længere" in refused.text
    assert membership_of(parent.family_id) is None
    assert client.get("/group/agreement").status_code == 404
    assert client.get(f"/messages/{circle.group.room.ref}").status_code == 404


def test_a_yes_that_comes_while_the_door_closes_is_refused(cast):
    """The page was opened before the second meeting was noted; the answer comes after."""
    circle, parent = late(cast, held=1)
    hold(circle, 1)
    with transaction():  # as if the door had not been closed for this one
        row = db.session.query(GroupMembership).filter_by(family_id=parent.family_id).one()
        row.answer = Answer.WAITING
    with pytest.raises(Conflict):
        join(parent)
    assert row.joined_at is None


def test_who_was_never_asked_hears_nothing_of_a_closed_group(cast, as_):
    late(cast, held=2)
    for person in (cast.outsider, cast.stranger, cast.new_parent):
        client = as_(person)
        assert client.get("/group/invitation").status_code == 404
        assert post(client, "/group/invitation", {"answer": "yes"}).status_code == 404


def test_a_family_that_said_no_early_is_told_the_same_when_it_comes_back(cast, as_):
    circle = answered(invited(cast, 6), *[True] * 5, False)
    client = as_(circle.parents[5])
    assert client.get("/group/invitation").status_code == 404
    hold(circle, 2)
    assert "Gruppen er lukket" in client.get("/group/invitation").text

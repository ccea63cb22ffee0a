"""Requests that no page of ours would make get a plain answer, never a fault."""

import pytest

from chat.actions import add_family, open_room
from chat.requests import Malformed, SendMessage
from data.db import db, transaction
from data.models import RoomKind
from tests.web.forms import post

HUGE = "9" * 30


@pytest.fixture
def room(cast) -> str:
    with transaction():
        opened = open_room(
            kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="Torsdag"
        )
        add_family(opened, family=db.session.merge(cast.new_family))
        return opened.ref


@pytest.mark.parametrize("number", [HUGE, "-1", "0", "x", "²"])
def test_a_number_that_no_page_has_is_answered_as_the_first_page(cast, as_, room, number):
    coordinator, parent = as_(cast.coordinator), as_(cast.new_parent)
    assert coordinator.get(f"/staff/audit?page={number}").status_code == 200
    assert coordinator.get(f"/staff/people?page={number}").status_code == 200
    assert parent.get(f"/messages/{room}?before={number}").status_code == 200


def test_a_message_number_that_no_room_has_does_not_exist(cast, as_, room):
    assert as_(cast.new_parent).get(f"/messages/{room}/report/{HUGE}").status_code == 404


def test_a_nul_is_refused_wherever_it_stands(cast, as_, room):
    client = as_(cast.new_parent)
    assert client.get("/messages/a%00b").status_code == 400
    assert client.get("/staff/people?q=%00").status_code == 400
    assert post(client, f"/messages/{room}", {"body": "Hej\0"}).status_code == 400
    assert as_(None).get("/sign-in?next=/%00").status_code == 400


@pytest.mark.parametrize("change", [{"room": "a\0"}, {"body": "\ud83d"}, {"room": "\udc00"}])
def test_a_socket_does_not_take_what_no_database_stores(change):
    whole = {"room": "abc", "cid": "c-1", "body": "Hej"}
    assert SendMessage.parse(whole)
    with pytest.raises(Malformed):
        SendMessage.parse({**whole, **change})

"""Many at once, on both databases: one number each, one message each; and hints over Valkey."""

import threading
from collections import Counter
from itertools import pairwise

import pytest

from chat import actions
from data.db import db, transaction
from data.models import Account, Message, Room, RoomKind
from tests import factories
from tests.chat.real import Device, site

pytestmark = pytest.mark.server
WRITERS, EACH = 8, 12


@pytest.fixture
def shared_room(either_app) -> tuple[str, list[int]]:
    cast = factories.make_cast()
    with transaction():
        room = actions.open_room(
            kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="G"
        )
        actions.add_family(room, family=cast.new_family)
        actions.add_family(room, family=cast.mentor_family)
        return room.ref, [cast.new_parent.id, cast.mentor_parent.id]


def all_at_once(app, work) -> None:
    """Run `work(n)` in threads that start together; any error fails the test."""
    start, faults = threading.Barrier(WRITERS, timeout=60), []

    def one(n):
        try:
            with app.app_context():
                start.wait()
                work(n)
                db.session.remove()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(n,), daemon=True) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert faults == []


def test_numbers_are_dense_and_rise_in_the_order_of_storing(either_app, shared_room):
    ref, people = shared_room
    db.session.rollback()

    def write(n):
        for k in range(EACH):
            with transaction():
                actions.send_message(
                    ref,
                    by=db.session.get_one(Account, people[n % 2]),
                    cid=f"{n}-{k}",
                    body=f"{n}-{k}",
                    max_chars=99,
                )

    all_at_once(either_app, write)
    stored = db.session.query(Message).order_by(Message.seq).all()
    assert [m.seq for m in stored] == list(range(1, WRITERS * EACH + 1))
    assert all(a.rev < b.rev for a, b in pairwise(stored))
    of_one = [m.cid for m in stored if m.cid.startswith("0-")]
    assert of_one == [f"0-{k}" for k in range(EACH)]


def test_a_message_that_all_tabs_send_at_once_is_stored_once(either_app, shared_room):
    ref, people = shared_room
    db.session.rollback()
    answers: list[tuple[str, int, bool]] = []

    def write(_n):
        for k in range(EACH):
            with transaction():
                posted = actions.send_message(
                    ref,
                    by=db.session.get_one(Account, people[0]),
                    cid=f"same-{k}",
                    body="Hej",
                    max_chars=99,
                )
                answers.append((f"same-{k}", posted.message.seq, posted.again))

    all_at_once(either_app, write)
    assert db.session.query(Message).count() == EACH
    assert len({(cid, seq) for cid, seq, _ in answers}) == EACH
    assert Counter(again for *_, again in answers)[False] == EACH


def test_whoever_joins_while_others_write_sees_from_one_number_on(either_app, shared_room):
    ref, people = shared_room
    with transaction():
        room = db.session.query(Room).filter_by(ref=ref).one()
        municipality = db.session.get_one(factories.Municipality, room.municipality_id)
        late = factories.make_family(municipality)
        late_id = late.id
    db.session.rollback()

    def work(n):
        for k in range(EACH):
            with transaction():
                if n == 0 and k == EACH // 2:
                    actions.add_family(
                        db.session.query(Room).filter_by(ref=ref).one(),
                        family=db.session.get_one(factories.Family, late_id),
                    )
                actions.send_message(
                    ref,
                    by=db.session.get_one(Account, people[n % 2]),
                    cid=f"{n}-{k}",
                    body="Hej",
                    max_chars=99,
                )

    all_at_once(either_app, work)
    [newcomer] = db.session.query(Account).filter_by(family_id=late_id)
    page = actions.catch_up(ref, by=newcomer, since_rev=0)
    total = WRITERS * EACH
    first = actions.member_of(ref, by=newcomer).first_seq
    assert [c["seq"] for c in page["changes"]] == list(range(first, total + 1))
    assert 1 < first <= total


def test_what_another_process_writes_is_heard_at_once_over_valkey(tmp_path, valkey_server):
    with site(tmp_path, REDIS_URL=valkey_server) as made:
        device = Device(made, "family0")
        device.connect()
        with transaction():
            room = db.session.query(Room).filter_by(ref=made.room).one()
            actions.post_notice(room, code="family_joined", name="Toft")
        for _ in range(50):
            if device.seen:
                break
            device.socket.sleep(0.1)
        assert list(device.seen) == [1]
        device.leave()

"""The last answers come in the same moment: the group opens once, and is handed over once."""

import threading

import pytest
from sqlalchemy import func, select

from data.db import db, transaction
from data.errors import Refusal
from data.models import Account, HandoverAnswer, NetworkGroup, Phase, Room, RoomMember
from tests import factories
from tests.web.groups.building import BASE, asked_to_take_over, invited, opened
from web.groups import letters
from web.groups.actions import handover, invitations


@pytest.fixture
def quiet(monkeypatch):
    """Mails are another test's matter; here they would only slow the threads down."""
    monkeypatch.setattr(letters, "queue_mail", lambda **_mail: None)
    monkeypatch.setattr(letters, "mail_families", lambda *_families, **_mail: None)


def all_at_once(app, account_ids, act):
    """Let everyone act in the same moment; returns what went wrong."""
    start, faults = threading.Barrier(len(account_ids), timeout=60), []

    def run(account_id):
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    act(db.session.get_one(Account, account_id))
            except Refusal as refusal:
                faults.append(str(refusal))
            except BaseException as fault:
                faults.append(repr(fault))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,), daemon=True) for one in account_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    db.session.rollback()
    return faults


@pytest.mark.server
def test_the_group_opens_once_with_everyone_in_it(either_app, quiet):
    cast = factories.make_cast()
    circle = invited(cast, 6)
    group_id, parents = circle.group.id, [parent.id for parent in circle.parents]

    def say_yes(by):
        invitations.answer_invitation(yes=True, by=by, base_url=BASE)

    assert all_at_once(either_app, parents, say_yes) == []
    group = db.session.get_one(NetworkGroup, group_id)
    assert group.phase is Phase.FORMED
    assert db.session.scalar(select(func.count()).select_from(Room)) == 1
    inside = db.session.scalars(select(RoomMember.account_id)).all()
    assert sorted(inside) == sorted([*parents, cast.facilitator.id])


@pytest.mark.server
def test_two_adults_of_one_family_answer_once(either_app, quiet):
    cast = factories.make_cast()
    circle = invited(cast, 3, min_families=3)
    with transaction():
        second = factories.make_account(
            cast.municipality, factories.RoleName.FAMILY, family_id=circle.families[0].id
        )
    both = [circle.parents[0].id, second.id]

    def answer(by):
        invitations.answer_invitation(yes=by.id == both[0], by=by, base_url=BASE)

    assert len(all_at_once(either_app, both, answer)) == 1


@pytest.mark.server
def test_the_last_votes_hand_over_once(either_app, quiet):
    cast = factories.make_cast()
    circle = asked_to_take_over(opened(cast, 5))
    group_id, parents = circle.group.id, [parent.id for parent in circle.parents]

    def vote(by):
        handover.answer_handover(HandoverAnswer.YES, by=by, base_url=BASE)

    assert all_at_once(either_app, parents, vote) == []
    group = db.session.get_one(NetworkGroup, group_id)
    assert group.phase is Phase.SELF_RUNNING
    reading = db.session.scalars(
        select(RoomMember.account_id).where(RoomMember.left_at.is_(None))
    ).all()
    assert sorted(reading) == sorted(parents)

"""Whatever people do, and in whatever order: who hears what, and who may read what."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chat import actions, telling
from data.clock import now
from data.db import db, transaction
from data.errors import NotFound
from data.models import Account, RoleName, RoomKind, SignIn
from tests import factories

PEOPLE = 4
who = st.integers(0, PEOPLE - 1)
_numbers = count(1)


class Talk(RuleBasedStateMachine):
    """A room that people join, leave, write in, sign out of and are removed from."""

    municipality_id: int

    @initialize()
    def open(self):
        db.session.rollback()
        with transaction():
            people = [self._person() for _ in range(PEOPLE)]
            room = actions.open_room(
                kind=RoomKind.GROUP, municipality_id=self.municipality_id, title="G"
            )
            self.ids = [person.id for person in people]
            self.room, self.ref = room, room.ref
        self.in_since: dict[int, int] = {}  # who is in, and the first number they may see
        self.signed_in = set(range(PEOPLE))
        self.said: list[str | None] = []  # None: removed
        self.sent: dict[tuple[int, str], int] = {}
        self.told: list[tuple[str, dict, set[str]]] = []
        telling._tellers[:] = [self._hear]

    def _person(self) -> Account:
        number = next(_numbers)
        person = factories.make_account(
            db.session.get_one(factories.Municipality, self.municipality_id), RoleName.FAMILY
        )
        for n in range(2):
            db.session.add(
                SignIn(
                    account_id=person.id,
                    sid_hash=f"{number}-{n}",
                    expires_at=now() + timedelta(days=1),
                )
            )
        db.session.flush()
        return person

    def _hear(self, event, content, names, _at):
        self.told.append((event, content, set(names)))

    def _account(self, person: int) -> Account:
        return db.session.get_one(Account, self.ids[person])

    def _browsers(self, person: int) -> set[str]:
        rows = db.session.query(SignIn).filter_by(account_id=self.ids[person], ended_at=None)
        return {telling.browser(row.id) for row in rows}

    def _who_may_hear(self, seq: int) -> set[str]:
        heard: set[str] = set()
        for person, first in self.in_since.items():
            if first <= seq:
                heard |= self._browsers(person)
        return heard

    @rule(person=who)
    def join(self, person):
        with transaction():
            actions.add_person(self.room, account=self._account(person))
        self.in_since.setdefault(person, len(self.said) + 1)

    @rule(person=who)
    def leave(self, person):
        self.told.clear()
        with transaction():
            actions.remove_person(self.room, account=self._account(person))
        if self.in_since.pop(person, None):
            [(event, content, names)] = self.told
            assert (event, content["reason"]) == ("session:end", "removed")
            assert names == {telling.person(self.ids[person])}
        else:
            assert self.told == []

    @rule(person=who)
    def sign_out(self, person):
        with transaction():
            for row in db.session.query(SignIn).filter_by(account_id=self.ids[person]):
                row.ended_at = now()
        self.signed_in.discard(person)

    @rule(person=who, again=st.booleans(), text=st.sampled_from(["Hej", "Tak", "God idé"]))
    def send(self, person, again, text):
        self.told.clear()
        cid = f"cid-{len(self.said) - int(again)}"
        try:
            with transaction():
                posted = actions.send_message(
                    self.ref, by=self._account(person), cid=cid, body=text, max_chars=100
                )
                seq = posted.message.seq
        except NotFound:
            assert person not in self.in_since
            assert self.told == []
            return
        assert person in self.in_since
        if (person, cid) in self.sent:
            assert posted.again
            assert seq == self.sent[person, cid]
            assert self.told == []
            return
        self.said.append(text)
        self.sent[person, cid] = seq
        assert seq == len(self.said)
        receivers = self._who_may_hear(seq)
        assert [(e, c["body"], n) for e, c, n in self.told] == (
            [("message:new", text, receivers)] if receivers else []
        )

    @rule()
    def notice(self):
        self.told.clear()
        with transaction():
            actions.post_notice(self.room, code="room_opened")
        self.said.append(None)
        receivers = self._who_may_hear(len(self.said))
        assert {frozenset(names) for _, _, names in self.told} == (
            {frozenset(receivers)} if receivers else set()
        )

    @invariant()
    def everyone_can_read_what_was_said_since_they_came_and_nothing_else(self):
        if not hasattr(self, "said"):
            return
        for person in range(PEOPLE):
            if person not in self.in_since:
                with pytest.raises(NotFound):
                    actions.catch_up(self.ref, by=self._account(person), since_rev=0)
                continue
            page = actions.catch_up(self.ref, by=self._account(person), since_rev=0)
            first = self.in_since[person]
            assert [c["body"] for c in page["changes"]] == self.said[first - 1 :]
            assert page["head_rev"] == len(self.said)
        db.session.rollback()


def test_who_hears_and_who_reads_holds_for_any_course_of_a_talk(app):
    with transaction():
        Talk.municipality_id = factories.make_municipality().id
    before = list(telling._tellers)
    try:
        run_state_machine_as_test(
            Talk,
            settings=settings(
                max_examples=20,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        telling._tellers[:] = before

"""Leaving with a choice over one's own words: they stay without a name, or are gone for all."""

import pytest
from sqlalchemy import text

from data.db import db, transaction
from data.keys import KeyMissing
from data.models import Message, MessageKind
from data.sealed import store
from tests.web.groups.building import BASE, opened
from tests.web.groups.lives import notices, own_group, reads, write
from web.groups.actions import life
from web.groups.actions.life import Words


def leave(circle, words: Words, *, by: int = 0) -> None:
    with transaction():
        life.leave_group(words=words, by=circle.parents[by], base_url=BASE)


def words_in(group) -> list[str | None]:
    rows = db.session.query(Message).filter_by(room_id=group.room_id, kind=MessageKind.TEXT)
    return [m.body.text if m.body else None for m in rows.order_by(Message.seq)]


def test_words_may_stay_without_the_name_and_nobody_can_tell_whose(cast, as_):
    circle = opened(cast)
    first = write(circle, by=0, text="Vi havde det svært")
    write(circle, by=1, text="Tak fordi I siger det")
    scope = first.body.scope
    sealed = store().seal("x", scope)
    leave(circle, Words.NAMELESS)
    assert words_in(circle.group) == ["Vi havde det svært", "Tak fordi I siger det"]
    page = as_(circle.parents[1]).get(f"/messages/{circle.group.room.ref}").text
    line = page[: page.index("Vi havde det svært")].rpartition("<article")[2]
    assert "Tidligere medlem" in line
    assert circle.families[0].name not in line
    row = db.session.execute(
        text("SELECT sender_id, family_id, body FROM messages WHERE seq = :seq"),
        {"seq": first.seq},
    ).one()
    assert (row.sender_id, row.family_id) == (None, None)
    assert f"author:{circle.parents[0].id}:".encode() not in bytes(row.body)
    with pytest.raises(KeyMissing):  # the key that named the author is gone
        store().open(sealed, scope)


def test_words_may_be_erased_for_everyone(cast, as_):
    circle = opened(cast)
    first = write(circle, by=0, text="Vi havde det svært")
    write(circle, by=1, text="Tak fordi I siger det")
    scope = first.body.scope
    sealed = store().seal("x", scope)
    leave(circle, Words.ERASED)
    assert words_in(circle.group) == [None, "Tak fordi I siger det"]
    assert "svært" not in as_(circle.parents[1]).get(f"/messages/{circle.group.room.ref}").text
    with pytest.raises(KeyMissing):
        store().open(sealed, scope)


@pytest.mark.parametrize("words", list(Words))
def test_a_family_takes_only_its_own_words_and_only_from_this_room(cast, words):
    circle, other = own_group(cast), own_group(cast)
    write(circle, by=0, text="Farvel")
    write(circle, by=1, text="På gensyn")
    kept = write(other, by=0, text="Et andet rum")
    leave(circle, words)
    assert words_in(circle.group)[1] == "På gensyn"
    assert words_in(other.group) == ["Et andet rum"]
    assert kept.sender_id == other.parents[0].id


def test_when_someone_leaves_the_next_words_have_new_keys(cast):
    circle = opened(cast)
    before = write(circle, by=1).body.scope
    leave(circle, Words.NAMELESS)
    after = write(circle, by=1).body.scope
    assert before != after
    assert not reads(circle.group, circle.parents[0])
    assert notices(circle.group)[-1] == "family_left"

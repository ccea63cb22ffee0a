"""Leaving with a choice over one's own words: they stay without a name, or are gone for all."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from chat.actions import decide_report, forget_messages_before, report_message
from data.clock import now
from data.db import db, transaction
from data.keys import KeyMissing
from data.models import Message, MessageKind, Report, ReportReason
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


def reported(circle, cast, *, by: int = 1) -> Report:
    """One family reports what the first one wrote."""
    message = write(circle, by=0, text="Noget med et navn")
    with transaction():
        return report_message(
            circle.group.room.ref, message.seq, by=circle.parents[by], reason=ReportReason.OTHER
        )


def decided(report: Report, cast) -> None:
    with transaction():
        decide_report(report.ref, by=cast.coordinator, remove=False, note="Talt med familien")


def test_nobody_gets_out_of_a_report_by_leaving_and_the_copy_goes_when_it_is_decided(cast):
    circle = opened(cast)
    report = reported(circle, cast)
    scope = report.snapshot.scope
    leave(circle, Words.ERASED)
    assert words_in(circle.group) == [None]
    assert report.snapshot.value["text"] == "Noget med et navn"
    decided(report, cast)
    db.session.refresh(report)
    assert report.snapshot is None
    assert store()._cipher(scope) is None


def test_a_copy_that_was_decided_on_goes_with_the_words_or_loses_the_name(cast):
    circle = opened(cast)
    report = reported(circle, cast)
    decided(report, cast)
    leave(circle, Words.NAMELESS)
    assert report.snapshot.value["text"] == "Noget med et navn"
    assert report.snapshot.value["writer"] is None
    other = opened(cast, name="Anden")
    gone = reported(other, cast)
    decided(gone, cast)
    scopes = {gone.snapshot.scope, gone.decision_note.scope}
    leave(other, Words.ERASED)
    db.session.refresh(gone)
    assert (gone.snapshot, gone.decision_note) == (None, None)
    assert {store()._cipher(scope) for scope in scopes} == {None}


def test_an_open_copy_keeps_the_name_until_the_coordinator_has_decided(cast):
    circle = opened(cast)
    report = reported(circle, cast)
    leave(circle, Words.NAMELESS)
    assert circle.families[0].name in report.snapshot.value["writer"]
    decided(report, cast)
    assert report.snapshot.value["writer"] is None
    assert report.decision_note.text == "Talt med familien"


def test_an_undecided_copy_of_words_that_were_taken_along_is_forgotten_after_a_year(cast):
    circle = opened(cast)
    report = reported(circle, cast)
    leave(circle, Words.ERASED)
    with transaction():
        forget_messages_before(now() + timedelta(days=1))
    db.session.refresh(report)
    assert report.snapshot is None

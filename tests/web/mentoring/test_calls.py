"""Asking the coordinator to call: who is told, in whose language, and how much can be written."""

import pytest

from data.db import db, transaction
from data.errors import Invalid
from data.models import CallKind, MentorCall
from tests.web.mentoring.pairs import begin
from tests.web.mentoring.test_checking_in import mailed
from web.mentoring.actions import calls


def ask(mentorship, cast, kind: CallKind, words: str = "") -> None:
    with transaction():
        calls.ask_for_call(mentorship.ref, kind, words, by=db.session.merge(cast.new_parent))


def test_help_that_becomes_a_complaint_is_told_once_more(cast):
    mentorship = begin(cast)
    ask(mentorship, cast, CallKind.HELP)
    ask(mentorship, cast, CallKind.HELP, "Og en ting til")
    assert len(mailed("mentor_call")) == 1
    for words in ("De kommer aldrig", "Slet aldrig"):
        ask(mentorship, cast, CallKind.COMPLAINT, words)
        assert mailed("mentor_call") == [cast.coordinator.email] * 2


def test_what_waits_grows_no_longer_than_can_be_read_but_a_complaint_comes_through(cast):
    mentorship = begin(cast)
    for number in range(4):
        ask(mentorship, cast, CallKind.HELP, str(number) * 990)
    with pytest.raises(Invalid):
        ask(mentorship, cast, CallKind.HELP, "x" * 990)
    ask(mentorship, cast, CallKind.COMPLAINT, "De kommer aldrig")
    with pytest.raises(Invalid):
        ask(mentorship, cast, CallKind.COMPLAINT, "y" * 990)
    call = db.session.query(MentorCall).one()
    assert call.kind is CallKind.COMPLAINT
    assert call.words.text.endswith("De kommer aldrig")
    assert len(call.words.text) < 5000

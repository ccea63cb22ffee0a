"""Asking the coordinator to call: who is told, in whose language, and how much can be written."""

import pytest

from data.db import db, transaction
from data.errors import Invalid
from data.models import CallKind, MentorCall
from tests.web.forms import post
from tests.web.mentoring.pairs import begin
from tests.web.mentoring.test_checking_in import mailed
from web.mentoring import notices
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


def test_staff_are_written_to_in_their_own_language(cast, as_, app):
    mentorship = begin(cast)
    with transaction():
        db.session.merge(cast.new_parent).locale = "en"
    app.extensions["mailman"].outbox = sent = []
    url = f"/mentor/{mentorship.ref}/call"
    assert post(as_(cast.new_parent), url, {"kind": "help", "words": ""}).status_code == 302
    [mail] = sent
    assert mail.to == [cast.coordinator.email]
    assert mail.subject == "En familie vil gerne ringes op om sit mentorskab"
    assert mail.body.startswith("Se hvem")
    sent.clear()
    with transaction():
        db.session.merge(cast.consultant).locale = "en"
        notices.tell_of_new_mentor(db.session.merge(cast.new_family))
    assert [mail.subject for mail in sent] == ["A family would like to be a mentor family"]

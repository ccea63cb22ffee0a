"""Nothing is kept longer than the privacy page says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from chat.actions import add_family, open_room, send_message
from data import sealed
from data.clock import now
from data.db import db, transaction
from data.models import (
    AuditEntry,
    Family,
    FamilyStatus,
    Job,
    MentorRequest,
    Message,
    OutgoingMail,
    RequestState,
    RoomKind,
)
from data.sealed import Sealed
from web.safety.tasks import keep_retention_promises


@pytest.fixture
def talk(app, cast):
    """A message of today and one of fourteen months ago, sealed with the key of its own month."""
    with transaction():
        room = open_room(kind=RoomKind.GROUP, municipality_id=cast.municipality.id, title="G")
        add_family(room, family=db.session.merge(cast.new_family))
        by = db.session.merge(cast.new_parent)
        for text in ("Gammelt", "Nyt"):
            send_message(room.ref, by=by, cid=str(uuid4()), body=text, max_chars=100)
        old = db.session.query(Message).order_by(Message.seq).first()
        old.sent_at = now() - timedelta(days=430)
        old.body = Sealed("Gammelt", f"room:{room.id}:author:{by.id}:2025-09")
        return old.body.scope


def test_messages_are_forgotten_after_a_year_with_their_key(talk):
    keep_retention_promises()
    texts = [m.body.text if m.body else None for m in db.session.query(Message).order_by("seq")]
    assert texts == [None, "Nyt"]
    assert sealed.store()._cipher(talk) is None


def test_the_words_of_a_declined_question_are_forgotten_after_a_month(app, cast):
    with transaction():
        for days in (10, 40):
            db.session.add(
                MentorRequest(
                    family_id=cast.new_family.id, mentor_id=cast.mentor_family.id,
                    words=Sealed("Kære familie", cast.new_family.key_scope),
                    state=RequestState.DECLINED, expires_at=now(),
                    closed_at=now() - timedelta(days=days),
                )
            )  # fmt: skip
    keep_retention_promises()
    rows = db.session.query(MentorRequest).order_by(MentorRequest.closed_at.desc())
    assert [bool(row.words) for row in rows] == [True, False]


def test_what_a_read_table_said_and_to_whom_mails_went_is_forgotten_after_a_month(app, cast):
    with transaction():
        for days in (10, 40):
            then = now() - timedelta(days=days)
            found = Sealed.of({"name": "Skov"}, scope=f"job:{days}")
            db.session.add(Job(kind="families.import_check", result=found, ended_at=then))
            db.session.add(OutgoingMail(to_email="anna@example.org", kind="x", sent_at=then))
    keep_retention_promises()
    jobs = db.session.query(Job).filter_by(kind="families.import_check").order_by(Job.ended_at)
    assert [bool(job.result) for job in jobs] == [False, True]
    assert db.session.query(OutgoingMail).filter_by(kind="x").count() == 1


def test_a_family_that_left_is_erased_after_half_a_year(app, cast):
    with transaction():
        for family, days in ((cast.new_family, 200), (cast.mentor_family, 100)):
            family = db.session.merge(family)
            family.status, family.updated_at = FamilyStatus.LEFT, now() - timedelta(days=days)
    keep_retention_promises()
    keep_retention_promises()
    assert db.session.get(Family, cast.new_family.id).name == "Slettet"
    assert db.session.get(Family, cast.mentor_family.id).name == "Lindholm"
    assert db.session.query(AuditEntry).filter_by(event="family_erased").count() == 1


def test_the_trail_is_forgotten_after_two_years(app, cast):
    with transaction():
        for days in (10, 800):
            db.session.add(AuditEntry(event="family_viewed", subject="family", subject_id=1,
                                      at=now() - timedelta(days=days)))  # fmt: skip
    keep_retention_promises()
    assert db.session.query(AuditEntry).count() == 1

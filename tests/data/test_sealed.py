"""Message texts and sensitive answers: unreadable in the database, readable with the key."""

from sqlalchemy import text

from data import sealed
from data.answers import answers_of
from data.db import db


def test_a_sensitive_answer_is_not_readable_in_the_database(cast):
    raw = db.session.execute(
        text("SELECT sealed_answers, open_answers FROM families WHERE id = :id"),
        {"id": cast.new_family.id},
    ).one()
    assert b"attachment" not in bytes(raw.sealed_answers)
    assert "attachment" not in str(raw.open_answers)
    assert answers_of(cast.new_family)["themes_now"]["attachment"] == 3


def test_a_forgotten_key_makes_the_answers_unreadable_for_good(cast):
    scope = cast.new_family.key_scope
    db.session.expire_all()
    sealed.store().forget([scope])
    assert "themes_now" not in answers_of(cast.new_family)
    assert "family_type" in answers_of(cast.new_family)

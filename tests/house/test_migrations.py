"""Every migration, up, down and up again, with rows in the tables, on both databases."""

import contextlib
import io

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from config import Config
from data.answers import answers_of
from data.clock import now
from data.db import Base, db, transaction
from data.models import Family, Meeting, NetworkGroup
from tests import factories
from web.app import create_app

pytestmark = pytest.mark.server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    app = create_app(Config.for_tests(SQLALCHEMY_DATABASE_URI=url, INSTANCE=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_lead_to_the_models_up_down_and_up_again(empty_app):
    upgrade()
    assert differences() == []
    family_id = factories.make_cast().new_family.id
    db.session.remove()
    assert answers_of(db.session.get_one(Family, family_id))["themes_now"]["attachment"] == 3
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert differences() == []


def test_the_words_about_meetings_are_sealed_on_the_way_up_and_read_on_the_way_down(
    empty_app,
):
    upgrade()
    cast = factories.make_cast()
    with transaction():
        group = NetworkGroup(municipality_id=cast.municipality.id, name="G", answer_by=now())
        db.session.add(group)
        db.session.flush()
        for n, place in enumerate(("Hos familien Skov", "")):
            meeting = Meeting(
                group_id=group.id, number=n, place=place, title="Søvn", agenda=["Runden", "Æbler"],
                starts_at=now(), ends_at=now(),
            )  # fmt: skip
            db.session.add(meeting)
    db.session.remove()
    downgrade(revision="0004")
    raw = db.session.execute(text("SELECT place, title FROM meetings ORDER BY id")).all()
    assert [tuple(row) for row in raw] == [("Hos familien Skov", "Søvn"), ("", "Søvn")]
    db.session.remove()
    upgrade()
    stored = db.session.execute(text("SELECT words FROM meetings")).scalars().all()
    assert all(b"Skov" not in bytes(words) for words in stored)
    db.session.remove()
    found = db.session.query(Meeting).order_by(Meeting.id).all()
    assert [meeting.place for meeting in found] == ["Hos familien Skov", ""]
    assert [meeting.agenda for meeting in found] == [["Runden", "Æbler"]] * 2


def differences():
    with db.engine.connect() as connection, contextlib.redirect_stdout(io.StringIO()):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)

"""Every migration, up, down and up again, with rows in the tables, on both databases."""

import contextlib
import io

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from config import Config
from data.answers import answers_of
from data.db import Base, db
from data.models import Family
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


def differences():
    with db.engine.connect() as connection, contextlib.redirect_stdout(io.StringIO()):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)

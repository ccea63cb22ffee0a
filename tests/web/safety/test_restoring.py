"""A backup that is put back does not bring back whom it held and who was erased since."""

from pathlib import Path

import pytest
from sqlalchemy import text

from data.db import db, transaction
from data.models import Account, Family
from tests.web.forms import post
from web.shared.maintenance import newest_revision, take_backup


@pytest.fixture
def copy(app, cast) -> Path:
    with transaction():
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        db.session.execute(
            text("INSERT INTO alembic_version VALUES (:now)"), {"now": newest_revision()}
        )
    made = take_backup()
    assert made is not None
    return made


def restore(app, copy: Path):
    said = app.test_cli_runner().invoke(args=["data", "restore", str(copy), "--yes"])
    assert said.exit_code == 0, said.output
    db.session.remove()
    return said


def test_a_restored_backup_does_not_bring_back_an_erased_family(app, cast, as_, copy):
    family_id, parent_id = cast.new_family.id, cast.new_parent.id
    name, email = cast.new_family.name, cast.new_parent.email
    assert post(as_(cast.new_parent), "/profile/data/erase", {"name": name}).status_code < 400
    said = restore(app, copy)
    assert "slettet igen" in said.output
    family, parent = db.session.get(Family, family_id), db.session.get(Account, parent_id)
    assert family.name != name
    assert family.sealed_answers is None
    assert parent.email != email
    assert not parent.active


def test_the_others_are_as_they_were(app, cast, copy):
    mentor_id, name = cast.mentor_family.id, cast.mentor_family.name
    with transaction():
        db.session.get(Family, mentor_id).name = "Et andet navn"
    said = restore(app, copy)
    assert "slettet igen" not in said.output
    assert db.session.get(Family, mentor_id).name == name

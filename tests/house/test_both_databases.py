"""The same application on SQLite and on PostgreSQL with Valkey, by settings only."""

import pytest
import redis

from data.answers import answers_of
from data.db import db
from data.models import Family
from tests import factories

pytestmark = pytest.mark.server


def test_a_family_is_stored_and_read_on_both_databases(either_app):
    cast = factories.make_cast()
    db.session.expire_all()
    family = db.session.get_one(Family, cast.new_family.id)
    assert answers_of(family)["themes_now"]["attachment"] == 3
    assert family.created_at.tzinfo is not None


def test_valkey_answers(valkey_server):
    with redis.Redis.from_url(valkey_server) as client:
        assert client.ping()

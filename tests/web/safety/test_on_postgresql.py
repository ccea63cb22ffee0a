"""Erasing, forgetting and signing in where the database is PostgreSQL."""

import pytest

from data.db import db
from data.models import Account, Family
from tests.web.accounts import test_sign_in as signing_in
from tests.web.forms import post
from tests.web.safety.test_own_data import SECRET, _every_text_in_the_database
from tests.web.safety.test_own_data import lived as lived  # a fixture
from web.accounts.tasks import forget_old_sign_ins
from web.safety.tasks import keep_retention_promises

pytestmark = pytest.mark.server


@pytest.fixture
def app(postgres_app):
    """Everything below happens on PostgreSQL."""
    return postgres_app


@pytest.fixture
def outbox(app):
    mailman = app.extensions["mailman"]
    mailman.outbox = []
    return mailman.outbox


def test_a_family_is_erased_and_old_things_forgotten(cast, as_, lived):
    assert post(as_(cast.new_parent), "/profile/data/erase", {"name": SECRET}).status_code == 200
    keep_retention_promises()
    forget_old_sign_ins()
    assert SECRET.lower() not in _every_text_in_the_database().lower()
    assert db.session.get(Family, lived.id).name == "Slettet"
    assert not db.session.get(Account, cast.new_parent.id).active


def test_the_whole_way_in(cast, as_, outbox):
    signing_in.test_five_wrong_codes_end_the_code_and_a_new_one_works(cast, as_, outbox)
    signing_in.test_staff_sign_in_with_a_password_and_no_mail_is_sent(cast, as_, [])
    client = as_(cast.coordinator)
    for page in ("/staff/people?q=karin&role=consultant", "/staff/audit", "/staff/helpline"):
        assert client.get(page).status_code == 200

"""How far long work is, and that saying so holds up nobody."""

import sqlite3
from contextlib import closing

import pytest

from config import Config
from data.db import db, transaction
from data.models import Job, JobState
from web.app import create_app
from web.shared.jobs import Work, run, share_done


@pytest.fixture
def working(tmp_path):
    """A job that a worker has begun, in an app with a real queue."""
    app = create_app(
        Config.for_tests(
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'app.db'}",
            INSTANCE=tmp_path,
            JOBS_IMMEDIATE=False,
        )
    )
    with app.app_context():
        db.create_all()
        with transaction():
            db.session.add(Job(kind="send_mail", request={}, state=JobState.RUNNING))
        yield db.session.query(Job).one()
        db.session.remove()
        db.engine.dispose()


def test_how_far_a_job_is_is_told_while_someone_else_writes(working, tmp_path):
    work = Work(working)
    db.session.rollback()
    with closing(sqlite3.connect(tmp_path / "app.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        work.progress(0.4)
        assert share_done(db.session.query(Job).one()) == 0.4
        writer.execute("ROLLBACK")


def test_a_job_that_is_asked_to_stop_hears_it_at_its_next_report(working):
    work = Work(working)
    with transaction():
        db.session.query(Job).one().stop_wanted = True
    assert not work.stopped()
    work.progress(0.1)
    assert work.stopped()


def test_a_job_that_is_done_is_done_whatever_was_said_last(working):
    job_id = working.id
    Work(working).progress(0.4)
    db.session.rollback()
    run(job_id)
    db.session.expire_all()
    assert share_done(db.session.query(Job).one()) == 1.0

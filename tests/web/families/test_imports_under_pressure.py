"""Five thousand families at once, and a worker that dies in the middle of saving them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.db import db, transaction
from data.errors import Invalid
from data.exchange.write import csv_lines, header, row_of
from data.models import Account, Exclusion, Family, Job, JobState, Placement, Upload
from tests import factories
from web.families import actions
from web.shared import jobs

ROOT = Path(__file__).parents[3]
# A worker that stops in the middle of its transaction, with every row flushed, until it is killed.
DYING_WORKER = """
import sys, time
from pathlib import Path
from sqlalchemy import event
from config import Config
from data.db import db
from data.models import Exclusion
from web.app import create_app
from web.shared import jobs

database, instance, keys, job_id, marker = sys.argv[1:]
app = create_app(Config.for_tests(
    SQLALCHEMY_DATABASE_URI=database, INSTANCE=Path(instance), KEY_STORE=keys))
with app.app_context():
    @event.listens_for(db.session, "after_flush")
    def wait_to_be_killed(session, _context):
        if any(isinstance(row, Exclusion) for row in session.new):
            Path(marker).touch()
            time.sleep(120)
    jobs.run(int(job_id))
"""


def rows(n):
    for number in range(n):
        yield row_of(
            {
                **factories.NEW_FAMILY,
                "id": f"F-{number:05}",
                "name": f"Familie{number}",
                "themes_now": {"adhd": 3, "attachment": 2},
                "current_placement_phase": "0_6m",
                "consents": {"matching": "2026-10-01"},
                "exclusions": ["F-00001"] if number == 0 else None,
            },
            "da",
        )


def brought(n, by_id):
    content = "".join(csv_lines(header("da"), rows(n))).encode()
    with transaction():
        by = db.session.get_one(Account, by_id)
        return actions.start_import(content, filename="mange.csv", by=by).ref


def test_five_thousand_families_are_looked_at_and_saved_in_ten_seconds_each(cast):
    coordinator_id = cast.coordinator.id
    began = time.process_time()  # the machine may be busy with other tests
    ref = brought(5000, coordinator_id)
    looked = time.process_time()
    with transaction():
        by = db.session.get_one(Account, coordinator_id)
        actions.save_import(ref, invite=False, by=by)
    saved = time.process_time()
    assert db.session.query(Family).filter(Family.external_id.like("F-0____")).count() == 5000
    assert db.session.query(Placement).count() == 5001
    assert looked - began < 10
    assert saved - looked < 10


@pytest.mark.server
def test_a_worker_killed_while_saving_leaves_nothing_half_saved(tmp_path):
    from config import Config
    from web.app import create_app

    database, keys = f"sqlite:///{tmp_path / 'import.db'}", str(tmp_path / "keys" / "keys.db")
    app = create_app(
        Config.for_tests(SQLALCHEMY_DATABASE_URI=database, INSTANCE=tmp_path, KEY_STORE=keys)
    )
    with app.app_context():
        db.create_all()
        coordinator_id = factories.make_cast().coordinator.id
        before = db.session.query(Family).count()
        ref = brought(200, coordinator_id)
        app.config["JOBS_IMMEDIATE"] = False  # from here on the work is another process's
        app.extensions["huey_run"] = lambda _job_id: None
        with transaction():
            by = db.session.get_one(Account, coordinator_id)
            job_id = actions.save_import(ref, invite=False, by=by).job_id
        kill_in_the_middle(database, tmp_path, keys, job_id)
        db.session.rollback()
        assert db.session.query(Family).count() == before
        assert db.session.query(Exclusion).count() == 0
        assert db.session.query(Upload).one().used_at is None
        assert db.session.get_one(Job, job_id).state is JobState.RUNNING
        jobs.run(job_id)  # the queue gives it to the next worker
        db.session.rollback()
        assert db.session.get_one(Job, job_id).state is JobState.DONE
        assert db.session.query(Family).count() == before + 200
        assert db.session.query(Exclusion).count() == 1
        db.session.remove()
        db.engine.dispose()


def kill_in_the_middle(database, instance, keys, job_id):
    marker = instance / "in-the-middle"
    worker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            DYING_WORKER,
            database,
            str(instance),
            keys,
            str(job_id),
            str(marker),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        for _ in range(600):
            if marker.exists():
                break
            assert worker.poll() is None, "the worker ended by itself"
            time.sleep(0.1)
        assert marker.exists()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


@pytest.mark.server
def test_a_list_is_saved_and_saved_again_on_both_databases(either_app):
    coordinator_id = factories.make_cast().coordinator.id
    for new, unchanged in ((30, 0), (0, 30)):
        ref = brought(30, coordinator_id)
        with transaction():
            by = db.session.get_one(Account, coordinator_id)
            if new:
                actions.save_import(ref, invite=False, by=by)
        job = db.session.query(Job).filter(Job.kind == "families.import_check")
        counts = job.order_by(Job.id.desc()).first().result.value["counts"]
        assert (counts.get("new", 0), counts.get("unchanged", 0)) == (new, unchanged)
    assert db.session.query(Family).filter(Family.external_id.like("F-000__")).count() == 30


@pytest.mark.server
def test_an_id_taken_meanwhile_is_told_on_both_databases(either_app):
    coordinator_id = factories.make_cast().coordinator.id
    for wanted in (True, False):
        with transaction() if wanted else pytest.raises(Invalid), transaction():
            by = db.session.get_one(Account, coordinator_id)
            actions.create_family(name="Lund", external_id="F-1", consultant_ref=None, by=by)
    assert db.session.query(Family).filter_by(external_id="F-1").count() == 1

"""Long work: a row that any page can show and stop, and a worker process that does it.

An action calls `enqueue`; the worker runs the function registered for the kind, outside any
transaction, so that the database is never locked while a solver thinks.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, current_app
from huey import RedisHuey, SqliteHuey, crontab
from huey.api import Huey

from data.clock import now
from data.db import after_commit, db, reading, transaction
from data.errors import Refusal
from data.i18n import _
from data.models import Account, Job, JobState
from data.sealed import Sealed

log = structlog.get_logger()
_REPORT_EVERY = 0.5  # seconds; progress is for people
BEAT_EVERY = 2.0  # seconds between signs of life of a running job
SILENT_AFTER = 12.0  # seconds without one: its worker was killed
_work: dict[str, Callable[["Work"], Any]] = {}
_every: list[tuple[str, Any, Callable[[], None]]] = []


class Work:
    """What a running job may ask and say."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.id
        self.request: dict[str, Any] = dict(job.request)
        self._said_at = 0.0
        self._stop = False

    def progress(self, share: float) -> None:
        """Say how far we are, in [0, 1], and hear whether to stop; takes no lock of the database.

        The database has one writer. Whoever writes to others would wait while we, who are polite
        and seldom get the processor, store a number that is old in a second.
        """
        if time.monotonic() - self._said_at < _REPORT_EVERY:
            return
        self._said_at = time.monotonic()
        if (queue := _queue_here()) is not None:
            queue.put(_progress_key(self.job_id), min(max(share, 0.0), 1.0))
        with reading():
            self._stop = db.session.get_one(Job, self.job_id).stop_wanted

    def stopped(self) -> bool:
        """Answer whether the person asked to stop and see what there is."""
        return self._stop


def share_done(job: Job) -> float:
    """Return how far a job is, in [0, 1]."""
    queue = _queue_here()
    if job.state is not JobState.RUNNING or queue is None:
        return job.progress
    return float(queue.get(_progress_key(job.id), peek=True) or job.progress)


def is_silent(job: Job) -> bool:
    """Answer whether a job is said to run, and its worker has given no sign of life for a while."""
    queue = _queue_here()
    if job.state is not JobState.RUNNING or queue is None or job.started_at is None:
        return False
    beat = float(queue.get(_beat_key(job.id), peek=True) or job.started_at.timestamp())
    return time.time() - beat > SILENT_AFTER


def has_ended(job: Job) -> bool:
    """Answer whether nobody works on a job any more, also when the worker could not say so."""
    return job.state not in {JobState.QUEUED, JobState.RUNNING} or is_silent(job)


def let_go(job: Job) -> None:
    """Write down that a job whose worker is gone has failed."""
    if is_silent(job):
        job.state, job.ended_at, job.progress = JobState.FAILED, now(), 1.0
        job.problem = interrupted()


def interrupted() -> str:
    """Return what to say of work whose worker was stopped in the middle of it."""
    return _("The work was interrupted. What was there before still stands. Try again.")


@contextmanager
def _beating(job_id: int) -> Iterator[None]:
    """Say every few seconds that the worker is alive, whatever the solver is doing."""
    queue = _queue_here()
    if queue is None:
        yield
        return
    done = threading.Event()

    def beat() -> None:
        while True:
            queue.put(_beat_key(job_id), time.time())
            if done.wait(BEAT_EVERY):
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        queue.get(_beat_key(job_id))  # takes it away


def _beat_key(job_id: int) -> str:
    return f"beat-{job_id}"


def _queue_here() -> Huey | None:
    """Return this app's queue; there is none where jobs are done at once."""
    return current_app.extensions.get("huey")


def _progress_key(job_id: int) -> str:
    return f"progress-{job_id}"


def does(kind: str) -> Callable[[Callable[[Work], Any]], Callable[[Work], Any]]:
    """Register the function that does jobs of this kind; it returns a JSON value or None."""

    def register(function: Callable[[Work], Any]) -> Callable[[Work], Any]:
        _work[kind] = function
        return function

    return register


def every(schedule: Any, *, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register what the worker does at fixed times (a huey crontab)."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _every.append((name, schedule, function))
        return function

    return register


def enqueue(kind: str, *, by: Account | None, request: dict[str, Any]) -> Job:
    """Store a job and hand it to the worker once the transaction is committed."""
    job = Job(
        kind=kind,
        owner_id=by.id if by else None,
        municipality_id=by.municipality_id if by else None,
        request=request,
    )
    db.session.add(job)
    db.session.flush()
    job_id = job.id
    after_commit(lambda: _hand_over(job_id))
    return job


def _hand_over(job_id: int) -> None:
    if current_app.config["JOBS_IMMEDIATE"]:
        run(job_id)
    else:
        current_app.extensions["huey_run"](job_id)


def run(job_id: int) -> None:
    """Do one job, whatever happens to it leaving a row that says so."""
    with transaction():
        job = db.session.get_one(Job, job_id)
        if job.state not in {JobState.QUEUED, JobState.RUNNING}:
            return  # delivered twice: a worker died after finishing but before saying so
        job.state, job.started_at = JobState.RUNNING, now()
        kind, ref, work = job.kind, job.ref, Work(job)
    state, result, problem = JobState.DONE, None, None
    try:
        with _beating(job_id):
            result = _work[kind](work)
    except Refusal as refusal:
        state, problem = JobState.FAILED, str(refusal)
    except Exception as fault:
        state, problem = JobState.FAILED, _("The fault is ours. Nothing was changed. Try again.")
        log.error("job_failed", job=job_id, kind=kind, fault=type(fault).__name__)
        if current_app.config["TESTING"]:
            raise
    with transaction():
        job = db.session.get_one(Job, job_id)
        if job.state is not JobState.RUNNING:
            return  # we were thought to be gone
        if state is JobState.DONE and job.stop_wanted:
            state = JobState.STOPPED
        job.state, job.problem, job.ended_at, job.progress = state, problem, now(), 1.0
        job.result = None if result is None else Sealed.of(result, scope=f"job:{ref}")
    if (queue := _queue_here()) is not None:
        queue.get(_progress_key(job_id))  # takes it away


@every(crontab(), name="let_go_of_lost_jobs")
def let_go_of_lost_jobs() -> None:
    """Say of each job whose worker is gone that it was interrupted."""
    with transaction():
        for job in db.session.query(Job).filter_by(state=JobState.RUNNING):
            let_go(job)


def connect_jobs(app: Flask) -> None:
    """Give the app its queue: Redis where there is one, else a file beside the database."""
    app.jinja_env.globals["share_done"] = share_done
    if app.config["JOBS_IMMEDIATE"]:
        return
    app.extensions["huey"] = huey = _queue(app)

    def _run(job_id: int) -> None:
        with app.app_context():
            run(job_id)

    app.extensions["huey_run"] = huey.task(name="run", retries=0)(_run)
    for name, schedule, function in _every:
        huey.periodic_task(schedule, name=name)(_in_app(app, function))


def _queue(app: Flask) -> Huey:
    if app.config["REDIS_URL"]:
        return RedisHuey("makkerskab", url=app.config["REDIS_URL"])
    path = app.config["INSTANCE"] / "jobs.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("makkerskab", filename=str(path), fsync=True)


def _in_app(app: Flask, function: Callable[[], None]) -> Callable[[], None]:
    def scheduled() -> None:
        with app.app_context():
            function()

    return scheduled

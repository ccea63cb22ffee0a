"""How fast each page answers over the demo municipality, and how many queries it asks.

Asked of the app itself, without sockets, one request after the other; each with nothing left over
from the one before.
"""

import tempfile
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, event

from benchmarks.tables import percentile, show
from config import Config
from data.db import db, transaction
from data.models import (
    Account,
    Family,
    Meeting,
    Mentorship,
    MentorshipState,
    NetworkGroup,
    Phase,
    Pool,
    RoleName,
    Room,
    RoomMember,
)
from data.queries.groups import draft_by_ref, seats_of
from data.seed import seed_demo
from web.app import create_app
from web.groups.actions import board, drafts
from web.groups.draft_settings import DraftSettings, town_places
from web.shared import warming

_ROUNDS = 30
_DRAFT_VIEWS = ("board", "map", "graph", "compare")


def main() -> None:
    """Ask every page many times as the person it is for."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/bench.db"
        app = create_app(
            Config.for_tests(SQLALCHEMY_DATABASE_URI=database, INSTANCE=Path(folder), TESTING=False)
        )
        with app.app_context():
            db.create_all()
            with transaction():
                seed_demo()
            pages, engine = _pages(), db.engine
        warming.warm()
        rows = [_measure(app, engine, who, path) for who, path in pages]
    rows.sort(key=lambda row: -float(row[4]))
    show(["page", "as", "status", "p50 ms", "p95 ms", "queries", "kB"], rows)
    print(f"\nslowest p95: {rows[0][4]} ms")


def _pages() -> list[tuple[Account, str]]:
    forming, draft = _draft()
    people = {
        role: db.session.query(Account).filter(Account.roles.any(name=role.value)).first()
        for role in RoleName
    }
    coordinator, facilitator = people[RoleName.COORDINATOR], people[RoleName.FACILITATOR]
    group = db.session.query(NetworkGroup).filter_by(phase=Phase.FACILITATED).first()
    member = group.memberships[0].family.carers[0]
    mentorship = db.session.query(Mentorship).filter_by(state=MentorshipState.ACTIVE).first()
    mentored, mentor = mentorship.family.carers[0], mentorship.mentor.carers[0]
    waiting = _waiting_family().carers[0]
    meeting = db.session.query(Meeting).filter_by(group_id=group.id).first()
    family = db.session.query(Family).first()
    assert coordinator is not None
    return [
        *[
            (member, path)
            for path in (
                "/home",
                "/group",
                "/group/meetings",
                f"/group/meetings/{meeting.ref}",
                "/messages",
                f"/messages/{_room_of(member).ref}",
                "/profile",
                "/profile/edit/themes_now",
                "/me",
                "/acute",
                "/help",
                "/privacy",
                "/accessibility",
            )
        ],
        *[
            (waiting, path)
            for path in ("/home", "/mentor/suggestions", "/mentor/suggestions?compare=1")
        ],
        *[(mentor, path) for path in ("/mentor/requests",)],
        *[(mentored, path) for path in (f"/mentor/{mentorship.ref}",)],
        *[
            (coordinator, path)
            for path in (
                "/staff",
                "/staff/families",
                "/staff/families?page=2",
                f"/staff/families/{family.ref}",
                "/staff/mentor-rounds",
                "/staff/groups",
                "/staff/pools",
                "/staff/reports",
                "/staff/helpline",
                "/staff/people",
                "/staff/audit",
                "/staff/families/import",
            )
        ],
        *[(facilitator, path) for path in ("/staff", "/staff/groups", "/staff/pools", "/messages")],
        *[(forming, f"/staff/drafts/{draft}/{view}") for view in _DRAFT_VIEWS],
    ]


def _draft() -> tuple[Account, str]:
    """Form groups of the demo's open pool and change one, so that all views have content."""
    pool = db.session.query(Pool).filter(Pool.closed_at.is_(None)).first()
    assert pool is not None
    owner = pool.facilitator_id
    facilitator = db.session.get_one(Account, owner)
    places = tuple(town_places(facilitator.municipality.code))
    with transaction():
        settings = DraftSettings(places=places, seconds=2)
        ref = drafts.start_draft(pool.ref, name="Måling", settings=settings, by=facilitator).ref
    seat = next(
        s for s in seats_of(draft_by_ref(ref, by=facilitator)) if s.group_number is not None
    )
    with transaction():  # the worker had a session of its own, so the person is read again
        facilitator = db.session.get_one(Account, owner)
        board.move_family(
            ref, family_ref=seat.family.ref, seen_in=seat.group_number, to=None, by=facilitator
        )
    return db.session.get_one(Account, owner), ref


def _waiting_family() -> Family:
    return (
        db.session.query(Family)
        .filter(Family.id.not_in(db.session.query(Mentorship.family_id)))
        .filter(Family.mentor_approved_on.is_(None), Family.external_id == "F-043")
        .one()
    )


def _room_of(person: Account) -> Room:
    return db.session.query(RoomMember).filter_by(account_id=person.id).first().room  # type: ignore[union-attr]


def _is_ref(part: str) -> bool:
    return len(part) == 12 and any(letter.isdigit() for letter in part)


def _measure(app: Flask, engine: Engine, who: Account, path: str) -> list[object]:
    from tests.conftest import sign_in

    client = app.test_client()
    with app.app_context():
        person = db.session.get_one(Account, who.id)
        role = ", ".join(role.name for role in person.roles)
        sign_in(client, person)
    queries = 0

    def count(*_args: object) -> None:
        nonlocal queries
        queries += 1

    client.get(path)  # warm: templates compiled, suggestions made
    event.listen(engine, "before_cursor_execute", count)
    answer = client.get(path)
    event.remove(engine, "before_cursor_execute", count)
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - start) * 1000)
    return [
        "/".join("…" if _is_ref(part) else part for part in path.split("/")),
        role,
        answer.status_code,
        f"{percentile(times, 0.5):.1f}",
        f"{percentile(times, 0.95):.1f}",
        queries,
        f"{len(answer.data) / 1024:.0f}",
    ]

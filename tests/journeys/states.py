"""What the demo is not born with, so that every page of the app can be looked at."""

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from data.clock import now
from data.db import db, transaction
from data.models import (
    Account,
    Answer,
    DraftState,
    Family,
    FamilyMove,
    GroupDraft,
    GroupLife,
    GroupMembership,
    Job,
    JobState,
    MentorRequest,
    MentorRound,
    Mentorship,
    MentorshipState,
    MoveState,
    Municipality,
    NetworkGroup,
    Phase,
    Pool,
    PoolFamily,
    Report,
    RequestState,
    Role,
    RoleName,
    RoundState,
)
from data.sealed import Sealed
from tests.journeys.inside import client_of
from tests.journeys.mentor_states import mentor_life
from tests.journeys.sixty import HEADER, sixty_families
from tests.web.forms import post
from web.groups.waiting import PoolWish, pick
from web.mentoring.pool import waiting
from web.shared.invitations import invite_adult


@dataclass
class Staged:
    """Who is who by account id, and addresses that no page of the demo leads to."""

    people: dict[str, int | None] = field(default_factory=lambda: {"nobody": None})
    addresses: list[tuple[str, str]] = field(default_factory=list)
    passed_over: set[int] = field(default_factory=set)


def stage(app: Flask) -> Staged:
    """Name the people, then bring the demo into every state."""
    staged = Staged()
    with app.app_context():
        _name_staff(staged)
        _name_families(staged)
    for make in (_invitations, _request, _round, _mentorship, mentor_life, _drafts, _import,
                 _report, _closed_door, _moves, _silent, _own_groups):  # fmt: skip
        with app.app_context():
            make(app, staged)
    staged.addresses += [
        ("family in a group", "/acute/offline"),
        ("nobody", "/styleguide/error/500"),
        ("waiting family", "/profile/edit/review"),
        ("invited family", "/group/invitation"),
        ("family in a group", "/mentor/requests"),
    ]
    return staged


def _name_staff(staged: Staged) -> None:
    for name in (RoleName.COORDINATOR, RoleName.ADMINISTRATOR, RoleName.CONSULTANT):
        staged.people[name.value] = _one(Account.roles.any(Role.name == name.value))
    leads = _one(
        Account.id.in_(select(Pool.facilitator_id)),
        ~Account.roles.any(Role.name == RoleName.CONSULTANT.value),
    )
    staged.people["facilitator"] = leads or _one(Account.id.in_(select(Pool.facilitator_id)))


def _name_families(staged: Staged) -> None:
    phases = {
        "family in a group": Phase.FACILITATED,
        "family at the hand-over": Phase.HANDING_OVER,
        "family of an own group": Phase.SELF_RUNNING,
        "family of a new group": Phase.FORMED,
        "family of a resting group": Phase.RESTING,
        "family of an ended group": Phase.ENDED,
    }
    for who, phase in phases.items():
        in_phase = select(GroupMembership.family_id).join(NetworkGroup)
        staged.people[who] = _one(
            Account.family_id.in_(in_phase.where(NetworkGroup.phase == phase))
        )
    asked = select(GroupMembership.family_id).where(GroupMembership.answer == Answer.WAITING)
    inviting = select(NetworkGroup.id).where(NetworkGroup.phase == Phase.INVITING)
    answered = select(GroupMembership.family_id).where(
        GroupMembership.answer == Answer.YES, GroupMembership.group_id.in_(inviting)
    )
    running = Mentorship.state == MentorshipState.ACTIVE
    staged.people |= {
        "family that has answered": _one(Account.family_id.in_(answered)),
        "invited family": _one(Account.family_id.in_(asked)),
        "family with a mentor": _one(
            Account.family_id.in_(select(Mentorship.family_id).where(running))
        ),
        "mentor family": _one(Account.family_id.in_(select(Mentorship.mentor_id).where(running))),
    }
    staged.people["waiting family"] = _another_waiting(staged)


def _one(*conditions: object) -> int | None:
    wanted = select(Account.id).outerjoin(Family, Account.family_id == Family.id)
    return db.session.scalar(
        wanted.where(Account.active, *conditions).order_by(Account.id).limit(1)
    )


def _invitations(app: Flask, staged: Staged) -> None:
    """One invitation that is open, one that was taken back."""
    coordinator = db.session.get_one(Account, staged.people["coordinator"])
    for name in ("open", "closed"):
        family = db.session.get_one(Account, staged.people["waiting family"]).family
        tokens: list[str] = []
        with transaction():
            invitation = invite_adult(
                family, email=f"{name}@example.org", name="Anna", by=coordinator, link=tokens.append
            )
            invitation.revoked_at = now() if name == "closed" else None
        staged.addresses.append(("nobody", f"/invitation/{tokens[0]}"))


def _request(app: Flask, staged: Staged) -> None:
    """A family that has asked, and the mentor family it asked."""
    found = None
    while found is None:  # not everyone who waits has someone to ask
        asking = _another_waiting(staged)
        staged.people["asking family"] = asking
        client = client_of(app, asking)
        found = re.search(r"/mentor/suggestions/\w+/ask", _html(client, "/mentor/suggestions"))
        staged.passed_over.add(asking)
    post(client, found[0], {"words": "Vi er nye og vil gerne tale med jer.", "show_ages": "y"})
    asked = db.session.scalars(
        select(MentorRequest)
        .join(Account, Account.family_id == MentorRequest.family_id)
        .where(Account.id == asking, MentorRequest.state == RequestState.OPEN)
    ).one()
    staged.people["asked family"] = _one(Account.family_id == asked.mentor_id)
    staged.addresses += [
        ("asking family", "/mentor/suggestions"),
        ("asked family", f"/mentor/requests/{asked.ref}/decline"),
    ]


def _another_waiting(staged: Staged) -> int:
    """Return another family that could ask for a mentor, and now is in the story."""
    coordinator = db.session.get_one(Account, staged.people["coordinator"])
    for family in waiting(coordinator.municipality_id):
        adult = _one(Account.family_id == family.id)
        if adult and adult not in {*staged.people.values(), *staged.passed_over}:
            return adult
    raise AssertionError("the demo has too few families that wait for a mentor")


def _round(app: Flask, staged: Staged) -> None:
    """A round that is ready, one that the worker is at, one that lost it, one that failed."""
    client = client_of(app, staged.people["coordinator"])
    ready = post(client, "/staff/mentor-rounds").location
    compare = _first_link(client, ready, "/compare/")
    coordinator = db.session.get_one(Account, staged.people["coordinator"])
    here, made = coordinator.municipality_id, []
    with transaction():
        for state, job_state in (
            (RoundState.WORKING, JobState.RUNNING),
            (RoundState.WORKING, JobState.FAILED),
            (RoundState.SUPERSEDED, JobState.FAILED),
        ):
            job = _job(coordinator, job_state)
            made.append(MentorRound(municipality_id=here, state=state, job_id=job.id))
            db.session.add(made[-1])
    refs = [round_.ref for round_ in made]
    staged.addresses += [("coordinator", path) for path in (
        ready, compare, *(f"/staff/mentor-rounds/{ref}" for ref in refs)
    )]  # fmt: skip


def _first_link(client: FlaskClient, path: str, part: str) -> str:
    """Return the first address on a page that has this in it."""
    return re.findall(rf'href="([^"]*{part}[^"]*)"', client.get(path).text)[0]


def _job(owner: Account, state: JobState) -> Job:
    """Return a job that nobody does: the worker only hears of those that are handed over."""
    job = Job(
        kind="staged", owner_id=owner.id, municipality_id=owner.municipality_id, state=state,
        progress=0.4, problem="Fejlen er hos os. Prøv igen." if state is JobState.FAILED else None,
    )  # fmt: skip
    db.session.add(job)
    db.session.flush()
    return job


def _mentorship(app: Flask, staged: Staged) -> None:
    """Two families that have said yes and wait for the coordinator."""
    adult = db.session.get_one(Account, _another_waiting(staged))
    mentor = db.session.get_one(Account, staged.people["asked family"])
    with transaction():
        mentorship = Mentorship(
            municipality_id=adult.municipality_id, family_id=adult.family_id,
            mentor_id=mentor.family_id, state=MentorshipState.AWAITING_APPROVAL,
        )  # fmt: skip
        db.session.add(mentorship)
        db.session.flush()
        adult.municipality.settings = {
            **adult.municipality.settings, "coordinator_approves_mentorships": True,
        }  # fmt: skip
    staged.people["family awaiting approval"] = adult.id
    staged.addresses += [
        ("coordinator", f"/staff/mentorships/{mentorship.ref}/refuse"),
        ("family awaiting approval", f"/mentor/{mentorship.ref}"),
    ]


def _drafts(app: Flask, staged: Staged) -> None:
    """A draft on the board, one being formed, one interrupted, one without a group, a proposal."""
    facilitator = db.session.get_one(Account, staged.people["facilitator"])
    pool = db.session.scalars(select(Pool).where(Pool.facilitator_id == facilitator.id)).first()
    client = client_of(app, facilitator.id)
    form = {"pool": pool.ref, "name": "Efterår", "min_size": 5, "target_size": 6, "max_size": 8,
            "towns": "on", "mode-themes": "alike", "weight-themes": 2, "seconds": 5}  # fmt: skip
    path = post(client, "/staff/drafts/new", form).location
    board = _html(client, f"{path}/board")
    card = re.search(r'data-family="(\w+)" data-group="(\d+)"', board)
    assert card
    out = {"family": card[1], "from": card[2], "to": "tray"}
    assert post(client, f"{path}/board/move", out).status_code == 302
    with transaction():
        job = _job(facilitator, JobState.RUNNING)
        forming = GroupDraft(
            pool_id=pool.id, name="Under arbejde", settings={}, made_by_id=facilitator.id,
            state=DraftState.WORKING, job_id=job.id,
        )  # fmt: skip
        db.session.add(forming)
        lost = GroupDraft(
            pool_id=pool.id, name="Afbrudt", settings={}, made_by_id=facilitator.id,
            state=DraftState.WORKING, job_id=_job(facilitator, JobState.FAILED).id,
        )  # fmt: skip
        db.session.add(lost)
    with transaction():
        ref = path.rsplit("/", 1)[1]
        ready = db.session.scalars(select(GroupDraft).where(GroupDraft.ref == ref)).one()
        nothing = GroupDraft(
            pool_id=pool.id, name="Ingen", settings=ready.settings, state=DraftState.READY
        )
        db.session.add(nothing)
        db.session.flush()
        late = pick(pool.municipality_id, PoolWish()).families[0]
        db.session.add(PoolFamily(pool_id=pool.id, family_id=late.id))
        without = {**ready.outcome.value, "groups": [], "untouched": True}
        nothing.outcome = Sealed.of(without, scope=f"draft:{nothing.ref}")
    version = re.search(r'data-version="(\d+)"', _html(client, f"{path}/board"))
    assert version
    again = post(client, f"{path}/board/recalculate", {"version": version[1], "price": "1.0"})
    assert again.location
    thin = db.session.scalars(
        select(NetworkGroup).where(NetworkGroup.phase == Phase.INVITING)
    ).first()
    staged.addresses += [
        ("facilitator", f"{path}/board?f={card[1]}"),
        ("facilitator", f"{path}/map?f={card[1]}&g=1"),
        ("facilitator", f"{path}/graph?f={card[1]}"),
        ("facilitator", f"{path}/compare"),
        ("facilitator", f"{path}/group?g={card[2]}"),
        ("facilitator", f"{path}/late"),
        ("facilitator", f"{path}/publish"),
        ("facilitator", f"/staff/drafts/{forming.ref}"),
        ("facilitator", f"/staff/drafts/{lost.ref}"),
        ("facilitator", f"/staff/drafts/{nothing.ref}"),
        ("facilitator", again.location),
        *([("coordinator", f"/staff/groups/{thin.ref}/top-up")] if thin else []),
    ]


def _import(app: Flask, staged: Staged) -> None:
    """A file that waits to be saved, with a row that needs a look."""
    rows = sixty_families()[:6]
    rows[4]["postcode"] = "99999"
    lines = [";".join(HEADER)]
    lines += [";".join(str(row.get(key) or "").replace(";", "|") for key in HEADER) for row in rows]
    file = (io.BytesIO("\r\n".join(lines).encode()), "familier.csv")
    client = client_of(app, staged.people["coordinator"])
    path = post(client, "/staff/families/import", {"file": file}).location
    staged.addresses.append(("coordinator", path))


def _report(app: Flask, staged: Staged) -> None:
    """A message that was reported to the coordinator."""
    client = client_of(app, staged.people["family in a group"])
    room = re.search(r"/messages/\w{12}", _html(client, "/messages"))
    assert room
    found = re.search(rf"{room[0]}/report/\d+", _html(client, room[0]))
    assert found
    post(client, found[0], {"reason": "worry"})
    ref = db.session.scalars(select(Report.ref)).first()
    staged.addresses += [
        ("coordinator", f"/staff/reports/{ref}"),
        ("family in a group", found[0]),
    ]


def _closed_door(app: Flask, staged: Staged) -> None:
    """A family that never answered, and whose group has met twice since."""
    led = select(NetworkGroup).where(NetworkGroup.phase == Phase.HANDING_OVER)
    group = db.session.scalars(led).first()
    adult = db.session.get_one(Account, _another_waiting(staged))
    with transaction():
        db.session.add(
            GroupMembership(group_id=group.id, family_id=adult.family_id, answer=Answer.NO)
        )
    staged.people["family that came too late"] = adult.id
    staged.addresses.append(("family that came too late", "/group/invitation"))


def _moves(app: Flask, staged: Staged) -> None:
    """A family that is asked whether it moves, and one that would like to come."""
    adult = db.session.get_one(Account, staged.people["waiting family"])
    with transaction():
        there = db.session.scalar(select(Municipality).where(Municipality.code == "0621"))
        if there is None:
            there = Municipality(code="0621", name="Kolding", is_demo=True)
            db.session.add(there)
        db.session.flush()
        coming = Family(municipality_id=there.id, external_id="K-1", name="Kjær")
        db.session.add(coming)
        db.session.flush()
        here = adult.municipality_id
        asked = FamilyMove(family_id=adult.family_id, from_id=here, to_id=there.id)
        agreed = FamilyMove(family_id=coming.id, from_id=there.id, to_id=here,
                            state=MoveState.AGREED, agreed_at=now())  # fmt: skip
        db.session.add_all([asked, agreed])
        ref = adult.family.ref
    staged.addresses += [
        ("waiting family", "/profile/move"),
        ("coordinator", "/staff/moves"),
        ("coordinator", f"/staff/families/{ref}/move"),
    ]


def _silent(app: Flask, staged: Staged) -> None:
    """A group in which nobody answers: all were asked, and the coordinator was told."""
    adult = db.session.get_one(Account, _another_waiting(staged))
    then = now() - timedelta(days=200)
    with transaction():
        group = NetworkGroup(
            municipality_id=adult.municipality_id, name="Stilleng", phase=Phase.SELF_RUNNING,
            answer_by=then, opened_at=then, handed_over_at=then,
        )  # fmt: skip
        db.session.add(group)
        db.session.flush()
        db.session.add_all([
            GroupLife(group_id=group.id, coordinator_told_at=now()),
            GroupMembership(group_id=group.id, family_id=adult.family_id, answer=Answer.YES,
                            joined_at=then),
        ])  # fmt: skip
    staged.addresses.append(("coordinator", f"/staff/groups/{group.ref}/end"))


def _own_groups(app: Flask, staged: Staged) -> None:
    """Pages of groups that no link of theirs leads to for everyone."""
    staged.addresses += [
        ("family of a new group", "/group/start"),
        ("family of an own group", "/group/pulse"),
        ("family of an ended group", "/group"),
    ]


def _html(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)

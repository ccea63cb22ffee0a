"""Groups in the state a test is about, built through the actions themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.clock import now, today
from data.db import db, transaction
from data.models import (
    Account,
    Family,
    GroupDraft,
    GroupMembership,
    Meeting,
    NetworkGroup,
    Phase,
    Pool,
)
from data.queries.groups import meetings_of
from tests.factories import Cast, make_family
from web.groups.actions import drafts, handover, invitations, meetings, pools
from web.groups.draft_settings import DraftSettings
from web.groups.waiting import PoolWish

BASE = "http://localhost"


@dataclass
class Circle:
    """One group with its families and one adult of each."""

    group: NetworkGroup
    families: list[Family]
    parents: list[Account]
    facilitator: Account


def invited(cast: Cast, n: int = 5, *, min_families: int = 5, name: str = "Grejsdal") -> Circle:
    """A published group whose families have not answered yet."""
    with transaction():
        families = [make_family(cast.municipality, name=f"Fam{i}{name}") for i in range(n)]
        group = NetworkGroup(
            municipality_id=cast.municipality.id,
            name=name,
            facilitator_id=cast.facilitator.id,
            answer_by=now() + timedelta(days=10),
            min_families=min_families,
            slot="thu_evening",
            place="Kulturhuset",
        )
        db.session.add(group)
        db.session.flush()
        for family in families:
            db.session.add(GroupMembership(group_id=group.id, family_id=family.id))
    return Circle(group, families, [f.carers[0] for f in families], cast.facilitator)


def answered(circle: Circle, *yes: bool) -> Circle:
    """Let the families answer in turn."""
    for parent, says in zip(circle.parents, yes, strict=False):
        with transaction():
            invitations.answer_invitation(yes=says, by=parent, base_url=BASE)
    return circle


def opened(cast: Cast, n: int = 5, **more) -> Circle:
    """A group that is open: everyone said yes."""
    return answered(invited(cast, n, **more), *[True] * n)


def plan(days: float = 7, **changes) -> meetings.Plan:
    """A plan for a meeting some days from now."""
    starts = now() + timedelta(days=days)
    facts = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "Kulturhuset",
        "title": "",
        "theme": None,
        "agenda": ("Runden",),
    }
    return meetings.Plan(**{**facts, **changes})


def planned(circle: Circle, **changes) -> Meeting:
    """Plan a meeting as the facilitator, or as the first family when the group runs itself."""
    by = circle.facilitator
    if circle.group.phase is Phase.SELF_RUNNING:
        by = circle.parents[0]
    with transaction():
        return meetings.plan_meeting(circle.group, plan(**changes), by=by, base_url=BASE)


def hold(circle: Circle, n: int = 1) -> None:
    """Plan and hold so many meetings."""
    for _ in range(n):
        meeting = planned(circle)
        with transaction():
            back_in_time(meeting)
            meetings.mark_held(circle.group, meeting.ref, by=circle.facilitator)


def back_in_time(meeting: Meeting, *, by: timedelta = timedelta(days=7, hours=3)) -> None:
    """Let a planned meeting already have begun."""
    meeting.starts_at -= by
    meeting.ends_at -= by
    db.session.flush()


def asked_to_take_over(circle: Circle) -> Circle:
    """All planned meetings held, and the families asked."""
    hold(circle, circle.group.planned_meetings - len(meetings_of(circle.group)))
    with transaction():
        handover.propose_handover(circle.group.ref, by=circle.facilitator, base_url=BASE)
    return circle


def long_ago(moment: datetime | None, *, days: int) -> datetime:
    """A moment moved back by some days."""
    assert moment is not None
    return moment - timedelta(days=days)


def pooled(cast: Cast, n: int = 12, *, answers: dict | None = None) -> Pool:
    """A pool of so many families, released to the facilitator."""
    with transaction():
        for i in range(n):
            years = 1 + 3 * (i % 4)
            own = {
                "foster_since": today().year - years,
                "children_age_bands": [["3_5"], ["6_9"], ["13_15"]][i % 3],
                "max_travel_minutes": 60,
                "support_level": "severe",
            }
            make_family(cast.municipality, name=f"Pulje{i:02}", answers={**own, **(answers or {})})
        return pools.release_pool(
            name="Forår",
            wish=PoolWish(support_levels=("severe",), others_too=False),
            facilitator_ref=cast.facilitator.ref,
            by=cast.coordinator,
        )


def settings(**changes) -> DraftSettings:
    """Settings of a quick run in Vejle."""
    facts = {
        "places": (("Kulturhuset", "7100"),),
        "seconds": 0.2,
        "min_size": 4,
        "max_size": 6,
        "target_size": 5,
    }
    return DraftSettings(**{**facts, **changes})


def drafted(cast: Cast, n: int = 12, **changes) -> GroupDraft:
    """A finished proposal over a pool of its own."""
    pool = pooled(cast, n)
    with transaction():
        return drafts.start_draft(
            pool.ref, name="Kladde", settings=settings(**changes), by=cast.facilitator
        )

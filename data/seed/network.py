"""The demo municipality: people, groups in every phase, mentorships, conversations, acute line."""

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import delete, select

from data.clock import COPENHAGEN, now, today
from data.db import Base, db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    LED,
    Account,
    AcuteNumber,
    Answer,
    Coming,
    Family,
    GroupMembership,
    Meeting,
    MeetingReply,
    MeetingState,
    Mentorship,
    MentorshipState,
    Municipality,
    NetworkGroup,
    Phase,
    Pool,
    PoolFamily,
    Room,
    RoomKind,
)
from data.seed.evenings import fill_evenings
from data.seed.group_lives import add_group_lives
from data.seed.mentor_lives import add_mentor_lives
from data.seed.people import N_MENTORS, N_NEW, add_families, add_staff
from data.seed.talk import fill_room, group_talks, mentor_talks, open_room

CODE, NAME = "0630", "Vejle Kommune"
_SEED = 2026
_AGENDA = ["Velkommen og en runde", "Aftenens tema", "Det, vi tager med hjem", "Næste gang"]

# Name, phase, meetings held, meeting place, slot, weekday of the meetings.
_GROUPS = (
    ("Grejsdal", Phase.FACILITATED, 2, "Familiehuset Fjorden, Vejle", "thu_evening", 3),
    ("Munkebjerg", Phase.SELF_RUNNING, 9, "På skift hos familierne", "tue_evening", 1),
    ("Skyttehuset", Phase.SELF_RUNNING, 6, "Beboerhuset, Vejle Øst", "tue_evening", 1),
    ("Rands Fjord", Phase.HANDING_OVER, 4, "Døgninstitutionen Skovly, Børkop", "tue_evening", 1),
    ("Jelling", Phase.FORMED, 0, "Forsamlingshuset, Jelling", "tue_evening", 1),
    ("Fårup Sø", Phase.INVITING, 0, "Forsamlingshuset, Jelling", "wed_evening", 2),
    ("Tirsbæk", Phase.RESTING, 11, "På skift hos familierne", "mon_evening", 0),
    ("Engelsholm", Phase.ENDED, 14, "Kulturhuset, Bredsten", "thu_evening", 3),
    ("Randbøl Hede", Phase.FACILITATED, 1, "Kulturhuset, Bredsten", "mon_evening", 0),
    ("Vingsted", Phase.SELF_RUNNING, 5, "På skift hos familierne", "wed_evening", 2),
)
_THEMES = (
    ("attachment", "At lande hos os"),
    ("birth_family_contact", "Samvær i højtiderne"),
    ("school_cooperation", "Når skolen ringer"),
    ("couple_wellbeing", "Os to midt i det hele"),
    ("sleep_food_routines", "Putning, mad og mandage"),
    ("digital_life", "Skærm uden skænderi"),
)


def seed_demo() -> Municipality:
    """Add the demo municipality; raises Conflict when its code is taken."""
    if db.session.scalar(select(Municipality).where(Municipality.code == CODE)):
        raise Conflict(_("The demo municipality is here already. Reset it first."))
    draw = Random(_SEED)  # noqa: S311  # invented people, the same every time
    municipality = Municipality(code=CODE, name=NAME, is_demo=True)
    db.session.add(municipality)
    db.session.flush()
    staff = add_staff(municipality, draw)
    consultants = [staff["consultant"], staff["consultant2"], staff["consultant3"]]
    families = add_families(municipality, draw, consultants)
    _add_acute_line(municipality)
    free = _add_groups(municipality, families, staff, draw)
    add_group_lives(municipality)
    _add_mentorships(municipality, families, draw)
    add_mentor_lives(municipality)
    _add_pool(municipality, free, staff)
    db.session.flush()
    return municipality


def unseed_demo() -> None:
    """Take away every demo municipality and all that hangs on it; others are not touched."""
    ids = list(db.session.scalars(select(Municipality.id).where(Municipality.is_demo)))
    if not ids:
        return
    doomed: dict[str, set[int]] = {"municipalities": set(ids)}
    order = [table for table in Base.metadata.sorted_tables if table.name != "municipalities"]
    for table in order:  # parents first: find what hangs on what
        _mark(table, doomed)
    for account in db.session.scalars(select(Account).where(Account.municipality_id.in_(ids))):
        account.family_id, account.roles = None, []
    db.session.flush()
    for table in reversed(order):
        if keys := doomed.get(table.name):
            for part in _parts(sorted(keys)):
                db.session.execute(delete(table).where(table.c.id.in_(part)))
    db.session.execute(delete(Municipality).where(Municipality.id.in_(ids)))
    db.session.expire_all()


def _mark(table: object, doomed: dict[str, set[int]]) -> None:
    if "id" not in table.c:  # type: ignore[attr-defined]  # link tables go with their parents
        return
    for key in table.foreign_keys:  # type: ignore[attr-defined]
        parents = doomed.get(key.column.table.name)
        if not parents or key.ondelete == "SET NULL":
            continue
        for part in _parts(sorted(parents)):
            found = db.session.scalars(select(table.c.id).where(key.parent.in_(part)))  # type: ignore[attr-defined]
            doomed.setdefault(table.name, set()).update(found)  # type: ignore[attr-defined]


def _parts(ids: list[int], size: int = 500) -> list[list[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def _add_acute_line(municipality: Municipality) -> None:
    day, night = (time(8), time(16)), (time(16), time(0))
    for weekday in range(7):
        workday = weekday < 5
        rows = [
            (time(0), day[0], "Den sociale døgnvagt", "70 00 00 00"),
            (*day, "Familieplejen" if workday else "Familiehuset Fjorden", "70 00 00 01"),
            (*night, "Skovly" if weekday % 2 else "Familiehuset Fjorden", "70 00 00 02"),
        ]
        for start, end, label, phone in rows:
            db.session.add(
                AcuteNumber(
                    municipality_id=municipality.id,
                    weekday=weekday,
                    from_time=start,
                    to_time=end,
                    label=label,
                    phone=phone,
                )
            )


def _add_groups(
    municipality: Municipality, families: list[Family], staff: dict[str, Account], draw: Random
) -> list[Family]:
    """Add the groups; returns the families that are still free to be in one."""
    rest = [f for f in families[N_MENTORS + 20 :] if not f.protected_address]
    leaders = [staff["consultant"], staff["facilitator"], staff["facilitator2"]]
    talks = iter(group_talks())
    for number, (name, phase, held, place, slot, weekday) in enumerate(_GROUPS):
        members, rest = rest[:6], rest[6:]
        group = NetworkGroup(
            municipality_id=municipality.id,
            name=name,
            phase=phase,
            planned_meetings=4,
            slot=slot,
            place=place,
            facilitator_id=leaders[number % 3].id,
            published_at=now() - timedelta(days=40 + 60 * held),
            answer_by=now() + timedelta(days=9 if phase is Phase.INVITING else -30 - 60 * held),
        )
        db.session.add(group)
        db.session.flush()
        _add_members(group, members)
        _add_meetings(group, members, held=held, weekday=weekday, draw=draw)
        fill_evenings(group, members)
        if phase is not Phase.INVITING:
            _open_group(group, members, leaders[number % 3], next(talks), held)
    return rest


def _add_members(group: NetworkGroup, members: list[Family]) -> None:
    answered = group.phase is not Phase.INVITING
    for number, family in enumerate(members):
        yes = answered or number < 3
        ended = now() - timedelta(days=20) if group.phase is Phase.ENDED else None
        db.session.add(
            GroupMembership(
                group_id=group.id,
                family_id=family.id,
                invited_at=group.published_at,
                answer=Answer.YES if yes else Answer.WAITING,
                answered_at=group.published_at + timedelta(days=3) if yes else None,
                joined_at=group.published_at + timedelta(days=8) if answered else None,
                left_at=ended,
            )
        )


def _add_meetings(
    group: NetworkGroup, members: list[Family], *, held: int, weekday: int, draw: Random
) -> None:
    upcoming = group.phase in {Phase.FORMED, Phase.FACILITATED, Phase.SELF_RUNNING}
    monday = today() - timedelta(days=today().weekday())
    for index in range(held + (1 if upcoming else 0)):
        weeks = (index - held) * 4 + 1 if index < held else 1
        on = monday + timedelta(weeks=weeks, days=weekday)
        starts = datetime.combine(on, time(19), tzinfo=COPENHAGEN)
        theme, title = _THEMES[index % len(_THEMES)]
        meeting = Meeting(
            group_id=group.id,
            number=index + 1,
            title=title,
            theme=theme,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            place=group.place or "",
            agenda=list(_AGENDA),
            state=MeetingState.HELD if index < held else MeetingState.PLANNED,
            held_at=starts + timedelta(hours=2) if index < held else None,
            host_family_id=members[index % len(members)].id
            if group.phase is Phase.SELF_RUNNING
            else None,
        )
        db.session.add(meeting)
        db.session.flush()
        for number, family in enumerate(members):
            if index == held and number in {0, 4}:
                continue  # two have not answered the coming meeting
            coming = draw.choices([Coming.YES, Coming.MAYBE, Coming.NO], [8, 1, 1])[0]
            db.session.add(MeetingReply(meeting_id=meeting.id, family_id=family.id, coming=coming))


def _open_group(
    group: NetworkGroup,
    members: list[Family],
    leader: Account,
    talk: list[dict[str, object]],
    held: int,
) -> None:
    group.opened_at = group.published_at + timedelta(days=8)
    people = [carer for family in members for carer in family.carers]
    led = group.phase in LED
    room = open_room(group, RoomKind.GROUP, people, leader=leader, led=led)
    group.room_id = room.id
    if group.phase is Phase.HANDING_OVER:
        group.handover_proposed_at = now() - timedelta(days=3)
    if not led:
        group.handed_over_at = now() - timedelta(days=max(30, (held - 4) * 28))
        group.facilitator_id = leader.id
    if group.phase is Phase.ENDED:
        group.ended_at = room.closed_at = now() - timedelta(days=20)
    speakers = [family.carers[0] for family in members]
    fill_room(room, talk, speakers, leader=leader)


def _add_mentorships(municipality: Municipality, families: list[Family], draw: Random) -> None:
    talks = mentor_talks()
    new = families[N_MENTORS : N_MENTORS + N_NEW]
    for number, talk in enumerate(talks[:18]):
        mentor, family = families[number * 2], new[number * 3 % N_NEW]
        if family.protected_address or mentor.protected_address:
            continue
        ended = number in {13, 15}
        started = now() - timedelta(days=20 + number * 17)
        mentorship = Mentorship(
            municipality_id=municipality.id,
            family_id=family.id,
            mentor_id=mentor.id,
            state=MentorshipState.ENDED if ended else MentorshipState.ACTIVE,
            agreed_at=started,
            started_at=started,
            ended_at=now() - timedelta(days=5) if ended else None,
        )
        db.session.add(mentorship)
        db.session.flush()
        people = [*family.carers, *mentor.carers]
        room: Room = open_room(mentorship, RoomKind.MENTORSHIP, people)
        mentorship.room_id = room.id
        room.closed_at = mentorship.ended_at
        fill_room(room, talk, [family.carers[0], mentor.carers[0]])


def _add_pool(municipality: Municipality, free: list[Family], staff: dict[str, Account]) -> None:
    waiting = [f for f in free if f.status.value == "active"]
    pool = Pool(
        municipality_id=municipality.id,
        name="Forår 2027, alle områder",
        chosen_by={"waiting": True},
        facilitator_id=staff["facilitator"].id,
        released_by_id=staff["coordinator"].id,
    )
    db.session.add(pool)
    db.session.flush()
    db.session.add_all(PoolFamily(pool_id=pool.id, family_id=family.id) for family in waiting)

"""What a family meets first: the one next step, then the next meeting, messages, mentor, group."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from data.answers import seen_by
from data.clock import COPENHAGEN, now, today
from data.models import (
    ITS_OWN,
    Account,
    Answer,
    Coming,
    Family,
    FamilyStatus,
    GroupMembership,
    Meeting,
    Mentorship,
    MoveState,
    NetworkGroup,
    Phase,
    RoomKind,
)
from data.queries import groups, mentoring, messages
from data.queries.group_life import open_questions_of
from data.queries.moves import open_move_of
from matcher.schema import SCHEMA
from web.overview.group_steps import group_step
from web.overview.mentor_steps import mentor_step
from web.overview.steps import NextStep
from web.shared.dates import day_by, long_day, moment_by


@dataclass(frozen=True, kw_only=True)
class UnreadRoom:
    """A room with something new, as the list shows it."""

    ref: str
    name: str
    is_group: bool
    line: str
    at: datetime | None
    count: int


@dataclass(kw_only=True)
class Home:
    """Everything on the page."""

    greeting: str
    day: str
    family: Family
    step: NextStep | None = None
    group: NetworkGroup | None = None
    members: list[Family] = field(default_factory=list)
    held: int = 0
    meeting: Meeting | None = None
    coming: Coming | None = None
    mentorship: Mentorship | None = None
    mentor_years: int | None = None
    mentees: list[Mentorship] = field(default_factory=list)
    unread: list[UnreadRoom] = field(default_factory=list)

    @property
    def discs(self) -> list[tuple[str, str]]:
        """Return the members as the discs want them: name and what gives the colour."""
        return [(family.name, family.ref) for family in self.members]


def home_of(person: Account) -> Home:
    """Gather the page of one adult's family."""
    family = person.family
    assert family is not None  # noqa: S101  # the route is for families only
    home = Home(greeting=_greeting(family), day=long_day(today()), family=family)
    membership = groups.membership_of(family.id)
    if membership and membership.answer is Answer.YES and membership.joined_at:
        _fill_group(home, membership.group)
    home.mentorship = mentoring.mentorship_with_mentor(family.id)
    if home.mentorship:
        since = seen_by("peer_after", home.mentorship.mentor).get("foster_since")
        home.mentor_years = today().year - since if since else None
    home.mentees = mentoring.mentorships_as_mentor(family.id)
    home.unread = _unread_rooms(person)
    home.step = _next_step(home, membership)
    return home


def _greeting(family: Family) -> str:
    hour = now().astimezone(COPENHAGEN).hour
    if hour < 10:
        return _("Good morning, family %(name)s", name=family.name)
    if hour < 18:
        return _("Hello, family %(name)s", name=family.name)
    return _("Good evening, family %(name)s", name=family.name)


def _fill_group(home: Home, group: NetworkGroup) -> None:
    home.group = group
    home.members = groups.members_of(group)
    home.held = groups.held_meetings(group)
    home.meeting = groups.next_meeting_of(group, at=now())
    if home.meeting:
        home.coming = groups.reply_of(home.meeting, home.family.id)


def _unread_rooms(person: Account) -> list[UnreadRoom]:
    lines = [line for line in messages.rooms_of(person.id) if line.unread]
    latest = messages.latest_of(line.member for line in lines)
    people = messages.people_in(line.member.room_id for line in lines)
    found = []
    for line in lines[:4]:
        room = line.member.room
        last = latest.get(room.id)
        others = [m.family.name for m in people.get(room.id, []) if m.family_id != person.family_id
                  and m.family]  # fmt: skip
        name = room.title or _("Family %(name)s", name=others[0] if others else "")
        found.append(
            UnreadRoom(
                ref=room.ref,
                name=name,
                is_group=room.kind is RoomKind.GROUP,
                line=(last.body.text or "") if last and last.body else "",
                at=last.sent_at if last else None,
                count=line.unread,
            )
        )
    return found


def _next_step(home: Home, membership: GroupMembership | None) -> NextStep | None:
    """Choose one by rule: an answer someone waits for, the next meeting, the profile, a mentor."""
    return (
        _answer_a_family(home.family)
        or _answer_the_group(membership)
        or _answer_the_move(home.family)
        or _answer_the_handover(home)
        or _decide_together(home)
        or _answer_the_meeting(home)
        or (group_step(home.group, home.family) if home.group else None)
        or mentor_step([m for m in (home.mentorship, *home.mentees) if m], home.family)
        or _fill_in_the_profile(home.family)
        or _look_at_mentors(home)
    )


def _answer_a_family(family: Family) -> NextStep | None:
    waiting = mentoring.open_requests_to(family.id)
    if not waiting:
        return None
    title = ngettext(
        "A family asks if you will be their mentor",
        "%(num)s families ask if you will be their mentor",
        len(waiting),
    )
    until = day_by(waiting[0].expires_at.astimezone(COPENHAGEN), "d. MMMM")
    return NextStep(
        title=title,
        text=_("You can say yes or no thank you until %(day)s. Both are fine.", day=until),
        url=url_for("mentoring.requests"),
        button=_("See what they write"),
    )


def _answer_the_group(membership: GroupMembership | None) -> NextStep | None:
    if membership is None or membership.answer is not Answer.WAITING:
        return None
    until = day_by(membership.group.answer_by.astimezone(COPENHAGEN), "d. MMMM")
    return NextStep(
        title=_("You are invited into a network group"),
        text=_("Read about the group and answer by %(day)s.", day=until),
        url=url_for("groups.invitation"),
        button=_("See the invitation"),
    )


def _answer_the_handover(home: Home) -> NextStep | None:
    if home.group is None or home.group.phase is not Phase.HANDING_OVER:
        return None
    if any(vote.family_id == home.family.id for vote in groups.votes_of(home.group)):
        return None
    return NextStep(
        title=_("Are you ready to run the group yourselves?"),
        text=_(
            "Your facilitator suggests it. You decide, and you may want to talk about it first."
        ),
        url=url_for("groups.handover"),
        button=_("See what changes"),
    )


def _answer_the_move(family: Family) -> NextStep | None:
    move = open_move_of(family.id)
    if move is None or move.state is not MoveState.ASKED:
        return None
    return NextStep(
        title=_("May your profile go along when you move?"),
        text=_("See what goes along and what does not. You decide."),
        url=url_for("safety.own_move"),
        button=_("See it and answer"),
    )


def _decide_together(home: Home) -> NextStep | None:
    if home.group is None or home.group.phase not in ITS_OWN:
        return None
    for question in open_questions_of(home.group):
        if home.family.id not in {answer.family_id for answer in question.answers}:
            return NextStep(
                title=_("Your group has something to decide"),
                text=_("One of you has made a suggestion. See it, and say what you think."),
                url=url_for("groups.group"),
                button=_("See the suggestion"),
            )
    return None


def _answer_the_meeting(home: Home) -> NextStep | None:
    if home.meeting is None or home.coming is not None:
        return None
    day = day_by(home.meeting.starts_at.astimezone(COPENHAGEN), "d. MMMM")
    answered = sum(reply.family_id != home.family.id for reply in home.meeting.replies)
    return NextStep(
        title=_("Say whether you are coming on %(day)s", day=day),
        text=ngettext(
            "One family has answered.", "%(num)s families have answered.", answered
        ) if answered else _("You can be the first to answer."),
        meeting=home.meeting,
    )  # fmt: skip


def _fill_in_the_profile(family: Family) -> NextStep | None:
    missing = [step for step in SCHEMA.steps if step.code not in family.wizard_done]
    if family.status is not FamilyStatus.DRAFT and not missing:
        return None
    if not missing:
        return NextStep(
            title=_("Your profile is almost ready"),
            text=_("Look it through, and see what other families see of you."),
            url=url_for("families.profile"),
            button=_("Look it through"),
        )
    return NextStep(
        title=_("Tell a little about yourselves"),
        text=_("It takes about ten minutes, and you can stop on the way."),
        url=url_for("families.edit", step=missing[0].code),
        button=_("Go on where you left off") if family.wizard_done else _("Begin"),
    )  # fmt: skip


def _look_at_mentors(home: Home) -> NextStep | None:
    if home.mentorship or not home.family.placements:
        return None
    if "mentee" not in home.family.open_answers.get("participation", ()):
        return None
    if asked := mentoring.open_request_of(home.family.id):
        day = day_by(asked.expires_at.astimezone(COPENHAGEN), "d. MMMM")
        return NextStep(
            title=_("You have asked a family"),
            text=_("They have until %(day)s to answer. You do not need to do anything.", day=day),
            url=url_for("mentoring.suggestions"),
            button=_("See what you wrote"),
        )
    return NextStep(
        title=_("Meet the families who could be your mentor"),
        text=_("There are up to three suggestions, with reasons. Nobody is told before you ask."),
        url=url_for("mentoring.suggestions"),
        button=_("See the suggestions"),
    )


def moment(at: datetime) -> str:
    """Return a time as one says it: the clock today, else the day."""
    local = at.astimezone(COPENHAGEN)
    return str(moment_by(at, "HH.mm" if local.date() == today() else "d. MMM"))

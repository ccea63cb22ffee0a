"""A small world in which every address of the app leads to something of one family's.

House tests walk all routes. A route with a new kind of address gets a line in `_NAMES`; until then
those tests fail and say so.
"""

import io
import re
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.routing import Rule

from chat.actions import report_message, send_message
from data.clock import now, today
from data.db import db, transaction
from data.exchange.template import template_csv
from data.models import (
    Account,
    AcuteNumber,
    CallKind,
    FamilyMove,
    GroupMembership,
    GroupQuestion,
    Invitation,
    Mentorship,
    MentorshipState,
    MoveState,
    QuestionKind,
    ReportReason,
    RoleName,
)
from data.queries.group_life import guests_of
from data.queries.sign_ins import live_sign_ins_of
from tests import factories
from tests.conftest import sign_in
from tests.factories import Cast
from tests.web.forms import post
from tests.web.groups import building
from tests.web.mentoring import pairs
from web.groups.actions import agreement, calendar, guests, hosting, polls
from web.mentoring.actions import calls, rounds, talks
from web.shared.invitations import make_invitation

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

# How an address begins -> the world's name for each of its parts.
_NAMES = {
    "/calendar/<token>.ics": {"token": "feed"},
    "/group/hosts/swaps/<ref>": {"ref": "swap", "what": "=no"},
    "/group/guests/<ref>": {"ref": "guest"},
    "/group/questions/<ref>": {"ref": "question"},
    "/staff/guests/<ref>": {"ref": "guest"},
    "/group/meetings/<ref>": {"ref": "meeting", "what": "=held"},
    "/group/polls/<ref>": {"ref": "poll"},
    "/invitation/<token>": {"token": "invitation_token"},
    "/invitations/<ref>": {"ref": "invitation"},
    "/me/sign-ins/<mark>": {"mark": "sign_in"},
    "/mentor/requests/<ref>": {"ref": "request"},
    "/mentor/suggestions/<ref>": {"ref": "suggestion"},
    "/mentor/<ref>": {"ref": "mentorship", "talk": "talk"},
    "/messages/<ref>": {"ref": "room", "seq": "seq"},
    "/profile/edit/<step>": {"step": "step"},
    "/sign-in/try/<ref>": {"ref": "coordinator"},
    "/staff/drafts/<ref>": {"ref": "draft", "view": "=map", "what": "=undo", "fmt": "=csv"},
    "/staff/families/export.<fmt>": {"fmt": "=csv"},
    "/staff/families/import/template.<kind>": {"kind": "=csv"},
    "/staff/families/import/<ref>": {"ref": "upload"},
    "/staff/families/<ref>": {"ref": "family", "step": "step", "person": "parent"},
    "/staff/groups/<group_ref>/polls/<ref>": {"group_ref": "group", "ref": "poll"},
    "/staff/groups/<group_ref>": {"group_ref": "group", "ref": "meeting", "what": "=held"},
    "/staff/groups/<ref>": {"ref": "group"},
    "/staff/helpline/<ref>": {"ref": "acute_row"},
    "/staff/mentor-rounds/<ref>": {"ref": "round", "family_ref": "seeker"},
    "/staff/mentor-calls/<ref>": {"ref": "call"},
    "/staff/mentorships/<ref>/end": {"ref": "mentorship"},
    "/staff/mentorships/<ref>": {"ref": "awaiting"},
    "/staff/moves/<ref>": {"ref": "move"},
    "/staff/people/<ref>": {"ref": "facilitator"},
    "/staff/pools/<ref>": {"ref": "pool"},
    "/staff/reports/<ref>": {"ref": "report"},
    "/static/<path:filename>": {"filename": "=dist/manifest.json"},
    "/styleguide/error/<int:code>": {"code": "=404"},
}
# Addresses that are themselves the permission: whoever has the link may.
SECRET_LINKS = ("/calendar/", "/invitation/")


@dataclass
class World:
    """The cast, people in the same roles elsewhere, and a reference for each kind of thing."""

    cast: Cast
    elsewhere: dict[RoleName, Account]
    refs: dict[str, Any]

    def everyone(self) -> dict[str, Account | None]:
        """Return one person of each kind who may look around, and a stranger."""
        named = ("new_parent", "mentor_parent", "facilitator", "consultant", "coordinator",
                 "administrator")  # fmt: skip
        return {"nobody": None, **{name: getattr(self.cast, name) for name in named}}

    def outsiders(self) -> dict[str, Account]:
        """Return those to whom nothing in this world belongs."""
        there = {f"{role.value}_elsewhere": account for role, account in self.elsewhere.items()}
        return {"outsider": self.cast.outsider, "stranger": self.cast.stranger, **there}

    def address(self, rule: Rule) -> str:
        """Return the path of a route, its parts filled with this world's own things."""
        if not rule.arguments:
            return rule.rule
        names = next((n for start, n in _NAMES.items() if rule.rule.startswith(start)), None)
        assert names is not None, f"tests/world.py knows no thing for {rule.rule}"
        values = {part: self._value(names[part]) for part in rule.arguments}
        return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)

    def invented(self) -> "World":
        """Return the same world with references that lead nowhere."""
        nowhere = {
            name: "2" * 12 if isinstance(ref, str) else ref for name, ref in self.refs.items()
        }
        return replace(self, refs={**nowhere, "step": self.refs["step"]})

    def _value(self, name: str) -> Any:
        return name[1:] if name.startswith("=") else self.refs[name]


def make_world(app: Flask) -> World:
    """Build the world through the actions themselves."""
    cast = factories.make_cast()
    with transaction():
        moving_here = factories.make_family(
            db.session.merge(cast.other_coordinator).municipality, name="Flytter"
        )
        moves = [
            FamilyMove(family_id=moving_here.id, from_id=moving_here.municipality_id,
                       to_id=cast.municipality.id, state=MoveState.AGREED, agreed_at=now()),
            FamilyMove(family_id=cast.new_family.id, from_id=cast.municipality.id,
                       to_id=moving_here.municipality_id),
        ]  # fmt: skip
        db.session.add_all(moves)
    with transaction():
        there = db.session.merge(cast.other_coordinator).municipality
        elsewhere = {
            role: factories.make_account(there, role)
            for role in (RoleName.FACILITATOR, RoleName.CONSULTANT, RoleName.ADMINISTRATOR)
        }
        elsewhere[RoleName.COORDINATOR] = db.session.merge(cast.other_coordinator)
    refs = {
        "family": cast.new_family.ref,
        "move": moves[0].ref,
        "parent": cast.new_parent.ref,
        "coordinator": cast.coordinator.ref,
        "facilitator": cast.facilitator.ref,
        "step": "themes_now",
        **_mentoring(cast),
        **_group(cast),
        **_safety(cast),
        "upload": _upload(app, cast.coordinator),
        "sign_in": _sign_in(app, cast.new_parent),
    }
    return World(cast, elsewhere, refs)


def _mentoring(cast: Cast) -> dict[str, Any]:
    mentorship = pairs.begin(cast)
    with transaction():
        talk = talks.note_talk(mentorship.ref, pairs.A_TALK, by=cast.new_parent)
        call = calls.ask_for_call(mentorship.ref, CallKind.HELP, "", by=cast.new_parent)
        asking = pairs.make_waiting(cast.municipality, name="Toft")
        looking = pairs.make_waiting(cast.municipality, name="Juhl")
        seeking = pairs.make_waiting(cast.municipality, name="Lund")
        for name in ("Rye", "Holm", "Krog", "Dam"):
            pairs.make_mentor(cast.municipality, name=name)
    request = pairs.ask(asking)
    suggestion = pairs.look(looking)[0]
    with transaction():
        awaiting = Mentorship(
            municipality_id=cast.municipality.id,
            family_id=looking.id,
            mentor_id=suggestion.mentor_id,
            state=MentorshipState.AWAITING_APPROVAL,
        )
        db.session.add(awaiting)
        round_ = rounds.start_round(by=db.session.merge(cast.coordinator))
    return {
        "mentorship": mentorship.ref,
        "talk": talk.ref,
        "call": call.ref,
        "request": request.ref,
        "suggestion": suggestion.ref,
        "awaiting": awaiting.ref,
        "round": round_.ref,
        "seeker": seeking.ref,
    }


def _group(cast: Cast) -> dict[str, Any]:
    """A facilitated group with the new family in it, a talk, a report, and a draft besides."""
    circle = building.invited(cast, 5)
    with transaction():
        db.session.add(GroupMembership(group_id=circle.group.id, family_id=cast.new_family.id))
    circle.parents.append(cast.new_parent)
    building.answered(circle, *[True] * 6)
    building.hold(circle)
    meeting = building.planned(circle)
    room = circle.group.room
    with transaction():
        writer = db.session.merge(circle.parents[0])
        said = send_message(room.ref, by=writer, cid=str(uuid4()), body="Hej alle", max_chars=500)
        report = report_message(
            room.ref, said.message.seq, by=db.session.merge(cast.new_parent),
            reason=ReportReason.OTHER, note="",
        )  # fmt: skip
        feed = calendar.renew_feed(by=db.session.merge(cast.new_parent))
    with transaction():
        asker, parent = db.session.merge(circle.parents[0]), db.session.merge(cast.new_parent)
        days = tuple((d.starts_at, d.ends_at) for d in polls.proposal(circle.group))
        poll = polls.ask(circle.group, polls.Question(days=days), by=asker, base_url="")
        swap = hosting.ask_to_swap(to_ref=cast.new_family.ref, by=asker, base_url="")
        agreement.write(["Det bliver her."], seen_version=0, by=parent, base_url="")
        guests.invite_adviser(
            circle.group.ref, account_ref=cast.consultant.ref, meeting_ref=meeting.ref,
            by=db.session.merge(cast.facilitator), base_url="http://localhost",
        )  # fmt: skip
        question = GroupQuestion(group_id=circle.group.id, kind=QuestionKind.REST, until=today())
        db.session.add(question)
    draft = building.drafted(cast)
    return {
        "guest": guests_of(circle.group)[0].ref,
        "question": question.ref,
        "group": circle.group.ref,
        "meeting": meeting.ref,
        "poll": poll.ref,
        "swap": swap.ref,
        "room": room.ref,
        "seq": said.message.seq,
        "report": report.ref,
        "feed": feed,
        "draft": draft.ref,
        "pool": draft.pool.ref,
    }


def _safety(cast: Cast) -> dict[str, Any]:
    tokens: list[str] = []

    def keep(token: str) -> str:
        tokens.append(token)
        return ""

    with transaction():
        row = AcuteNumber(
            municipality_id=cast.municipality.id, weekday=now().weekday(), label="Familieplejen",
            from_time=time(0), to_time=time(0), phone="70 00 00 00",
        )  # fmt: skip
        db.session.add(row)
        invitation = make_invitation(
            Invitation(family_id=cast.new_family.id, role_names=["family"],
                       email="bo@example.org", name="Bo"),
            municipality_id=cast.municipality.id,
            by=db.session.merge(cast.new_parent),
            link=keep,
        )  # fmt: skip
    return {
        "acute_row": row.ref,
        "invitation": invitation.ref,
        "invitation_token": tokens[0],
    }


def _upload(app: Flask, coordinator: Account) -> str:
    client = app.test_client()
    sign_in(client, coordinator)
    content = template_csv("da")
    table = content.encode() if isinstance(content, str) else content
    answer = post(
        client,
        "/staff/families/import",
        {"file": (io.BytesIO(table), "familier.csv")},
        content_type="multipart/form-data",
    )
    assert answer.location, answer.text
    return answer.location.rsplit("/", 1)[1]


def _sign_in(app: Flask, parent: Account) -> str:
    sign_in(app.test_client(), parent)
    return live_sign_ins_of(parent.id)[0].sid_hash[:12]

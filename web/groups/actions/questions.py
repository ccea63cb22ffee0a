"""What the families of a group of their own decide together: a guest, a rest, an end.

One family suggests, everyone sees it. Two families let a guest in or send the group to rest; to end
it takes all of them, or silence after two have said yes. One no is enough to stop any of it, and is
kept nowhere.
"""

from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from data.audit import record
from data.clock import now, today
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    ITS_OWN,
    Account,
    GroupQuestion,
    GroupQuestionAnswer,
    NetworkGroup,
    Phase,
    QuestionKind,
    QuestionState,
)
from data.queries.group_life import question_of, said_yes
from data.queries.groups import (
    members_of,
    other_members,
    own_family_of,
    own_group_of,
)
from web.groups import life_letters
from web.groups.actions import guests, rests
from web.groups.actions.days import checked_day, short_day

OPEN_FOR = timedelta(days=14)
LONGEST_REST = timedelta(days=366)
ENOUGH = 2


def suggest_guest(
    *, account_ref: str, meeting_ref: str = "", until: date | None = None, by: Account,
    base_url: str,
) -> GroupQuestion:  # fmt: skip
    """Suggest that someone from the municipality comes for one meeting, or until a day."""
    group = own_group_of(by, for_change=True)
    _must_run_itself(group)
    visit = guests.visit_to(group, account_ref=account_ref, meeting_ref=meeting_ref, until=until)
    question = GroupQuestion(
        kind=QuestionKind.GUEST,
        account_id=visit.guest.id,
        meeting_id=visit.meeting_id,
        until=visit.last_day,
    )
    _ask(question, group, by=by, base_url=base_url)
    if question.state is QuestionState.OPEN and group.room is not None:
        chat.post_notice(
            group.room, code="guest_asked", name=visit.guest.name, day=short_day(question.until)
        )
    return question


def suggest_rest(*, until: date | None, by: Account, base_url: str) -> GroupQuestion:
    """Suggest that the group rests until a day."""
    group = own_group_of(by, for_change=True)
    _must_run_itself(group)
    question = GroupQuestion(kind=QuestionKind.REST, until=checked_day(until, longest=LONGEST_REST))
    return _ask(question, group, by=by, base_url=base_url)


def suggest_end(*, by: Account, base_url: str) -> GroupQuestion:
    """Suggest that the group ends well. Who did is not kept: an end is not anybody's fault."""
    group = own_group_of(by, for_change=True)
    if group.phase not in ITS_OWN:
        raise Conflict(_("Only a group that runs itself can end itself."))
    return _ask(GroupQuestion(kind=QuestionKind.END), group, by=by, base_url=base_url)


def answer_question(ref: str, *, yes: bool, by: Account, base_url: str) -> GroupQuestion:
    """Say yes or "not now" for one's family."""
    group = own_group_of(by, for_change=True)
    question = _open_question(group, ref)
    if not yes:
        _settle(question, QuestionState.NO)
        return question
    _say_yes(question, own_family_of(by))
    settle(question, group, base_url=base_url)
    return question


def settle(question: GroupQuestion, group: NetworkGroup, *, base_url: str) -> None:
    """Do what was suggested if enough have said yes; let it go after two weeks if not."""
    if question.state is not QuestionState.OPEN:
        return
    members = {family.id for family in members_of(group)}
    yes = said_yes(question) & members
    enough = min(ENOUGH, len(members))
    waited = now() >= question.asked_at + OPEN_FOR
    if question.kind is QuestionKind.END:
        agreed = bool(members) and (members <= yes or (waited and len(yes) >= enough))
    else:
        agreed = bool(members) and len(yes) >= enough and not _is_past(question)
    if not agreed:
        if waited or _is_past(question):
            _settle(question, QuestionState.LAPSED)
        return
    _settle(question, QuestionState.YES)
    if question.kind is QuestionKind.GUEST:
        guests.let_in(question, group, base_url=base_url)
    elif question.kind is QuestionKind.REST and question.until is not None:
        rests.rest(group, until=question.until, base_url=base_url)
    else:
        rests.end_group(group, base_url=base_url)


def _ask(
    question: GroupQuestion, group: NetworkGroup, *, by: Account, base_url: str
) -> GroupQuestion:
    question.group_id = group.id
    if question.kind is not QuestionKind.END:
        question.asked_by_family_id = by.family_id
    try:
        with db.session.begin_nested():
            db.session.add(question)
            db.session.flush()
    except IntegrityError:  # one open question of a kind, also by the database
        raise Conflict(_("The same has been suggested already. See the group's page.")) from None
    record("group_question_asked", by=None, municipality_id=group.municipality_id,
           subject="group", subject_id=group.id, kind=question.kind.value)  # fmt: skip
    _say_yes(question, own_family_of(by))
    settle(question, group, base_url=base_url)
    if question.state is QuestionState.OPEN:
        life_letters.ask_the_group(other_members(group, by), base_url=base_url)
    return question


def _say_yes(question: GroupQuestion, family_id: int) -> None:
    if db.session.get(GroupQuestionAnswer, (question.id, family_id)) is None:
        db.session.add(GroupQuestionAnswer(question_id=question.id, family_id=family_id))
    db.session.flush()


def _open_question(group: NetworkGroup, ref: str) -> GroupQuestion:
    question = question_of(group, ref)
    if question.state is not QuestionState.OPEN:
        raise Conflict(_("The question is no longer open. Look at the group's page."))
    return question


def _settle(question: GroupQuestion, state: QuestionState) -> None:
    question.state, question.settled_at = state, now()
    db.session.flush()


def _is_past(question: GroupQuestion) -> bool:
    return question.until is not None and question.until < today()


def _must_run_itself(group: NetworkGroup) -> None:
    if group.phase is not Phase.SELF_RUNNING:
        raise Conflict(_("The families do not run this group themselves now."))

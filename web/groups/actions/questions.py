"""What the families of a group of their own decide together: a guest, a rest, an end.

One family suggests, everyone sees it. Two families let a guest in or send the group to rest; to end
it takes all of them, or silence after two have said yes. One no is enough to stop any of it, and is
kept nowhere.
"""

from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from data.audit import record
from data.clock import COPENHAGEN, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
    GroupQuestion,
    GroupQuestionAnswer,
    MeetingState,
    NetworkGroup,
    Phase,
    QuestionKind,
    QuestionState,
)
from data.queries.access import not_found
from data.queries.group_life import guests_of, question_of, said_yes
from data.queries.groups import (
    facilitators_of,
    group_by_id,
    group_of,
    meeting_of,
    members_of,
)
from web.groups import life_letters
from web.groups.actions import guests, rests
from web.groups.actions.days import short_day

OPEN_FOR = timedelta(days=14)
LONGEST_VISIT = timedelta(days=92)
LONGEST_REST = timedelta(days=366)
ENOUGH = 2


def own_group(by: Account) -> NetworkGroup:
    """Return the group of one's family, locked: two of its families may decide at once."""
    own = group_of(by.family_id)
    if own is None:
        raise not_found()
    return group_by_id(own.id, for_change=True)


def suggest_guest(
    *, account_ref: str, meeting_ref: str = "", until: date | None = None, by: Account,
    base_url: str,
) -> GroupQuestion:  # fmt: skip
    """Suggest that someone from the municipality comes for one meeting, or until a day."""
    group = own_group(by)
    _must_run_itself(group)
    found = next(
        (p for p in facilitators_of(group.municipality_id) if p.ref == account_ref and p.active),
        None,
    )
    if found is None:
        raise Invalid(_("Choose whom to invite."), field="account")
    if found.id in {guest.account_id for guest in guests_of(group)}:
        raise Conflict(_("%(name)s is with you already.", name=found.name))
    question = GroupQuestion(kind=QuestionKind.GUEST, account_id=found.id)
    if meeting_ref:
        meeting = meeting_of(group, meeting_ref)
        if meeting.state is not MeetingState.PLANNED:
            raise Conflict(_("The meeting has been held or cancelled."))
        question.meeting_id = meeting.id
        question.until = meeting.starts_at.astimezone(COPENHAGEN).date()
    else:
        question.until = checked_day(until, longest=LONGEST_VISIT)
    _ask(question, group, by=by, base_url=base_url)
    if question.state is QuestionState.OPEN and group.room is not None:
        chat.post_notice(
            group.room, code="guest_asked", name=found.name, day=short_day(question.until)
        )
    return question


def suggest_rest(*, until: date | None, by: Account, base_url: str) -> GroupQuestion:
    """Suggest that the group rests until a day."""
    group = own_group(by)
    _must_run_itself(group)
    question = GroupQuestion(kind=QuestionKind.REST, until=checked_day(until, longest=LONGEST_REST))
    return _ask(question, group, by=by, base_url=base_url)


def suggest_end(*, by: Account, base_url: str) -> GroupQuestion:
    """Suggest that the group ends well. Who did is not kept: an end is not anybody's fault."""
    group = own_group(by)
    if group.phase not in {Phase.SELF_RUNNING, Phase.RESTING}:
        raise Conflict(_("Only a group that runs itself can end itself."))
    return _ask(GroupQuestion(kind=QuestionKind.END), group, by=by, base_url=base_url)


def answer_question(ref: str, *, yes: bool, by: Account, base_url: str) -> GroupQuestion:
    """Say yes or "not now" for one's family."""
    group = own_group(by)
    question = _open_question(group, ref)
    if not yes:
        _settle(question, QuestionState.NO)
        return question
    _say_yes(question, by.family_id or 0)
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


def checked_day(day: date | None, *, longest: timedelta) -> date:
    """Return a day that is still to come and not too far off."""
    if day is None or not today() < day <= today() + longest:
        raise Invalid(
            _("Choose a day within the next %(days)s days.", days=longest.days), field="until"
        )
    return day


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
    _say_yes(question, by.family_id or 0)
    settle(question, group, base_url=base_url)
    if question.state is QuestionState.OPEN:
        others = [family for family in members_of(group) if family.id != by.family_id]
        life_letters.ask_the_group(others, base_url=base_url)
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

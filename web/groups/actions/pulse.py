"""How it goes: one question a month that nobody's answer can be read out of, and one at the start.

An answer is added to sealed counts and kept nowhere else: not as a row, not with a time, not in the
audit trail. That a family has answered is a mark of its own. Counts are shown when the round is
closed, and only if five or more answered; else they are forgotten.
"""

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from data.clock import today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, Family, NetworkGroup, Phase, PulseMark, PulseRound, StartSurvey
from data.queries.access import not_found
from data.queries.groups import group_by_id, members_of, membership_of, own_group_of
from data.queries.pulse import FEWEST, answered_by, open_round_of, round_of, start_survey_of
from data.sealed import Sealed
from data.start_survey import START
from web.groups.pulse_words import MARKS, WORDS

OPEN_DAYS = 14
START_DAYS = 30
ASKED_IN = frozenset({Phase.FACILITATED, Phase.HANDING_OVER, Phase.SELF_RUNNING})


def ask_how_it_goes(group_id: int) -> PulseRound | None:
    """Open this month's question for a group that meets; asked again it changes nothing."""
    group = group_by_id(group_id, for_change=True)
    month = today().replace(day=1)
    if group.phase not in ASKED_IN or round_of(group, month) is not None:
        return None
    if len(members_of(group)) < FEWEST:
        return None  # it could never be shown, so it is not asked
    round_ = PulseRound(
        group_id=group.id, month=month, closes_on=today() + timedelta(days=OPEN_DAYS)
    )
    round_.counts = _sealed(group, month, {"n": 0, "marks": [0] * len(MARKS), "words": {}})
    db.session.add(round_)
    db.session.flush()
    return round_


def answer_pulse(*, mark: int, word: str, by: Account) -> None:
    """Add one family's answer to the month's counts."""
    group = own_group_of(by)
    if mark not in MARKS:
        raise Invalid(_("Choose how it goes."), field="mark")
    if word and word not in WORDS:
        raise Invalid(_("Choose one of the words, or none."), field="word")
    group = group_by_id(group.id, for_change=True)
    round_ = _open(group)
    try:
        with db.session.begin_nested():
            db.session.add(PulseMark(round_id=round_.id, family_id=by.family_id))
            db.session.flush()
    except IntegrityError:
        raise Conflict(_("You have already answered this month.")) from None
    counts = (round_.counts.value if round_.counts else None) or {}
    counts["n"] += 1
    counts["marks"][mark - 1] += 1
    if word:
        counts["words"][word] = counts["words"].get(word, 0) + 1
    round_.counts = _sealed(group, round_.month, counts)
    db.session.flush()
    if {family.id for family in members_of(group)} <= answered_by(round_):
        _close(round_)


def close_round(round_id: int) -> None:
    """Close a round whose last day is over."""
    round_ = db.session.get_one(PulseRound, round_id)
    group_by_id(round_.group_id, for_change=True)
    db.session.refresh(round_)
    if round_.closed_on is None:
        _close(round_)


def answer_start(answers: dict[str, int], *, by: Account) -> StartSurvey:
    """Keep how it was when the family joined. It is theirs; others see averages of five or more."""
    group = own_group_of(by)
    if by.family is None:
        raise not_found()
    if not may_answer_start(group, by.family):
        raise Conflict(_("The questions are only for the first month in a group."))
    given = {code: mark for code, mark in answers.items() if code in START and mark in MARKS}
    if set(given) != set(START):
        raise Invalid(_("Answer all four, or leave them all."), field="start")
    survey = start_survey_of(group, by.family.id)
    if survey is None:
        survey = StartSurvey(group_id=group.id, family_id=by.family.id, answered_on=today())
        db.session.add(survey)
    survey.answered_on = today()
    survey.answers = Sealed.of(given, scope=by.family.key_scope)
    db.session.flush()
    return survey


def may_answer_start(group: NetworkGroup, family: Family) -> bool:
    """Answer whether the family is in its first month: a baseline cannot be taken afterwards."""
    membership = membership_of(family.id)
    if membership is None or membership.joined_at is None or membership.group_id != group.id:
        return False
    return today() <= membership.joined_at.date() + timedelta(days=START_DAYS)


def _open(group: NetworkGroup) -> PulseRound:
    found = open_round_of(group)
    if found is None:
        raise Conflict(_("There is nothing to answer just now."))
    return round_of(group, found.month, lock=True) or found


def _close(round_: PulseRound) -> None:
    """Close the round, and forget who answered: the marks only kept anyone from answering twice."""
    round_.closed_on = today()
    db.session.execute(delete(PulseMark).where(PulseMark.round_id == round_.id))
    counts = (round_.counts.value if round_.counts else None) or {}
    if counts.get("n", 0) < FEWEST:
        round_.counts = None
    db.session.flush()


def _sealed(group: NetworkGroup, month: date, counts: dict[str, object]) -> Sealed:
    return Sealed.of(counts, scope=f"pulse:{group.ref}:{month:%Y-%m}")

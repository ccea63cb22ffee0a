"""What is not kept for ever of groups' lives: settled questions, visits, how it goes."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from data.clock import now, today
from data.db import after_commit, db
from data.models import (
    FamilyMove,
    GroupGuest,
    GroupQuestion,
    MoveState,
    PulseRound,
    QuestionState,
    StartSurvey,
)
from data.sealed import store

DECIDED = timedelta(days=183)
VISITS = timedelta(days=731)  # as long as the trail of who has looked
HOW_IT_GOES = timedelta(days=731)


def forget_group_memory() -> None:
    """Let each class of it go when its time is up."""
    settled = (
        GroupQuestion.state != QuestionState.OPEN,
        GroupQuestion.settled_at < now() - DECIDED,
    )
    db.session.execute(delete(GroupQuestion).where(*settled))
    db.session.execute(delete(GroupGuest).where(GroupGuest.left_at < now() - VISITS))
    old = or_(FamilyMove.state == MoveState.DONE, FamilyMove.state == MoveState.STOPPED)
    db.session.execute(delete(FamilyMove).where(old, FamilyMove.settled_at < now() - DECIDED))
    db.session.execute(delete(StartSurvey).where(StartSurvey.answered_on < today() - HOW_IT_GOES))
    past = PulseRound.month < today() - HOW_IT_GOES
    rounds = db.session.scalars(select(PulseRound).where(past)).all()
    scopes = {round_.counts.scope for round_ in rounds if round_.counts is not None}
    db.session.execute(delete(PulseRound).where(past))
    db.session.flush()
    after_commit(lambda: store().forget(scopes))

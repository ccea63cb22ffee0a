"""Let old words go: a conversation remembers for a year."""

from datetime import datetime

from sqlalchemy import select, update

from data.clock import now
from data.db import db
from data.models import Message, Report


def forget_messages_before(moment: datetime) -> set[str]:
    """Empty what was written before and return the key scopes to forget after the commit.

    Give the first of a month: keys are per month, and one may only go when its whole month has.
    """
    old = select(Message).where(Message.sent_at < moment, Message.body.is_not(None))
    scopes: set[str] = set()
    for message in db.session.scalars(old):
        if message.body is not None:
            scopes.add(message.body.scope)
        message.body, message.deleted_at = None, message.deleted_at or now()
    db.session.execute(
        update(Report)
        .where(Report.message_id.in_(select(Message.id).where(Message.sent_at < moment)))
        .values(snapshot=None, note=None, decision_note=None)
    )
    db.session.flush()
    return scopes

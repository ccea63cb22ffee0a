"""Who answers the acute line at a given moment."""

from datetime import datetime

from sqlalchemy import select

from data.clock import COPENHAGEN
from data.db import db
from data.models import AcuteNumber


def acute_number(municipality_id: int, *, at: datetime) -> AcuteNumber | None:
    """Return the row of the weekly table that covers `at`, as clocks in Denmark show it."""
    local = at.astimezone(COPENHAGEN)
    clock = local.time()
    rows = db.session.scalars(
        select(AcuteNumber)
        .where(
            AcuteNumber.municipality_id == municipality_id, AcuteNumber.weekday == local.weekday()
        )
        .order_by(AcuteNumber.from_time)
    )
    for row in rows:
        ends_at_midnight = row.to_time.hour == row.to_time.minute == 0
        if row.from_time <= clock and (ends_at_midnight or clock < row.to_time):
            return row
    return None


def acute_week(municipality_id: int) -> list[AcuteNumber]:
    """Return the whole weekly table, Monday first."""
    return list(
        db.session.scalars(
            select(AcuteNumber)
            .where(AcuteNumber.municipality_id == municipality_id)
            .order_by(AcuteNumber.weekday, AcuteNumber.from_time)
        )
    )

"""The acute line's weekly table: who answers when, and in the gaps."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from data import audit
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import Account, AcuteNumber, RoleName
from data.queries.access import not_found, require_role
from data.queries.acute import MIDNIGHT, acute_week
from web.safety.days import clock_words, day_words

_PHONE = re.compile(r"\+?[0-9 ]{3,16}")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Who answers on some days between two clock times; past midnight it goes on the next day."""

    weekdays: Collection[int]
    from_time: time
    to_time: time
    label: str
    phone: str


def add_watch(watch: Watch, *, by: Account) -> list[AcuteNumber]:
    """Add rows to the table; nothing may overlap what is there."""
    require_role(by, RoleName.COORDINATOR)
    if not watch.weekdays:
        raise Invalid(_("Choose at least one day."), field="weekdays")
    rows = [
        _row(watch, weekday=weekday, start=start, end=end, by=by)
        for day in sorted(watch.weekdays)
        for weekday, start, end in _parts(day, watch.from_time, watch.to_time)
    ]
    there = acute_week(by.municipality_id)
    for row in rows:
        _refuse_overlap(row, there)
        there.append(row)
        db.session.add(row)
    _changed(by)
    return rows


def change_number(ref: str, *, label: str, phone: str, by: Account) -> None:
    """Say who answers in a row that stands."""
    row = _number(ref, by=by)
    row.label, row.phone = _said(label), _dialled(phone)
    _changed(by)


def remove_number(ref: str, *, by: Account) -> None:
    """Take a row out of the table: from then on there is a gap."""
    db.session.delete(_number(ref, by=by))
    _changed(by)


def set_fallback(*, label: str, phone: str, by: Account) -> None:
    """Say whom one reaches where the table has a gap; both empty means nobody."""
    require_role(by, RoleName.COORDINATOR)
    named = {"label": _said(label), "phone": _dialled(phone)} if label or phone else None
    by.municipality.settings = {**by.municipality.settings, "acute_fallback": named}
    _changed(by)


def _number(ref: str, *, by: Account) -> AcuteNumber:
    require_role(by, RoleName.COORDINATOR)
    row = (
        db.session.query(AcuteNumber)
        .filter_by(ref=ref, municipality_id=by.municipality_id)
        .one_or_none()
    )
    if row is None:
        raise not_found()
    return row


def _parts(day: int, start: time, end: time) -> list[tuple[int, time, time]]:
    """Split a watch that goes past midnight; the same time twice means all day."""
    if start == end:
        return [(day, MIDNIGHT, MIDNIGHT)]
    if end == MIDNIGHT or start < end:
        return [(day, start, end)]
    return [(day, start, MIDNIGHT), ((day + 1) % 7, MIDNIGHT, end)]


def _row(watch: Watch, *, weekday: int, start: time, end: time, by: Account) -> AcuteNumber:
    return AcuteNumber(
        municipality_id=by.municipality_id,
        weekday=weekday,
        from_time=start,
        to_time=end,
        label=_said(watch.label),
        phone=_dialled(watch.phone),
    )


def _refuse_overlap(row: AcuteNumber, there: list[AcuteNumber]) -> None:
    for other in there:
        if (
            row.weekday == other.weekday
            and _before(row.from_time, other.to_time)
            and _before(other.from_time, row.to_time)
        ):
            raise Conflict(
                _(
                    "%(label)s already answers on %(day)s from %(start)s to %(end)s. Take that row"
                    " away first, or choose other times.",
                    label=other.label,
                    day=day_words()[other.weekday],
                    start=clock_words(other.from_time),
                    end=clock_words(other.to_time, end=True),
                )
            )


def _before(start: time, end: time) -> bool:
    return end == MIDNIGHT or start < end


def _said(label: str) -> str:
    label = label.strip()
    if not label or len(label) > 80:
        raise Invalid(_("Write who answers, in at most 80 characters."), field="label")
    return label


def _dialled(phone: str) -> str:
    phone = phone.strip()
    if not _PHONE.fullmatch(phone):
        raise Invalid(_("Write a telephone number, for instance 70 00 00 00."), field="phone")
    return phone


def _changed(by: Account) -> None:
    db.session.flush()
    audit.record("acute_table_changed", by=by, subject="municipality",
                 subject_id=by.municipality_id)  # fmt: skip

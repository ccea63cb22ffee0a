"""After the evening: who was there, whether everyone had the word, and what was agreed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import MEETS, Account, Attendance, Meeting, MeetingState, NetworkGroup
from data.queries.access import not_found
from data.queries.groups import meeting_of, members_of
from data.queries.meetings import meeting_by_id, present_at
from data.sealed import Sealed
from web.groups.actions import hosting
from web.groups.actions.meetings import hold, is_member, may_plan
from web.groups.actions.points import check_points


@dataclass(frozen=True, kw_only=True)
class Evening:
    """What is noted: never who said what."""

    present: frozenset[str]  # families' refs
    all_spoke: bool
    agreed: tuple[str, ...]


def may_record(group: NetworkGroup, meeting: Meeting, *, by: Account) -> bool:
    """Answer who notes how an evening went: who calls the meetings, and the evening's host."""
    if meeting.state is MeetingState.CANCELLED or meeting.starts_at > now():
        return False
    host = meeting.host_family_id is not None and meeting.host_family_id == by.family_id
    return may_plan(group, by=by) or (host and is_member(group, by=by) and group.phase in MEETS)


def record_evening(group: NetworkGroup, ref: str, evening: Evening, *, by: Account) -> Meeting:
    """Note how an evening went, the first time also that it was held; it can be corrected."""
    meeting = meeting_of(group, ref)
    if not may_record(group, meeting, by=by):
        if may_plan(group, by=by):
            raise Conflict(_("The meeting has not begun yet, or is cancelled."))
        raise not_found()
    check_points(evening.agreed, field="agreed")
    meeting = meeting_by_id(meeting.id)  # host and facilitator may note at once: one at a time
    if meeting.state is MeetingState.PLANNED:
        hold(group, meeting, by=by)
    _note_present(group, meeting, evening.present)
    meeting.all_spoke = evening.all_spoke
    meeting.agreed = _sealed(meeting, evening.agreed)
    db.session.flush()
    if meeting.ends_at <= now():
        hosting.end_turn(meeting.id)
    return meeting


def agreed_at(meeting: Meeting) -> list[str]:
    """Return what was agreed; nothing once it is forgotten."""
    value = meeting.agreed.value if meeting.agreed else None
    return [str(point) for point in value or []]


def _sealed(meeting: Meeting, agreed: Sequence[str]) -> Sealed | None:
    kept = [point.strip() for point in agreed if point.strip()]
    return Sealed.of(kept, scope=f"meeting:{meeting.ref}") if kept else None


def _note_present(group: NetworkGroup, meeting: Meeting, refs: Collection[str]) -> None:
    """Only today's members can be added; who has left since keeps what was noted."""
    members = {family.ref: family.id for family in members_of(group)}
    if not set(refs) <= set(members):
        raise not_found()
    wanted, known = {members[ref] for ref in refs}, present_at(meeting)
    for family_id in (known & set(members.values())) - wanted:
        db.session.delete(db.session.get_one(Attendance, (meeting.id, family_id)))
    for family_id in wanted - known:
        db.session.merge(Attendance(meeting_id=meeting.id, family_id=family_id))
    db.session.flush()

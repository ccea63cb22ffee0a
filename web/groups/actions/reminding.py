"""What the clock reminds people of: three days before a meeting, its host and those who come."""

from datetime import time, timedelta

from data.clock import in_denmark, now, today
from data.db import db
from data.models import LED, Coming, MeetingState
from data.queries.groups import members_of
from data.queries.meetings import meeting_by_id, meetings_to_remind_of
from web.groups import letters
from web.groups.actions.meetings import day_and_time

DAYS_BEFORE = 3
TOO_LATE = timedelta(hours=6)  # a mail about an evening that is nearly here helps nobody


def due() -> list[int]:
    """Return the meetings that are at most three days away and were not reminded of."""
    end = in_denmark(today() + timedelta(days=DAYS_BEFORE + 1), time(0))
    return meetings_to_remind_of(now() + TOO_LATE, until=end)


def remind(meeting_id: int, *, base_url: str) -> bool:
    """Write to the host and to all who have not said no, once; True if anything was written."""
    meeting = meeting_by_id(meeting_id)
    if meeting.reminded_at is not None or meeting.state is not MeetingState.PLANNED:
        return False
    meeting.reminded_at = now()
    declined = {r.family_id for r in meeting.replies if r.coming is Coming.NO}
    when, link = day_and_time(meeting), f"{base_url}/group/meetings/{meeting.ref}"
    for family in members_of(meeting.group):
        if family.id == meeting.host_family_id:
            letters.remind_host(family, when=when, link=f"{base_url}/group/hosts")
        elif family.id not in declined:
            letters.remind_of_meeting([family], when=when, link=link)
    if meeting.group.phase in LED:
        letters.remind_facilitator(meeting.group, when=when, base_url=base_url)
    db.session.flush()
    return True

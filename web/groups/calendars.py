"""Meetings as calendar files: one to download, and the private feed of a person."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from icalendar import Calendar, Event

from data.clock import now
from data.models import Meeting, MeetingState

_PRODUCT = "-//Makkerskab//Network groups//EN"


def one_meeting(meeting: Meeting, *, link: str) -> bytes:
    """Return one meeting with its place: the person downloads it on purpose."""
    return _calendar([_event(meeting, link=link, place=meeting.place)])


def feed(meetings: Iterable[tuple[Meeting, str]]) -> bytes:
    """Return a feed of (meeting, link).

    Others' servers fetch it, so it holds no place: that may be a foster family's home.
    """
    return _calendar([_event(meeting, link=link, place=None) for meeting, link in meetings])


def _calendar(events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Network group"))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, *, link: str, place: str | None) -> Event:
    event = Event()
    event.add("uid", f"{meeting.ref}@makkerskab")
    event.add("dtstamp", now())
    event.add("sequence", meeting.version)  # so that a moved meeting moves in the calendar too
    event.add("dtstart", _utc(meeting.starts_at))
    event.add("dtend", _utc(meeting.ends_at))
    event.add("summary", _("Network group: meeting %(number)s", number=meeting.number))
    event.add("url", link)
    if place:
        event.add("location", place)
    if meeting.state is MeetingState.CANCELLED:
        event.add("status", "CANCELLED")
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(now().tzinfo)

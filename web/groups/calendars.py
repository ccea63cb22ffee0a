"""Meetings as calendar files: one to download, and the private feed of a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from data.clock import COPENHAGEN, now
from data.models import Meeting, MeetingKind, MeetingState
from web.groups import agendas

_PRODUCT = "-//Makkerskab//Network groups//EN"
_READ_AGAIN = timedelta(hours=6)
_REMIND_BEFORE = timedelta(days=1)


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
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Network group"))
    calendar.add("x-wr-timezone", COPENHAGEN.key)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")  # the same, for the programs that know only this one
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()  # so that a meeting stays at seven when the clocks change
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, *, link: str, place: str | None) -> Event:
    event = Event()
    event.add("uid", f"{meeting.ref}@makkerskab")
    event.add("dtstamp", now())
    event.add("sequence", meeting.version)  # so that a moved meeting moves in the calendar too
    event.add("dtstart", _local(meeting.starts_at))
    event.add("dtend", _local(meeting.ends_at))
    event.add("summary", _summary(meeting))
    event.add("url", link)
    event.add("class", "PRIVATE")
    if place:
        event.add("location", place)
    if meeting.state is MeetingState.CANCELLED:
        event.add("status", "CANCELLED")
        event.add("transp", "TRANSPARENT")  # the evening is free again
        return event
    event.add("status", "CONFIRMED")
    if meeting.state is MeetingState.PLANNED:
        event.add_component(_reminder(meeting))
    return event


def _summary(meeting: Meeting) -> str:
    if meeting.state is MeetingState.CANCELLED:
        return str(_("Network group: cancelled meeting"))
    if meeting.kind is MeetingKind.NETWORK:
        return str(_("Network group: meeting %(number)s", number=meeting.number))
    return str(
        _(
            "Network group: meeting %(number)s, %(kind)s",
            number=meeting.number,
            kind=agendas.name(meeting.kind).lower(),
        )
    )


def _reminder(meeting: Meeting) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(meeting))
    alarm.add("trigger", -_REMIND_BEFORE)
    return alarm


def _local(moment: datetime) -> datetime:
    return moment.astimezone(COPENHAGEN)

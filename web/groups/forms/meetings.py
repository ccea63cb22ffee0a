"""When, where and about what a group meets."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from data.clock import COPENHAGEN, in_denmark, today
from data.models import Family, Meeting, MeetingKind, NetworkGroup
from matcher.schema import SCHEMA
from web.groups import agendas
from web.groups.actions.meetings import Plan
from web.groups.actions.points import MOST
from web.groups.proposing import STARTS, WEEKDAYS


class MeetingForm(FlaskForm):
    """One meeting: as planned by a facilitator, or by the families themselves."""

    kind = SelectField(
        _l("What kind of evening?"),
        description=_l("Group supervision and theme sessions count as hours of training."),
    )
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    starts = TimeField(_l("From"), validators=[InputRequired(_l("Say when it begins."))])
    ends = TimeField(_l("To"), validators=[InputRequired(_l("Say when it ends."))])
    place = StringField(
        _l("Place"),
        validators=[InputRequired(_l("Say where you meet.")), Length(max=200)],
        description=_l("For instance a community house, or “online”."),
    )
    host = SelectField(_l("Host"))
    theme = SelectField(_l("Theme"))
    title = StringField(
        _l("Heading"),
        validators=[Length(max=120)],
        description=_l("Leave it empty to use the theme."),
    )
    agenda = TextAreaField(
        _l("Agenda"),
        validators=[Length(max=2000)],
        description=_l("One line for each point. No children’s names."),
    )
    version = HiddenField()

    def __init__(self, *, members: list[Family], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(kind.value, agendas.name(kind)) for kind in MeetingKind]
        nobody = [("", _("Nobody yet"))]
        self.host.choices = nobody + [(family.ref, family.name) for family in members]
        locale = str(get_locale())
        themes = [(code, value.label(locale)) for code, value in SCHEMA.themes.items()]
        self.theme.choices = [("", _("No theme")), *themes]

    @property
    def plan(self) -> Plan:
        """Return what was written, in Danish time."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None or starts is None or ends is None:
            raise ValueError("plan is for a form that was found valid")
        points = [line.strip() for line in (self.agenda.data or "").splitlines() if line.strip()]
        kind = MeetingKind(self.kind.data)
        if agendas.is_untouched(points):
            points = agendas.template(kind)  # the kind was chosen after the page was drawn
        return Plan(
            kind=kind,
            starts_at=in_denmark(day, starts),
            ends_at=in_denmark(day, ends),
            place=(self.place.data or "").strip(),
            title=(self.title.data or "").strip(),
            theme=self.theme.data or None,
            agenda=tuple(points[:MOST]),
            host_ref=self.host.data or None,
        )


def empty_plan(group: NetworkGroup, *, host: Family | None = None) -> dict[str, Any]:
    """Return what a new meeting begins with: the group's own evening and an agenda with a round."""
    weekday, _sep, part = (group.slot or "thu_evening").partition("_")
    starts = STARTS.get(part, time(19))
    ahead = (WEEKDAYS.index(weekday) - today().weekday()) % 7
    return {
        "day": today() + timedelta(days=ahead + 14),
        "starts": starts,
        "ends": (datetime.combine(today(), starts) + timedelta(hours=2)).time(),
        "place": group.place or "",
        "host": host.ref if host else "",
        "kind": MeetingKind.NETWORK.value,
        "agenda": "\n".join(agendas.template(MeetingKind.NETWORK)),
    }


def plan_of(meeting: Meeting) -> dict[str, Any]:
    """Return a planned meeting as the form shows it."""
    starts, ends = (m.astimezone(COPENHAGEN) for m in (meeting.starts_at, meeting.ends_at))
    return {
        "kind": meeting.kind.value,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": meeting.place,
        "host": meeting.host.ref if meeting.host else "",
        "theme": meeting.theme or "",
        "title": meeting.title,
        "agenda": "\n".join(meeting.agenda),
        "version": str(meeting.version),
    }

"""The forms around an evening: days to choose from, where the host has the group, how it went."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, Optional

from data.clock import in_denmark
from data.models import Coming, Family, MeetingKind
from web.groups import agendas
from web.groups.actions.hosting import Place, PlaceKind
from web.groups.actions.polls import Question
from web.groups.actions.recording import Evening
from web.groups.proposing import LASTS, Day
from web.groups.shown import span_text


class PollForm(FlaskForm):
    """The days to ask about: those proposed, and one of one's own."""

    kind = SelectField(_l("What kind of evening?"))
    days = SelectMultipleField(
        _l("Days"), description=_l("Choose three to five, those from below included.")
    )
    own_day = DateField(
        _l("Another day"),
        validators=[Optional()],
        description=_l("Only if none of the days fits."),
    )
    own_time = TimeField(_l("Another day, from"), validators=[Optional()], default=time(19))
    more_day = DateField(_l("One more day"), validators=[Optional()])
    more_time = TimeField(_l("One more day, from"), validators=[Optional()], default=time(19))

    def __init__(self, *, proposed: list[Day], n_members: int, **kwargs: Any) -> None:
        chosen = [day.starts_at.isoformat() for day in proposed]
        super().__init__(data={"days": chosen, "kind": MeetingKind.NETWORK.value}, **kwargs)
        self.kind.choices = [(kind.value, agendas.name(kind)) for kind in MeetingKind]
        self.days.choices = [
            (day.starts_at.isoformat(), _day_text(day, n_members)) for day in proposed
        ]

    @property
    def question(self) -> Question:
        """Return what was chosen, in Danish time."""
        days = [datetime.fromisoformat(text) for text in self.days.data or ()]
        for day, at in (
            (self.own_day.data, self.own_time.data),
            (self.more_day.data, self.more_time.data),
        ):
            if day is not None:
                days.append(in_denmark(day, at or time(19)))
        return Question(
            kind=MeetingKind(self.kind.data), days=tuple((day, day + LASTS) for day in sorted(days))
        )


def _day_text(day: Day, n_members: int) -> str:
    when = span_text(day.starts_at, day.ends_at)
    if not day.n_can:
        return when
    return str(_("%(when)s · %(n)s of %(all)s usually can", when=when, n=day.n_can, all=n_members))


def answers_in(form: Mapping[str, str]) -> dict[str, Coming]:
    """Return what was ticked, by the day's ref; a word that is no answer is left out."""
    known = {coming.value: coming for coming in Coming}
    return {
        name.removeprefix("day-"): known[value]
        for name, value in form.items()
        if name.startswith("day-") and value in known
    }


class PlaceForm(FlaskForm):
    """Where a host will have the group."""

    kind = RadioField(_l("Where do you meet?"))
    name = StringField(
        _l("Which place?"),
        validators=[Length(max=200)],
        description=_l("For instance a community house. Leave it empty for your home or online."),
    )
    directions = TextAreaField(
        _l("How do they find you?"),
        validators=[Length(max=600)],
        description=_l(
            "Address, parking, the link. Only those in the group see it, and the facilitator while "
            "there is one. It is deleted after the meeting."
        ),
    )

    def __init__(self, *, may_be_home: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        home = [(PlaceKind.HOME.value, _("At home with us"))] if may_be_home else []
        self.kind.choices = [
            *home,
            (PlaceKind.ELSEWHERE.value, _("Another place")),
            (PlaceKind.ONLINE.value, _("Online")),
        ]

    @property
    def place(self) -> Place:
        """Return what was written."""
        return Place(
            kind=PlaceKind(self.kind.data),
            name=self.name.data or "",
            directions=self.directions.data or "",
        )


class EveningForm(FlaskForm):
    """How an evening went."""

    present = SelectMultipleField(_l("Who was there?"))
    all_spoke = BooleanField(_l("Everyone had the word in the round"))
    agreed = TextAreaField(
        _l("What did you agree on?"),
        validators=[Length(max=2500)],
        description=_l(
            "One line for each thing. Only what you will do, not what was told. "
            "Nothing about children."
        ),
    )

    def __init__(self, *, members: Iterable[Family], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.present.choices = [(family.ref, family.name) for family in members]

    @property
    def evening(self) -> Evening:
        """Return what was noted."""
        lines = (line.strip() for line in (self.agreed.data or "").splitlines())
        return Evening(
            present=frozenset(self.present.data or ()),
            all_spoke=bool(self.all_spoke.data),
            agreed=tuple(line for line in lines if line),
        )

"""What a coordinator says when releasing a pool of families."""

from datetime import timedelta
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    StopValidation,
)

from data.clock import today
from data.models import Account
from data.queries.places import municipalities, municipalities_of_postcode, towns
from matcher.schema import SCHEMA
from web.groups.waiting import PoolWish


def _known_postcode(_form: FlaskForm, field: Any) -> None:
    if field.data and field.data not in towns():
        raise StopValidation(str(_l("We do not know this postcode.")))


class PoolForm(FlaskForm):
    """The wish, its name and who is to form the groups."""

    name = StringField(
        _l("Name of the pool"),
        validators=[InputRequired(_l("Give the pool a name.")), Length(max=120)],
    )
    facilitator = SelectField(_l("Who is to form the groups?"), validate_choice=True)
    support_levels = SelectMultipleField(_l("Target group: the children’s need for support"))
    others_too = BooleanField(_l("Other families may also join"))
    municipalities = SelectMultipleField(_l("Municipality of residence"))
    postcode = StringField(
        _l("Around postcode"),
        validators=[
            Optional(),
            Regexp(r"^\d{4}$", message=_l("A postcode has four digits.")),
            _known_postcode,
        ],
    )
    minutes = IntegerField(
        _l("Minutes’ drive at most"),
        validators=[Optional(), NumberRange(5, 180, message=_l("Write a number from 5 to 180."))],
    )
    age_bands = SelectMultipleField(_l("Ages of the children"))
    themes = SelectMultipleField(_l("Themes now"))
    waiting_weeks = SelectField(_l("Has waited at least"))

    def __init__(self, *, by: Account, facilitators: list[Account], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.facilitator.choices = [(f.ref, _person(f)) for f in facilitators]
        self.support_levels.choices = _values("support_level")
        self.municipalities.choices = _near(by.municipality.code)
        self.age_bands.choices = _values("children_age_bands")
        self.themes.choices = _values("themes_now")
        self.waiting_weeks.choices = [
            (str(n), ngettext("%(num)s week", "%(num)s weeks", n)) for n in (0, 4, 13, 26)
        ]

    @property
    def wish(self) -> PoolWish:
        """Return what was chosen."""
        weeks = int(self.waiting_weeks.data or 0)
        return PoolWish(
            support_levels=tuple(self.support_levels.data or ()),
            others_too=bool(self.others_too.data),
            municipalities=tuple(self.municipalities.data or ()),
            postcode=self.postcode.data or None,
            minutes=self.minutes.data,
            themes=tuple(self.themes.data or ()),
            age_bands=tuple(self.age_bands.data or ()),
            waiting_since=today() - timedelta(weeks=weeks) if weeks else None,
        )


def _person(account: Account) -> str:
    home = account.institution.name if account.institution else account.municipality.service_name
    return f"{account.name}, {home}"


def _values(code: str) -> list[tuple[str, str]]:
    locale = str(get_locale())
    return [(value.code, value.label(locale)) for value in SCHEMA.field(code).values.values()]


def _near(own_code: str) -> list[tuple[str, str]]:
    """Return the own municipality and those that share a postcode with it: others are far away."""
    near = {
        code
        for codes in municipalities_of_postcode().values()
        if own_code in codes
        for code in codes
    }
    return [(code, name) for code, name in municipalities().items() if code in near | {own_code}]

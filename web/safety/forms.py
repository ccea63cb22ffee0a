"""What the forms about the acute line ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TelField, TimeField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from web.safety.days import day_words


class WhoAnswersForm(FlaskForm):
    label = StringField(
        _l("Who answers"),
        description=_l("An institution, a duty service or a person"),
        validators=[InputRequired(_l("Write who answers")), Length(max=80)],
    )
    phone = TelField(
        _l("Telephone"), validators=[InputRequired(_l("Write a telephone number")), Length(max=20)]
    )


class WatchForm(WhoAnswersForm):
    weekdays = SelectMultipleField(
        _l("Days"), coerce=int, validators=[InputRequired(_l("Choose at least one day"))]
    )
    from_time = TimeField(_l("From"), validators=[InputRequired(_l("Write a time like 7:00"))])
    to_time = TimeField(
        _l("To"),
        description=_l("Earlier than “From” means: into the next day. The same: all day."),
        validators=[InputRequired(_l("Write a time like 15:00"))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = [
            SelectChoice(str(number), word) for number, word in enumerate(day_words())
        ]

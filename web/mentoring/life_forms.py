"""What the forms around a running mentorship ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from data.models import Rhythm
from web.mentoring.actions.agreeing import MAX_PURPOSE_CHARS, Terms

RHYTHMS = {
    Rhythm.WEEKLY_FIRST: _l("A talk a week the first month, then every other week"),
    Rhythm.WEEKLY: _l("A talk a week"),
    Rhythm.BIWEEKLY: _l("A talk every other week"),
    Rhythm.MONTHLY: _l("A talk a month"),
}


class AgreementForm(FlaskForm):
    version = IntegerField(default=0)
    purpose = TextAreaField(
        _l("What would you like out of it?"),
        description=_l("A few sentences about yourselves. No names, numbers or addresses."),
        validators=[
            InputRequired(_l("Write what you would like out of it.")),
            Length(max=MAX_PURPOSE_CHARS, message=_l("The text is too long. Make it shorter.")),
        ],
    )
    rhythm = RadioField(
        _l("How often?"),
        choices=[SelectChoice(code.value, text) for code, text in RHYTHMS.items()],
        validators=[InputRequired(_l("Choose how often."))],
    )
    until = DateField(
        _l("Until when?"),
        description=_l("A year is usual. You may stop sooner without giving a reason."),
        validators=[InputRequired(_l("Choose a day."))],
    )
    confidence = TextAreaField(
        _l("How do you keep each other's confidence?"),
        description=_l("One line for each thing, at most 8."),
        validators=[InputRequired(_l("Write at least one thing about confidence."))],
    )

    def terms(self) -> Terms:
        """Return what was written, as the action wants it."""
        assert self.until.data is not None  # noqa: S101  # the form has been validated
        return Terms(
            purpose=self.purpose.data or "",
            rhythm=Rhythm(self.rhythm.data),
            until=self.until.data,
            confidence=tuple((self.confidence.data or "").splitlines()),
        )

"""What people fill in about a message: why they report it, and what the coordinator decides."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from chat.actions.reports import NOTE_MAX_CHARS
from data.models import ReportReason

REASONS = {
    ReportReason.CHILD_IDENTIFIED.value: _l("It shows who a child is"),
    ReportReason.HARSH.value: _l("It is harsh or offensive"),
    ReportReason.WORRY.value: _l("I am worried about someone"),
    ReportReason.OTHER.value: _l("Something else"),
}


class ReportForm(FlaskForm):
    reason = RadioField(
        _l("What is wrong with the message?"),
        choices=lambda: {value: str(label) for value, label in REASONS.items()},
        validators=[InputRequired(_l("Choose what is wrong with the message."))],
    )
    note = TextAreaField(
        _l("Is there anything the coordinator should know? (optional)"),
        description=_l("Write without children's names."),
        validators=[Length(max=NOTE_MAX_CHARS)],
    )


class DecisionForm(FlaskForm):
    decision = RadioField(
        _l("What should happen to the message?"),
        choices=lambda: {
            "keep": _("It stays"),
            "remove": _("It is removed for everyone in the room"),
        },
        validators=[InputRequired(_l("Choose what should happen to the message."))],
    )
    note = TextAreaField(
        _l("Why? (optional, only for coordinators)"),
        validators=[Length(max=NOTE_MAX_CHARS)],
    )

"""What the forms around a running mentorship ask for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from data.clock import today
from data.models import CallKind, Rhythm, TalkForm
from web.mentoring.actions.agreeing import MAX_PURPOSE_CHARS, Terms
from web.mentoring.actions.calls import MAX_WORDS_CHARS
from web.mentoring.actions.talks import LONGEST, MAX_NOTE_CHARS, SHORTEST, Talk

RHYTHMS = {
    Rhythm.WEEKLY_FIRST: _l("A talk a week the first month, then every other week"),
    Rhythm.WEEKLY: _l("A talk a week"),
    Rhythm.BIWEEKLY: _l("A talk every other week"),
    Rhythm.MONTHLY: _l("A talk a month"),
}

TALK_FORMS = {
    TalkForm.VISIT: _l("Visit"),
    TalkForm.OUT: _l("Out together"),
    TalkForm.PHONE: _l("Telephone"),
    TalkForm.VIDEO: _l("Video"),
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


class TalkNoteForm(FlaskForm):
    held_on = DateField(
        _l("Which day?"), default=today, validators=[InputRequired(_l("Choose a day."))]
    )
    form = RadioField(
        _l("In which way?"),
        choices=[SelectChoice(code.value, text) for code, text in TALK_FORMS.items()],
        validators=[InputRequired(_l("Choose in which way."))],
    )
    minutes = IntegerField(
        _l("How many minutes?"),
        default=60,
        validators=[
            InputRequired(_l("Write how many minutes.")),
            NumberRange(SHORTEST, LONGEST, _l("Write minutes between 5 and 720.")),
        ],
    )
    counts = BooleanField(_l("Count it as hours of the mentorship"), default=True)
    note = TextAreaField(
        _l("A short note (optional)"),
        description=_l("About yourselves, for the two of you. Nothing about a child, no names."),
        validators=[
            Length(max=MAX_NOTE_CHARS, message=_l("The text is too long. Make it shorter."))
        ],
    )

    def talk(self) -> Talk:
        """Return what was noted, as the action wants it."""
        assert self.held_on.data is not None  # noqa: S101  # the form has been validated
        return Talk(
            held_on=self.held_on.data,
            form=TalkForm(self.form.data),
            minutes=int(self.minutes.data or 0),
            counts=bool(self.counts.data),
            note=self.note.data or "",
        )


class CallForm(FlaskForm):
    kind = RadioField(
        _l("What is it about?"),
        choices=[
            SelectChoice(CallKind.HELP.value, _l("We would like to talk it over")),
            SelectChoice(CallKind.COMPLAINT.value, _l("We would like to complain")),
        ],
        default=CallKind.HELP.value,
    )
    words = TextAreaField(
        _l("A few words"),
        description=_l("You need write nothing to be called. No children's names."),
        validators=[
            Length(max=MAX_WORDS_CHARS, message=_l("The text is too long. Make it shorter."))
        ],
    )

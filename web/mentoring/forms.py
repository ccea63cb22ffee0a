"""What the forms about mentors ask for, with messages a tired parent can act on."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from data.models import DeclineReason
from web.mentoring.actions.asking import MAX_WORDS_CHARS, Question
from web.mentoring.actions.living import MAX_REFUSAL_CHARS


class AskForm(FlaskForm):
    words = TextAreaField(
        _l("Your message"),
        description=_l("Keep it short. Use no names, not even your own yet."),
        validators=[
            InputRequired(_l("Write a few words to the family.")),
            Length(max=MAX_WORDS_CHARS, message=_l("The message is too long. Make it shorter.")),
        ],
    )
    themes = SelectMultipleField(_l("They may see these themes when they read your question"))
    show_ages = BooleanField(_l("They may also see the ages of the children with us"))

    def question(self) -> Question:
        """Return what was asked, as the action wants it."""
        return Question(
            words=self.words.data or "",
            themes=tuple(self.themes.data or ()),
            show_ages=bool(self.show_ages.data),
        )


class DeclineForm(FlaskForm):
    reason = RadioField(
        _l("Will you say why? (optional)"),
        description=_l("Only the coordinator sees it. It makes the next suggestions better."),
        choices=[
            SelectChoice(DeclineReason.BUSY.value, _l("We have too much on our plate just now")),
            SelectChoice(
                DeclineReason.OWN_PLACEMENT.value, _l("We have just had a child placed with us")
            ),
            SelectChoice(DeclineReason.THEME.value, _l("We do not know the themes well enough")),
            SelectChoice(DeclineReason.DISTANCE.value, _l("It is too far away")),
            SelectChoice(DeclineReason.KNOWN.value, _l("We think we know the family")),
            SelectChoice(DeclineReason.UNSAID.value, _l("We would rather not say")),
        ],
        default=DeclineReason.BUSY.value,
    )
    pause = BooleanField(_l("Take a break as mentors: do not ask us until we say so"))


class CapacityForm(FlaskForm):
    places = SelectField(
        _l("How many families can you be mentors for?"),
        choices=[
            SelectChoice(0, _l("None just now")),
            SelectChoice(1, _l("1 family")),
            SelectChoice(2, _l("2 families")),
            SelectChoice(3, _l("3 families")),
        ],
        coerce=int,
    )


class RefuseForm(FlaskForm):
    reason = TextAreaField(
        _l("Why can it not be approved?"),
        description=_l("Only staff see it. Use no children's names."),
        validators=[
            InputRequired(_l("Write why, so that a colleague can explain it.")),
            Length(max=MAX_REFUSAL_CHARS, message=_l("The text is too long. Make it shorter.")),
        ],
    )


class RoundForm(FlaskForm):
    """Every decision about a round says which version of it the person saw."""

    version = IntegerField(validators=[InputRequired()])

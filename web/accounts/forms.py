"""What the forms about signing in and people ask for, with messages a tired parent can act on."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Email, InputRequired, Length

from web.accounts.passwords import LONGEST

_EMAIL = [
    InputRequired(_l("Write your e-mail address")),
    Email(_l("Write an e-mail address like anna@example.dk")),
    Length(max=254),
]


class SignInForm(FlaskForm):
    email = EmailField(
        _l("E-mail"), description=_l("The one your invitation came to"), validators=_EMAIL
    )


class CodeForm(FlaskForm):
    code = StringField(
        _l("Code"),
        description=_l("Six digits from the mail"),
        validators=[InputRequired(_l("Write the six digits from the mail")), Length(max=40)],
    )


class PasswordForm(FlaskForm):
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Write your password")), Length(max=LONGEST)],
    )


class NewPasswordForm(FlaskForm):
    current = PasswordField(_l("Your password now"), validators=[Length(max=LONGEST)])
    password = PasswordField(
        _l("New password"),
        description=_l("At least 12 characters. Four words that do not belong together are good."),
        validators=[InputRequired(_l("Write a new password"))],
    )


class WelcomeForm(FlaskForm):
    """What is asked of someone who takes an invitation as staff."""

    name = StringField(
        _l("Your name"),
        description=_l("As the others should see it"),
        validators=[InputRequired(_l("Write your name")), Length(max=120)],
    )
    password = PasswordField(
        _l("Password, if you want one"),
        description=_l("At least 12 characters. You can always sign in with a code by e-mail."),
        validators=[Length(max=LONGEST)],
    )


class FamilyWelcomeForm(WelcomeForm):
    """The same for an adult of a family: a promise, and a separate consent."""

    promise = BooleanField(
        _l("I have read the promise of confidentiality and say yes to it"),
        validators=[
            InputRequired(_l("Say yes to the promise of confidentiality, or “No thank you”."))
        ],
    )
    matching = BooleanField(
        _l("The municipality may use our answers to suggest a mentor and a group")
    )


class InviteAdultForm(FlaskForm):
    name = StringField(_l("Name"), validators=[InputRequired(_l("Write a name")), Length(max=120)])
    email = EmailField(_l("E-mail"), validators=_EMAIL)


class InviteStaffForm(InviteAdultForm):
    roles = SelectMultipleField(_l("Role"))
    institution = SelectField(_l("Place of work"), default="")

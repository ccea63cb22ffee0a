"""The wizard's forms, made from the schema: one form per step, one class per kind of question."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice

from data.i18n import _
from data.private_numbers import CPR, EMAIL, PHONE, finds
from data.queries.places import municipalities
from matcher.schema import SCHEMA, Step
from matcher.schema import Field as Question
from web.families.fields import Codes, Postcode, Slots, Themes, Whole, choices


class About(TextAreaField):
    """Free text that must not point to a child or a person."""

    data: str | None

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too long and what would reveal someone."""
        text = (self.data or "").replace("\r\n", "\n").strip()
        self.data = text
        if self.question.max and len(text) > self.question.max:
            raise ValidationError(
                _(
                    "The text is %(n)s characters long. There is room for %(most)s.",
                    n=len(text),
                    most=self.question.max,
                )
            )
        found = {find.kind for find in finds(text)}
        for kind, sentence in _found_sentences().items():
            if kind in found:
                raise ValidationError(sentence)

    @property
    def answer(self) -> str | None:
        """Return what is stored."""
        return self.data or None


def _found_sentences() -> dict[str, str]:
    return {
        CPR: _("This looks like a CPR number. Take it out: it is never stored here."),
        PHONE: _("Take the telephone number out. You can swap numbers once you know each other."),
        EMAIL: _("Take the e-mail address out. You can write to each other here."),
        "case": _("Take the case number out. Write about yourselves and not about a case."),
    }


class One(RadioField):
    """One answer of a few."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options, validate_choice=True)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        """Let the question stand unanswered; refuse an answer that is not ours."""
        if self.data and self.data not in self.question.values:
            raise ValidationError(_("Choose among the answers shown."))

    @property
    def answer(self) -> str | None:
        """Return what is stored."""
        return self.data if self.data in self.question.values else None


class Municipality(SelectField):
    """One of the 98 municipalities."""

    data: str | None

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        """Let the question stand unanswered; refuse a municipality that there is none of."""
        if self.answer and self.answer not in municipalities():
            raise ValidationError(_("Choose among the answers shown."))

    @property
    def answer(self) -> str | None:
        """Return what is stored; a browser sends the empty choice as ""."""
        return self.data if self.data not in {None, "", "None"} else None


class StepForm(FlaskForm):
    """One page of the wizard; `seen` says which answers the person had before them."""

    seen = HiddenField()

    def questions(self) -> list[Field]:
        """Return the fields that hold an answer."""
        return [field for field in self if hasattr(field, "question")]

    def answers(self) -> dict[str, Any]:
        """Return the answers by code; None takes an answer back."""
        return {field.name: field.answer for field in self.questions()}


def form_for(step: Step, answers: Mapping[str, Any], *, seen: str, locale: str) -> StepForm:
    """Return the form of a step, filled with what was answered before."""
    fields = {
        question.code: _KINDS[question.kind](question, locale)
        for question in step.fields
        if question.set_by == "family"
    }
    form_class = type("FilledStepForm", (StepForm,), fields)
    data = {code: answers.get(code, SCHEMA.fields[code].default) for code in fields}
    form: StepForm = form_class(data={**data, "seen": seen})
    return form


def _options(question: Question, locale: str) -> dict[str, Any]:
    return {"label": question.label(locale), "description": question.help(locale)}


def _one(question: Question, locale: str) -> Field:
    if question.code == "home_municipality":
        named = [SelectChoice("", _("Choose"))]
        named += [SelectChoice(number, name) for number, name in municipalities().items()]
        return Municipality(question, choices=named, **_options(question, locale))
    return One(question, choices=choices(question, locale), **_options(question, locale))


def _several(kind: type[Codes]) -> Callable[[Question, str], Field]:
    def make(question: Question, locale: str) -> Field:
        return kind(question, choices=choices(question, locale), **_options(question, locale))

    return make


def _plain(kind: type[Field]) -> Callable[[Question, str], Field]:
    def make(question: Question, locale: str) -> Field:
        return kind(question, **_options(question, locale))

    return make


_KINDS: dict[str, Callable[[Question, str], Field]] = {
    "single": _one,
    "multi": _several(Codes),
    "slots": _several(Slots),
    "themes_strength": _plain(Themes),
    "int": _plain(Whole),
    "year": _plain(Whole),
    "postcode": _plain(Postcode),
    "text": _plain(About),
}

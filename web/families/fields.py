"""Form fields that the profile needs and WTForms does not have: slots, themes, several codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import Field, IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation

from data.clock import today
from data.exchange.cells import Unreadable, read_cell
from data.exchange.problems import Problem
from data.i18n import _
from matcher.schema import Field as Question


class Codes(SelectMultipleField):
    """Several answers as checkboxes."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        """Refuse codes that are not ours, and more than the question allows."""
        if not set(self.data or ()) <= set(self.question.values):
            raise ValidationError(_("Choose among the answers shown."))
        most = self.question.max_items
        if most and len(self.data or ()) > most:
            raise ValidationError(_("Choose at most %(most)s.", most=most))

    @property
    def answer(self) -> Any:
        """Return what is stored; nothing chosen is not an answer."""
        chosen = list(self.data or ())
        # "None" beside a real answer was left ticked by mistake.
        return [code for code in chosen if code != "none"] or chosen or None


class Slots(Codes):
    """Seven days by three times, drawn as a table."""


class Themes(Field):
    """Themes with a strength from 1 to 3; a sixth is answered with a sentence, not a locked box."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question
        self.data: dict[str, Any] = {}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the boxes and, for each ticked one, its strength."""
        self.errors = ()
        self.process_errors: list[str] = []
        if formdata is not None and formdata:
            chosen = formdata.getlist(self.name)
            self.data = {code: formdata.get(f"{self.name}-{code}", "2") for code in chosen}
        else:
            self.data = dict(data or {})

    def pre_validate(self, form: Any) -> None:
        """Refuse a theme or a strength that is not ours, and a sixth theme."""
        known, strengths = set(self.question.values), {"1", "2", "3"}
        if not set(self.data) <= known or not {str(s) for s in self.data.values()} <= strengths:
            raise StopValidation(_("Choose among the answers shown."))
        if len(self.data) > (self.question.max_items or len(known)):
            raise StopValidation(
                _(
                    "You have chosen %(n)s. Choose the %(most)s that take up the most.",
                    n=len(self.data),
                    most=self.question.max_items,
                )
            )

    def strength(self, code: str) -> int:
        """Return how much a theme takes up; 2 until one says otherwise."""
        return int(self.data.get(code) or 2)

    @property
    def answer(self) -> dict[str, int] | None:
        """Return what is stored."""
        return {code: int(strength) for code, strength in self.data.items()} or None


class Whole(IntegerField):
    """A whole number within the question's limits, or nothing."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question
        self.raw = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what people write: "35 min" is 35."""
        self.raw = valuelist[0].strip() if valuelist else ""
        self.data = _read(self.question, self.raw) if self.raw else None

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else str(self.data))

    @property
    def answer(self) -> int | None:
        """Return what is stored."""
        return self.data if isinstance(self.data, int) else None


class Postcode(StringField):
    """Four digits of a postcode that exists."""

    data: str | None

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question

    def pre_validate(self, form: Any) -> None:
        """Refuse a postcode that does not exist."""
        if self.data and self.data.strip():
            self.data = _read(self.question, self.data.strip())

    @property
    def answer(self) -> str | None:
        """Return what is stored."""
        return self.data or None


def _read(question: Question, text: str) -> Any:
    """Read an answer as the import does, and say what is wrong in the same words."""
    try:
        return read_cell(question, text, on=today())
    except Unreadable as wrong:
        facts = dict(wrong.facts)
        shown = str(facts.pop("value", text))
        problem = Problem(code=wrong.code, value=shown, facts=facts)
        raise ValidationError(f"{problem.what} {problem.remedy}") from None


def choices(question: Question, locale: str) -> list[SelectChoice]:
    """Return the answers of a question with their labels."""
    return [SelectChoice(v.code, v.label(locale)) for v in question.values.values()]


def grouped(
    question: Question, groups: Mapping[str, str]
) -> Iterator[tuple[str, str, bool, list[Any]]]:
    """Go through the theme groups with their label, whether they are starred, and their themes."""
    for code, label in groups.items():
        values = [value for value in question.values.values() if value.group == code]
        yield code, label, any(value.starred for value in values), values

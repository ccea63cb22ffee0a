"""The look-through: every answer on a row, with who sees it and where it is mended."""

from dataclasses import dataclass

from data.answers import seen_by
from matcher.schema import SCHEMA
from web.families.actions.profile import missing
from web.families.visibility import Seen, seen
from web.families.whose import Whose
from web.families.words import in_words, locale


@dataclass(frozen=True, kw_only=True)
class Row:
    """One answer as it is looked through."""

    code: str
    label: str
    text: str
    see: Seen
    edit_url: str
    is_missing: bool  # unanswered, and nothing can be suggested without it


def rows(whose: Whose) -> list[Row]:
    """Return what the family was asked, in the order of the wizard, with the answers."""
    family = whose.family
    answers = seen_by("self", family)
    needed = set(missing(family))
    return [
        Row(
            code=field.code,
            label=field.label(locale()),
            text=in_words(field.code, answers.get(field.code)),
            see=seen(field, protected=family.protected_address),
            edit_url=_where(whose, step.code, field.code),
            is_missing=field.code in needed,
        )
        for step in SCHEMA.steps
        for field in step.fields
    ]


def _where(whose: Whose, step: str, code: str) -> str:
    if SCHEMA.fields[code].set_by == "computed":
        return whose.placements
    return f"{whose.step(step)}#{code}"

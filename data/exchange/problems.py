"""What can be wrong in a table of families, in words: what is the matter and what mends it.

A problem is stored as a code and its facts and put into words when it is shown, so that the worker
that finds it need not know who will read it.
"""

from dataclasses import dataclass, field
from typing import Any

from data.i18n import _


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to look at: where it stands, what it is, and whether it stops the import."""

    code: str
    row: int | None = None  # as the spreadsheet counts, the heading is row 1
    column: str | None = None  # the heading as it stands in the file
    key: str | None = None  # the key of the record, where the column is known
    value: str = ""  # what stands there, masked where it must not be repeated
    blocks: bool = True
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """Return what is the matter."""
        return _sentence(self, _what())

    @property
    def remedy(self) -> str:
        """Return what mends it."""
        return _sentence(self, _remedies())


def _sentence(problem: Problem, sentences: dict[str, str]) -> str:
    known: dict[str, Any] = {
        "value": problem.value,
        "column": problem.column or "",
        "row": problem.row or "",
    }
    return sentences[problem.code] % {**known, **problem.facts}


def _what() -> dict[str, str]:
    return {
        "no_id": _("The row has no family id."),
        "duplicate_id": _("The same family id stands in row %(first)s too."),
        "unknown_value": _("“%(value)s” is not one of the answers."),
        "too_many": _("There are more than %(most)s answers."),
        "not_number": _("“%(value)s” is not a whole number."),
        "out_of_range": _("%(value)s is outside %(low)s–%(high)s."),
        "future_year": _("The year lies in the future."),
        "future_date": _("The date lies in the future."),
        "not_date": _("“%(value)s” is not a date."),
        "not_bool": _("“%(value)s” is neither yes nor no."),
        "letter_o": _("There is a letter O where a zero should be."),
        "unknown_postcode": _("There is no postcode %(value)s."),
        "strength": _("A strength must be 1, 2 or 3."),
        "too_long": _("The text is longer than %(most)s characters."),
        "cpr": _("The cell holds something shaped like a CPR number. It is not read in."),
        "phone": _("The text holds a telephone number. It is not read in."),
        "email_in_text": _("The text holds an e-mail address. It is not read in."),
        "case": _("The text holds the number of a case. It is not read in."),
        "bad_email": _("“%(value)s” is not an e-mail address."),
        "excel_error": _("The cell shows the fault %(value)s."),
        "formula": _("The cell holds a formula without a result."),
        "excel_date": _("Excel has turned the answer into a date. We read it as “%(read)s”."),
        "self_exclusion": _("A family cannot be kept apart from itself."),
        "unknown_exclusion": _("No family has the id “%(other)s”."),
        "not_collected": _("We do not ask about this. It is not read in."),
        "more_cells": _("The row has more cells than the heading."),
        "unknown_column": _("We do not know the column “%(column)s”. It is not read in."),
        "double_column": _("“%(column)s” says the same as another column. The first is read in."),
        "example_row": _("The row is the example from the template. It is not read in."),
        "left_family": _("The family has left the network."),
        "still_taking_part": _("The family has a mentorship or a group that is not ended."),
    }


def _remedies() -> dict[str, str]:
    return {
        "no_id": _("Write the municipality's own id for the family."),
        "duplicate_id": _("Keep one of the rows, or give one of them its own id."),
        "unknown_value": _("Choose from the answers in the template."),
        "too_many": _("Keep the %(most)s that matter most."),
        "not_number": _("Write digits only."),
        "out_of_range": _("Write a number from %(low)s to %(high)s."),
        "future_year": _("Write the year in which they became a foster family."),
        "future_date": _("Write a date that has been."),
        "not_date": _("Write the date as 31-12-2026."),
        "not_bool": _("Write yes or no."),
        "letter_o": _("Did you mean %(read)s?"),
        "unknown_postcode": _("Write the four digits of the postcode."),
        "strength": _("Write a theme as adhd:3, with a strength from 1 to 3."),
        "too_long": _("Shorten the text."),
        "cpr": _("Write about the family without numbers that point to a person."),
        "phone": _("Telephone numbers do not belong in the profile."),
        "email_in_text": _("Write e-mail addresses in the column E-mail only."),
        "case": _("The numbers of cases do not belong in the profile."),
        "bad_email": _("Write the address as name@example.org."),
        "excel_error": _("Mend the cell in the spreadsheet, or empty it."),
        "formula": _("Copy the column and paste it as values."),
        "excel_date": _("Format the column as text to keep Excel from doing so."),
        "self_exclusion": _("Remove the family's own id."),
        "unknown_exclusion": _("Mend the id, or add the family to the file."),
        "not_collected": _("Remove the column."),
        "more_cells": _("Put quotation marks around answers that hold the mark between cells."),
        "unknown_column": _("Rename it or choose what it means, if it should be read."),
        "double_column": _("Leave one of them out."),
        "example_row": _("Delete the row, if you like."),
        "left_family": _("Leave the row out."),
        "still_taking_part": _("End those first, or choose another status."),
    }

"""A family's own data as files that people can open: a page to read, and a workbook."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from data.exchange.write import harmless
from data.i18n import _
from data.start_survey import start_labels
from matcher.schema import SCHEMA
from web.safety.audit_words import event_words
from web.shared.page import language


@dataclass(frozen=True, kw_only=True)
class Part:
    """One subject as a table."""

    title: str
    header: list[str]
    rows: list[list[str]]


def parts_of(about: Mapping[str, Any]) -> list[Part]:
    """Turn `everything_about` into tables with words in place of codes."""
    parts = [
        _answers(about["answers"])
        if code == "answers"
        else _table(title, _as_rows(about[code], code))
        for code, title in _titles().items()
        if about.get(code)
    ]
    return [part for part in parts if part.rows]


def as_html(about: Mapping[str, Any]) -> str:
    """Return one page that needs no net and no app to be read."""
    return render_template("safety/own_data_file.html", parts=parts_of(about))


def as_xlsx(about: Mapping[str, Any]) -> bytes:
    """Return a workbook, one sheet for each subject."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for part in parts_of(about):
        sheet = book.create_sheet(part.title[:31])
        sheet.append([harmless(text) for text in part.header])
        for row in part.rows:
            sheet.append([harmless(text) for text in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _titles() -> dict[str, str]:
    return {
        "family": _("The family"),
        "adults": _("Adults"),
        "answers": _("Answers"),
        "placements": _("New placements"),
        "consents": _("Consents"),
        "requests": _("Questions to mentors"),
        "mentorships": _("Mentorships"),
        "mentor_agreements": _("Agreements of your mentorships"),
        "mentor_talks": _("Talks of your mentorships"),
        "mentor_checkins": _("Answers about your mentorships"),
        "mentor_calls": _("Calls you asked for"),
        "groups": _("Groups"),
        "decisions": _("Decisions in the group"),
        "start_survey": _("How it was at the start"),
        "moves": _("Moves to another municipality"),
        "meetings": _("Meetings"),
        "attended": _("Meetings you were at"),
        "hosted": _("Meetings you hosted"),
        "days": _("Days you could meet"),
        "turns": _("Your turn as host"),
        "swaps": _("Turns you asked to swap"),
        "signed": _("Agreements of your group"),
        "messages": _("Messages you wrote"),
        "answers_to_families": _("Answers to families who asked"),
        "reports": _("Messages you reported"),
        "devices": _("Devices you signed in on"),
        "looks": _("Who has looked"),
    }


def _columns() -> dict[str, str]:
    return {
        "name": _("Name"), "id": _("Reference"), "email": _("E-mail"), "since": _("Since"),
        "to": _("Agreed to"), "version": _("Version"), "given": _("Given"),
        "by_telephone": _("By telephone"), "taken_back": _("Taken back"), "as": _("As"),
        "state": _("State"), "agreed": _("Agreed"), "group": _("Group"), "answer": _("Answer"),
        "joined": _("Joined"), "left": _("Left"), "at": _("When"), "text": _("Text"),
        "asked": _("Asked"), "words": _("Words"), "meeting": _("Meeting"),
        "coming": _("Are you coming?"), "event": _("What"), "by": _("Who"), "month": _("Month"),
        "kind": _("Kind"), "hours": _("Hours"), "place": _("Place"), "day": _("Day"),
        "number": _("Number"), "reason": _("Reason"), "note": _("Note"), "seen": _("Last seen"),
        "about": _("About"), "suggested": _("You suggested it"), "from": _("From"),
        "until": _("Until"), "purpose": _("What you would like"),
        "confidence": _("In confidence"),
        **start_labels(),
    }  # fmt: skip


def _as_rows(value: Any, code: str) -> list[dict[str, Any]]:
    rows = [value] if isinstance(value, dict) else list(value)
    if code == "looks":
        rows = [{**row, "event": event_words(row["event"])} for row in rows]
    return [row if isinstance(row, dict) else {"month": row} for row in rows]


def _table(title: str, rows: list[dict[str, Any]]) -> Part:
    keys = list(rows[0]) if rows else []
    words = _columns()
    return Part(
        title=title,
        header=[words.get(key, key) for key in keys],
        rows=[[_said(row.get(key)) for key in keys] for row in rows],
    )


def _answers(answers: Mapping[str, Any]) -> Part:
    tongue = language()
    return Part(
        title=_titles()["answers"],
        header=[_("Question"), _("Answer")],
        rows=[
            [SCHEMA.label(code, tongue), _said(_in_words(code, value, tongue))]
            for code, value in answers.items()
        ],
    )


def _in_words(code: str, value: Any, tongue: str) -> Any:
    known = SCHEMA.fields[code].values

    def word(one: Any) -> Any:
        return SCHEMA.value_label(code, one, tongue) if one in known else one

    if isinstance(value, dict):
        return [f"{word(key)}: {_said(strength)}" for key, strength in value.items()]
    return [word(one) for one in value] if isinstance(value, list) else word(value)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_said(one) for one in value)
    return str(value)

"""The year of a mentorship: its marks, what comes next, and what the two families agreed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from data.answers import answers_of, seen_by
from data.clock import today
from data.db import db
from data.models import Family, MentorRequest, Mentorship, MentorshipState
from data.queries.mentor_life import in_touch
from data.queries.places import municipalities
from matcher.schema import SCHEMA
from web.mentoring import cards
from web.mentoring.months import begun_on, months_after

MONTHS = (0, 1, 3, 6, 12)
TALK_WITHIN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark of the year; `state` is done, now or next."""

    name: str
    day: date
    state: str


def marks_of(mentorship: Mentorship, *, until: date | None = None) -> list[Mark]:
    """Return the marks of the year, none before it has begun; `until` is what they agreed on."""
    start = begun_on(mentorship)
    if start is None:
        return []
    names = (_("Start"), _("1 month"), _("3 months"), _("6 months"), _("The end"))
    days = [months_after(start, months) for months in MONTHS]
    if until is not None:
        days[-1] = until
    return [
        Mark(name=name, day=day, state=_state(day))
        for name, day in zip(names, days, strict=True)
        if day < days[-1] or name == names[-1]
    ]


def _state(day: date) -> str:
    if day <= today():
        return "done"
    return "now" if day - today() <= TALK_WITHIN else "next"


def next_step(mentorship: Mentorship) -> dict[str, Any] | None:
    """Return the one thing to do now, if there is one."""
    if mentorship.state is not MentorshipState.ACTIVE:
        return None
    if not in_touch(mentorship):
        return {
            "heading": _("Say hello to each other"),
            "text": _("The first message may be small. Agree on when you can talk within a week."),
            "first": True,
        }
    due = next((m for m in marks_of(mentorship) if m.state == "now"), None)
    if due is None:
        return None
    return {
        "heading": _("%(mark)s: is it as you had hoped?", mark=due.name),
        "text": _(
            "Take ten minutes for it next time you talk: what helps, what would you change, "
            "and shall you go on?"
        ),
    }


def agreement_of(mentorship: Mentorship) -> list[tuple[str, str]]:
    """Return what the two said yes to, from what both have answered."""
    request = (
        db.session.get(MentorRequest, mentorship.request_id) if mentorship.request_id else None
    )
    both = [answers_of(family) for family in (mentorship.family, mentorship.mentor)]
    return [
        (_("How often"), _("A talk a week the first month, then every other week")),
        (_("In which way"), _common("contact_modes", both)),
        (_("What about"), cards.labels("themes_now", request.shown_themes if request else [])),
        (_("At which times"), _common("availability", both)),
        (_("How long"), _("A year, and you may stop sooner without giving a reason")),
    ]


def _common(code: str, both: list[dict[str, Any]]) -> str:
    first, second = (set(answers.get(code) or ()) for answers in both)
    return cards.labels(code, [v for v in SCHEMA.fields[code].values if v in first & second])


def known_family(family: Family, *, since_ended: datetime | None = None) -> dict[str, Any]:
    """Return what a family shows to the one it shares a mentorship with.

    When that has ended, what it answers from then on is no longer the other's to read.
    """
    seen = seen_by("peer_after", family) if since_ended is None else {}
    code = seen.get("home_municipality")
    return {
        "ref": family.ref,
        "name": family.name,
        "people": [
            adult.name
            for adult in family.carers
            if adult.active and (since_ended is None or adult.created_at <= since_ended)
        ],
        "title": cards.title_of(family) if since_ended is None else "",
        "municipality": municipalities().get(str(code), "") if code else "",
        "about_us": seen.get("about_us", ""),
        "themes": cards.labels("themes_experience", seen.get("themes_experience")),
        "now": cards.labels("themes_now", list(seen.get("themes_now", {}))),
    }

"""Why two families were put together, found once and kept in words of both languages.

Kept as a JSON value beside the suggestion or the request, sealed: a page only reads it.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from data.clock import today
from matcher.schema import SCHEMA

LANGUAGES = ("da", "en")
_MINUTES_STEP = 5  # as the matcher tells it: an exact drive would show where a family lives
_COUNTED = ("themes", "themes_all", "themes_one", "themes_some_hidden")
Record = Mapping[str, Any]


def of_suggestion(
    family: Record, mentor: Record, *, rules: Mapping[str, int], versions: Sequence[int]
) -> dict[str, Any]:
    """Return what a family may know of one mentor family before both have said yes."""
    from matcher.compatibility import explain  # scikit-learn is slow to import

    pair = explain(family, mentor, rules=rules, on=today())
    asked = _tellable(family.get("themes_now") or {})
    shared = [code for code in asked if code in (mentor.get("themes_experience") or ())]
    since, minutes = mentor.get("foster_since"), rounded_minutes(family, mentor)
    years = 0 if since is None else today().year - int(since)
    return {
        "versions": list(versions),
        "asked": asked,
        "shared": shared,
        "bands": _common(family, mentor, "children_age_bands"),
        "slots": _common(family, mentor, "availability"),
        "minutes": minutes,
        "words": {
            locale: {
                **_split(
                    pair.reasons(locale),
                    locale,
                    n=len(shared),
                    of=len(asked),
                    minutes=minutes or 0,
                    years=years,
                ),
                "caveats": pair.caveats(locale),
                "questions": pair.questions(locale),
            }
            for locale in LANGUAGES
        },
    }


def of_request(
    family: Record, mentor: Record, *, themes: Sequence[str], ages: bool, rules: Mapping[str, int]
) -> dict[str, Any]:
    """Return what the mentor family is told of the one that asks: only what that one let show."""
    from matcher.compatibility import explain

    strengths = family.get("themes_now") or {}
    shown = {**family, "themes_now": {c: s for c, s in strengths.items() if c in themes}}
    if not ages:
        shown.pop("children_age_bands", None)
    pair = explain(shown, mentor, rules=rules, on=today())
    return {
        "bands": list(shown.get("children_age_bands") or ()),
        "words": {
            locale: {
                "reasons": pair.reasons(locale, to="mentor"),
                "questions": pair.questions(locale, to="mentor"),
            }
            for locale in LANGUAGES
        },
    }


def for_staff(family: Record, mentor: Record, *, rules: Mapping[str, int]) -> dict[str, Any]:
    """Return what the coordinator reads about a pair."""
    from matcher.compatibility import explain

    pair = explain(family, mentor, rules=rules, on=today())
    return {
        locale: {
            "reasons": pair.reasons(locale, to="staff"),
            "caveats": pair.caveats(locale, to="staff"),
            "questions": pair.questions(locale, to="staff"),
        }
        for locale in LANGUAGES
    }


def rounded_minutes(family: Record, mentor: Record) -> int | None:
    """Return the drive between two families in steps of five; None where it may not be told."""
    from matcher.geography import minutes_between

    if family.get("protected_address") or mentor.get("protected_address"):
        return None
    places = family.get("postcode"), mentor.get("postcode")
    minutes = minutes_between(*map(str, places)) if all(places) else None
    return None if minutes is None else ceil(minutes / _MINUTES_STEP) * _MINUTES_STEP


def themes_to_show(family: Record) -> list[str]:
    """Return those of a family's themes that may be shown before both have said yes."""
    return _tellable(family.get("themes_now") or {})


def _tellable(themes: Mapping[str, int]) -> list[str]:
    return [code for code in SCHEMA.themes if code in themes and not SCHEMA.themes[code].starred]


def _common(family: Record, mentor: Record, code: str) -> list[str]:
    both = set(family.get(code) or ()) & set(mentor.get(code) or ())
    return [value for value in SCHEMA.fields[code].values if value in both]


def _split(
    reasons: list[str], locale: str, *, n: int, of: int, minutes: int, years: int
) -> dict[str, Any]:
    """Take out what the card draws: themes as two discs, years as its title, the drive above."""
    from matcher.words import say

    counted = {say(f"reason.{name}.family", locale, n=n, of=of) for name in _COUNTED}
    drawn = {
        say("reason.travel.family", locale, minutes=minutes),
        say("reason.years.family", locale, n=years),
    }
    overlap = next((reason for reason in reasons if reason in counted), None)
    return {"overlap": overlap, "reasons": [r for r in reasons if r not in counted | drawn]}

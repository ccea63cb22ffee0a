"""What a round would come to if something were otherwise: found by solving it, saved nowhere.

Each is one change to the round as it is: everyone drives a little farther, one more mentor family
in an area, less experience asked of mentors. Found beside the round by the worker, so that a
coordinator can look before deciding anything.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from data.clock import today
from data.i18n import _, ngettext
from data.queries.places import municipalities

if TYPE_CHECKING:
    from matcher.pairing import Pairing
    from web.mentoring.proposal import Market

FARTHER_MINUTES = (10, 20)
MOST_MINUTES = 90  # what a family can answer at most
FEWER_YEARS = 2
LEAST_YEARS = 1
MOST_AREAS = 6
NEW_MENTOR_YEARS = 10
Record = dict[str, Any]


def changes(market: "Market") -> Iterator[tuple[dict[str, Any], "Market"]]:
    """Go through the changes: what each is, in plain values, and the round with it made."""
    for minutes in FARTHER_MINUTES:
        yield (
            {"kind": "drive", "n": minutes},
            replace(
                market,
                families=[_farther(record, minutes) for record in market.families],
                mentors=[_farther(record, minutes) for record in market.mentors],
            ),
        )
    years = max(LEAST_YEARS, market.rules["min_years"] - FEWER_YEARS)
    if years < market.rules["min_years"]:
        rules = {**market.rules, "min_years": years}
        yield {"kind": "years", "n": years}, replace(market, rules=rules)
    for area, postcode in _areas(market):
        mentor = _new_mentor(area, postcode)
        yield {"kind": "mentor", "area": area}, replace(market, mentors=[*market.mentors, mentor])


def _farther(record: Record, minutes: int) -> Record:
    limit = record.get("max_travel_minutes", 30)
    return {**record, "max_travel_minutes": min(MOST_MINUTES, limit + minutes)}


def _areas(market: "Market") -> list[tuple[str, str]]:
    """Return the areas where most families wait, each with the postcode most of them have.

    A protected address takes no part in it.
    """
    found: dict[str, Counter[str]] = {}
    for record in market.families:
        area, postcode = record.get("home_municipality"), record.get("postcode")
        if area and postcode and not record.get("protected_address"):
            found.setdefault(area, Counter())[postcode] += 1
    most_first = sorted(found, key=lambda area: (-found[area].total(), area))
    return [(area, found[area].most_common(1)[0][0]) for area in most_first[:MOST_AREAS]]


def _new_mentor(area: str, postcode: str) -> Record:
    """Return a mentor family of whom nothing is known but where it lives and that it may be one."""
    return {
        "id": f"new-{area}",
        "participation": ["mentor"],
        "status": "active",
        "consents": {"matching": today().isoformat()},
        "mentor_approved": today().isoformat(),
        "mentor_capacity": 1,
        "foster_since": today().year - NEW_MENTOR_YEARS,
        "home_municipality": area,
        "postcode": postcode,
    }


def outcome(pairing: "Pairing") -> dict[str, Any]:
    """Return what a changed round came to: plain values."""
    scores = [float(score) for score in pairing.scores if score == score]
    return {
        "matched": pairing.matched,
        "mean": sum(scores) / len(scores) if scores else None,
        "worst": min(scores, default=None),
    }


@dataclass(frozen=True)
class Line:
    """One change as the page tells it."""

    change: str
    more: str
    mean: int | None
    worst: int | None
    helps: bool


def lines(found: Mapping[str, Any], goal: str) -> list[Line]:
    """Return the changes in words, those that serve most families first."""
    told = found.get("what_if", {}).get(goal, [])
    now = found["goals"].get(goal, {}).get("matched", 0)
    rows = [_line(row, row["matched"] - now) for row in told]
    return [line for _more, line in sorted(rows, key=lambda row: -row[0])]


def _line(row: Mapping[str, Any], more: int) -> tuple[int, Line]:
    if more > 0:
        said = ngettext("One family more gets a mentor", "%(num)s families more get a mentor", more)
    elif more < 0:
        said = ngettext(
            "One family fewer gets a mentor", "%(num)s families fewer get a mentor", -more
        )
    else:
        said = _("Just as many families get a mentor")
    return more, Line(_change(row), said, _percent(row["mean"]), _percent(row["worst"]), more > 0)


def _percent(score: float | None) -> int | None:
    return None if score is None else int(100 * score + 0.5)


def _change(row: Mapping[str, Any]) -> str:
    match row["kind"]:
        case "drive":
            return _("Everyone drives %(n)s minutes longer", n=row["n"])
        case "years":
            return ngettext(
                "A mentor family needs only %(num)s year of experience",
                "A mentor family needs only %(num)s years of experience",
                row["n"],
            )
        case _:
            area = municipalities().get(row["area"], row["area"])
            return _("One more mentor family in %(area)s", area=area)

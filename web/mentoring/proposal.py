"""A round's proposal: everyone waiting against every free place, for all three goals at once.

Kept as one sealed JSON value: pairs per goal, reasons in words of both languages, and for those
left out why, and what it would take.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from data.clock import now
from data.db import db
from data.matching import records
from data.models import MentorRound, Municipality
from data.queries import mentoring as queries
from web.mentoring import reasons
from web.mentoring.pool import mentor_records, mentors, pair_rules, waiting

if TYPE_CHECKING:
    from matcher.pairing import Goal, Pairing

GOALS: tuple["Goal", ...] = ("most_families", "best_fit", "fairest")
FLOOR = 0.62  # "best-fitting pairs": nobody is given a weaker one, some wait instead
IdPairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Market:
    """What a round is solved from: plain values, read once."""

    families: list[dict[str, Any]]
    mentors: list[dict[str, Any]]
    waited_days: dict[str, int]
    rules: dict[str, int]
    goal: "Goal"
    pins: IdPairs
    bans: IdPairs
    known_reasons: dict[str, Any] = field(default_factory=dict)


def read_market(round_: MentorRound) -> Market:
    """Read who waits and who has room, and what the coordinator has decided so far."""
    municipality = db.session.get_one(Municipality, round_.municipality_id)
    families = records(waiting(municipality.id))
    helpers = mentor_records(mentors(municipality.id))
    here = {f["id"] for f in families}, {m["id"] for m in helpers}
    placed = queries.placed_ids(municipality.id)
    goal = next(goal for goal in GOALS if goal == round_.goal)
    return Market(
        families=families,
        mentors=helpers,
        waited_days={f["id"]: max(0, (now() - placed[int(f["id"])]).days) for f in families},
        rules=pair_rules(municipality),
        goal=goal,
        pins=_present([*round_.pins, *round_.approved], *here),
        bans=_present(round_.bans, *here),
        known_reasons=dict(round_.proposed.get("reasons", {})),
    )


def _present(pairs: Sequence[Sequence[int]], families: set[str], helpers: set[str]) -> IdPairs:
    """Leave out pairs whose family or mentor is no longer in the round."""
    named = {(str(family), str(mentor)) for family, mentor in pairs}
    return sorted(pair for pair in named if pair[0] in families and pair[1] in helpers)


def propose(
    market: Market,
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Solve for the chosen goal, then for the others, then put each pair's reasons in words."""
    found: dict[str, Any] = {
        "goals": {},
        "why_not": {},
        "reasons": {},
        "waited": market.waited_days,
        "waiting": len(market.families),
        "mentors": sum(1 for mentor in market.mentors if mentor.get("mentor_capacity", 1) > 0),
        "places": sum(mentor.get("mentor_capacity", 1) for mentor in market.mentors),
    }
    for done, goal in enumerate([market.goal, *(g for g in GOALS if g != market.goal)]):
        if done and stopped():
            return found
        pairing = solve(market, goal)
        found["goals"][goal] = _summary(pairing)
        found["why_not"][goal] = _why_not(pairing)
        progress((done + 1) / 6)
    found["reasons"] = dict(_reasons(market, found["goals"], progress, stopped))
    return found


def solve(market: Market, goal: "Goal") -> "Pairing":
    """Pair everyone for one goal."""
    from matcher.pairing import pair

    return pair(
        market.families,
        market.mentors,
        goal=goal,
        rules=market.rules,
        floor=FLOOR if goal == "best_fit" else None,
        waiting=market.waited_days,
        pins=market.pins,
        bans=market.bans,
    )


def _summary(pairing: "Pairing") -> dict[str, Any]:
    scores = {i: float(s) for i, s in zip(pairing.family_ids, pairing.scores, strict=True)}
    pairs = [[int(f), int(m), scores[f]] for f, m in pairing.pairs]
    values = [score for _family, _mentor, score in pairs]
    return {
        "pairs": pairs,
        "matched": pairing.matched,
        "mean": sum(values) / len(values) if values else None,
        "worst": min(values, default=None),
    }


def _why_not(pairing: "Pairing") -> dict[str, Any]:
    return {
        family_id: {locale: [why.words(locale), why.remedy(locale)] for locale in reasons.LANGUAGES}
        for family_id, why in pairing.why_not.items()
    }


def _reasons(
    market: Market,
    goals: Mapping[str, Any],
    progress: Callable[[float], None],
    stopped: Callable[[], bool],
) -> Iterator[tuple[str, Any]]:
    """Yield the words for each pair of any goal; words found before are used again."""
    families = {f["id"]: f for f in market.families}
    helpers = {m["id"]: m for m in market.mentors}
    wanted = list(
        dict.fromkeys((str(f), str(m)) for g in goals.values() for f, m, _score in g["pairs"])
    )
    for done, (family_id, mentor_id) in enumerate(wanted):
        key = pair_key(int(family_id), int(mentor_id))
        if key in market.known_reasons:
            yield key, market.known_reasons[key]
        elif not stopped():
            yield (
                key,
                reasons.for_staff(families[family_id], helpers[mentor_id], rules=market.rules),
            )
        progress(0.5 + (done + 1) / len(wanted) / 2)


def pair_key(family_id: int, mentor_id: int) -> str:
    """Return what a pair is called inside a proposal."""
    return f"{family_id}-{mentor_id}"

"""A round's proposal: everyone waiting against every free place, for all three goals at once.

Kept as one sealed JSON value: pairs per goal, reasons in words of both languages, and for those
left out why, and what it would take.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from data.clock import now, today
from data.db import db
from data.matching import records
from data.models import MentorRound, Municipality
from data.queries import mentoring as queries
from web.mentoring import proofs, reasons, what_if
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
    versions: dict[str, int] = field(default_factory=dict)
    known_reasons: dict[str, Any] = field(default_factory=dict)


def read_market(round_: MentorRound) -> Market:
    """Read who waits and who has room, and what the coordinator has decided so far."""
    municipality = db.session.get_one(Municipality, round_.municipality_id)
    asking, helping = waiting(municipality.id), mentors(municipality.id)
    families, helpers = records(asking), mentor_records(helping)
    versions = {str(family.id): family.version for family in [*asking, *helping]}
    here = {f["id"] for f in families}, {m["id"] for m in helpers}
    placed = queries.placed_ids(municipality.id)
    goal = next(goal for goal in GOALS if goal == round_.goal)
    return Market(
        families=families,
        mentors=helpers,
        waited_days={f["id"]: max(0, (now() - placed[int(f["id"])]).days) for f in families},
        rules=pair_rules(municipality),
        goal=goal,
        pins=_present([*round_.approved, *round_.pins], *here),
        bans=_present([*round_.bans, *queries.parted(municipality.id)], *here),
        versions=versions,
        known_reasons=_reasons_still_true(round_.proposed, versions),
    )


def _present(pairs: Sequence[Sequence[int]], families: set[str], helpers: set[str]) -> IdPairs:
    """Leave out pairs whose family or mentor is no longer in the round; the order stays."""
    named = dict.fromkeys((str(family), str(mentor)) for family, mentor in pairs)
    return [pair for pair in named if pair[0] in families and pair[1] in helpers]


def _reasons_still_true(proposed: Mapping[str, Any], versions: dict[str, int]) -> dict[str, Any]:
    """Return the words found before for pairs of whom neither has changed anything since."""
    then = proposed.get("versions", {})
    same = {i for i, version in versions.items() if then.get(i) == version}
    return {
        pair: words
        for pair, words in proposed.get("reasons", {}).items()
        if set(pair.split("-")) <= same
    }


def propose(
    market: Market,
    *,
    progress: Callable[[float], None] = lambda _share: None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Solve for the chosen goal, then for the others, then put each pair's reasons in words."""
    market, fell_away = _without_impossible_pins(market)
    found: dict[str, Any] = {
        "fell_away": [[int(family), int(mentor)] for family, mentor in fell_away],
        "versions": market.versions,
        "goals": {},
        "proofs": {},
        "costs": {},
        "tries": {},
        "what_if": {},
        "others": {},
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
        found["proofs"][goal] = proofs.proof(pairing)
        found["costs"][goal] = proofs.costs(pairing)
        found["others"][goal] = proofs.others(pairing)
        found["why_not"][goal] = _why_not(pairing)
        found["tries"][goal] = proofs.tries(pairing)
        progress((done + 1) / 6)
    if not stopped():
        found["what_if"][market.goal] = [
            {**change, **what_if.outcome(solve(changed, market.goal))}
            for change, changed in what_if.changes(market)
        ]
    found["reasons"] = dict(_reasons(market, _all_pairs(found), progress, stopped))
    return found


def _without_impossible_pins(market: Market) -> tuple[Market, IdPairs]:
    """Let go of decided pairs that a rule or a place rules out by now: the rest goes on.

    What was approved comes before what was held, and the earlier before the later.
    """
    if not market.pins:
        return market, []
    import numpy as np

    from matcher.compatibility import score_pairs

    families = [f for f in market.families if any(f["id"] == pin[0] for pin in market.pins)]
    helpers = [m for m in market.mentors if any(m["id"] == pin[1] for pin in market.pins)]
    possible = ~np.isnan(score_pairs(families, helpers, rules=market.rules))
    row = {f["id"]: i for i, f in enumerate(families)}
    column = {m["id"]: j for j, m in enumerate(helpers)}
    places = {m["id"]: int(m.get("mentor_capacity", 1)) for m in helpers}
    kept: dict[str, str] = {}
    for family, mentor in market.pins:
        fits = bool(possible[row[family], column[mentor]]) and (family, mentor) not in market.bans
        if family not in kept and fits and places[mentor] > 0:
            kept[family] = mentor
            places[mentor] -= 1
    pins = list(kept.items())
    return replace(market, pins=pins), [pin for pin in market.pins if pin not in pins]


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
        on=today(),
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
        family_id: {
            "code": why.remedy_code,
            **{locale: [why.words(locale), why.remedy(locale)] for locale in reasons.LANGUAGES},
        }
        for family_id, why in pairing.why_not.items()
    }


def _all_pairs(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every pair of any goal, then the others that each family could be compared with."""
    made = [(str(f), str(m)) for goal in found["goals"].values() for f, m, _score in goal["pairs"]]
    compared = [
        (family, str(other["mentor"]))
        for others in found["others"].values()
        for family, told in others.items()
        for other in told
    ]
    return list(dict.fromkeys([*made, *compared]))


def _reasons(
    market: Market,
    wanted: Sequence[tuple[str, str]],
    progress: Callable[[float], None],
    stopped: Callable[[], bool],
) -> Iterator[tuple[str, Any]]:
    """Yield the words for each pair of any goal; words found before are used again."""
    families = {f["id"]: f for f in market.families}
    helpers = {m["id"]: m for m in market.mentors}
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

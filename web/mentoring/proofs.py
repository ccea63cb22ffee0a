"""What a round knows beside its pairs: that nothing is better, and what each decision would cost.

Found by the worker when the round is solved, so that no page waits for it; told in words when the
page is drawn, because only then is it known in which language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.i18n import _, ngettext
from data.models import Family

if TYPE_CHECKING:
    from matcher.consequences import Consequence
    from matcher.pairing import Pairing

MOST_OTHERS = 3  # mentors beside the proposed one who can be compared with it


def proof(pairing: Pairing) -> bool:
    """Say whether every score, computed again, confirms that no pairing is better."""
    return pairing.certificate.verify()


def costs(pairing: Pairing) -> dict[str, Any]:
    """Return, for each pair that is not pinned, what it costs not to make it: plain values.

    Not for "fairest": there the weakest pair allowed would be another, and all be solved anew.
    """
    from matcher.consequences import if_not

    if pairing.goal == "fairest":
        return {}
    pinned = {pairing.family_ids[i] for i in pairing.certificate.pins}
    return {
        f"{family}-{mentor}": _plain(if_not(pairing, family, mentor))
        for family, mentor in pairing.pairs
        if family not in pinned
    }


def others(pairing: Pairing) -> dict[str, list[dict[str, Any]]]:
    """Return, for each family that is not pinned, the best other mentors and what they cost."""
    from matcher.consequences import if_instead

    if pairing.goal == "fairest":
        return {}
    pinned = {pairing.family_ids[i] for i in pairing.certificate.pins}
    mentor_of = dict(pairing.pairs)
    found: dict[str, list[dict[str, Any]]] = {}
    for family, mentors in best_mentors(pairing, MOST_OTHERS + 1).items():
        if family in pinned:
            continue
        told = [
            {
                "families": [mentor],  # for whoever takes a family out of what is kept
                "mentor": int(mentor),
                "score": score,
                "cost": _plain(cost),
            }
            for mentor, score in mentors
            if mentor != mentor_of.get(family)
            and (cost := if_instead(pairing, family, mentor)) is not None
        ]
        found[family] = told[:MOST_OTHERS]
    return found


def best_mentors(pairing: Pairing, most: int) -> dict[str, list[tuple[str, float]]]:
    """Return each family's best mentors who have a place at all, with their scores."""
    import numpy as np

    from matcher.compatibility import UNITS

    solved = pairing.solved
    with_place = np.flatnonzero(solved.graph.places > 0)
    found = {}
    for i, family in enumerate(pairing.family_ids):
        scores = solved.market.scores(np.array([i]), with_place)[0]
        order = np.argsort(-scores, kind="stable")[:most]
        found[family] = [
            (pairing.mentor_ids[with_place[k]], float(scores[k]) / UNITS)
            for k in order
            if scores[k] >= 0
        ]
    return found


def tries(pairing: Pairing) -> dict[str, Any]:
    """Return, for each family without a mentor, what its remedy came to when solved again."""
    from matcher.remedies import tried

    if pairing.goal == "fairest":
        return {}
    found = {family: tried(pairing, family) for family in pairing.why_not}
    return {
        family: [
            {
                "families": [told.mentor] if told.mentor else [],
                "more": told.more,
                "served": told.served,
                "mentor": _id(told.mentor),
            }
        ]
        for family, told in found.items()
        if told is not None
    }


def _plain(told: Consequence) -> dict[str, Any]:
    return {
        "fewer": told.families,
        "points": told.points,
        "moves": [
            {
                "families": [key for key in (move.family, move.before, move.after) if key],
                "family": int(move.family),
                "after": _id(move.after),
            }
            for move in told.moves
        ],
    }


def _id(family: str | None) -> int | None:
    return None if family is None else int(family)


@dataclass(frozen=True)
class Cost:
    """What a decision would come to, in words."""

    sentence: str
    moves: list[str]


def in_words(
    cost: Mapping[str, Any] | None, family_id: int, named: Mapping[int, Family]
) -> Cost | None:
    """Tell what taking a pair apart would come to, the family of the pair first."""
    if cost is None:
        return None
    moves = sorted(cost["moves"], key=lambda move: move["family"] != family_id)
    told = [
        _move(named[move["family"]].name, named[move["after"]].name if move["after"] else None)
        for move in moves
        if ids_in(move) <= named.keys()
    ]
    return Cost(_sentence(cost), told)


def ids_in(move: Mapping[str, Any]) -> set[int]:
    """Return the families that a move is told of by name."""
    return {move["family"]} | ({move["after"]} if move["after"] else set())


def tried_in_words(
    tried: Sequence[Mapping[str, Any]], *, places: bool, named: Mapping[int, Family]
) -> str:
    """Tell whether what is advised for a family would help, as it was found; "" if not tried."""
    if not tried:
        return ""
    told = tried[0]
    mentor = named.get(told["mentor"]) if places else None
    if told["more"] > 0 and not told["served"]:
        return _("It has been tried: then one family more gets a mentor, but it is another one.")
    if told["more"] > 0 and mentor is not None:
        return _(
            "It has been tried: with one more place at %(mentor)s one family more gets a mentor.",
            mentor=mentor.name,
        )
    if told["more"] > 0:
        return _("It has been tried: then one family more gets a mentor.")
    return _("It has been tried: alone it does not help, because another family would go without.")


def _sentence(cost: Mapping[str, Any]) -> str:
    fewer = cost["fewer"]
    if fewer > 0:
        return ngettext(
            "One family fewer would get a mentor.",
            "%(num)s families fewer would get a mentor.",
            fewer,
        )
    points = round(100 * cost["points"])
    if fewer < 0:
        return _("More families would get a mentor, but with pairs that fit less well.")
    if points <= 0:
        return _("Just as many families would get a mentor, and they would fit as well together.")
    return _(
        "Just as many families would get a mentor, but all pairs together would lose %(points)s "
        "points of 100.",
        points=points,
    )


def _move(family: str, mentor: str | None) -> str:
    if mentor is None:
        return _("%(family)s would get no mentor", family=family)
    return _("%(family)s would get the mentor family %(mentor)s", family=family, mentor=mentor)

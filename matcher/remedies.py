"""Whether what is advised for a family without a mentor would help, solved again with it done.

A rule that keeps one family from every mentor is easy to name; that another family would not lose
its mentor in return is only known once the round is solved again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.rules import PAIR_RULES

if TYPE_CHECKING:
    from matcher.pairing import Pairing

MOST_MENTORS = 8  # of whom one more place is tried, the most wanted first


@dataclass(frozen=True)
class Tried:
    """What a remedy came to.

    Attributes
    ----------
    more : int
        How many more families would have a mentor: 1 if it helps, 0 if another would lose its own.
    served : bool
        Whether the family itself would have one.
    mentor : str or None
        Whose mentor that is, or who would need one more place.
    """

    more: int
    served: bool
    mentor: str | None


def tried(pairing: Pairing, family_id: str) -> Tried | None:
    """Do what is advised for a family in a copy of the round; None where nobody can try it.

    Notes
    -----
    Time: one row of scores and rules, then a few shortest paths.
    """
    why = pairing.why_not[family_id]
    i = pairing.family_ids.index(family_id)
    if why.remedy_code == "places":
        return _one_more_place(pairing, i)
    rules = why.values.get("several", (why.remedy_code,))
    return _without(pairing, i, set(rules) if isinstance(rules, tuple) else set())


def _one_more_place(pairing: Pairing, i: int) -> Tried | None:
    """Try one more place with those who fit, where places are dearest first."""
    solved = pairing.solved
    row = np.array([i])
    scores = solved.market.scores(row, np.arange(len(pairing.mentor_ids)))[0]
    fitting = np.flatnonzero(scores >= 0)
    best: Tried | None = None
    for j in fitting[np.argsort(-solved.graph.price[fitting], kind="stable")][:MOST_MENTORS]:
        after = solved.copy()
        after.set_places(int(j), int(after.graph.places[j]) + 1)
        found = Tried(
            after.matched - solved.matched, bool(after.mentor_of[i] >= 0), pairing.mentor_ids[j]
        )
        if best is None or (found.more, found.served) > (best.more, best.served):
            best = found
        if found.more and found.served:
            break
    return best


def _without(pairing: Pairing, i: int, rules: set[str]) -> Tried | None:
    """Try the round with these rules set aside for one family, as if its answers were others."""
    if not rules <= {*PAIR_RULES, "floor"}:
        return None
    book, row = pairing.scorer.book, np.array([i])
    no_place = np.logical_or.reduce(list(book.mentors_out.values()))
    others = [mask[0] for code, mask in book.broken(row) if code not in rules]
    banned = np.zeros(len(pairing.mentor_ids), np.bool_)
    banned[[j for family, j in pairing.certificate.bans if family == i]] = True
    others.append(banned)
    stays = np.logical_or.reduce([*others, no_place])
    units = pairing.scorer.units_of(row)[0]
    floor = pairing.certificate.worst if "floor" not in rules else 0
    open_now = np.flatnonzero(~stays & (units >= floor))
    solved = pairing.solved
    after = solved.copy()
    after.allow(i, {int(j): int(units[j]) for j in open_now})
    mentor = int(after.mentor_of[i])
    return Tried(
        after.matched - solved.matched,
        mentor >= 0,
        pairing.mentor_ids[mentor] if mentor >= 0 else None,
    )

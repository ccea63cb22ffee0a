"""One run of `assign` in a process of its own: `python -m benchmarks.assigning.ours solve ...`.

What is measured includes scoring every pair, from the profiles' embeddings, as often as needed.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.assigning.instances import Case, made
from benchmarks.assigning.market import MadeMarket
from benchmarks.assigning.processes import measured
from benchmarks.tables import percentile
from matcher.assigning.market import Narrowed
from matcher.assigning.standing import Standing
from matcher.assignment import solve, weigh
from matcher.certificate import proof_of

WARM_UP = (Case(60, 40, 1, 1), Case(60, 60, 1, 2))
CHECKED = 5


def solved(folder: Path, case: Case, *, prove: bool) -> dict[str, Any]:
    """Solve one instance; with `prove`, price every feasible pair by the proof alone."""
    instance = made(folder, case)
    market = MadeMarket(instance)
    took, grown, found = measured(lambda: solve(market, instance["cap"]))
    result = {
        "seconds": took,
        "megabytes": grown,
        "matched": found.matched,
        "total": int(found.scores().sum()),
        "looked_at": found.looked_at,
        "best": found.value() == found.dual(),
    }
    if prove:
        result |= _proved(MadeMarket(instance), instance["cap"], found)
    return result


def _proved(market: MadeMarket, places: Any, found: Standing) -> dict[str, Any]:
    """Hold every pair of a market made anew against the prices; nothing is passed over."""
    proof, start = proof_of(found, 0), time.process_time()
    feasible, holds = 0, proof.limit(places) == found.value()
    mate, made_pairs, total = found.mentor_of, 0, 0
    for rows, columns in market.rectangles():
        scores = market.scores(rows, columns)
        feasible += int((scores >= 0).sum())
        holds &= proof.holds_for(rows, columns, scores)
        a, b = np.nonzero(mate[rows, None] == columns)
        holds &= bool((scores[a, b] >= 0).all())
        made_pairs += len(a)
        total += int(scores[a, b].astype(np.int64).sum())
    holds &= (made_pairs, total) == (found.matched, int(found.scores().sum()))
    holds &= bool((np.bincount(mate[mate >= 0], minlength=len(places)) <= places).all())
    return {"certified": holds, "feasible": feasible, "proof_seconds": time.process_time() - start}


def followed(folder: Path, case: Case, *, events: int) -> dict[str, Any]:
    """Follow random events from an optimum; check some against solving anew."""
    instance = made(folder, case)
    market = MadeMarket(instance)
    weighing = weigh(market, cost=None)
    first, _, standing = measured(lambda: Standing(market, instance["cap"].copy(), weighing))
    dice = np.random.default_rng(0)
    checked = set(np.linspace(0, events - 1, min(CHECKED, events)).astype(int).tolist())
    times, moved, away, equal, anew = [], [], [], 0, 0.0
    for number in range(events):
        kind = int(dice.integers(4))
        start = time.process_time()
        if kind == 1 and away:
            change = standing.come(away.pop(int(dice.integers(len(away)))))
        elif kind < 2:
            away.append(int(dice.choice(np.flatnonzero(standing.active))))
            start = time.process_time()
            change = standing.leave(away[-1])
        else:
            mentor = int(dice.integers(case.m))
            places = int(standing.graph.places[mentor]) + (1 if kind == 2 else -1)
            change = standing.set_places(mentor, max(0, places))
        times.append(time.process_time() - start)
        moved.append(len(change))
        if number in checked:
            there = Narrowed(market, without=set(away))
            start = time.process_time()
            again = Standing(there, standing.graph.places.copy(), weighing)
            anew += time.process_time() - start
            equal += again.value() == standing.value() == standing.dual()
    return {
        "seconds": first,
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "max": max(times),
        "moved": float(np.mean(moved)),
        "most_moved": max(moved),
        "equal": equal,
        "checked": len(checked),
        "anew": anew / len(checked),
    }


def main() -> None:
    """Compile on small instances, run, and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["solve", "prove", "events"])
    parser.add_argument("size", type=int, nargs=4, help="families, mentors, least and most places")
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--events", type=int, default=200)
    given = parser.parse_args()
    for small in WARM_UP:
        followed(given.instances, small, events=60)
        solved(given.instances, small, prove=True)
    case = Case(*given.size)
    if given.what == "events":
        print(json.dumps(followed(given.instances, case, events=given.events)))
    else:
        print(json.dumps(solved(given.instances, case, prove=given.what == "prove")))


if __name__ == "__main__":
    main()

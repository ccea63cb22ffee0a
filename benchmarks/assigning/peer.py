"""One run of a peer in its own environment: `python -m benchmarks.assigning.peer NAME ...`.

Each is asked for the same optimum: most families first, then the largest total. Except for dense
scipy, which scores the pairs as we do, peers find the scores in a ready table, off the clock.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.assigning.instances import TOP, Case, Ints, made, program, table
from benchmarks.assigning.processes import measured

Pairs = list[tuple[int, int]]
ROWS_AT_ONCE = 500


def mentor_match(folder: Path, instance: dict[str, Any]) -> Callable[[], Pairs]:
    """mentor-match knows no capacity: a mentor with three places is there three times."""
    from matching import process
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.rules.rule import Disqualify, Rule

    unit = (instance["n"] + 1) * 2 * TOP
    scores = table(folder, instance).tolist()

    class Served(Rule):
        def apply(self, match_object: Any) -> int:
            return int(unit + scores[match_object.mentee.row][match_object.mentor.row])

        def evaluate(self, match_object: Any) -> bool:
            return True

    def people(kind: type, rows: Ints) -> list[Any]:
        found = [kind(grade=1, email=f"{kind.__name__}{k}") for k in range(len(rows))]
        for person, row in zip(found, rows.tolist(), strict=True):
            person.row = row
        return found

    mentees = people(Mentee, np.arange(instance["n"]))
    mentors = people(Mentor, np.repeat(np.arange(instance["m"]), instance["cap"]))
    forbidden = Disqualify(lambda match: scores[match.mentee.row][match.mentor.row] < 0)

    def work() -> Pairs:
        process.process_data(mentors, mentees, [[Served(), forbidden]])
        return [(mentee.row, mentor.row) for mentee in mentees for mentor in mentee.mentors]

    return work


def network_simplex(folder: Path, instance: dict[str, Any]) -> Callable[[], Pairs]:
    """A flow from families through mentors; going without costs nothing."""
    import networkx as nx

    scores = table(folder, instance)
    unit = (instance["n"] + 1) * 2 * TOP

    def work() -> Pairs:
        graph = nx.DiGraph()
        graph.add_node("end", demand=instance["n"])
        for i in range(instance["n"]):
            graph.add_node(i, demand=-1)
            graph.add_edge(i, "end", capacity=1, weight=0)
        for j, places in enumerate(instance["cap"].tolist()):
            graph.add_edge(("mentor", j), "end", capacity=places, weight=0)
        rows, columns = np.nonzero(scores >= 0)
        worth = (scores[rows, columns] + unit).tolist()
        for i, j, gain in zip(rows.tolist(), columns.tolist(), worth, strict=True):
            graph.add_edge(i, ("mentor", j), capacity=1, weight=-gain)
        _, flow = nx.network_simplex(graph)
        return [
            (i, to[1])
            for i in range(instance["n"])
            for to, used in flow[i].items()
            if used and to != "end"
        ]

    return work


def dense_scipy(folder: Path, instance: dict[str, Any]) -> Callable[[], Pairs]:
    """The whole table of costs, one column a place, scored and solved."""
    from scipy.optimize import linear_sum_assignment

    def work() -> Pairs:
        n, places = instance["n"], instance["cap"]
        seat = np.repeat(np.arange(instance["m"]), places)
        without = float((min(n, len(seat)) + 1) * TOP)
        cost = np.empty((n, len(seat)))
        for start in range(0, n, ROWS_AT_ONCE):
            rows = np.arange(start, min(n, start + ROWS_AT_ONCE))
            scores, allowed = program(folder).block(instance, rows, np.arange(instance["m"]))
            cost[rows] = np.where(allowed, TOP - scores.astype(float), without)[:, seat]
        rows, columns = linear_sum_assignment(cost)
        good = cost[rows, columns] < without
        return list(zip(rows[good].tolist(), seat[columns[good]].tolist(), strict=True))

    return work


PEERS = {
    "mentor-match": mentor_match,
    "network_simplex": network_simplex,
    "dense-scipy": dense_scipy,
}


def judged(folder: Path, instance: dict[str, Any], pairs: Pairs) -> dict[str, int]:
    """Return how many pairs and their total, each looked up again; a broken rule is an error."""
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    assert len(np.unique(rows)) == len(rows)
    assert (np.bincount(columns, minlength=instance["m"]) <= instance["cap"]).all()
    total = 0
    for k in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(k, k + ROWS_AT_ONCE)
        scores, allowed = program(folder).block(instance, rows[part], columns[part])
        assert np.diag(allowed).all()
        total += int(np.diag(scores).astype(np.int64).sum())
    return {"matched": len(rows), "total": total}


def main() -> None:
    """Run one peer once and print one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("size", type=int, nargs=4, help="families, mentors, least and most places")
    parser.add_argument("--instances", type=Path, required=True)
    given = parser.parse_args()
    instance = made(given.instances, Case(*given.size))
    work = PEERS[given.peer](given.instances, instance)
    took, grown, pairs = measured(work)
    result = {"seconds": took, "megabytes": grown, **judged(given.instances, instance, pairs)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""A stable matching by algmatch, in the peers' environment: `python -m ...stable FILE`.

FILE holds `scores` (-1 = not allowed) and `places`. Both sides prefer by the score, ties by row.
"""

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.assigning.processes import measured


def matched(scores: np.ndarray, places: np.ndarray) -> list[int]:
    """Return each family's mentor, -1 for none; families' best of all stable matchings."""
    from algmatch import HospitalResidentsProblem

    families = _preferences(scores)
    mentors = {
        j: {"capacity": int(places[j - 1]), "preferences": wanted}
        for j, wanted in _preferences(scores.T).items()
        if places[j - 1] > 0
    }
    wishes = {i: [j for j in wanted if j in mentors] for i, wanted in families.items()}
    found = HospitalResidentsProblem(
        dictionary={
            "residents": {i: wanted for i, wanted in wishes.items() if wanted},
            "hospitals": mentors,
        },
        optimised_side="residents",
    ).get_stable_matching()
    mentor_of = [-1] * len(scores)
    for family, mentor in (found or {"resident_sided": {}})["resident_sided"].items():
        if mentor:
            mentor_of[int(str(family).lstrip("r")) - 1] = int(str(mentor).lstrip("h")) - 1
    return mentor_of


def _preferences(scores: np.ndarray) -> dict[int, list[int]]:
    """Return whom each row may have, the best first, counted from 1."""
    order = np.argsort(-scores, axis=1, kind="stable")
    allowed = np.take_along_axis(scores, order, axis=1) >= 0
    return {
        i + 1: (row[good] + 1).tolist()
        for i, (row, good) in enumerate(zip(order, allowed, strict=True))
        if good.any()
    }


if __name__ == "__main__":
    with np.load(Path(sys.argv[1])) as given:
        scores, places = given["scores"], given["places"]
    took, _, mentor_of = measured(lambda: matched(scores, places))
    print(json.dumps({"seconds": took, "mentor_of": mentor_of}))

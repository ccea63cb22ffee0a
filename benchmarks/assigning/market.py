"""An instance of `assign` as a market: scored again at every question, never as one table."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.assigning.instances import TOP
from matcher.assigning.market import Ints, Rectangle
from matcher.grouping.compiled import entry

ROWS_AT_ONCE = 512


class MadeMarket:
    """Families and mentors of a made instance; who lives in reach of whom makes the rectangles.

    Parameters
    ----------
    instance
        Embeddings ``A`` and ``B``, facts of families ``e`` and mentors ``o`` (municipality ``mun``,
        languages, the agency that both may not share) and which municipalities are in reach,
        ``ok``.
    """

    def __init__(self, instance: dict[str, Any]) -> None:
        self.shape: tuple[int, int] = (instance["n"], instance["m"])
        self.top = TOP
        self._instance = instance
        powers = 1 << np.arange(instance["e"]["lang"].shape[1])
        self._spoken = [(instance[side]["lang"] * powers).sum(axis=1) for side in "eo"]
        self._agency = [instance[side]["agency"] for side in "eo"]

    def rectangles(self) -> list[Rectangle]:
        """Return the families of each municipality against the mentors in its reach."""
        homes, desks = self._instance["e"]["mun"], self._instance["o"]["mun"]
        found: list[Rectangle] = []
        for town, reach in enumerate(self._instance["ok"]):
            rows, columns = np.flatnonzero(homes == town), np.flatnonzero(reach[desks])
            found += [
                (rows[k : k + ROWS_AT_ONCE], columns) for k in range(0, len(rows), ROWS_AT_ONCE)
            ]
        return found

    def scores(self, rows: Ints, columns: Ints) -> NDArray[np.float32]:
        """Return whole scores that float32 holds exactly, -1 = forbidden, shape (rows, columns).

        The columns must be in the rows' reach, as those of the rectangles are.
        """
        found: NDArray[np.float32] = self._instance["A"][rows] @ self._instance["B"][columns].T
        spoken, agency = self._spoken, self._agency
        _forbid(found, spoken[0][rows], spoken[1][columns], agency[0][rows], agency[1][columns])
        return found


@entry
def _forbid(scores: Any, mine: Any, theirs: Any, agency: Any, other: Any) -> None:
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            if (mine[i] & theirs[j]) == 0 or agency[i] == other[j]:
                scores[i, j] = -1

"""Markets of made families: areas, languages, offices that may not meet, capacities of any kind."""

import numpy as np
from numpy.typing import NDArray

AREAS = 9


class Made:
    """Families and mentors in areas, of whom neighbours may meet, with whole scores.

    Scored afresh at every question, in rectangles of one area's families.
    """

    def __init__(
        self,
        n: int,
        m: int,
        *,
        seed: int,
        most_places: int = 3,
        top: int = 1000,
        least_places: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.shape, self.top = (n, m), top
        self.taste, self.gift = rng.integers(0, 11, (n, 5)), rng.integers(0, 11, (m, 5))
        self.area, self.home = rng.integers(0, AREAS, n), rng.integers(0, AREAS, m)
        self.office, self.desk = rng.integers(0, 7, n), rng.integers(0, 7, m)
        self.places = rng.integers(least_places, most_places + 1, m).astype(np.int64)

    def rectangles(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        found = []
        for area in range(AREAS):
            rows = np.flatnonzero(self.area == area)
            columns = np.flatnonzero(np.abs(self.home - area) <= 1)
            found += [(rows[k : k + 16], columns) for k in range(0, len(rows), 16)]
        return found

    def scores(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.minimum(self.taste[rows] @ self.gift[columns].T, self.top)
        near = np.abs(self.area[rows, None] - self.home[columns]) <= 1
        return np.where(near & (self.office[rows, None] != self.desk[columns]), found, -1)

    def table(self) -> NDArray[np.int64]:
        return self.scores(np.arange(self.shape[0]), np.arange(self.shape[1]))

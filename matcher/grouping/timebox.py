"""How long a search may run, and the record from which a run can be repeated exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import thread_time

import numpy as np

BATCH_SECONDS = 0.02

Rounds = list[tuple[int, float]]


class Timebox:
    """Hands out batches of rounds with the share of the search that lies behind them.

    Parameters
    ----------
    seconds
        CPU time of this thread, counted from now.
    iterations
        If given, exactly so many rounds instead, whatever the clock says.
    replay
        If given, exactly these batches, as an earlier run recorded them.
    """

    def __init__(
        self,
        seconds: float,
        *,
        iterations: int | None = None,
        replay: Sequence[tuple[int, float]] | None = None,
    ) -> None:
        self.began = thread_time()
        self.seconds = seconds
        self.iterations = iterations
        self.replay = replay
        self.rounds: Rounds = []

    @property
    def timed(self) -> bool:
        """Whether the clock decides, not a number of rounds."""
        return self.iterations is None and self.replay is None

    def elapsed(self) -> float:
        """Return the CPU seconds since the beginning."""
        return thread_time() - self.began

    def over(self) -> bool:
        """Say whether the clock has run out."""
        return self.timed and self.elapsed() >= self.seconds

    def left(self) -> float:
        """Return the CPU seconds until the clock runs out; infinite where no clock decides."""
        return self.seconds - self.elapsed() if self.timed else np.inf

    def batches(self) -> Iterator[tuple[int, float]]:
        """Yield (rounds, share behind us) until the box is used up, and record them."""
        for batch in self._planned() if not self.timed else self._by_the_clock():
            self.rounds.append(batch)
            yield batch

    def expected(self, share: float) -> float:
        """Return how many rounds there will be in all, judged by those until now."""
        if self.iterations is not None:
            return float(self.iterations)
        done = sum(rounds for rounds, _ in self.rounds[:-1])
        return done / share if share > 0.0 else 0.0

    def _planned(self) -> Iterator[tuple[int, float]]:
        if self.replay is not None:
            yield from self.replay
            return
        total = self.iterations or 0
        size = max(1, total // 64)
        for done in range(0, total, size):
            yield min(size, total - done), done / total

    def _by_the_clock(self) -> Iterator[tuple[int, float]]:
        opened = self.elapsed()
        span = max(1e-9, self.seconds - opened)
        batch = 1
        while (now := self.elapsed()) < self.seconds:
            yield batch, (now - opened) / span
            took = max(1e-6, self.elapsed() - now)
            left = max(0.0, self.seconds - self.elapsed())
            batch = max(1, min(4 * batch, int(batch * min(BATCH_SECONDS, left) / took)))

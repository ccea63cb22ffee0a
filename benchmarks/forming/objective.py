"""The formula of docs/forming.md worked out anew from the records, to judge the engine by.

Only the scores of pairs by one criterion come from the matcher (`FamilySimilarity`). Means and
spreads, who could sit with whom, balance and wishes are worked out here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.forming.municipalities import Pool
from benchmarks.forming.run import KEPT, commit
from matcher.geography import minutes_table, postcode_numbers
from matcher.grouping.settings import GroupRules
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from matcher.similarity import FamilySimilarity
from tests.matcher.pools import ON
from tests.matcher.rulebook import why_out

BALANCE, WISH, OFF_TARGET, TARGET = 0.2, 10.0, 0.02, 6
WORST_OFF = GroupRules().worst_off  # how much more it counts to fit in worse than by lot
MIXED = "foster_since"
MIN_YEARS = 5
ROWS = 200

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """What a grouping is worth.

    Attributes
    ----------
    fit
        F of docs/forming.md.
    wishes
        Soft rules given up: groups with a lone kinship family, a lone single carer, or nobody
        experienced.
    whole
        What the search makes as great as can be, apart from the number placed: F, less the price
        of wishes and of sizes off the target.
    """

    placed: int
    fit: float
    wishes: int
    whole: float


class Formula:
    """The objective of a pool; means and spreads are kept in the build folder."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        everyone = pool.records
        self.rows = [i for i, record in enumerate(everyone) if why_out(record, ON) is None]
        self.records = [everyone[i] for i in self.rows]
        self.place = {row: i for i, row in enumerate(self.rows)}
        weights = SCHEMA.weights("group")
        total = sum(weights.values())
        self.weights = {code: weight / total for code, weight in weights.items()}
        self.standing = self._standing()
        self.experienced = self._is(lambda r: ON.year - r.get("foster_since", ON.year) >= MIN_YEARS)
        self.many = self._is(lambda r: r.get("placements_total") in {"4_6", "7_plus"})
        self.kinship = self._is(lambda r: r.get("family_type") == "kinship")
        self.single = self._is(lambda r: r.get("household_form") == "one_adult")

    def _is(self, says: "object") -> Bools:
        return np.array([says(record) for record in self.records], bool)  # type: ignore[operator]

    def judge(self, labels: Sequence[int]) -> Judged:
        """Return the worth of a grouping of the pool, -1 = no group."""
        groups: dict[int, list[int]] = {}
        for row, label in enumerate(labels):
            if label >= 0:
                groups.setdefault(int(label), []).append(self.place[row])
        members = [np.array(group) for group in groups.values()]
        fit = sum(self._fit(group) for group in members)
        wishes = sum(self._wishes(group) for group in members)
        off = OFF_TARGET * sum((len(group) - TARGET) ** 2 for group in members)
        placed = sum(len(group) for group in members)
        return Judged(placed, fit, wishes, fit - WISH * wishes - off)

    def _fit(self, members: NDArray[np.int64]) -> float:
        m = len(members)
        known = Profiles.from_records([self.records[i] for i in members])
        scores = FamilySimilarity(purpose="group", on=ON).fit(known).criterion_scores(known)
        benefit = np.sum(list(self._standard(scores)), axis=0)
        np.fill_diagonal(benefit, 0.0)
        each = benefit.sum(axis=1)
        inside = float(each.sum() - WORST_OFF * np.maximum(0.0, -each).sum()) / 2
        value = (1 - BALANCE) * inside / (m - 1)
        for held in (self.experienced, self.many):
            share = held.mean()
            if 0 < share < 1:
                count = held[members].sum()
                value -= BALANCE / 2 * (count - m * share) ** 2 / (m * share * (1 - share))
        return value

    def _wishes(self, members: NDArray[np.int64]) -> int:
        alone = [self.kinship[members].sum() == 1, self.single[members].sum() == 1]
        return int(sum(alone) + (not self.experienced[members].any()))

    def _standard(self, scores: dict[str, Floats]) -> Iterator[Floats]:
        """Yield each criterion's weighted, standardised scores, 0 where unanswered."""
        for code, weight in self.weights.items():
            mean, spread = self.standing[code]
            if spread > 0:
                score = 1 - scores[code] if code == MIXED else scores[code]
                yield np.nan_to_num((score - mean) * (weight / spread))

    def _standing(self) -> dict[str, tuple[float, float]]:
        """Return each criterion's mean and spread over pairs that could sit together."""
        store = KEPT / f"standing-{self.pool.id}-{commit()}.json"
        if store.exists() and not commit().endswith("+"):
            return {code: tuple(pair) for code, pair in json.loads(store.read_text()).items()}
        count = dict.fromkeys(self.weights, 0.0)
        total, squares = count.copy(), count.copy()
        for rows, scores in self._blocks():
            fits = self.fits(rows)
            for code in self.weights:
                known = scores[code][fits & ~np.isnan(scores[code])]
                known = 1 - known if code == MIXED else known
                count[code] += len(known)
                total[code] += known.sum()
                squares[code] += (known**2).sum()
        standing = {}
        for code in self.weights:
            mean = total[code] / max(count[code], 1)
            spread = max(0.0, squares[code] / max(count[code], 1) - mean**2) ** 0.5
            standing[code] = (mean, spread if spread > 1e-6 else 0.0)
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(json.dumps(standing))
        return standing

    def _blocks(self) -> Iterator[tuple[NDArray[np.int64], dict[str, Floats]]]:
        known = Profiles.from_records(self.records)
        similarity = FamilySimilarity(purpose="group", on=ON).fit(known)
        features = similarity.features(known)
        ends = [*range(0, len(known), ROWS), len(known)]
        for start, end in pairwise(ends):
            yield np.arange(start, end), similarity.criteria_of(features[start:end])

    @cached_property
    def _offers(self) -> list[Floats]:
        """Return what each family could agree to: times, languages, places (the last is online)."""
        slots = list(SCHEMA.fields["availability"].values)
        spoken = list(SCHEMA.fields["languages"].values)
        free = [[slot in r["availability"] for slot in slots] for r in self.records]
        speaks = [[code in r.get("languages", ["da"]) for code in spoken] for r in self.records]
        return [np.array(free, float), np.array(speaks, float), self._reach()]

    def _reach(self) -> Floats:
        number, minutes = postcode_numbers(), minutes_table()
        form = [record.get("meeting_form", "both") for record in self.records]
        hidden = [bool(r.get("protected_address")) or not r.get("postcode") for r in self.records]
        towns = sorted(
            {
                number[record["postcode"]]
                for record, how, away in zip(self.records, form, hidden, strict=True)
                if not away and how != "online"
            }
        )
        reach = np.zeros((len(self.records), len(towns) + 1))
        for i, record in enumerate(self.records):
            if form[i] != "online":
                limit = record.get("max_travel_minutes", 30)
                near = hidden[i] or minutes[number[record["postcode"]], towns] <= limit
                reach[i, :-1] = near
            reach[i, -1] = form[i] != "physical"
        return reach

    @cached_property
    def _foes(self) -> set[tuple[int, int]]:
        number = {record["id"]: i for i, record in enumerate(self.records)}
        found = set()
        for i, record in enumerate(self.records):
            for other in record.get("exclusions", ()):
                if other in number:
                    found |= {(i, number[other]), (number[other], i)}
        return found

    def fits(self, rows: NDArray[np.int64]) -> Bools:
        """Return who could sit with these, shape (len(rows), n)."""
        fits = np.ones((len(rows), len(self.records)), bool)
        for offer in self._offers:
            fits &= offer[rows] @ offer.T > 0
        at = {int(row): k for k, row in enumerate(rows)}
        for a, b in self._foes:
            if a in at:
                fits[at[a], b] = False
        fits[np.arange(len(rows)), rows] = False
        return fits

    def bound(self, least: int = 5, most: int = 8) -> float:
        """Return a value that no grouping can exceed: everyone with those they fit best."""
        total = 0.0
        for rows, scores in self._blocks():
            w = sum(self._standard(scores))
            w = np.where(self.fits(rows), w, -np.inf)
            top = -np.sort(-w, axis=1)[:, : most - 1]
            known = np.isfinite(top)
            running = np.cumsum(np.where(known, top, 0.0), axis=1) / np.arange(1, top.shape[1] + 1)
            running[~known] = -np.inf
            best = running[:, least - 2 :].max(axis=1)
            total += float(np.maximum(best, 0.0).sum())
        return (1 - BALANCE) / 2 * total

"""The rules of a group, read straight from the contract; and how many could be placed at most.

Shares no code with the matcher but the list of towns. Sets of whole numbers instead of arrays,
every subset tried: slow, and short enough to be checked by reading.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from matcher import geography

Record = Mapping[str, Any]


def drive(home: str, goal: str) -> int:
    """Return the minutes between two postcodes: crow-fly x 1.3 at 55 km/h, plus 5, plus ferries."""
    if home == goal:
        return 5
    towns = geography.places()
    points = [tuple(math.radians(degree) for degree in towns[code][:2]) for code in (home, goal)]
    (lat1, lon1), (lat2, lon2) = points
    east = math.cos(lat2) * math.sin(lon2 - lon1)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(
        lon2 - lon1
    )
    along = math.sin(lat1) * math.sin(lat2)
    along += math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    km = 6371.0088 * math.atan2(math.hypot(east, north), along)
    minutes = math.ceil(round(km * 1.3 / 55 * 60 + 5, 5))
    for extra, codes in geography.FERRY_ISLANDS.values():
        minutes += extra * ((home in codes) != (goal in codes))
    return minutes


def why_out(record: Record, on: date) -> str | None:
    """Return the rule by which a family takes no part at all, None if it does."""
    consent = (record.get("consents") or {}).get("matching")
    if record.get("status") != "active":
        return "status"
    if consent is None or date.fromisoformat(consent) > on:
        return "consent"
    if "group" not in (record.get("participation") or ()):
        return "role"
    if record.get("availability") is None:
        return "availability_missing"
    if not record["availability"]:
        return "availability_none"
    return None if record.get("languages", ["da"]) else "languages_none"


class Rulebook:
    """A pool and the wishes about it, ready to be asked what a group may be.

    Parameters
    ----------
    records
        The pool. Without `places`, a group meets in the town of a family with an open address.
    together, apart
        Pairs of ids.
    """

    def __init__(
        self,
        records: Sequence[Record],
        *,
        on: date,
        min_size: int = 5,
        max_size: int = 8,
        together: Iterable[tuple[str, str]] = (),
        apart: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.records = {record["id"]: record for record in records}
        self.out = {
            key: rule for key, record in self.records.items() if (rule := why_out(record, on))
        }
        self.min_size, self.max_size = min_size, max_size
        self.able = [key for key in self.records if key not in self.out]
        self.towns = sorted(
            {
                record["postcode"]
                for record in (self.records[key] for key in self.able)
                if record.get("postcode")
                and not record.get("protected_address")
                and record.get("meeting_form", "both") != "online"
            }
        )
        self.foes = {frozenset(pair) for pair in apart}
        self.foes |= {
            frozenset((key, other))
            for key, record in self.records.items()
            for other in record.get("exclusions") or ()
        }
        self.blocks = self._blocks(list(together))
        self.where = {key: self.goes_to(record) for key, record in self.records.items()}

    def _blocks(self, pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
        block = {key: frozenset([key]) for key in self.records}
        for a, b in pairs:
            joined = block[a] | block[b]
            for key in joined:
                block[key] = joined
        return block

    def goes_to(self, record: Record) -> frozenset[str]:
        """Return the towns a family would go to, and "online"."""
        form = record.get("meeting_form", "both")
        found = {"online"} if form != "physical" else set()
        if form != "online":
            home, limit = record.get("postcode"), record.get("max_travel_minutes", 30)
            unknown = home is None or record.get("protected_address")
            found |= {town for town in self.towns if unknown or drive_of(home, town) <= limit}
        return frozenset(found)

    def faults(self, members: Iterable[str], **changed: Record) -> set[str]:
        """Return the rules that these families would break as one group, sizes among them.

        ``changed`` are records to be read instead, by id: what if one had answered otherwise?
        """
        keys = sorted(members)
        records = [changed.get(key, self.records[key]) for key in keys]
        where = [self.goes_to(changed[key]) if key in changed else self.where[key] for key in keys]
        found = set()
        if len(keys) < self.min_size:
            found.add("size_low")
        if len(keys) > self.max_size:
            found.add("size_high")
        if not frozenset.intersection(*(frozenset(r["availability"]) for r in records)):
            found.add("availability")
        if not frozenset.intersection(*(frozenset(r.get("languages", ["da"])) for r in records)):
            found.add("language")
        if not frozenset.intersection(*where):
            found.add("meeting")
        shunned = {
            key: set(r.get("exclusions") or ()) for key, r in zip(keys, records, strict=True)
        }
        for a, b in combinations(keys, 2):
            written = changed and (a in changed or b in changed)
            foes = b in shunned[a] or a in shunned[b] if written else {a, b} in self.foes
            if foes:
                found.add("exclusion")
        if any(not self.blocks[key] <= set(keys) for key in keys):
            found.add("together")
        return found

    def partners(self, key: str) -> int:
        """Return how many others this one could share a group with, sizes and wishes apart."""
        rules = {"size_low", "size_high", "together"}
        return sum(not self.faults((key, other)) - rules for other in self.able if other != key)

    def groups(self) -> Iterator[frozenset[str]]:
        """Go through every group that could stand."""
        for size in range(self.min_size, self.max_size + 1):
            for members in combinations(self.able, size):
                if not self.faults(members):
                    yield frozenset(members)

    def most_placed(self) -> int:
        """Return how many families can have a group at most: every grouping tried."""
        number = {key: i for i, key in enumerate(self.able)}
        by_first: list[list[tuple[int, int]]] = [[] for _ in self.able]
        for group in self.groups():
            places = [number[key] for key in group]
            by_first[min(places)].append((sum(1 << i for i in places), len(places)))

        @cache
        def most(left: int) -> int:
            if not left:
                return 0
            first = (left & -left).bit_length() - 1
            best = most(left & (left - 1))
            for mask, size in by_first[first]:
                if mask & left == mask:
                    best = max(best, size + most(left ^ mask))
            return best

        return most((1 << len(self.able)) - 1)


@cache
def drive_of(home: str, goal: str) -> int:
    """Return the same minutes, remembered."""
    return drive(home, goal)

"""Check a result from the records alone, sharing no code with what scored or solved it.

Everything is computed again the slow and obvious way, pair by pair, in plain Python; only the
constants of the schema and the map are the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.days import today
from matcher.geography import FERRY_ISLANDS, places
from matcher.schema import SCHEMA
from matcher.verify_grouping import check_grouping as check_grouping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matcher.pairing import Pairing
    from matcher.profiles import Profiles

Record = Mapping[str, Any]
Ids = Iterable[tuple[str, str]]

MILLION = 1_000_000
HALF_UP = 0.50073106  # scores are rounded half up, with the same margin for the last bits


def check_pairing(
    families: "Profiles | Sequence[Record]",
    mentors: "Profiles | Sequence[Record]",
    result: "Pairing | Sequence[int] | NDArray[np.int64]",
    *,
    goal: str | None = None,
    weights: Mapping[str, float] | None = None,
    rules: Mapping[str, int] | None = None,
    floor: float | None = None,
    waiting: Mapping[str, int] | None = None,
    pins: Ids = (),
    bans: Ids = (),
    on: date | None = None,
    matched: int | None = None,
    total: float | None = None,
    optimal: bool = True,
) -> list[str]:
    """Check a pairing.

    Parameters
    ----------
    families, mentors : Profiles or sequences of records
    result : Pairing, or each family's mentor as a row number (-1 for none)
        A Pairing is also held to its own ``matched``, ``total``, ``scores`` and ``why_not``.
    goal, weights, rules, floor, waiting, pins, bans, on
        As they were given to ``pair``; no goal is the Pairing's own, or "most_families".
    matched, total : optional
        What was claimed, when ``result`` is only row numbers.
    optimal : bool
        Whether to prove that no better pairing exists, too.

    Returns
    -------
    list of str
        What is wrong; empty when the pairing is sound.

    Notes
    -----
    A pairing is optimal exactly when no chain of families can move on, one to the next one's
    mentor, with a gain. Such a chain is a cycle of positive length in a graph of the mentors,
    found (or proven absent) by Bellman-Ford.

    Examples
    --------
    >>> common = {"status": "active", "consents": {"matching": "2026-01-01"}}
    >>> family = {"id": "A", "participation": ["mentee"], **common}
    >>> mentor = {"id": "B", "participation": ["mentor"], "mentor_approved": "2026-01-01"}
    >>> check_pairing([family], [mentor | common], [0], on=date(2026, 11, 1))
    []
    >>> check_pairing([family], [mentor | common], [-1], on=date(2026, 11, 1))
    ['a better pairing exists']
    """
    asking, helping = _records(families), _records(mentors)
    case = _Case(asking, helping, weights=weights, rules=rules, on=on or today())
    row_of = {record["id"]: i for i, record in enumerate(asking)}
    column_of = {record["id"]: j for j, record in enumerate(helping)}
    pinned = {row_of[family]: column_of[mentor] for family, mentor in pins}
    banned = {(row_of[family], column_of[mentor]) for family, mentor in bans}
    told: Any = result if hasattr(result, "mentor_of") else None
    aim = goal or str(getattr(result, "goal", "most_families"))
    rows: Any = getattr(result, "mentor_of", result)
    chosen = [int(j) for j in rows]
    within = all(-1 <= j < len(helping) for j in chosen) and chosen == list(rows)
    if len(chosen) != len(asking) or not within:
        return ["the pairing does not have one mentor (or -1) for every family"]
    worth = [[case.units(i, j) for j in range(len(helping))] for i in range(len(asking))]
    least = None if floor is None else math.ceil(round(floor * MILLION, 3))
    wrong = _unsound(case, chosen, worth, pinned=pinned, banned=banned, least=least)
    if told is not None:
        matched, total = told.matched, told.total
        wrong += _badly_told(case, told, chosen, worth)
        wrong += _badly_excused(case, told, worth, banned=banned, least=least)
    wrong += _miscounted(chosen, worth, matched=matched, total=total)
    if optimal and not wrong:
        credit = [min(2000 * (waiting or {}).get(r["id"], 0), MILLION) for r in asking]
        options = _options(worth, pinned, banned, least)
        if not _is_best(case, chosen, options, credit, pinned=pinned, worth=worth, goal=aim):
            wrong.append("a better pairing exists")
    return wrong


def _records(families: Any) -> list[Record]:
    if hasattr(families, "record"):
        return [families.record(i) for i in range(len(families))]
    return list(families)


# --- is it allowed, and counted right? ------------------------------------------------------


def _unsound(
    case: "_Case",
    chosen: list[int],
    worth: list[list[int | None]],
    *,
    pinned: Mapping[int, int],
    banned: set[tuple[int, int]],
    least: int | None,
) -> list[str]:
    wrong = []
    for i, j in enumerate(chosen):
        names = (case.families[i]["id"], case.mentors[j]["id"] if j >= 0 else None)
        if i in pinned and pinned[i] != j:
            wrong.append(f"{names}: the family is pinned to another mentor")
        if j < 0:
            continue
        score = worth[i][j]
        if score is None:
            wrong.append(f"{names}: forbidden by {', '.join(case.broken(i, j))}")
        elif least is not None and score < least and i not in pinned:
            wrong.append(f"{names}: below the floor")
        if (i, j) in banned:
            wrong.append(f"{names}: banned")
    for j, mentor in enumerate(case.mentors):
        if chosen.count(j) > _given(mentor, "mentor_capacity", 1):
            wrong.append(f"mentor {mentor['id']!r} has more families than places")
    return wrong


def _miscounted(
    chosen: list[int],
    worth: list[list[int | None]],
    *,
    matched: int | None,
    total: float | None,
) -> list[str]:
    wrong = []
    count = sum(j >= 0 for j in chosen)
    units = sum(worth[i][j] or 0 for i, j in enumerate(chosen) if j >= 0)
    if matched is not None and matched != count:
        wrong.append(f"{matched} families are said to be matched, {count} are")
    if total is not None and round(total * MILLION) != units:
        wrong.append(f"the total is said to be {total}, it is {units / MILLION}")
    return wrong


def _badly_told(
    case: "_Case", result: "Pairing", chosen: list[int], worth: list[list[int | None]]
) -> list[str]:
    wrong = []
    ids = [record["id"] for record in case.families]
    if list(result.family_ids) != ids or list(result.mentor_ids) != [m["id"] for m in case.mentors]:
        wrong.append("the ids are not those of the families and mentors")
    left = {key for key, j in zip(ids, chosen, strict=True) if j < 0}
    if set(result.why_not) != left:
        wrong.append("why_not does not name exactly the families without a mentor")
    told = [None if math.isnan(s) else round(s * MILLION) for s in result.scores.tolist()]
    true = [worth[i][j] if j >= 0 else None for i, j in enumerate(chosen)]
    if told != true:
        wrong.append("the scores are not those of the pairs")
    return wrong


def _badly_excused(
    case: "_Case",
    result: "Pairing",
    worth: list[list[int | None]],
    *,
    banned: set[tuple[int, int]],
    least: int | None,
) -> list[str]:
    """Hold every reason for having no mentor to the rules."""
    wrong = []
    for i, family in enumerate(case.families):
        why = result.why_not.get(family["id"])
        if why is not None and set(why.codes) != _excuses(case, i, worth[i], banned, least):
            wrong.append(f"{family['id']!r}: {', '.join(why.codes)} is not why there is no mentor")
    return wrong


def _excuses(
    case: "_Case",
    i: int,
    worth: list[int | None],
    banned: set[tuple[int, int]],
    least: int | None,
) -> set[str]:
    """Return everything that keeps a family from the mentors who have places at all."""
    family = case.families[i]
    own = {
        "status": family.get("status") != "active",
        "consent": not case.consents(family),
        "role": "mentee" not in (family.get("participation") or ()),
    }
    if any(own.values()):
        return {code for code, holds in own.items() if holds}
    broken = [
        {*case.broken(i, j), *(["ban"] if (i, j) in banned else [])}
        for j, mentor in enumerate(case.mentors)
        if case.takes_part(mentor)
    ]
    if not broken:
        return {"no_mentors"}
    if all(broken):
        return set().union(*broken)
    fitting = [score for j, score in enumerate(worth) if score is not None and (i, j) not in banned]
    return {"places"} if max(fitting) >= (least or 0) else {"floor"}


# --- is there a better one? ------------------------------------------------------------------


def _options(
    worth: list[list[int | None]],
    pinned: Mapping[int, int],
    banned: set[tuple[int, int]],
    least: int | None,
) -> list[dict[int, int]]:
    """Return each free family's possible mentors and their scores."""
    return [
        {}
        if i in pinned
        else {
            j: score
            for j, score in enumerate(row)
            if score is not None and (i, j) not in banned and score >= (least or 0)
        }
        for i, row in enumerate(worth)
    ]


def _is_best(
    case: "_Case",
    chosen: list[int],
    options: list[dict[int, int]],
    credit: list[int],
    *,
    pinned: Mapping[int, int],
    worth: list[list[int | None]],
    goal: str,
) -> bool:
    room = [_given(mentor, "mentor_capacity", 1) for mentor in case.mentors]
    for j in pinned.values():
        room[j] -= 1
    free = [-1 if i in pinned else j for i, j in enumerate(chosen)]
    if goal == "fairest" and any(j >= 0 for j in chosen):
        # As many as possible come first, also below the worst pair there is.
        if _most_matched([set(row) for row in options], room) > sum(j >= 0 for j in free):
            return False
        scores = {i: worth[i][j] or 0 for i, j in enumerate(chosen) if j >= 0}
        worst = min(scores.values())
        if worst < min((scores[i] for i in pinned), default=MILLION + 1):
            above = [{j for j, score in row.items() if score > worst} for row in options]
            if _most_matched(above, room) == sum(j >= 0 for j in free):
                return False
        options = [{j: s for j, s in row.items() if s >= worst} for row in options]
    each = 0 if goal == "best_fit" else (2 * MILLION + 1) * (len(options) + 1)
    # The last digit counts families, so that a tie in the total is decided, too.
    gains = [
        {j: (each + s + credit[i]) * (len(options) + 1) + 1 for j, s in row.items()}
        for i, row in enumerate(options)
    ]
    return not _can_improve(gains, free, room)


def _can_improve(gains: list[dict[int, int]], free: list[int], room: list[int]) -> bool:
    """Tell whether some chain of moves gains anything.

    Node j is mentor j, node m "no mentor", node m + 1 "a place to spare". An arc a -> b is the
    best gain of moving one family from a to b; a cycle is a chain that leaves all places right.
    """
    m = len(room)
    arcs: dict[tuple[int, int], int] = {}
    for row, at in zip(gains, free, strict=True):
        if not row:
            continue
        here = at if at >= 0 else m
        now = row[at] if at >= 0 else 0
        for there, value in [*row.items(), (m, 0)]:
            if there != here:
                arc = (here, there)
                arcs[arc] = max(arcs.get(arc, value - now), value - now)
    taken = [0] * m
    for at in free:
        if at >= 0:
            taken[at] += 1
    for j in range(m):
        if taken[j] < room[j]:
            arcs[j, m + 1] = 0
    arcs[m, m + 1] = 0
    for j in range(m + 1):
        arcs[m + 1, j] = max(0, arcs.get((m + 1, j), 0))
    return _has_positive_cycle(arcs, m + 2)


def _has_positive_cycle(arcs: Mapping[tuple[int, int], int], n_nodes: int) -> bool:
    longest = [0] * n_nodes
    for _ in range(n_nodes):
        changed = False
        for (a, b), gain in arcs.items():
            if longest[a] + gain > longest[b]:
                longest[b] = longest[a] + gain
                changed = True
        if not changed:
            return False
    return True


def _most_matched(options: list[set[int]], room: list[int]) -> int:
    """Return how many families can be matched at all, by augmenting paths."""
    holders: list[list[int]] = [[] for _ in room]

    def seat(family: int, tried: set[int]) -> bool:
        for j in options[family]:
            if j in tried:
                continue
            tried.add(j)
            if len(holders[j]) < room[j]:
                holders[j].append(family)
                return True
            for place, other in enumerate(holders[j]):
                if seat(other, tried):
                    holders[j][place] = family
                    return True
        return False

    return sum(seat(family, set()) for family in range(len(options)))


# --- the rules and the score of one pair, the slow and obvious way -----------------------------


class _Case:
    """Some families, some mentors, and what is asked of a pair."""

    def __init__(
        self,
        families: list[Record],
        mentors: list[Record],
        *,
        weights: Mapping[str, float] | None,
        rules: Mapping[str, int] | None,
        on: date,
    ) -> None:
        self.families = families
        self.mentors = mentors
        self.on = on
        given = rules if isinstance(rules, Mapping) or rules is None else vars(rules)
        self.min_years = (given or {}).get("min_years", 5)
        merged = {f.code: f.mentor_weight for f in SCHEMA.fields.values() if f.mentor_weight > 0}
        merged.update(weights or {})
        self.weights = {code: weight / sum(merged.values()) for code, weight in merged.items()}

    def units(self, i: int, j: int) -> int | None:
        """Return the pair's score in millionths, None where a hard rule forbids it."""
        if self.broken(i, j):
            return None
        family, mentor = self.families[i], self.mentors[j]
        total, whole = [], []
        for code, weight in self.weights.items():
            mean = SCHEMA.fields[code].mentor_mean or 0
            if code == "max_travel_minutes" and _no_distance(family, mentor):
                continue
            score = _MEASURES[code](family, mentor, self.on)
            total.append(weight * (mean if score is None else score))
            whole.append(weight)
        if math.fsum(whole) <= 1e-12:
            mixed = SCHEMA.fields["max_travel_minutes"].mentor_mean or 0.0
        else:
            mixed = math.fsum(total) / math.fsum(whole)
        return min(MILLION, math.floor(mixed * MILLION + HALF_UP))

    def broken(self, i: int, j: int) -> list[str]:
        """Return the hard rules that a pair breaks."""
        family, mentor = self.families[i], self.mentors[j]
        checks = {
            "status": family.get("status") != "active" or mentor.get("status") != "active",
            "consent": not (self.consents(family) and self.consents(mentor)),
            "role": "mentee" not in (family.get("participation") or ())
            or "mentor" not in (mentor.get("participation") or ()),
            "approval": not self._approved(mentor),
            "capacity": _given(mentor, "mentor_capacity", 1) < 1,
            "self": family["id"] == mentor["id"],
            "exclusion": mentor["id"] in (family.get("exclusions") or ())
            or family["id"] in (mentor.get("exclusions") or ()),
            "language": not set(_given(family, "languages", ["da"]))
            & set(_given(mentor, "languages", ["da"])),
            "meeting_form": {_form(family), _form(mentor)} == {"physical", "online"},
            "availability": _apart("availability", family, mentor),
            "contact_modes": _apart("contact_modes", family, mentor),
            "travel": _too_far(family, mentor),
            "experience": self._inexperienced(family, mentor),
        }
        return [code for code, is_broken in checks.items() if is_broken]

    def consents(self, record: Record) -> bool:
        given = (record.get("consents") or {}).get("matching")
        return given is not None and _date(given) <= self.on

    def takes_part(self, mentor: Record) -> bool:
        """Tell whether a mentor could take anyone at all."""
        return (
            mentor.get("status") == "active"
            and self.consents(mentor)
            and "mentor" in (mentor.get("participation") or ())
            and self._approved(mentor)
            and _given(mentor, "mentor_capacity", 1) >= 1
        )

    def _approved(self, mentor: Record) -> bool:
        given = mentor.get("mentor_approved")
        if given is None or _date(given) > self.on:
            return False
        start = _date(given)
        return (self.on.year, self.on.month, self.on.day) < (start.year + 2, start.month, start.day)

    def _inexperienced(self, family: Record, mentor: Record) -> bool:
        if family.get("foster_since") is None or mentor.get("foster_since") is None:
            return False
        mine, theirs = self.on.year - family["foster_since"], self.on.year - mentor["foster_since"]
        if theirs < self.min_years:
            return True
        if theirs > mine:
            return False
        if mine < self.min_years:
            return True
        now, known = family.get("themes_now"), mentor.get("themes_experience")
        return now is not None and known is not None and not set(now) & set(known)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _given(record: Record, code: str, default: Any) -> Any:
    answer = record.get(code)
    return default if answer is None else answer


def _form(record: Record) -> str:
    return str(_given(record, "meeting_form", "both"))


def _limit(record: Record) -> int:
    return int(_given(record, "max_travel_minutes", 30))


def _apart(code: str, family: Record, mentor: Record) -> bool:
    mine, theirs = family.get(code), mentor.get(code)
    return mine is not None and theirs is not None and not set(mine) & set(theirs)


def _no_distance(family: Record, mentor: Record) -> bool:
    protected = family.get("protected_address") or mentor.get("protected_address")
    return bool(protected) or "online" in (_form(family), _form(mentor))


def _too_far(family: Record, mentor: Record) -> bool:
    forms = {_form(family), _form(mentor)}
    if "physical" not in forms or _no_distance(family, mentor):
        return False
    minutes = _minutes(family, mentor)
    return minutes is not None and minutes > min(_limit(family), _limit(mentor))


def _minutes(family: Record, mentor: Record) -> int | None:
    known = places()
    here, there = family.get("postcode"), mentor.get("postcode")
    if here not in known or there not in known:
        return None
    if here == there:
        return 5
    (lat1, lon1, _), (lat2, lon2, _) = known[here], known[there]
    rise, turn = math.radians(lat2 - lat1), math.radians(lon2 - lon1)
    bend = math.cos(math.radians(lat1)) * math.cos(math.radians(lat2))
    half = math.sin(rise / 2) ** 2 + bend * math.sin(turn / 2) ** 2
    km = 2 * 6371.0088 * math.asin(math.sqrt(half))
    minutes = math.ceil(round(km * 1.3 / 55 * 60 + 5, 6))
    islands = [
        next(
            ((name, extra) for name, (extra, codes) in FERRY_ISLANDS.items() if code in codes), None
        )
        for code in (here, there)
    ]
    if islands[0] == islands[1]:
        return minutes
    return minutes + sum(island[1] for island in islands if island is not None)


def _both(code: str, family: Record, mentor: Record) -> tuple[Any, Any] | None:
    mine, theirs = family.get(code), mentor.get(code)
    return None if mine is None or theirs is None else (mine, theirs)


def _themes(family: Record, mentor: Record, on: date) -> float | None:
    needs, knows = family.get("themes_now"), mentor.get("themes_experience")
    if needs is None or knows is None:
        return None
    if not needs:
        return SCHEMA.fields["themes_now"].mentor_mean
    met = sum(strength for theme, strength in needs.items() if theme in knows)
    return float(met / sum(needs.values()))


def _bands(family: Record, mentor: Record, on: date) -> float | None:
    both = _both("children_age_bands", family, mentor)
    if both is None:
        return None
    if not both[0]:
        return SCHEMA.fields["children_age_bands"].mentor_mean
    order = ["0_2", "3_5", "6_9", "10_12", "13_15", "16_17", "18_22"]
    near = {0: 1, 1: 0.6, 2: 0.25}
    best = [
        max((near.get(abs(order.index(a) - order.index(b)), 0) for b in both[1]), default=0)
        for a in set(both[0])
    ]
    return sum(best) / len(best)


def _lead_in_years(family: Record, mentor: Record, on: date) -> float | None:
    both = _both("foster_since", family, mentor)
    if both is None:
        return None
    lead = int(both[0] - both[1])
    if lead <= 3:
        return max(0, lead / 3)
    if lead <= 10:
        return 1
    return max(0.4, 1 - 0.6 * (lead - 10) / 15)


def _lead_in_placements(family: Record, mentor: Record, on: date) -> float | None:
    both = _both("placements_total", family, mentor)
    if both is None:
        return None
    order = ["1", "2_3", "4_6", "7_plus"]
    lead = order.index(both[1]) - order.index(both[0])
    return {-1: 0.2, 0: 0.6, 1: 0.9}.get(lead, 0 if lead < 0 else 1)


def _drive(family: Record, mentor: Record, on: date) -> float | None:
    minutes = _minutes(family, mentor)
    if minutes is None:
        return None
    return max(0, 1 - minutes / max(1, min(_limit(family), _limit(mentor))))


def _children(family: Record, mentor: Record, on: date) -> float | None:
    both = _both("children_count", family, mentor)
    return None if both is None else max(0.0, 1 - abs(int(both[0]) - int(both[1])) / 3)


def _scaled(code: str, steps: Sequence[str], span: float) -> Any:
    def measure(family: Record, mentor: Record, on: date) -> float | None:
        both = _both(code, family, mentor)
        if both is None:
            return None
        if both[0] == both[1]:
            return 1
        if both[0] in steps and both[1] in steps:
            return max(0, 1 - abs(steps.index(both[0]) - steps.index(both[1])) / span)
        return 0.2

    return measure


def _common(code: str, enough: int) -> Any:
    def measure(family: Record, mentor: Record, on: date) -> float | None:
        both = _both(code, family, mentor)
        return None if both is None else min(1, len(set(both[0]) & set(both[1])) / enough)

    return measure


def _alike(code: str) -> Any:
    def measure(family: Record, mentor: Record, on: date) -> float | None:
        both = _both(code, family, mentor)
        if both is None:
            return None
        either = set(both[0]) | set(both[1])
        return len(set(both[0]) & set(both[1])) / len(either) if either else 1

    return measure


_MEASURES: dict[str, Any] = {
    "themes_now": _themes,
    "children_age_bands": _bands,
    "max_travel_minutes": _drive,
    "foster_since": _lead_in_years,
    "placements_total": _lead_in_placements,
    "children_count": _children,
    "family_type": _scaled("family_type", ["general", "enhanced", "specialised"], 2.5),
    "support_level": _scaled("support_level", ["light", "moderate", "severe"], 2),
    "meeting_frequency": _scaled(
        "meeting_frequency", ["weekly", "biweekly", "monthly", "bimonthly", "quarterly"], 3
    ),
    "household_form": _scaled("household_form", ["two_adults", "extended"], 2),
    "work_pattern": _scaled("work_pattern", ["home", "part_time", "full_time"], 2),
    "availability": _common("availability", 3),
    "contact_modes": _common("contact_modes", 2),
    "purposes": _alike("purposes"),
    "own_children_bands": _alike("own_children_bands"),
    "interests": _alike("interests"),
}

"""What can be told of a pool before anything is formed: who cannot be seated, and what conflicts.

Nothing here guesses: whoever is named could provably sit in no group, and "at least so many will
stand without a group" holds for every way to form them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, islice
from typing import Any

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.benefit import Benefit, admissible
from matcher.grouping.facts import common_codes
from matcher.grouping.pool import SLOTS, build_pool
from matcher.grouping.problem import Problem, Sizes, build_problem
from matcher.grouping.result import LeftOut, Names, listed_names
from matcher.grouping.sessions import RULES, Sessions, suits
from matcher.grouping.settings import GroupRules, Place
from matcher.grouping.together import pairs_of
from matcher.grouping.words import say
from matcher.profiles import Profiles, as_profiles, day
from matcher.words import listed

CLIQUES_LOOKED_AT = 5_000
MOST_DRAWN = 1_000  # families up to which the graph of who may meet whom is drawn
CLIQUES = ("exclusion", "apart")
NAMED = 12  # a longer list of names says no more than their number


@dataclass(frozen=True)
class Finding:
    """Something about several families that keeps some of them from a group.

    Attributes
    ----------
    code
        ``nothing`` (no group at all can be formed), ``nobody`` (none of the pool takes part),
        ``island`` (these could only sit with each other and are too few), ``exclusion`` (these
        exclude each other, and there are fewer groups), ``apart`` (no two of these could share a
        group, by several rules, and there are fewer groups), ``sizes`` (so many cannot be split
        into groups of these sizes), ``experienced`` (too few for one in every group, where that
        is a fixed rule), ``block`` (must be together and are more than a group holds) or
        ``parts`` (the pool falls into parts that cannot be mixed; harmless by itself).
    families
        Ids.
    left
        How many families must stand without a group because of it, at least.
    """

    code: str
    families: tuple[str, ...] = ()
    left: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)

    def words(self, locale: object = "da", names: Names = None) -> str:
        """Return what is the matter as a sentence."""
        one = ".one_group" if self.values.get("groups") == 1 and self.code in CLIQUES else ""
        return say(f"before.{self.code}{one}", locale, **self._values(locale, names))

    def remedy(self, locale: object = "da", names: Names = None) -> str:
        """Return what would solve it as a sentence, empty where nothing needs solving."""
        if self.code == "nothing" and not self.values["enough"]:
            return say("before.remedy.several", locale)
        if self.code == "parts":
            return ""
        return say(f"before.remedy.{self.code}", locale, **self._values(locale, names))

    def _values(self, locale: object, names: Names) -> dict[str, Any]:
        values = {"n": len(self.families), "left": self.left, **self.values}
        who = listed_names(self.families[:NAMED], names, locale)
        if len(self.families) > NAMED:
            who = say("before.more", locale, who=who, more=len(self.families) - NAMED)
        values["who"] = who
        for key in ("rules", "enough"):
            if key in values:
                spoken = [say(f"rulename.{rule}", locale) for rule in values[key]]
                values[key] = listed(spoken, locale)
        if "parts" in values:
            values["parts"] = listed([str(n) for n in values["parts"]], locale)
        return values


@dataclass(frozen=True)
class Foresight:
    """What `before_forming` found.

    Attributes
    ----------
    alone
        Id -> rule and remedy of every family that could sit in no group whatever is formed: call
        ``.words(locale, names)``, or ``.why`` and ``.remedy``.
    findings
        What concerns several families, the worst first.
    fewest, most
        How many groups the families that can be seated could make; 0 and 0 = none.
    possible
        Whether any group at all can be formed.
    """

    alone: Mapping[str, LeftOut]
    findings: tuple[Finding, ...]
    fewest: int
    most: int

    @property
    def possible(self) -> bool:
        """Whether any group at all can be formed."""
        return self.most > 0

    def words(self, locale: object = "da", names: Names = None) -> list[str]:
        """Return every finding with its remedy, ready to show."""
        return [
            " ".join(filter(None, (f.words(locale, names), f.remedy(locale, names))))
            for f in self.findings
        ]


def before_forming(
    families: Profiles | Sequence[Mapping[str, Any]],
    *,
    min_size: int = 5,
    max_size: int = 8,
    target_size: int = 6,
    criteria: Mapping[str, Any] | None = None,
    rules: GroupRules | Mapping[str, Any] | None = None,
    places: Sequence[Mapping[str, Any] | Place] | None = None,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    on: date | None = None,
    **_others: Any,
) -> Foresight:
    """Tell what stands in the way in a pool, before anything is formed.

    Parameters
    ----------
    families, min_size, max_size, target_size, rules, places, together, apart, on
        As for `form_groups`. What that takes and this does not need (criteria, seconds, met ...)
        is accepted and ignored, so that one set of settings serves both.

    Returns
    -------
    Foresight
        ``alone``: who could sit in no group, each by rule and remedy. ``findings``: who excludes
        whom, islands, sizes that do not work out, and, where no group at all can be formed, the
        smallest set of rules that conflict. All have ``words(locale, names)``; ``names`` maps an
        id to what the family is called.

    Notes
    -----
    `networkx` colours the graph of pairs that cannot share a group: with no more colours than
    groups there is no clique to look for; else its cliques are searched, the explicit exclusions
    first. Its components are the parts of the pool that cannot be mixed. Whether a family can sit
    in some group is decided session by session (`sessions`), which is exact. A pool of 40 takes
    some milliseconds, one of 600 under a second.

    Examples
    --------
    >>> record = {"status": "active", "participation": ["group"], "availability": ["mon_evening"],
    ...           "consents": {"matching": "2026-01-01"}, "meeting_form": "online"}
    >>> pool = [{"id": f"F-{i}", **record} for i in range(4)]
    >>> found = before_forming(pool, min_size=5, on=date(2026, 11, 1))
    >>> found.possible, found.words("en")[0]
    (False, '4 families cannot be split into groups of 5 to 8. At least 4 will stand without a \
group. This would solve it: more families in the pool, or other sizes.')
    """
    profiles = as_profiles(families)
    settings = GroupRules.of(rules)
    pool = build_pool(profiles, rules=settings, places=places, apart=apart, on=day(on))
    pairs, stranded = pairs_of(profiles, pool, together)
    n = len(pool)
    sizes = Sizes.of(min_size, max_size, target_size)
    plain = Benefit(np.zeros((n, n)), admissible(pool), {}, {}, {})
    problem = build_problem(
        pool, plain, rules=settings, sizes=sizes, together=pairs, stranded=stranded
    )
    sessions = Sessions(problem)
    able = sessions.seatable()
    if "slot_80" in settings.waivers:  # whom only the meeting time keeps out may yet be seated
        for v in np.flatnonzero(~able & problem.mask.any(axis=1)):
            always = np.ones_like(sessions.slots[v])
            able[v] = bool(sessions.if_node(int(v), slots=always).group_with(int(v)))
    alone = {key: LeftOut(rule, f"rule.{rule}") for key, rule in pool.out.items()}
    for v in np.flatnonzero(~able):
        for i in problem.blocks[v]:
            alone[pool.ids[i]] = _why_alone(problem, sessions, int(v), i)
    findings = _blocks(problem)
    parts = _parts(problem, able)
    findings += _islands(problem) if able.any() else _nothing(problem)
    findings += [f for part in parts for f in _of_part(problem, part)]
    if len(parts) > 1:
        counts = tuple(sorted((int(problem.weight[p].sum()) for p in parts), reverse=True))
        findings.append(Finding("parts", (), 0, {"parts": counts}))
    findings.sort(key=lambda f: (f.code == "parts", f.code != "nothing", -f.left))
    most = sum(_most_groups(problem, part) for part in parts)
    fewest = sum(1 + int(problem.weight[p].sum() - 1) // sizes.most for p in parts)
    ordered = {key: alone[key] for key in profiles.ids if key in alone}
    return Foresight(ordered, tuple(findings), min(fewest, most), most)


def _parts(problem: Problem, able: Array) -> list[Array]:
    """Return the nodes that can be seated, by parts of the pool that cannot be mixed."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    nodes = np.flatnonzero(able)
    if len(nodes) > MOST_DRAWN:
        return [nodes]  # told as one part: that is never wrong, only less to say
    graph.add_nodes_from(nodes.tolist())
    rows, columns = np.nonzero(np.triu(problem.fits[np.ix_(nodes, nodes)]))
    graph.add_edges_from(zip(nodes[rows].tolist(), nodes[columns].tolist(), strict=True))
    parts = [np.array(sorted(part)) for part in nx.connected_components(graph)]
    return sorted(parts, key=lambda part: (-float(problem.weight[part].sum()), int(part[0])))


def _islands(problem: Problem) -> list[Finding]:
    """Return those who can sit with each other only, two or more, and are too few for a group."""
    found = []
    for part in _parts(problem, np.asarray(problem.mask.any(axis=1))):
        size = int(problem.weight[part].sum())
        if len(part) > 1 and size < problem.sizes.least:
            ids = _ids(problem, part)
            found.append(Finding("island", ids, size, {"least": problem.sizes.least}))
    return found


def _blocks(problem: Problem) -> list[Finding]:
    """Return those who must be together and are more than a group may have."""
    return [
        Finding("block", _ids(problem, [v]), int(weight), {"most": problem.sizes.most})
        for v, weight in enumerate(problem.weight)
        if weight > problem.sizes.most
    ]


def _most_groups(problem: Problem, part: Array) -> int:
    """Return how many groups a part could make at most."""
    most = int(problem.weight[part].sum()) // problem.sizes.least
    if "no_experienced" in problem.rules.hard:
        most = min(most, int(np.count_nonzero(problem.tally[part, 0])))
    return most


def _of_part(problem: Problem, part: Array) -> list[Finding]:
    """Return what keeps some of a part from a group although each of them could sit in one."""
    sizes, size = problem.sizes, int(problem.weight[part].sum())
    most = _most_groups(problem, part)
    found = []
    by_size = size // sizes.least
    if left := _left_by_sizes(size, sizes, by_size):
        values = {"size": size, "least": sizes.least, "most": sizes.most}
        found.append(Finding("sizes", _ids(problem, part), left, values))
    elif left := _left_by_sizes(size, sizes, most):
        ids = _ids(problem, [v for v in part if problem.tally[v, 0]])
        found.append(Finding("experienced", ids, left, {"size": size, "groups": most}))
    clique, by_exclusion = _clique(problem, part, most)
    if len(clique) > most > 0:
        code = "exclusion" if by_exclusion else "apart"
        left = sum(sorted(int(problem.weight[v]) for v in clique)[: len(clique) - most])
        found.append(Finding(code, _ids(problem, clique), left, {"groups": most}))
    return found


def _left_by_sizes(n: int, sizes: Sizes, most: int) -> int:
    """Return how many of n must be left over by groups of these sizes, at most so many groups.

    >>> _left_by_sizes(11, Sizes(6, 8, 6), 9), _left_by_sizes(12, Sizes(6, 8, 6), 9)
    (3, 0)
    """
    held = max((min(n, g * sizes.most) for g in range(min(most, n // sizes.least) + 1)), default=0)
    return n - held


def _clique(problem: Problem, part: Array, most: int) -> tuple[list[int], bool]:
    """Return nodes of which no two can share a group, more than there are groups; or none.

    Notes
    -----
    A graph coloured with k colours has no clique of more than k. Exclusions are looked at first:
    that is what people can talk about.
    """
    import networkx as nx

    inside = {int(v) for v in part}
    enemies: nx.Graph[int] = nx.Graph((a, b) for a, b in problem.foes if {a, b} <= inside)
    strangers: nx.Graph[int] = nx.Graph()
    if len(part) <= MOST_DRAWN:
        rows, columns = np.nonzero(np.triu(~problem.fits[np.ix_(part, part)], 1))
        strangers.add_edges_from(zip(part[rows].tolist(), part[columns].tolist(), strict=True))
    for graph, by_exclusion in ((enemies, True), (strangers, False)):
        if len(graph) <= most:
            continue
        colours = nx.greedy_color(graph, strategy="largest_first")
        if max(colours.values()) < most:
            continue
        largest: list[int] = []
        for clique in islice(nx.find_cliques(graph), CLIQUES_LOOKED_AT):
            if len(clique) > len(largest):
                largest = sorted(clique)
        if len(largest) > most:
            return largest, by_exclusion
    return [], False


def _nothing(problem: Problem) -> list[Finding]:
    """Return why no group at all can be formed: too few, or the smallest conflict of rules."""
    n = len(problem.pool)
    if n == 0:
        return [Finding("nobody")]
    least, most = problem.sizes.least, problem.sizes.most
    if n < least or not Sessions(problem, kept=()).any_group():
        values = {"size": n, "least": least, "most": most}
        return [Finding("sizes", problem.pool.ids, n, values)]
    conflict = smallest_conflict(problem)
    enough = tuple(
        rule
        for rule in conflict
        if Sessions(problem, kept=[r for r in RULES if r != rule]).any_group()
    )
    found: dict[str, Any] = {"rules": conflict, "enough": enough, "size": n}
    return [Finding("nothing", problem.pool.ids, n, found)]


def smallest_conflict(problem: Problem) -> tuple[str, ...]:
    """Return the fewest of ``RULES`` under which no group can be formed, others set aside."""
    for size in range(1, len(RULES) + 1):
        for rules in combinations(RULES, size):
            if not Sessions(problem, kept=rules).any_group():
                return rules
    return RULES


def _why_alone(problem: Problem, sessions: Sessions, v: int, i: int) -> LeftOut:
    """Return why family i, of node v, can sit in no group, and the smallest change that helps."""
    pool, least = problem.pool, problem.sizes.least
    block = problem.blocks[v]
    if len(block) > 1:
        gone = [problem.stranded[j] for j in block if j in problem.stranded]
        others = tuple(gone or (pool.ids[j] for j in block if j != i))
        return LeftOut("together", "rule.together", families=others)
    if i in problem.stranded:
        return LeftOut("together", "rule.together", families=(problem.stranded[i],))
    n = sessions.most_at_once(v)
    change = _smallest_change(sessions, problem, v, i)
    if change is not None:
        rule, sentence, values, remedy = change
        return LeftOut(rule, sentence, {"n": n, "least": least, **values}, (), remedy)
    more = max(1, least - 1 - n)
    return LeftOut("few", "left.at_once", {"n": n, "least": least}, (), {"more": more})


Change = tuple[str, str, dict[str, Any], dict[str, Any]]


def _smallest_change(sessions: Sessions, problem: Problem, v: int, i: int) -> Change | None:
    """Return the change of one answer of a family that would give it a group, the drive first."""
    pool = problem.pool
    if (minutes := _drive_needed(sessions, problem, v, i)) is not None:
        limit = int(pool.limit[i])
        return "travel", "left.travel_alone", {"limit": limit}, {"minutes": minutes}
    if slots := _slots_needed(sessions, v):
        own = common_codes(pool.slots[[i]], SLOTS)
        return "availability", "left.slots_alone", {"own": own}, {"slots": slots[:2]}
    if sessions.if_node(v, places=_everywhere(problem, i)).group_with(v):
        return "meeting_form", "left.meeting_form_alone", {}, {}
    if sessions.if_node(v, forgiven=True).group_with(v):
        return "exclusion", "left.exclusion_alone", {}, {}
    return None


def _drive_needed(sessions: Sessions, problem: Problem, v: int, i: int) -> int | None:
    """Return the fewest minutes of driving with which the family could sit in some group."""
    pool = problem.pool
    reachable = suits(pool)[i] & pool.meets[i, 0] & ~np.isnan(pool.minutes[i])
    wanted = np.unique(pool.minutes[i][reachable & (pool.minutes[i] > pool.limit[i])])
    low, high = 0, len(wanted)
    while low < high:  # a longer drive never takes a group away: halve until the first that helps
        at = (low + high) // 2
        near = problem.reach[v].copy()
        near[:-1] |= reachable & (pool.minutes[i] <= wanted[at])
        if sessions.if_node(v, places=near).group_with(v):
            high = at
        else:
            low = at + 1
    return int(wanted[low]) if low < len(wanted) else None


def _slots_needed(sessions: Sessions, v: int) -> tuple[str, ...]:
    """Return the times any one of which would give the family a group, the most common first."""
    found = []
    for s in np.argsort(-sessions.slots.sum(axis=0), kind="stable"):
        slots = sessions.slots[v].copy()
        if not slots[s]:
            slots[s] = True
            if sessions.if_node(v, slots=slots).group_with(v):
                found.append(SLOTS[s])
    return tuple(found)


def _everywhere(problem: Problem, i: int) -> Array:
    """Return where the family would go if it met both in person and online."""
    pool = problem.pool
    near = suits(pool)[i] & ~(pool.minutes[i] > pool.limit[i])
    return np.append(near, True)


def _ids(problem: Problem, nodes: Iterable[int]) -> tuple[str, ...]:
    return tuple(problem.pool.ids[i] for v in nodes for i in problem.blocks[v])

"""Forming groups from a pool: open, seat, improve, heal, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from matcher.geography import minutes_table
from matcher.grouping import healing, proving, waiving
from matcher.grouping.arrays import Array, State
from matcher.grouping.cooling import cool
from matcher.grouping.counting import Counting
from matcher.grouping.descent import improve, ready
from matcher.grouping.healing import labels_of, numbered
from matcher.grouping.met import Met
from matcher.grouping.opening import open_groups, open_wide
from matcher.grouping.pool import build_pool, number_of
from matcher.grouping.problem import Problem, Sizes, build_problem
from matcher.grouping.report import report
from matcher.grouping.result import Grouping
from matcher.grouping.scoring import MEAN_OF, Scale, build_scale
from matcher.grouping.settings import GroupRules, Place, read_criteria
from matcher.grouping.timebox import Timebox
from matcher.grouping.together import pairs_of
from matcher.grouping.wide import WIDE_ABOVE
from matcher.profiles import Profiles, as_profiles, day

TRIES, MOST_TRIES = 6, 30  # first seatings, while somebody is left over
FIRST_TRIES, MORE_TRIES = 0.3, 0.1  # of the time: until then so many, and then more
TO_TELL = 4.5e-5  # seconds that the report takes for each family, kept back in large pools
FLOW_UP_TO = 300  # nodes; above, networkx would take longer than the whole search

Progress = Callable[[float, float], None]


def form_groups(
    families: Profiles | Sequence[Mapping[str, Any]],
    *,
    min_size: int = 5,
    max_size: int = 8,
    target_size: int = 6,
    criteria: Mapping[str, Any] | None = None,
    rules: GroupRules | Mapping[str, Any] | None = None,
    places: Sequence[Mapping[str, Any] | Place] | None = None,
    locked: Iterable[str] | Mapping[str, int] | None = None,
    current: Mapping[str, int] | Sequence[int] | None = None,
    move_cost: float = 0.0,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    met: Iterable[tuple[str, str]] = (),
    met_before: str = "ignore",
    met_weight: float | None = None,
    met_hard: bool = False,
    seconds: float = 1.0,
    random_state: int = 0,
    on: date | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    max_iterations: int | None = None,
) -> Grouping:
    """Form groups of families that keep every hard rule and fit as well as can be found.

    Parameters
    ----------
    families
        The pool. Those who take no part are left out with the reason.
    min_size, max_size, target_size
        Families in a group.
    criteria
        See `settings.read_criteria`: alike, mixed or ignored, and how much.
    rules
        See `settings.GroupRules`: what is hard, what may be waived.
    places
        Records with ``name`` and ``postcode``; none = the town centres of the families' own
        postcodes. Groups in which all can meet online need no place.
    locked
        Ids that stay in the group they have in `current`; or id -> label.
    current
        Id -> label (or labels by position) of the grouping to start from; -1 = none.
    move_cost
        Points of the whole score that moving one family from `current` must at least win.
    together, apart
        Pairs of ids.
    met, met_before, met_weight, met_hard
        Pairs of ids that have been in a group together, and whether they are to be ``apart`` or
        ``together`` (or ``ignore``): a criterion of this weight, or a fixed rule. See `met.Met`.
    seconds
        CPU time of this thread, compilation not counted.
    progress
        Called with (share done, score so far from 0 to 100) some times a second.
    stop
        Asked as often; once it answers true, the best grouping so far is returned.
    max_iterations
        So many rounds of search instead of a time, for an answer that does not depend on a clock;
        each number of groups that is tried beforehand takes a fiftieth more.

    Returns
    -------
    Grouping
        Also when some or all cannot be placed: then with the rule and the remedy for each.

    Raises
    ------
    MatcherError
        An argument makes no sense: unknown criterion, rule, place or id.

    Notes
    -----
    Groups are opened around whoever is hardest to seat; networkx seats the rest by minimum-cost
    flow within lower and upper bounds; chains of moves place the last; then iterated local search
    with swaps and moves that keep every rule improves the objective of `docs/forming.md`.

    Examples
    --------
    >>> record = {"status": "active", "participation": ["group"], "availability": ["mon_evening"],
    ...           "consents": {"matching": "2026-01-01"}, "meeting_form": "online"}
    >>> pool = Profiles.from_records([{"id": f"F-{i}", **record} for i in range(10)])
    >>> grouping = form_groups(pool, seconds=0.05, on=date(2026, 11, 1))
    >>> [len(group.members) for group in grouping.groups], grouping.unplaced
    ([5, 5], {})
    """
    prepare()
    families = as_profiles(families)
    box = Timebox(_for_search(seconds, len(families)), iterations=max_iterations)
    on = day(on)
    sizes = Sizes.of(min_size, max_size, target_size)
    settings = GroupRules.of(rules)
    known = Met.of(met, met_before, weight=met_weight, hard=met_hard)
    pool = build_pool(families, rules=settings, places=places, apart=[*apart, *known.apart], on=on)
    benefit = known.benefit_of(pool, read_criteria(criteria), on=on)
    inside = [pair for pair in known.together if set(pair) <= set(families.ids)]
    pairs, stranded = pairs_of(families, pool, [*together, *inside])
    problem = build_problem(
        pool, benefit, rules=settings, sizes=sizes, together=pairs, stranded=stranded
    )
    home, fixed = _homes(families, problem, current, locked)
    groups = proving.admissible_groups(problem, most=proving.how_many_listed(box))
    proof_box = box if groups is None else proving.share(box, seconds)
    search = Search(problem, box, seed=random_state, home=home, locked=fixed, move_cost=move_cost)
    group = search.run(progress=progress, stop=stop)
    group = waiving.enforce(problem, group)
    group, proof = proving.prove(
        problem,
        group,
        groups,
        home=home,
        locked=fixed,
        stay=search.stay,
        seconds_left=lambda: 0.0 if stop is not None and stop() else proof_box.left(),
        clock=box.timed,
    )
    group = numbered(group)
    scale = search.scale or build_scale(problem, group, seed=random_state)
    seated, waived = waiving.waive(problem, group[problem.node])
    if any(waiver.waiver == "slot_80" for waiver in waived):  # seated by other rules than proved
        proof = proof.without_claim()
    return report(
        families, problem, seated, scale, box=box, proof=proof, locked=fixed, waived=waived
    )


@cache
def prepare() -> None:
    """Load what is heavy before the clock starts: kernels, scikit-learn, networkx, geography."""
    import networkx  # noqa: F401

    import matcher.similarity  # noqa: F401

    ready()
    proving.ready()
    minutes_table()


def _for_search(seconds: float, n: int) -> float:
    """Return when the search must end so that the whole call takes its time."""
    return max(0.5 * seconds, seconds - TO_TELL * n) if n > WIDE_ABOVE else seconds


class Search:
    """One run: from an empty room to the best seating found in the time."""

    def __init__(
        self,
        problem: Problem,
        box: Timebox,
        *,
        seed: int,
        home: Array,
        locked: Array,
        move_cost: float,
    ) -> None:
        self.problem = problem
        self.box = box
        self.seed = seed
        self.home = home
        self.locked = locked
        self.move_cost = move_cost
        self.stay = 0.0
        self.rng = np.random.default_rng(seed)
        self.scale: Scale | None = None

    def run(self, *, progress: Progress | None, stop: Callable[[], bool] | None) -> Array:
        """Open, seat, improve and heal; return the group of each node, -1 = none."""
        group = self._start()
        if not (self.problem.is_wide or np.any(self.home >= 0)):
            group = Counting(self.problem, self.box, seed=self.seed, stop=stop).best(group)
        wide, scale = self.problem.is_wide, None
        if wide or progress is not None or self.move_cost:
            scale = build_scale(self.problem, group, seed=self.seed, draws=MEAN_OF)
        if wide:
            self.scale = scale
        stay = self.move_cost / 100.0 * max(scale.span, 1e-9) if scale and self.move_cost else 0.0
        self.stay = stay
        state = self._state(group, stay)

        def seen(share: float, best: float) -> bool:
            if progress is not None and scale is not None:
                progress(share, scale.of_seating(self.problem, labels_of(state)))
            return stop is not None and stop()

        if len(self.problem) and state.low.shape[0] > 1:
            if wide:
                self._cool(state, seen)
            else:
                improve(state, self.box, seen=seen)
            over = self.box.over if wide else lambda: False  # a small pool is smooth in no time
            state = healing.heal(self.problem, state, stay=stay, over=over)
        return labels_of(state)

    def _cool(self, state: State, seen: Callable[[float, float], bool]) -> None:
        def table(price: float | None) -> Array:
            return self.problem.table(wishes=True, price=price)

        cool(state, self.box, table=table, careful=bool(np.any(self.home >= 0)), seen=seen)

    def _state(self, group: Array, stay: float) -> State:
        n_groups = int(max(group.max(initial=-1), self.home.max(initial=-1))) + 1
        filled = np.where(group < 0, n_groups, group)
        return self.problem.state(
            filled, n_groups, home=self.home, stay=stay, locked=self.locked, seed=self.seed
        )

    def _start(self) -> Array:
        """Return the best of some first seatings, -1 = no group."""
        if np.any(self.home >= 0):
            return healing.mend(self.problem, self.home, self.locked)
        from matcher.grouping import kernels

        best, best_worth = np.full(len(self.problem), -1, np.int64), -np.inf
        for attempt in range(MOST_TRIES):
            group = self._attempt(jitter=0.0 if attempt == 0 else 0.5)
            worth = kernels.value(healing.state_of(self.problem, group))
            if worth > best_worth:
                best, best_worth = group, worth
            if np.all(group >= 0) or not self._may_try_again(attempt + 1):
                break
        return best

    def _may_try_again(self, tries: int) -> bool:
        """Answer whether somebody left over is worth another first seating."""
        if not self.box.timed:
            return tries < TRIES
        share = FIRST_TRIES if tries < TRIES else MORE_TRIES
        return self.box.elapsed() < share * self.box.seconds

    def _attempt(self, *, jitter: float) -> Array:
        if self.problem.is_wide:
            group = open_wide(self.problem, seed=int(self.rng.integers(1 << 30)), jitter=jitter)
            return healing.complete(self.problem, group, locked=self.locked)
        everyone = np.ones(len(self.problem), bool)
        opened = open_groups(self.problem, waiting=everyone, rng=self.rng, jitter=jitter)
        group = np.full(len(self.problem), -1, np.int64)
        for g, (_, members) in enumerate(opened):
            group[members] = g
        if np.any(group < 0) and len(self.problem) <= FLOW_UP_TO:
            group = healing.seat_by_flow(self.problem, opened, group)
        return healing.complete(self.problem, group, locked=self.locked)


def _homes(
    families: Profiles,
    problem: Problem,
    current: Mapping[str, int] | Sequence[int] | None,
    locked: Iterable[str] | Mapping[str, int] | None,
) -> tuple[Array, Array]:
    """Return each node's group in the current grouping (-1 = none), and who may not leave it."""
    label: dict[str, int] = {}
    if isinstance(current, Mapping):
        label = {key: int(g) for key, g in current.items()}
    elif current is not None:
        label = {key: int(g) for key, g in zip(families.ids, current, strict=True)}
    if isinstance(locked, Mapping):
        label |= {key: int(g) for key, g in locked.items()}
    keys = list(locked or ())
    number_of(families, [*label, *keys], what="current and locked")
    held = set(keys)
    home = np.full(len(problem), -1, np.int64)
    fixed = np.zeros(len(problem), bool)
    for v, block in enumerate(problem.blocks):
        names = [problem.pool.ids[i] for i in block]
        groups = [label[name] for name in names if label.get(name, -1) >= 0]
        locked_to = [label[name] for name in names if name in held and label.get(name, -1) >= 0]
        home[v] = (locked_to or groups or [-1])[0]
        fixed[v] = bool(locked_to)
    return home, fixed

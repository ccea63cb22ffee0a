"""From a seating to what people read: groups, scores, remarks, reasons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.grouping.arrays import Array
from matcher.grouping.facts import broken_rules, meeting
from matcher.grouping.problem import Problem
from matcher.grouping.proving import Proof
from matcher.grouping.reasons import why_left_out
from matcher.grouping.result import Bar, Conflict, Group, Grouping, LeftOut, Remark, Waived
from matcher.grouping.scoring import Scale, members_of, points_of, worth
from matcher.grouping.timebox import Timebox
from matcher.grouping.wide import WideBenefit
from matcher.profiles import Profiles

LITTLE = 25  # points under which a family has little in common with its group


def report(
    families: Profiles,
    problem: Problem,
    group: Array,
    scale: Scale,
    *,
    box: Timebox,
    proof: Proof,
    locked: Array,
    waived: Sequence[Waived] = (),
) -> Grouping:
    """Return the proposal; `group` is the seating of the pool's families, -1 = none.

    ``locked`` (nodes,) are those who may not leave the group they had: a lock that could not be
    kept is the reason of whoever it held.
    """
    pool = problem.pool
    members = members_of(group, int(group.max(initial=-1)) + 1)
    labels = np.full(len(families), -1, np.int64)
    labels[pool.rows] = group
    left = {key: LeftOut(rule, f"rule.{rule}") for key, rule in pool.out.items()}
    for i in np.flatnonzero(group < 0):
        held = locked[problem.node[i]]
        left[pool.ids[i]] = (
            LeftOut("locked", "left.locked") if held else why_left_out(problem, int(i), members)
        )
    worths = [worth(problem, these) for these in members]
    objective = sum(worths)
    parts = [scale.parts(problem, *known) for known in zip(members, worths, strict=True)]
    bars_of = all_bars(problem, members)
    return Grouping(
        labels=labels,
        groups=tuple(
            describe(problem, g, these, scale, waived, bars_of[g], parts[g])
            for g, these in enumerate(members)
        ),
        score=round(points_of(parts)),
        better_than=int(np.count_nonzero(scale.draws < objective - 1e-9)),
        n_draws=len(scale.draws),
        unplaced={key: left[key] for key in families.ids if key in left},
        waived=tuple(waived),
        proven=proof.proven,
        proof=proof,
        conflicts=_conflicts(left),
        objective=objective,
        lottery=scale.lottery,
        iterations=sum(rounds for rounds, _ in box.rounds),
        seconds=box.elapsed(),
    )


def describe(
    problem: Problem,
    label: int,
    members: Array,
    scale: Scale,
    waived: Sequence[Waived] = (),
    bars_of: dict[str, Bar] | None = None,
    part: tuple[float, float] | None = None,
) -> Group:
    """Return everything one column of the board shows; what is known already is given."""
    pool = problem.pool
    ids = tuple(pool.ids[i] for i in members)
    here = [waiver for waiver in waived if waiver.label == label and waiver.waiver == "slot_80"]
    absent = {key for waiver in here for key in waiver.families}
    able = np.array([i for i in members if pool.ids[i] not in absent], np.int64)
    meets = meeting(pool, members)
    slots = meeting(pool, able).slots if absent else meets.slots
    known = meets.minutes[~np.isnan(meets.minutes)]
    fit = {
        key: round(share)
        for key, share in zip(ids, scale.of_members(problem, members), strict=True)
    }
    at = meets.place
    broken = broken_rules(pool, members, problem.sizes)
    if absent:
        broken = [rule for rule in broken if rule.rule != "availability"]
    return Group(
        label=label,
        members=ids,
        slot=slots[0] if slots else None,
        slots=slots,
        language=meets.languages[0] if meets.languages else None,
        place=None if at is None else pool.place_name(at),
        place_postcode=pool.places[at].postcode
        if at is not None and at < len(pool.places)
        else None,
        minutes={
            key: int(minutes)
            for key, minutes in zip(ids, meets.minutes, strict=True)
            if not np.isnan(minutes)
        },
        mean_minutes=float(known.mean()) if known.size else None,
        score=round(points_of([part or scale.parts(problem, members)])),
        bars=bars(problem, members) if bars_of is None else bars_of,
        fit=fit,
        remarks=tuple(remarks(problem, members, fit, absent)),
        broken=tuple(broken),
    )


def bars(problem: Problem, members: Array) -> dict[str, Bar]:
    """Return each criterion's mean pair score in the group, 0 to 100, beside the lottery's."""
    benefit = problem.benefit
    return {
        code: Bar(_percent(benefit.score_within(code, members)), _percent(benefit.lottery[code]))
        for code in benefit.criteria
        if code in benefit.lottery
    }


def all_bars(problem: Problem, groups: Sequence[Array]) -> list[dict[str, Bar]]:
    """Return the bars of every group; in a large pool all groups at once, which is much faster."""
    benefit = problem.benefit
    if not isinstance(benefit, WideBenefit):
        return [bars(problem, members) for members in groups]
    found: list[dict[str, Bar]] = [{} for _ in groups]
    for code in benefit.criteria:
        lottery = _percent(benefit.lottery[code])
        for shown, share in zip(found, benefit.scores_within(code, groups), strict=True):
            shown[code] = Bar(_percent(float(share)), lottery)
    return found


def _percent(share: float) -> int | None:
    return None if np.isnan(share) else round(100 * share)


def remarks(
    problem: Problem, members: Array, fit: dict[str, int], absent: set[str]
) -> list[Remark]:
    """Return what is allowed in this group and worth knowing."""
    pool = problem.pool
    found = []
    if len(members) and not pool.traits["experienced"][members].any():
        found.append(Remark("no_experienced", (), {"years": problem.rules.min_years}))
    for trait in ("kinship", "single"):
        alone = members[pool.traits[trait][members]]
        if len(alone) == 1 and len(members) > 1:
            found.append(Remark(f"lone_{trait}", (pool.ids[alone[0]],)))
    if fit and len(members) > 1:
        weakest = min(fit, key=lambda key: fit[key])
        if fit[weakest] < LITTLE:
            found.append(Remark("little_common", (weakest,)))
    if problem.benefit.met_wish == "apart":
        inside = problem.benefit.met[np.isin(problem.benefit.met, members).all(axis=1)]
        found += [Remark("met_before", (pool.ids[a], pool.ids[b])) for a, b in inside]
    unknown = np.isnan(pool.profiles.column("postcode")[members]) & pool.meets[members, 0]
    hidden = pool.profiles.column("protected_address")[members] == 1
    found += [Remark("travel_unknown", (pool.ids[i],)) for i in members[unknown & ~hidden]]
    silent = np.isnan(pool.profiles.column("availability")[members])
    found += [Remark("availability_unknown", (pool.ids[i],)) for i in members[silent]]
    found += [Remark("slot_waived", (key,)) for key in sorted(absent)]
    return found


def _conflicts(left: dict[str, LeftOut]) -> tuple[Conflict, ...]:
    by_rule: dict[str, list[str]] = {}
    for key, reason in left.items():
        by_rule.setdefault(reason.rule, []).append(key)
    ordered = sorted(by_rule.items(), key=lambda pair: -len(pair[1]))
    return tuple(Conflict(rule, tuple(keys)) for rule, keys in ordered)

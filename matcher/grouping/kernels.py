"""Compiled local search over groupings: plain arrays in and out; its numpy twin is `twin.py`.

The last group, number ``G``, is the tray of nodes without a group: it has no rules and no value.
A node is a family, or a block of families that must sit together.
"""

# Compiled code returns numpy scalars, which no annotation here can describe.
# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

import numpy as np

from matcher.grouping.arrays import EPSILON, Array, State
from matcher.grouping.bonds import pair_benefit
from matcher.grouping.compiled import entry, inlined, inner, vectorised

NEVER = -1e300


@inlined
def roll(dice: Array, n: int) -> int:
    """Return an integer below n (xorshift64*)."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    high = (x * np.uint64(2685821657736338717)) >> np.uint64(33)
    return np.int64((high * np.uint64(n)) >> np.uint64(31))


@inlined
def _rate(s: State, weight: float) -> float:
    if s.rate.shape[0] == 1:
        return s.rate[0]
    return s.rate[np.int64(weight)]


@inlined
def wide(s: State) -> bool:
    """Say whether benefits are computed when asked for, no table of them being held."""
    return s.ST.shape[1] == 0


@inlined
def bond(s: State, i: int, j: int) -> float:
    """Return the benefit between two nodes."""
    if s.W.shape[0] > 0:
        return s.W[i, j]
    t = 0.0
    for a in range(s.first[i], s.first[i + 1]):
        for b in range(s.first[j], s.first[j + 1]):
            t += pair_benefit(s.pairs, s.family[a], s.family[b])
    return t


@inlined
def mine(s: State, v: int) -> float:
    """Return the benefit of v with its own group."""
    if wide(s):
        return s.own[v]
    return s.ST[s.group[v], v]


@inlined
def tie(s: State, g: int, v: int, skip: int) -> float:
    """Return the benefit of v, who is not in it, with group g, were `skip` not there; -1 = none."""
    if not wide(s):
        return s.ST[g, v] - s.W[v, skip] if skip >= 0 else s.ST[g, v]
    t = 0.0
    u = s.head[g]
    while u >= 0:
        if u != skip:
            t += bond(s, v, u)
        u = s.after[u]
    return t


@inner
def _refresh_masks(s: State, g: int) -> None:
    """Recompute what group g agrees to, with and without each member."""
    K = s.mask.shape[1]
    full = ~np.uint64(0)
    tray = s.low.shape[0] - 1
    for k in range(K):
        total = full
        v = s.head[g]
        while v >= 0:
            s.others[v, k] = total  # all before me, completed on the way back
            total &= s.mask[v, k]
            v = s.after[v]
        s.common[g, k] = total if g != tray else full
        rest = full
        last = np.int64(-1)
        v = s.head[g]
        while v >= 0:
            last = v
            v = s.after[v]
        while last >= 0:
            s.others[last, k] &= rest
            rest &= s.mask[last, k]
            if g == tray:
                s.others[last, k] = full
            last = s.before[last]


@inner
def _unlink(s: State, v: int, g: int) -> None:
    b = s.before[v]
    a = s.after[v]
    if b >= 0:
        s.after[b] = a
    else:
        s.head[g] = a
    if a >= 0:
        s.before[a] = b


@inner
def _link(s: State, v: int, g: int) -> None:
    first = s.head[g]
    s.after[v] = first
    s.before[v] = -1
    if first >= 0:
        s.before[first] = v
    s.head[g] = v


@inner
def _carry_bonds(s: State, v: int, a: int, b: int) -> None:
    """Bring benefits with the own group up to date before v goes from a to b."""
    tray = s.low.shape[0] - 1
    if a != tray:
        s.total[a] -= s.own[v] + s.inner[v]
    now = 0.0
    for g, sign in ((a, -1.0), (b, 1.0)):
        if g == tray:
            continue
        u = s.head[g]
        while u >= 0:
            if u != v:
                t = bond(s, v, u)
                s.own[u] += sign * t
                if g == b:
                    now += t
            u = s.after[u]
    s.own[v] = now
    if b != tray:
        s.total[b] += now + s.inner[v]


@inner
def _carry(s: State, v: int, b: int) -> None:
    """Move node v to group b, without the masks and own sums."""
    a = s.group[v]
    tray = s.low.shape[0] - 1
    n = s.ST.shape[1]
    if n == 0:
        _carry_bonds(s, v, a, b)
    elif a != tray:
        s.total[a] -= s.ST[a, v] + s.inner[v]
        for j in range(n):
            s.ST[a, j] -= s.W[v, j]
    if b != tray and n > 0:
        s.total[b] += s.ST[b, v] + s.inner[v]
        for j in range(n):
            s.ST[b, j] += s.W[v, j]
    s.size[a] -= s.weight[v]
    s.size[b] += s.weight[v]
    s.nodes[a] -= 1
    s.nodes[b] += 1
    for c in range(s.tally.shape[1]):
        s.held[a, c] -= s.tally[v, c]
        s.held[b, c] += s.tally[v, c]
    _unlink(s, v, a)
    _link(s, v, b)
    s.group[v] = b


@inlined
def _short(s: State, benefit: float, v: int) -> float:
    """Return what node v lacks to fit as well as by lot, were this its benefit with the others."""
    return max(0.0, -(benefit + 2.0 * s.inner[v]))


@inlined
def _lack(s: State, g: int) -> float:
    """Return what the members who fit in worse than by lot cost group g."""
    short = 0.0
    v = s.head[g]
    while v >= 0:
        short += _short(s, mine(s, v), v)
        v = s.after[v]
    return 0.5 * s.worst[0] * _rate(s, s.size[g]) * short


@inlined
def _lack_after(s: State, g: int, size: float, i: int, j: int, came: float) -> float:
    """Return what members who fit badly would cost, were i to leave and j to join (-1 = none).

    ``came`` is the benefit that j would have with the others.
    """
    short = _short(s, came, j) if j >= 0 else 0.0
    u = s.head[g]
    while u >= 0:
        if u != i:
            benefit = mine(s, u)
            if i >= 0:
                benefit -= bond(s, u, i)
            if j >= 0:
                benefit += bond(s, u, j)
            short += _short(s, benefit, u)
        u = s.after[u]
    return 0.5 * s.worst[0] * _rate(s, size) * short


@inlined
def _least_cost(s: State, g: int) -> float:
    """Return no more than group g would cost after a swap; 0 where nodes are several families."""
    if g == s.low.shape[0] - 1 or not s.plain[0] or s.nodes[g] == 0 or s.weight[0] > 1.0:
        return 0.0
    cost = 0.0
    size = np.int64(s.size[g])
    for c in range(s.table.shape[0]):
        x = s.held[g, c]
        least = s.table[c, size, x]
        if x > 0:
            least = min(least, s.table[c, size, x - 1])
        if x < size:
            least = min(least, s.table[c, size, x + 1])
        cost += least
    return cost


@inner
def _settle(s: State, g: int) -> None:
    """Bring what depends on the whole group up to date."""
    tray = s.low.shape[0] - 1
    if s.mask.shape[1] > 0:
        _refresh_masks(s, g)
    s.factor[g] = 0.0 if g == tray else _rate(s, s.size[g])
    s.cost[g] = 0.0
    if g != tray and s.table.shape[0] > 0:
        s.cost[g] = cost_of(s, g, s.size[g], -1, -1)
    if g != tray and s.worst[0] > 0.0:
        s.cost[g] += _lack(s, g)
    s.relief[g] = s.cost[g] - _least_cost(s, g)
    if wide(s):
        return
    v = s.head[g]
    while v >= 0:
        s.keep[v] = s.factor[g] * (s.ST[g, v] + s.inner[v]) - s.stay[v]
        v = s.after[v]
    s.clock[0] += 1
    s.changed[g] = s.clock[0]


@entry
def move(s: State, v: int, b: int) -> None:
    """Move node v to group b."""
    a = s.group[v]
    _carry(s, v, b)
    _settle(s, a)
    _settle(s, b)


@entry
def swap(s: State, i: int, j: int) -> None:
    """Let nodes i and j change places."""
    a = s.group[i]
    b = s.group[j]
    tray = s.low.shape[0] - 1
    if a == tray or b == tray or wide(s):
        _carry(s, i, b)
        _carry(s, j, a)
    else:
        _trade(s, i, j, a, b)
    _settle(s, a)
    _settle(s, b)


@vectorised
def _trade(s: State, i: int, j: int, a: int, b: int) -> None:
    """Swap between two real groups, both sums in one pass over the nodes."""
    cross = s.W[i, j]
    s.total[a] += s.ST[a, j] - cross + s.inner[j] - s.ST[a, i] - s.inner[i]
    s.total[b] += s.ST[b, i] - cross + s.inner[i] - s.ST[b, j] - s.inner[j]
    Wi = s.W[i]
    Wj = s.W[j]
    Sa = s.ST[a]
    Sb = s.ST[b]
    for k in range(Wi.shape[0]):
        d = Wj[k] - Wi[k]
        Sa[k] += d
        Sb[k] -= d
    shift = s.weight[j] - s.weight[i]
    s.size[a] += shift
    s.size[b] -= shift
    for c in range(s.tally.shape[1]):
        d = s.tally[j, c] - s.tally[i, c]
        s.held[a, c] += d
        s.held[b, c] -= d
    _unlink(s, i, a)
    _unlink(s, j, b)
    _link(s, j, a)
    _link(s, i, b)
    s.group[i] = b
    s.group[j] = a


@entry
def build(s: State) -> None:
    """Fill every derived array from `group`."""
    s.plain[0] = True
    for v in range(s.group.shape[0]):
        if s.weight[v] != s.weight[0]:
            s.plain[0] = False
    n = s.group.shape[0]
    G = s.low.shape[0]
    s.ST[:] = 0.0
    s.total[:] = 0.0
    s.size[:] = 0.0
    s.nodes[:] = 0
    s.held[:] = 0
    s.head[:] = -1
    for v in range(n - 1, -1, -1):
        g = s.group[v]
        _link(s, v, g)
        s.size[g] += s.weight[v]
        s.nodes[g] += 1
        for c in range(s.tally.shape[1]):
            s.held[g, c] += s.tally[v, c]
        if g != G - 1:
            for j in range(s.ST.shape[1]):
                s.ST[g, j] += s.W[v, j]
    if wide(s):
        for v in range(n):
            s.own[v] = 0.0
            u = s.head[s.group[v]] if s.group[v] != G - 1 else -1
            while u >= 0:
                if u != v:
                    s.own[v] += bond(s, v, u)
                u = s.after[u]
    for v in range(n):
        g = s.group[v]
        if g != G - 1:
            s.total[g] += 0.5 * mine(s, v) + s.inner[v]
    for g in range(G):
        _settle(s, g)


@inlined
def cost_of(s: State, g: int, size: float, i: int, j: int) -> float:
    """Return the table cost of group g at this size, were i to leave and j to join, -1 = none."""
    cost = 0.0
    if g == s.low.shape[0] - 1:
        return cost
    for c in range(s.table.shape[0]):
        x = s.held[g, c]
        if i >= 0:
            x -= s.tally[i, c]
        if j >= 0:
            x += s.tally[j, c]
        cost += s.table[c, np.int64(size), x]
    return cost


@entry
def value(s: State) -> float:
    """Return the objective of the grouping as it stands."""
    G = s.low.shape[0]
    f = 0.0
    for g in range(G - 1):
        if s.nodes[g] > 0:
            f += s.factor[g] * s.total[g] - s.cost[g]
            f += s.reward[0] * s.size[g]
    for v in range(s.group.shape[0]):
        if s.home[v] >= 0 and s.home[v] == s.group[v]:
            f += s.stay[v]
    return f


@inlined
def agree(s: State, left: Array, right: Array) -> bool:
    start = 0
    for k in range(s.segment.shape[0]):
        hit = False
        for w in range(start, s.segment[k]):
            if left[w] & right[w]:
                hit = True
                break
        if not hit:
            return False
        start = s.segment[k]
    return True


@inlined
def meets_foe(s: State, v: int, g: int, leaving: int) -> bool:
    if g == s.low.shape[0] - 1:
        return False
    for e in range(s.foe_start[v], s.foe_start[v + 1]):
        u = s.foe[e]
        if u != leaving and s.group[u] == g:
            return True
    return False


@inlined
def may_swap(s: State, i: int, j: int) -> bool:
    """Say whether rules and sizes allow i and j to change places."""
    a = s.group[i]
    b = s.group[j]
    shift = s.weight[j] - s.weight[i]
    if shift != 0.0:
        if not s.low[a] <= s.size[a] + shift <= s.high[a]:
            return False
        if not s.low[b] <= s.size[b] - shift <= s.high[b]:
            return False
    if s.mask.shape[1] > 0:
        tray = s.low.shape[0] - 1
        if a != tray and not agree(s, s.others[i], s.mask[j]):
            return False
        if b != tray and not agree(s, s.others[j], s.mask[i]):
            return False
    return not (meets_foe(s, i, b, j) or meets_foe(s, j, a, i))


@inlined
def may_move(s: State, v: int, b: int) -> bool:
    """Say whether rules and sizes allow v to move to group b."""
    a = s.group[v]
    w = s.weight[v]
    if s.size[a] - w < s.low[a] or not s.low[b] <= s.size[b] + w <= s.high[b]:
        return False
    if a != s.low.shape[0] - 1 and s.nodes[a] == 1:
        return False
    if s.mask.shape[1] > 0 and not agree(s, s.common[b], s.mask[v]):
        return False
    return not meets_foe(s, v, b, -1)


@inlined
def _worth_of_stay(s: State, v: int, b: int) -> float:
    """Return what v gains or loses in staying power by going to group b."""
    if s.home[v] < 0:
        return 0.0
    if s.home[v] == b:
        return s.stay[v]
    return -s.stay[v] if s.home[v] == s.group[v] else 0.0


@inlined
def swap_gain(s: State, i: int, j: int, floor: float) -> float:
    """Return the change of the objective if i and j changed places, or some number <= floor."""
    a = s.group[i]
    b = s.group[j]
    tray = s.low.shape[0] - 1
    came_a = tie(s, a, j, i) if a != tray else 0.0
    came_b = tie(s, b, i, j) if b != tray else 0.0
    return swap_worth(s, i, j, came_a, came_b, floor)


@inlined
def swap_worth(s: State, i: int, j: int, came_a: float, came_b: float, floor: float) -> float:
    """Return what `swap_gain` does, from the benefit of each with the group it would come to."""
    a = s.group[i]
    b = s.group[j]
    tray = s.low.shape[0] - 1
    shift = s.weight[j] - s.weight[i]
    d = _worth_of_stay(s, i, b) + _worth_of_stay(s, j, a)
    size_a = s.size[a] + shift
    size_b = s.size[b] - shift
    if a != tray:
        t = s.total[a] + came_a + s.inner[j] - mine(s, i) - s.inner[i]
        d += _rate(s, size_a) * t - s.factor[a] * s.total[a] + s.reward[0] * shift + s.cost[a]
    if b != tray:
        t = s.total[b] + came_b + s.inner[i] - mine(s, j) - s.inner[j]
        d += _rate(s, size_b) * t - s.factor[b] * s.total[b] - s.reward[0] * shift + s.cost[b]
    if d <= floor:  # no cost is below 0
        return d
    d -= cost_of(s, a, size_a, i, j) + cost_of(s, b, size_b, j, i)
    if s.worst[0] > 0.0 and d > floor:
        if a != tray:
            d -= _lack_after(s, a, size_a, i, j, came_a)
        if b != tray and d > floor:
            d -= _lack_after(s, b, size_b, j, i, came_b)
    return d


@inlined
def move_gain(s: State, v: int, b: int, floor: float) -> float:
    """Return the change of the objective if v moved to group b, or some number <= floor."""
    a = s.group[v]
    tray = s.low.shape[0] - 1
    w = s.weight[v]
    d = _worth_of_stay(s, v, b)
    came = 0.0
    if a != tray:
        m = s.size[a] - w
        t = s.total[a] - mine(s, v) - s.inner[v]
        d += _rate(s, m) * t - s.factor[a] * s.total[a] - s.reward[0] * w
        d += s.cost[a] - cost_of(s, a, m, v, -1)
    if b != tray:
        m = s.size[b] + w
        came = tie(s, b, v, -1)
        t = s.total[b] + came + s.inner[v]
        d += _rate(s, m) * t - s.factor[b] * s.total[b] + s.reward[0] * w
        d += s.cost[b] - cost_of(s, b, m, -1, v)
    if s.worst[0] > 0.0 and d > floor:
        if a != tray:
            d -= _lack_after(s, a, s.size[a] - w, v, -1, 0.0)
        if b != tray:
            d -= _lack_after(s, b, s.size[b] + w, -1, v, came)
    return d


@vectorised
def _pair_gains(s: State, i: int) -> float:
    """Write, for every j, at most what swapping it with i would win; return the most of all.

    No swap can save more of a group's cost than it has, so benefits plus costs bound the gain of
    nodes of one weight. The cost and stay of i itself are added to what is returned only.
    """
    column = s.column
    gain = s.gain
    a = s.group[i]
    fa = s.factor[a]
    mine = fa * (s.ST[a, i] + s.inner[i])
    for g in range(column.shape[0]):
        column[g] = s.factor[g] * (s.ST[g, i] + s.inner[i]) + s.cost[g] - mine
    Wi = s.W[i]
    Sa = s.ST[a]
    for j in range(gain.shape[0]):
        b = s.group[j]
        here = fa * (Sa[j] + s.inner[j]) - s.keep[j]
        gain[j] = column[b] + here - (s.factor[b] + fa) * Wi[j]
    v = s.head[a]
    while v >= 0:
        gain[v] = NEVER
        v = s.after[v]
    most = NEVER
    for j in range(gain.shape[0]):
        most = max(most, gain[j])
    return most + s.cost[a] + s.stay[i]


@inner
def _best_partner(s: State, i: int) -> tuple[float, int]:
    """Return (gain, j) of the best swap of node i with any other node, j = -1 for none."""
    best = EPSILON
    best_j = -1
    gain = s.gain
    one_weight = s.plain[0]
    if _pair_gains(s, i) <= best and one_weight:
        return best, best_j
    floor = best - s.cost[s.group[i]] - s.stay[i]
    for j in range(gain.shape[0]):
        if gain[j] <= floor and (one_weight or s.weight[i] == s.weight[j]):
            continue
        if s.group[j] == s.group[i] or s.locked[j]:
            continue
        d = swap_gain(s, i, j, best)
        if d > best and may_swap(s, i, j):
            floor += d - best
            best = d
            best_j = j
    return best, best_j


@entry
def best_move(s: State, i: int) -> tuple[float, int, int]:
    """Return (gain, j, g): the best swap partner j or group g for node i, -1 = none better."""
    best = EPSILON
    best_j = -1
    best_g = -1
    if s.locked[i]:
        return best, best_j, best_g
    best, best_j = _best_partner(s, i)
    a = s.group[i]
    if s.size[a] - s.weight[i] >= s.low[a]:
        for g in range(s.low.shape[0] - 1):
            if g != a and may_move(s, i, g):
                d = move_gain(s, i, g, best)
                if d > best:
                    best = d
                    best_j = -1
                    best_g = g
    return best, best_j, best_g


@inner
def _best_newcomer(s: State, g: int) -> int:
    """Return the node whose move to group g gains most, -1 = none gains."""
    best = EPSILON
    best_v = -1
    if g == s.low.shape[0] - 1 or s.size[g] >= s.high[g]:
        return best_v
    for v in range(s.group.shape[0]):
        if s.group[v] != g and not s.locked[v] and may_move(s, v, g):
            d = move_gain(s, v, g, best)
            if d > best:
                best = d
                best_v = v
    return best_v


@entry
def descend(s: State, scans: int) -> tuple[float, bool]:
    """Improve until no swap or move of one node helps, or `scans` nodes were looked at.

    Only nodes whose group changed are looked at again: a swap with them is seen from their side,
    and a group that changed asks once who would rather come to it.
    Returns the gain and whether a local optimum was reached.
    """
    n = s.group.shape[0]
    gained = 0.0
    quiet = 0
    i = roll(s.dice, n)
    for _ in range(scans):
        i = i + 1 if i + 1 < n else 0
        quiet += 1
        a = s.group[i]
        now = s.clock[0]
        if s.changed[a] > s.seen[i]:
            d, j, g = best_move(s, i)
            if j >= 0:
                swap(s, i, j)
            elif g >= 0:
                move(s, i, g)
            else:
                s.seen[i] = now
            if d > EPSILON:
                gained += d
                quiet = 0
                continue
        if s.changed[a] > s.filled[a]:
            v = _best_newcomer(s, a)
            if v >= 0:
                gained += move_gain(s, v, a, NEVER)
                move(s, v, a)
                quiet = 0
                continue
            s.filled[a] = now
        if quiet >= n:
            return gained, True
    return gained, False


@entry
def shake(s: State, swaps: int, flexible: bool) -> float:
    """Make random allowed swaps (and moves, where sizes leave room); return the change."""
    n = s.group.shape[0]
    tray = s.low.shape[0] - 1
    change = 0.0
    done = 0
    for _ in range(swaps * 20):
        if done >= swaps:
            break
        i = roll(s.dice, n)
        if s.locked[i] or s.group[i] == tray:
            continue
        if flexible and roll(s.dice, 5) == 0:
            g = roll(s.dice, tray)
            if g != s.group[i] and may_move(s, i, g):
                change += move_gain(s, i, g, NEVER)
                move(s, i, g)
                done += 1
            continue
        j = roll(s.dice, n)
        if s.locked[j] or s.group[j] == s.group[i] or s.group[j] == tray:
            continue
        if may_swap(s, i, j):
            change += swap_gain(s, i, j, NEVER)
            swap(s, i, j)
            done += 1
    return change


@inner
def restore(s: State, base: Array) -> None:
    """Go back to the grouping `base`, moving only who sits elsewhere."""
    touched = s.touched
    touched[:] = False
    for v in range(base.shape[0]):
        if s.group[v] != base[v]:
            touched[s.group[v]] = True
            touched[base[v]] = True
            _carry(s, v, base[v])
    for g in range(touched.shape[0]):
        if touched[g]:
            _settle(s, g)


@entry
def be_content(s: State) -> None:
    """Note that no node and no group has anything to gain: the grouping is a local optimum."""
    for v in range(s.seen.shape[0]):
        s.seen[v] = s.clock[0]
    for g in range(s.filled.shape[0]):
        s.filled[g] = s.clock[0]


@inlined
def _copy(goal: Array, source: Array) -> None:
    for v in range(goal.shape[0]):
        goal[v] = source[v]


@entry
def search(
    s: State,
    rounds: int,
    swaps: int,
    flexible: bool,
    threshold: float,
    f: float,
    best: float,
    record: Array,
) -> tuple[float, float, float]:
    """Shake and descend `rounds` times from a local optimum worth f.

    A result is kept unless it is more than `threshold` worse than where its round began. `record`
    holds the best grouping so far, worth `best`. Returns the worth of the grouping we end with,
    the best worth, and how much the rounds lost or won on average.
    """
    base = s.base
    swing = 0.0
    for _ in range(rounds):
        _copy(base, s.group)
        g = f + shake(s, swaps, flexible)
        g += descend(s, 1 << 60)[0]
        if g > best + EPSILON:
            best = g
            _copy(record, s.group)
        swing += abs(f - g)
        if g >= f - threshold:
            f = g
        else:
            restore(s, base)
            be_content(s)
    return f, best, swing / max(1, rounds)


@entry
def lottery(s: State, swaps: int, worth: Array) -> None:
    """Write the worth of groupings drawn by lot: so many random allowed swaps between each."""
    for k in range(worth.shape[0]):
        shake(s, swaps, False)
        worth[k] = value(s)

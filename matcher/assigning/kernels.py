"""Compiled shortest paths between families and mentors, with whole numbers and prices.

`seat` finds a place for a family along the cheapest chain of moves; `settle` finds who moves into
a place that has become free, and lowers its price where nobody would. Both keep what makes an
optimum (see `graph.Graph`).
"""

# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

from matcher.assigning.graph import FAR, Array, Graph
from matcher.grouping.compiled import entry, inlined


@inlined
def _rise(s: Graph, at: int, j: int) -> None:
    """Put mentor j where its distance belongs, from place `at` of the heap upwards."""
    while at > 0:
        above = (at - 1) >> 1
        x = s.heap[above]
        if s.dist[x] <= s.dist[j]:
            break
        s.heap[at] = x
        s.spot[x] = at
        at = above
    s.heap[at] = j
    s.spot[j] = at


@inlined
def _pop(s: Graph, size: int) -> int:
    """Take the nearest mentor off a heap of this size."""
    top = s.heap[0]
    s.spot[top] = -1
    last = s.heap[size - 1]
    left = size - 1
    if left > 0:
        at = 0
        while True:
            below = 2 * at + 1
            if below >= left:
                break
            if below + 1 < left and s.dist[s.heap[below + 1]] < s.dist[s.heap[below]]:
                below += 1
            x = s.heap[below]
            if s.dist[x] >= s.dist[last]:
                break
            s.heap[at] = x
            s.spot[x] = at
            at = below
        s.heap[at] = last
        s.spot[last] = at
    return top


@inlined
def _leave(s: Graph, i: int) -> int:
    """Take family i from its mentor; return whom it had."""
    j = s.mate[i]
    a = s.after[i]
    b = s.before[i]
    if b >= 0:
        s.after[b] = a
    else:
        s.head[j] = a
    if a >= 0:
        s.before[a] = b
    s.mate[i] = -1
    s.load[j] -= 1
    return j


@inlined
def _join(s: Graph, i: int, j: int, worth: int) -> None:
    """Give family i mentor j."""
    first = s.head[j]
    s.after[i] = first
    s.before[i] = -1
    if first >= 0:
        s.before[first] = i
    s.head[j] = i
    s.mate[i] = j
    s.gain[i] = worth
    s.out[i] = False
    s.load[j] += 1


@inlined
def _clear(s: Graph, touched: int) -> None:
    for q in range(touched):
        j = s.touched[q]
        s.dist[j] = FAR
        s.done[j] = False
        s.spot[j] = -1


@entry
def free(s: Graph, rows: Array) -> None:
    """Take these families from their mentors, and from among those decided to have none."""
    for q in range(rows.shape[0]):
        i = rows[q]
        if s.mate[i] >= 0:
            _leave(s, i)
        s.out[i] = False


@entry
def seat(s: Graph, rows: Array) -> None:
    """Seat these free families, each by the chain of moves that costs least, or leave one out."""
    for q in range(rows.shape[0]):
        start = rows[q]
        touched = 0
        passed = 0
        size = 0
        best = 0  # the cheapest end so far: that the family itself goes without
        end = -1
        leaver = start
        i = start
        base = 0
        current = -1
        while True:
            for k in range(s.held[i]):
                j = s.column[i, k]
                d = base - s.worth[i, k] + s.price[j]
                if d >= best or d >= s.dist[j] or s.done[j] or s.places[j] == 0:
                    continue
                if s.worth[i, k] <= 0:  # forbidden since it was taken in
                    continue
                if s.dist[j] == FAR:
                    s.touched[touched] = j
                    touched += 1
                s.dist[j] = d
                s.via[j] = i
                s.via_worth[j] = s.worth[i, k]
                if s.load[j] < s.places[j]:
                    best = d
                    end = j
                else:
                    if s.spot[j] < 0:
                        at = size
                        size += 1
                    else:
                        at = s.spot[j]
                    _rise(s, at, j)
            if base < best:
                best = base
                end = -1
                leaver = i
            i = s.after[i] if current >= 0 else -1
            if i < 0:
                if size == 0 or s.dist[s.heap[0]] >= best:
                    break
                current = _pop(s, size)
                size -= 1
                s.done[current] = True
                s.order[passed] = current
                passed += 1
                i = s.head[current]
            base = s.dist[current] + s.gain[i] - s.price[current]
        for p in range(passed):
            j = s.order[p]
            s.price[j] += best - s.dist[j]
        j = end
        if end < 0:
            s.out[leaver] = True
            if leaver != start:
                j = _leave(s, leaver)
        while j >= 0:
            i = s.via[j]
            worth = s.via_worth[j]
            old = -1
            if i != start:
                old = _leave(s, i)
            _join(s, i, j, worth)
            j = old
        _clear(s, touched)


@entry
def settle(s: Graph, start: Array, row: Array, at: Array) -> None:
    """Fill places that are free though they have a price, or lower the price to nothing.

    `start`, `row` and `at` list each mentor's pairs: the families, and where theirs stand. Free
    families, whom `seat` is to seat, are passed over.
    """
    m = s.places.shape[0]
    for goal in range(m):
        while s.load[goal] < s.places[goal] and s.price[goal] > 0:
            touched = 1
            passed = 0
            size = 1
            best = FAR
            end = -1  # the mentor whose place stays free, or whom a family from outside joins
            newcomer = -1
            newcomer_worth = 0
            s.dist[goal] = 0
            s.touched[0] = goal
            _rise(s, 0, goal)
            while size > 0 and s.dist[s.heap[0]] < best:
                j = _pop(s, size)
                size -= 1
                s.done[j] = True
                s.order[passed] = j
                passed += 1
                k = s.dist[j]
                if k + s.price[j] < best:
                    best = k + s.price[j]
                    end = j
                    newcomer = -1
                for e in range(start[j], start[j + 1]):
                    i = row[e]
                    c = s.mate[i]
                    if c == j or (c < 0 and not s.out[i]):
                        continue
                    worth = s.worth[i, at[e]]
                    if worth <= 0:
                        continue
                    d = k + s.price[j] - worth
                    if c < 0:
                        if d < best:
                            best = d
                            end = j
                            newcomer = i
                            newcomer_worth = worth
                        continue
                    d += s.gain[i] - s.price[c]
                    if d < best and d < s.dist[c] and not s.done[c]:
                        if s.dist[c] == FAR:
                            s.touched[touched] = c
                            touched += 1
                        s.dist[c] = d
                        s.via[c] = i
                        s.via_worth[c] = worth
                        s.toward[c] = j
                        if s.spot[c] < 0:
                            spot = size
                            size += 1
                        else:
                            spot = s.spot[c]
                        _rise(s, spot, c)
            for p in range(passed):
                j = s.order[p]
                if s.dist[j] < best:
                    s.price[j] -= best - s.dist[j]
            j = end
            if newcomer >= 0:
                _join(s, newcomer, j, newcomer_worth)
            while j != goal:
                i = s.via[j]
                _leave(s, i)
                _join(s, i, s.toward[j], s.via_worth[j])
                j = s.toward[j]
            _clear(s, touched)

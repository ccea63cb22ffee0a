"""Discs that would lie on top of each other are moved apart; what is fixed stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from web.groups.views.frames import HEIGHT, WIDTH, Floats

ROUNDS = 40


def kept_apart(
    discs: Floats,
    fixed: Sequence[tuple[float, float]],
    *,
    apart: float,
    from_fixed: float,
) -> Floats:
    """Return the discs with at least `apart` between their middles, as far as there is room."""
    from scipy.spatial import cKDTree  # slow to import: only when a map is drawn

    at = np.array(discs, float).reshape(-1, 2)
    if len(at) == 0:
        return at
    # Two on the very same spot need a direction: the golden angle gives each its own.
    turn = np.arange(len(at)) * 2.39996
    at += 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])
    still = np.array(fixed, float).reshape(-1, 2)
    nearest = cKDTree(still)
    edge = apart / 2 + 1
    for _ in range(ROUNDS):
        moved = False
        pairs = cKDTree(at).query_pairs(apart, output_type="ndarray")
        if len(pairs):
            i, j = pairs.T
            push = _push(at[i] - at[j], apart) / 2
            np.add.at(at, i, push)
            np.add.at(at, j, -push)
            moved = True
        if len(still):
            far, which = nearest.query(at)
            close = np.flatnonzero(far < from_fixed)
            at[close] += _push(at[close] - still[which[close]], from_fixed)
            moved = moved or bool(len(close))
        at = np.clip(at, edge, (WIDTH - edge, HEIGHT - edge))
        if not moved:
            break
    return at


def _push(gap: Floats, wanted: float) -> Floats:
    """Return by how much to lengthen each gap to the one wanted, and a little more."""
    length = np.maximum(np.linalg.norm(gap, axis=1, keepdims=True), 1e-9)
    return np.asarray(gap / length * (wanted - length + 0.2))

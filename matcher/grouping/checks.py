"""Compiled look at a large table before it is searched: one pass, in blocks that fit the cache."""

from __future__ import annotations

import numpy as np
from numba import njit

from matcher.grouping.arrays import Array

BLOCK = 64


@njit(cache=True)
def is_sound(W: Array) -> bool:
    """Say whether all numbers are finite and the table is symmetric to the last bit.

    >>> is_sound(np.array([[0.0, 1.0], [1.0, 0.0]])), is_sound(np.array([[0.0, 1.0], [2.0, 0.0]]))
    (True, False)
    """
    n = W.shape[0]
    for top in range(0, n, BLOCK):
        for left in range(top, n, BLOCK):
            for i in range(top, min(top + BLOCK, n)):
                for j in range(max(left, i), min(left + BLOCK, n)):
                    if not np.isfinite(W[i, j]) or W[i, j] != W[j, i]:
                        return False
    return True

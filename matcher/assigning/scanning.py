"""Compiled looks through blocks of scores: whose best pairs they hold, and which beat a price."""

# mypy: disable-error-code="no-any-return, return-value"

from __future__ import annotations

import numpy as np

from matcher.assigning.graph import Array, Graph
from matcher.grouping.compiled import entry, inlined


@entry
def best_of_rows(scores: Array, out_column: Array, out_score: Array) -> None:
    """Write each row's best allowed columns and their scores, in no order; -1 = no more."""
    most = out_column.shape[1]
    for i in range(scores.shape[0]):
        found = 0
        least = 0
        for j in range(scores.shape[1]):
            x = scores[i, j]
            if x < 0:
                continue
            if found < most:
                out_column[i, found] = j
                out_score[i, found] = np.int64(x)
                found += 1
            elif x > out_score[i, least]:
                out_column[i, least] = j
                out_score[i, least] = np.int64(x)
            else:
                continue
            if found == most:
                least = _least(out_score[i])
        for k in range(found, most):
            out_column[i, k] = -1


@inlined
def _least(numbers: Array) -> int:
    least = 0
    for k in range(1, numbers.shape[0]):
        if numbers[k] < numbers[least]:
            least = k
    return least


@entry
def best_of_columns(
    scores: Array, rows: Array, columns: Array, found: Array, out_row: Array, out_score: Array
) -> None:
    """Keep each column's best rows so far, over all blocks; a column's worst stands first."""
    most = out_row.shape[1]
    for a in range(scores.shape[0]):
        for b in range(scores.shape[1]):
            x = scores[a, b]
            j = columns[b]
            if x < 0 or (found[j] == most and x <= out_score[j, 0]):
                continue
            at = 0
            if found[j] < most:
                at = found[j]
                found[j] += 1
            out_row[j, at] = rows[a]
            out_score[j, at] = np.int64(x)
            if found[j] == most:
                least = _least(out_score[j])
                row = out_row[j, least]
                score = out_score[j, least]
                out_row[j, least] = out_row[j, 0]
                out_score[j, least] = out_score[j, 0]
                out_row[j, 0] = row
                out_score[j, 0] = score


@entry
def beating(
    scores: Array, factor: int, bar: Array, price: Array, out_column: Array, out_score: Array
) -> int:
    """Write the columns that beat each row's bar by most, after their price; return how many do.

    A pair beats it if factor * score - price > bar.
    """
    most = out_column.shape[1]
    total = 0
    for i in range(scores.shape[0]):
        found = 0
        least = 0
        for j in range(scores.shape[1]):
            if scores[i, j] < 0:
                continue
            x = factor * np.int64(scores[i, j]) - price[j]
            if x <= bar[i]:
                continue
            total += 1
            if found < most:
                out_column[i, found] = j
                out_score[i, found] = np.int64(scores[i, j])
                found += 1
            elif x > factor * out_score[i, least] - price[out_column[i, least]]:
                out_column[i, least] = j
                out_score[i, least] = np.int64(scores[i, j])
            else:
                continue
            if found == most:
                least = 0
                for k in range(1, most):
                    at = factor * out_score[i, k] - price[out_column[i, k]]
                    if at < factor * out_score[i, least] - price[out_column[i, least]]:
                        least = k
        for k in range(found, most):
            out_column[i, k] = -1
    return total


@entry
def add_pairs(s: Graph, rows: Array, columns: Array, worth: Array) -> None:
    """Take pairs into the state that are not there yet, as far as a family's row has room."""
    for e in range(rows.shape[0]):
        i = rows[e]
        known = False
        for k in range(s.held[i]):
            if s.column[i, k] == columns[e]:
                known = True
                break
        if not known and worth[e] > 0 and s.held[i] < s.column.shape[1]:
            s.column[i, s.held[i]] = columns[e]
            s.worth[i, s.held[i]] = worth[e]
            s.held[i] += 1


@entry
def by_mentor(s: Graph, start: Array, row: Array, at: Array) -> None:
    """List the pairs of each mentor: their families, and where in a family's row they stand.

    `start` comes as zeros of length m + 2; mentor j's pairs are then start[j] to start[j + 1].
    """
    n = s.column.shape[0]
    for i in range(n):
        for k in range(s.held[i]):
            start[s.column[i, k] + 2] += 1
    for j in range(1, start.shape[0]):
        start[j] += start[j - 1]
    for i in range(n):
        for k in range(s.held[i]):
            e = start[s.column[i, k] + 1]
            row[e] = i
            at[e] = k
            start[s.column[i, k] + 1] += 1

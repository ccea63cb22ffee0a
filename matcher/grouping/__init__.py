"""Families to peer groups: the numeric core `partition`, and `form_groups` by all rules.

Everything heavy (numba, networkx, scikit-learn) is imported when it is first needed.
"""

from matcher.grouping.foresight import Foresight, before_forming
from matcher.grouping.forming import form_groups, prepare
from matcher.grouping.infeasible import Infeasible
from matcher.grouping.moves import Board, explain_move, score_groups
from matcher.grouping.proven_partition import ProvedPartition, prove_partition
from matcher.grouping.reshaping import (
    merge,
    merges,
    nearest_merge,
    place_late,
    split,
    split_off,
    where_to,
    who_could_join,
)
from matcher.grouping.result import Grouping
from matcher.grouping.rotations import rotate, rotations
from matcher.grouping.splitting import partition
from matcher.grouping.travelling import fair_turn, place_options

__all__ = [
    "Board",
    "Foresight",
    "Grouping",
    "Infeasible",
    "ProvedPartition",
    "before_forming",
    "explain_move",
    "fair_turn",
    "form_groups",
    "merge",
    "merges",
    "nearest_merge",
    "partition",
    "place_late",
    "place_options",
    "prepare",
    "prove_partition",
    "rotate",
    "rotations",
    "score_groups",
    "split",
    "split_off",
    "where_to",
    "who_could_join",
]

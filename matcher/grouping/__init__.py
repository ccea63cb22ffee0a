"""Families to peer groups: the numeric core `partition`, and `form_groups` by all rules.

Everything heavy (numba, networkx, scikit-learn) is imported when it is first needed.
"""

from matcher.grouping.foresight import Foresight, before_forming
from matcher.grouping.forming import form_groups, prepare
from matcher.grouping.infeasible import Infeasible
from matcher.grouping.moves import Board, explain_move, score_groups
from matcher.grouping.proven_partition import ProvedPartition, prove_partition
from matcher.grouping.result import Grouping
from matcher.grouping.rotations import rotate, rotations
from matcher.grouping.splitting import partition

__all__ = [
    "Board",
    "Foresight",
    "Grouping",
    "Infeasible",
    "ProvedPartition",
    "before_forming",
    "explain_move",
    "form_groups",
    "partition",
    "prepare",
    "prove_partition",
    "rotate",
    "rotations",
    "score_groups",
]

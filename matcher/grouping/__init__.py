"""Families to peer groups: the numeric core `partition`, and `form_groups` by all rules.

Everything heavy (numba, networkx, scikit-learn) is imported when it is first needed.
"""

from matcher.grouping.forming import form_groups
from matcher.grouping.infeasible import Infeasible
from matcher.grouping.partition import partition
from matcher.grouping.result import Grouping

__all__ = ["Grouping", "Infeasible", "form_groups", "partition"]

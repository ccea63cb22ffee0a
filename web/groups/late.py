"""Families of a pool that became ready after a draft was made.

A draft's seats are given when it is formed. Who was resting then, or was asked by another group
that came to nothing, has none: not even in the tray.
"""

from data.matching import families_by_id
from data.models import Family, GroupDraft
from data.queries.reshaping import ids_not_seated
from web.groups.waiting import may_be_seated


def late_families(draft: GroupDraft) -> list[Family]:
    """Return who could have a seat in the draft and has none; a copy takes its draft's families."""
    if "from_draft" in draft.settings:
        return []
    ids = ids_not_seated(draft)
    return may_be_seated(draft.pool, families_by_id(ids)) if ids else []

"""How the groups of a municipality are: looked at by its coordinator, and taken out as a table."""

from data.audit import record
from data.models import Account, RoleName
from data.queries.access import require_role
from data.queries.group_overview import GroupYear, group_years


def years_of_groups(*, by: Account) -> list[GroupYear]:
    """Return the open groups with counts of a year; no family is named."""
    require_role(by, RoleName.COORDINATOR)
    return group_years(by.municipality_id)


def take_out(*, by: Account) -> list[GroupYear]:
    """Return the groups for a file, and write down that it was taken out."""
    groups = years_of_groups(by=by)
    record("groups_exported", by=by, subject="municipality", subject_id=by.municipality_id,
           groups=len(groups))  # fmt: skip
    return groups

"""Who has had how many hours of training: looked at, and taken out as a table."""

from dataclasses import dataclass

from data.audit import record
from data.models import Account, Family, RoleName
from data.queries.access import require_role
from data.queries.training import Hours, families_for_training, hours_of


@dataclass(frozen=True, kw_only=True)
class Line:
    """One family's year."""

    family: Family
    hours: Hours


def year_of(year: int, *, by: Account) -> list[Line]:
    """Return the hours of the families that `by` follows; the fewest first."""
    require_role(by, RoleName.COORDINATOR, RoleName.CONSULTANT)
    families = families_for_training(by)
    hours = hours_of([family.id for family in families], year=year, for_staff=True)
    lines = [Line(family=family, hours=hours[family.id]) for family in families]
    return sorted(lines, key=lambda line: (line.hours.total, line.family.name, line.family.id))


def take_out(year: int, *, by: Account) -> list[Line]:
    """Return the year for a file, and write down that it was taken out."""
    lines = year_of(year, by=by)
    record(
        "training_exported",
        by=by,
        subject="municipality",
        subject_id=by.municipality_id,
        year=year,
        families=len(lines),
    )
    return lines

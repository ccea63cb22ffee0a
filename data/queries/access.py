"""Who may see what: the questions that every action asks before it does anything."""

from sqlalchemy import select

from data.db import db
from data.errors import NotFound
from data.i18n import _
from data.models import Account, Family, RoleName


def not_found() -> NotFound:
    """Return the one answer an outsider gets, whatever it was they asked for."""
    return NotFound(_("We cannot find what you are looking for."))


def family_by_ref(ref: str, *, by: Account) -> Family:
    """Return a family that `by` may open: own, own families as consultant, or as coordinator."""
    family = db.session.scalar(
        select(Family).where(Family.ref == ref, Family.municipality_id == by.municipality_id)
    )
    if family is None or not may_open_family(family, by=by):
        raise not_found()
    return family


def may_open_family(family: Family, *, by: Account) -> bool:
    """Answer whether `by` may open the family's own pages."""
    if family.municipality_id != by.municipality_id:
        return False
    if by.is_a(RoleName.COORDINATOR):
        return True
    if by.is_a(RoleName.CONSULTANT) and family.consultant_id == by.id:
        return True
    return by.family_id == family.id


def require_role(by: Account, *names: RoleName) -> None:
    """Refuse, as if the page did not exist, anyone who holds none of these roles."""
    if not by.is_a(*names):
        raise not_found()

"""Whose profile a page is about, and where its links go: the family's own, or as staff see it."""

from dataclasses import dataclass

from flask import url_for

from data.models import Family, RoleName
from data.queries.access import family_by_ref, not_found
from web.shared.access import me

STAFF = (RoleName.CONSULTANT, RoleName.COORDINATOR)
REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class Whose:
    """A family and the addresses of its pages for the person looking."""

    family: Family
    by_staff: bool

    @property
    def home(self) -> str:
        """Return the family's own page, or the one that staff see."""
        if self.by_staff:
            return url_for("families.staff_family", ref=self.family.ref)
        return url_for("families.profile")

    def step(self, code: str) -> str:
        """Return the address of a step of the wizard."""
        if self.by_staff:
            return url_for("families.staff_edit", ref=self.family.ref, step=code)
        return url_for("families.edit", step=code)

    @property
    def review(self) -> str:
        """Return the address of the look-through."""
        return self.step(REVIEW)

    @property
    def placements(self) -> str:
        """Return the address of the page about a new child."""
        if self.by_staff:
            return url_for("families.staff_placements", ref=self.family.ref)
        return url_for("families.placements")


def own() -> Whose:
    """Return the signed-in family."""
    family = me().family
    if family is None:
        raise not_found()
    return Whose(family=family, by_staff=False)


def as_staff(ref: str) -> Whose:
    """Return a family that the signed-in staff may open."""
    return Whose(family=family_by_ref(ref, by=me()), by_staff=True)

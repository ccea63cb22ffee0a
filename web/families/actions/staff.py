"""What staff keep about a family: its consultant, its protection, and whom it must not meet."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from data import audit
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
    Exclusion,
    Family,
    FamilyStatus,
    MentorRequest,
    RequestState,
    RoleName,
)
from data.queries.access import family_by_ref, not_found, require_role
from data.queries.families import consultants_of, exclusion_between
from data.sealed import Sealed
from web.families.actions.profile import open_family
from web.shared.apart import end_what_runs_between

_LONGEST_NAME, _LONGEST_ID, _LONGEST_REASON = 120, 64, 200


def create_family(
    *, name: str, external_id: str, consultant_ref: str | None, by: Account
) -> Family:
    """Add one family by hand, as a draft."""
    require_role(by, RoleName.COORDINATOR)
    family = Family(
        municipality_id=by.municipality_id,
        name=_named(name),
        external_id=_own_id(external_id),
        status=FamilyStatus.DRAFT,
    )
    if consultant_ref:
        family.consultant_id = _consultant(consultant_ref, by=by).id
    taken = Invalid(_("Another family has this id already."), field="external_id")
    db.session.add(family)
    try:
        db.session.flush()
    except IntegrityError:  # after which the session cannot even say in which language
        raise taken from None
    audit.record("family_created", by=by, subject="family", subject_id=family.id)
    return family


def rename(family_ref: str, *, name: str, by: Account) -> Family:
    """Change the family's name in the address book."""
    require_role(by, RoleName.COORDINATOR)
    family = open_family(family_ref, by=by)
    family.name, family.updated_at = _named(name), now()
    return family


def protect_address(family_ref: str, *, protected: bool, by: Account) -> Family:
    """Hide distance, postcode and municipality from everyone but those who must know."""
    require_role(by, RoleName.COORDINATOR)
    family = open_family(family_ref, by=by)
    if family.protected_address != protected:
        family.protected_address, family.updated_at = protected, now()
        audit.record(
            "address_protection_changed",
            by=by,
            subject="family",
            subject_id=family.id,
            protected=protected,
        )
    return family


def add_exclusion(family_ref: str, *, other_ref: str, reason: str, by: Account) -> Exclusion:
    """Keep two families apart, both ways; nobody but the coordinator learns of it."""
    require_role(by, RoleName.COORDINATOR)
    one, other = open_family(family_ref, by=by), family_by_ref(other_ref, by=by)
    if one.id == other.id:
        raise Invalid(_("A family cannot be kept apart from itself."), field="other")
    if exclusion_between(one.id, other.id) is not None:
        raise Conflict(_("These two families are kept apart already."))
    first, second = sorted((one.id, other.id))
    exclusion = Exclusion(family_id=first, other_id=second, noted_by_id=by.id)
    if reason := reason.strip()[:_LONGEST_REASON]:
        exclusion.reason = Sealed(reason, scope=f"exclusion:{one.municipality_id}")
    db.session.add(exclusion)
    keep_from_meeting(one, other)
    audit.record("exclusion_added", by=by, subject="family", subject_id=one.id, other=other.id)
    db.session.flush()
    return exclusion


def keep_from_meeting(one: Family, other: Family) -> None:
    """Look for suggestions anew, let a question between the two run out, and end what runs.

    Neither learns why: a question ends as one that nobody answered in time.
    """
    one.updated_at = other.updated_at = now()
    ids = (one.id, other.id)
    db.session.execute(
        update(MentorRequest)
        .where(
            MentorRequest.family_id.in_(ids),
            MentorRequest.mentor_id.in_(ids),
            MentorRequest.state == RequestState.OPEN,
        )
        .values(expires_at=now())
    )
    end_what_runs_between(one, other)


def remove_exclusion(family_ref: str, *, other_ref: str, by: Account) -> None:
    """Let two families meet again."""
    require_role(by, RoleName.COORDINATOR)
    one, other = family_by_ref(family_ref, by=by), family_by_ref(other_ref, by=by)
    exclusion = exclusion_between(one.id, other.id)
    if exclusion is None:
        raise not_found()
    db.session.delete(exclusion)
    audit.record("exclusion_removed", by=by, subject="family", subject_id=one.id, other=other.id)
    db.session.flush()


def look_at(family_ref: str, *, by: Account) -> Family:
    """Open a family's page as staff; that one looked at sensitive answers is written down."""
    require_role(by, RoleName.CONSULTANT, RoleName.COORDINATOR)
    family = family_by_ref(family_ref, by=by)
    audit.record("family_viewed", by=by, subject="family", subject_id=family.id)
    return family


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise Invalid(_("Write the family’s name."), field="name")
    return name


def _own_id(external_id: str) -> str:
    external_id = external_id.strip()
    if not external_id or len(external_id) > _LONGEST_ID:
        raise Invalid(_("Write the municipality's own id for the family."), field="external_id")
    return external_id


def _consultant(ref: str, *, by: Account) -> Account:
    consultant: Account | None = db.session.scalar(
        select(Account).where(Account.ref == ref, Account.municipality_id == by.municipality_id)
    )
    if consultant is None or consultant not in consultants_of(by.municipality_id):
        raise not_found()
    return consultant

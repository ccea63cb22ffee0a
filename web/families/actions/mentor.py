"""Who may be a mentor: the consultant vouches, the coordinator approves, and it runs out."""

from data import audit
from data.clock import now, today
from data.errors import Conflict, NotAllowed
from data.i18n import _
from data.models import Account, Family, RoleName
from data.queries.access import require_role
from web.families.actions.profile import open_family


def vouch_for_mentor(family_ref: str, *, by: Account) -> Family:
    """Say, as the one who knows the family, that it can carry being a mentor."""
    require_role(by, RoleName.CONSULTANT, RoleName.COORDINATOR)
    family = open_family(family_ref, by=by)
    if family.mentor_vouched_on is not None and family.mentor_approved_on is None:
        raise Conflict(_("Someone has vouched for the family already."))
    family.mentor_vouched_on, family.mentor_vouched_by_id = today(), by.id
    family.updated_at = now()
    audit.record("mentor_vouched", by=by, subject="family", subject_id=family.id)
    return family


def approve_mentor(family_ref: str, *, by: Account) -> Family:
    """Approve a family as mentor from today; it holds for 24 months."""
    require_role(by, RoleName.CONSULTANT, RoleName.COORDINATOR)
    family = open_family(family_ref, by=by)
    if not by.is_a(RoleName.COORDINATOR):
        raise NotAllowed(_("Only the coordinator approves mentors."))
    if family.mentor_vouched_on is None:
        raise Conflict(_("The family’s consultant must vouch for it first."))
    family.mentor_approved_on, family.mentor_approved_by_id = today(), by.id
    family.updated_at = now()
    audit.record("mentor_approved", by=by, subject="family", subject_id=family.id)
    return family


def end_approval(family_ref: str, *, by: Account) -> Family:
    """Take the approval back; running mentorships go on."""
    require_role(by, RoleName.COORDINATOR)
    family = open_family(family_ref, by=by)
    family.mentor_approved_on = family.mentor_approved_by_id = None
    family.mentor_vouched_on = family.mentor_vouched_by_id = None
    family.updated_at = now()
    audit.record("mentor_approval_ended", by=by, subject="family", subject_id=family.id)
    return family

"""Who is here and as what: leaving, roles, consultants, one standing in for another."""

from collections.abc import Collection

from chat.actions import add_person, leave_all_rooms, post_notice, remove_person
from data import audit
from data.clock import now
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import STAFF, Account, Family, RoleName
from data.queries.access import family_by_ref, not_found, require_role
from data.queries.accounts import (
    families_of_consultant,
    groups_to_hand_over,
    open_invitations_of,
    open_pools_of,
)
from web.accounts.actions.invitations import role_row, roles_given_by
from web.accounts.actions.own import end_sign_ins, forget_feed

MANAGERS = (RoleName.COORDINATOR, RoleName.ADMINISTRATOR)
FACILITATORS = (RoleName.FACILITATOR, RoleName.CONSULTANT)


def person_by_ref(ref: str, *, by: Account) -> Account:
    """Return someone who works in one's own municipality; for coordinator and administrator."""
    require_role(by, *MANAGERS)
    person = (
        db.session.query(Account)
        .filter_by(ref=ref, municipality_id=by.municipality_id)
        .one_or_none()
    )
    if person is None or not person.is_staff:
        raise not_found()
    return person


def leave_family(family: Family, *, account_ref: str, by: Account) -> Account:
    """End an adult's place here: out of every room at once, signed out everywhere."""
    person = next((c for c in family.carers if c.ref == account_ref and c.active), None)
    family_by_ref(family.ref, by=by)
    if person is None:
        raise not_found()
    if person.id != by.id and by.family_id == family.id:
        raise NotAllowed(_("Another adult leaves by themselves, or through the consultant."))
    _lock_out(person)
    audit.record("adult_left", by=by, subject="account", subject_id=person.id, family=family.id)
    return person


def deactivate(ref: str, *, by: Account) -> Account:
    """Close a colleague's account; what they were in charge of must be given away first."""
    person = person_by_ref(ref, by=by)
    if person.id == by.id:
        raise Conflict(_("You cannot close your own account. Ask a colleague."))
    theirs, may_give = _staff_roles(person), roles_given_by(by)
    # One who manages people is closed by those alone who may give that role.
    if not theirs & may_give or not theirs & frozenset(MANAGERS) <= may_give:
        raise NotAllowed(_("Only an administrator can do that."))
    if duties_of(person):
        raise Conflict(_("Give this person's groups and families to a colleague first."))
    _lock_out(person)
    audit.record("account_closed", by=by, subject="account", subject_id=person.id)
    return person


def change_roles(ref: str, *, roles: Collection[RoleName], by: Account) -> None:
    """Give and take the roles that one may give; the others stay as they are."""
    person = person_by_ref(ref, by=by)
    may_give = roles_given_by(by)
    wanted = frozenset(roles)
    if not wanted <= may_give:
        raise NotAllowed(_("You cannot give that role. Ask an administrator."))
    kept = _staff_roles(person) - may_give
    if not wanted | kept:
        raise Invalid(_("Choose at least one role."), field="roles")
    if person.id == by.id and not (wanted | kept) & frozenset(MANAGERS):
        raise Conflict(_("Then nobody could undo it. Ask a colleague to take your role."))
    if _leaves_someone_behind(person, wanted | kept):
        raise Conflict(_("Give this person's groups and families to a colleague first."))
    person.roles = [role_row(name) for name in sorted(wanted | kept)]
    end_sign_ins(person)  # what they were allowed a moment ago must not linger in a browser
    audit.record(
        "roles_changed", by=by, subject="account", subject_id=person.id, roles=sorted(wanted | kept)
    )


def duties_of(person: Account) -> bool:
    """Answer whether anyone depends on this person: groups, pools or families."""
    return bool(
        groups_to_hand_over(person.id)
        or open_pools_of(person.id)
        or families_of_consultant(person.id)
    )


def _leaves_someone_behind(person: Account, roles: Collection[RoleName]) -> bool:
    """Answer whether a group or family would be led by someone who no longer may."""
    if RoleName.CONSULTANT not in roles and families_of_consultant(person.id):
        return True
    leads = groups_to_hand_over(person.id) or open_pools_of(person.id)
    return bool(leads) and not set(roles) & set(FACILITATORS)


def hand_over_duties(from_ref: str, *, to_ref: str, by: Account) -> dict[str, int]:
    """Let a colleague take over all groups, pools and families of someone; say how many."""
    require_role(by, RoleName.COORDINATOR)
    person, other = person_by_ref(from_ref, by=by), person_by_ref(to_ref, by=by)
    if person.id == other.id or not other.active:
        raise Invalid(_("Choose a colleague."), field="to")
    groups, pools = groups_to_hand_over(person.id), open_pools_of(person.id)
    families = families_of_consultant(person.id)
    if (groups or pools) and not other.is_a(*FACILITATORS):
        raise Invalid(_("The groups need a facilitator or a consultant."), field="to")
    if families and not other.is_a(RoleName.CONSULTANT):
        raise Invalid(_("The families need a consultant."), field="to")
    for group in groups:
        group.facilitator = other
        if group.room:
            remove_person(group.room, account=person)
            add_person(group.room, account=other, is_facilitator=True)
            post_notice(
                group.room, code="facilitator_replaced", name=other.name, earlier=person.name
            )
    for pool in pools:
        pool.facilitator = other
    for family in families:
        family.consultant = other
    counts = {"groups": len(groups), "pools": len(pools), "families": len(families)}
    audit.record(
        "duties_handed_over", by=by, subject="account", subject_id=person.id, to=other.id, **counts
    )
    return counts


def set_consultant(family_ref: str, *, consultant_ref: str, by: Account) -> Family:
    """Say who a family's own consultant is; the coordinator decides."""
    require_role(by, RoleName.COORDINATOR)
    family = family_by_ref(family_ref, by=by)
    person = person_by_ref(consultant_ref, by=by) if consultant_ref else None
    if person is not None and not (person.active and person.is_a(RoleName.CONSULTANT)):
        raise Invalid(_("Choose one of the municipality's consultants."), field="consultant")
    family.consultant = person
    audit.record(
        "consultant_set", by=by, subject="family", subject_id=family.id,
        consultant=person.id if person else None,
    )  # fmt: skip
    return family


def _staff_roles(person: Account) -> frozenset[RoleName]:
    return frozenset(RoleName(role.name) for role in person.roles) & STAFF


def _lock_out(person: Account) -> None:
    person.active, person.left_at = False, now()
    for invitation in open_invitations_of(person):  # or they would come back in by it
        invitation.revoked_at = now()
    end_sign_ins(person)
    forget_feed(person)
    leave_all_rooms(person)

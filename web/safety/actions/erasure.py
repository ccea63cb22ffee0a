"""Erase a family: everything it answered and wrote, in one transaction, for good."""

from sqlalchemy import delete, or_, select, update

from chat.actions import (
    close_room,
    erase_from_notices,
    erase_messages_of,
    leave_all_rooms,
    post_notice,
    remove_family,
)
from data import audit
from data.clock import now
from data.db import after_commit, db, empty_the_log
from data.errors import Invalid
from data.i18n import _
from data.models import (
    Account,
    CalendarFeed,
    Consent,
    DraftChange,
    DraftMove,
    DraftSeat,
    Exclusion,
    Family,
    FamilyMove,
    FamilyStatus,
    GroupMembership,
    GroupQuestion,
    GroupQuestionAnswer,
    HandoverVote,
    Invitation,
    MeetingReply,
    MentorRequest,
    Mentorship,
    MentorshipState,
    OutgoingMail,
    Placement,
    PoolFamily,
    PulseMark,
    RoleName,
    SignIn,
    SignInCode,
    StartSurvey,
    Suggestion,
    SuggestionLook,
)
from data.queries.access import family_by_ref, not_found
from data.sealed import store
from web.safety.actions.evenings import erase_evenings_of
from web.safety.actions.kept_copies import take_out
from web.safety.actions.mentor_memory import erase_mentor_life_of

ERASED_PREFIX = "erased-"


def may_erase(ref: str, *, by: Account) -> Family:
    """Return a family that `by` may take along or erase: own, or looked after."""
    family = family_by_ref(ref, by=by)
    if not by.is_a(RoleName.FAMILY, RoleName.CONSULTANT, RoleName.COORDINATOR):
        raise not_found()
    return family


def erase_family(ref: str, *, typed_name: str, by: Account) -> list[int]:
    """Erase a family and return the ids of its adults, who are signed out for good.

    The rows of the family and its adults stay as empty shells: others' groups, mentorships and
    conversations point at them. The audit trail keeps ids only.
    """
    family = may_erase(ref, by=by)
    if typed_name.strip().casefold() != family.name.casefold():
        raise Invalid(_("Write the family's name to be sure it is the right one."), field="name")
    return erase(family, actor_id=by.id)


def erase(family: Family, *, actor_id: int | None) -> list[int]:
    """Do it; nobody asks any more. `actor_id` None is the clock: the family left long ago."""
    family_id, ref, adults = family.id, family.ref, list(family.carers)
    names = {family.name, *(adult.name for adult in adults)}
    scopes = {family.key_scope}
    _end_mentorships(family)
    _leave_groups(family)
    for adult in adults:
        scopes |= erase_messages_of(adult)
        erase_from_notices(adult, names=names)
        leave_all_rooms(adult)
        _empty_account(adult)
    take_out(family)
    _delete_rows(family)
    _empty_family(family)
    audit.record(
        "family_erased", by=None, municipality_id=family.municipality_id, subject="family",
        subject_id=family_id, actor=actor_id, adults=[adult.id for adult in adults],
    )  # fmt: skip
    db.session.flush()
    # Only now is it certain; from here on no backup of the database can be read for this family,
    # and one that is put back is emptied of its name again.
    after_commit(lambda: store().remember_erased(ref))
    after_commit(lambda: store().forget(scopes))
    after_commit(empty_the_log)
    return [adult.id for adult in adults]


def repeat_erasures() -> int:
    """Erase again whom a restored backup brought back; return how many families that were."""
    back = select(Family).where(
        Family.ref.in_(store().erased_refs()), ~Family.external_id.startswith(ERASED_PREFIX)
    )
    families = db.session.scalars(back).all()
    for family in families:
        erase(family, actor_id=None)
    return len(families)


def _end_mentorships(family: Family) -> None:
    running = select(Mentorship).where(
        or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id)
    )
    for mentorship in db.session.scalars(running).all():
        if mentorship.state is MentorshipState.ENDED:
            continue
        mentorship.state, mentorship.ended_at = MentorshipState.ENDED, now()
        if mentorship.room:
            post_notice(mentorship.room, code="mentorship_ended")
            remove_family(mentorship.room, family=family)
            close_room(mentorship.room)


def _leave_groups(family: Family) -> None:
    current = select(GroupMembership).where(
        GroupMembership.family_id == family.id, GroupMembership.left_at.is_(None)
    )
    for membership in db.session.scalars(current).all():
        membership.left_at = now()
        if membership.group.room:
            remove_family(membership.group.room, family=family)


def _empty_account(account: Account) -> None:
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.to_email == account.email))
    account.name, account.email = _("Erased"), f"{account.ref}@erased.invalid"
    account.password, account.locale, account.theme = None, None, None
    account.active, account.left_at = False, now()
    for table in (SignIn, SignInCode, CalendarFeed):
        db.session.execute(delete(table).where(table.account_id == account.id))


def _delete_rows(family: Family) -> None:
    """Delete what is only this family's; its mails and invitations hold names and addresses."""
    invited = select(Invitation.email).where(Invitation.family_id == family.id)
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.to_email.in_(invited)))
    for table in (Placement, Consent, SuggestionLook, PoolFamily, DraftSeat, DraftMove, DraftChange,
                  MeetingReply, HandoverVote, Invitation, GroupQuestionAnswer, PulseMark,
                  StartSurvey, FamilyMove):  # fmt: skip
        db.session.execute(delete(table).where(table.family_id == family.id))
    asked = update(GroupQuestion).where(GroupQuestion.asked_by_family_id == family.id)
    db.session.execute(asked.values(asked_by_family_id=None))
    for pairs in (Suggestion, MentorRequest):
        mine = or_(pairs.family_id == family.id, pairs.mentor_id == family.id)
        db.session.execute(delete(pairs).where(mine))
    pair = or_(Exclusion.family_id == family.id, Exclusion.other_id == family.id)
    db.session.execute(delete(Exclusion).where(pair))
    erase_evenings_of(family)
    erase_mentor_life_of(family)


def _empty_family(family: Family) -> None:
    db.session.expire(family, ["placements", "consents"])
    family.name, family.external_id = _("Erased"), f"{ERASED_PREFIX}{family.ref}"
    family.status, family.protected_address = FamilyStatus.LEFT, False
    family.consultant_id = family.mentor_approved_on = family.mentor_approved_by_id = None
    family.mentor_vouched_on = family.mentor_vouched_by_id = None
    family.open_answers, family.sealed_answers, family.wizard_done = {}, None, []
    family.paused_until = None

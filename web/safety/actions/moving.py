"""A family moves to another municipality: suggested there, agreed to by the family, taken in here.

Nothing is shared between two municipalities, so nothing goes along but what is the family's own:
its profile, its people and what they wrote. The place in a group, mentorships, suggestions, pools,
the consultant, approvals and exclusions belong to the municipality it leaves and end with the move.
Consents were given to that municipality; the new one has to ask for its own.
"""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from chat import actions as chat
from data import audit
from data.clock import now
from data.db import after_commit, db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
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
    Meeting,
    MeetingReply,
    MeetingState,
    MentorRequest,
    Mentorship,
    MentorshipState,
    MoveState,
    Municipality,
    PoolFamily,
    PulseMark,
    RequestState,
    RoleName,
    Suggestion,
    SuggestionLook,
)
from data.queries.access import family_by_ref, not_found, require_role
from data.queries.groups import people_with_role
from data.queries.moves import arriving_by_ref, municipalities_to_move_to, open_move_of
from data.sealed import store
from web.safety.actions.evenings import leave_evenings_of
from web.safety.actions.kept_copies import take_out
from web.safety.actions.mentor_memory import delete_calls_of
from web.shared.mail import mail_families, queue_mail

_LONGEST_ID = 64


def suggest_move(family_ref: str, *, to_ref: str, by: Account, base_url: str) -> FamilyMove:
    """Suggest that a family goes to another municipality; the family itself says yes or no."""
    require_role(by, RoleName.COORDINATOR)
    family = family_by_ref(family_ref, by=by)
    to = next((m for m in municipalities_to_move_to(by.municipality) if m.ref == to_ref), None)
    if to is None:
        raise Invalid(_("Choose where the family is moving."), field="to")
    move = FamilyMove(
        family_id=family.id, from_id=family.municipality_id, to_id=to.id, asked_by_id=by.id
    )
    try:
        with db.session.begin_nested():
            db.session.add(move)
            db.session.flush()
    except IntegrityError:
        raise Conflict(_("A move has been suggested already.")) from None
    audit.record("family_move_asked", by=by, subject="family", subject_id=family.id, to=to.id)
    mail_families(
        [family],
        kind="family_move",
        subject=_("You are moving to another municipality"),
        sentences=[_("See what goes along and what does not, and say whether we may send it.")],
        link=f"{base_url}/profile/move",
    )
    return move


def answer_move(*, yes: bool, by: Account, base_url: str) -> FamilyMove:
    """The family says whether it, and what it has answered, may go along."""
    move = open_move_of(by.family_id, for_change=True)
    if move is None or not by.is_a(RoleName.FAMILY):
        raise not_found()
    if move.state is not MoveState.ASKED:
        raise Conflict(_("You have already answered."))
    if not yes:
        move.state, move.settled_at = MoveState.STOPPED, now()
    else:
        move.state, move.agreed_at = MoveState.AGREED, now()
        for coordinator in people_with_role(move.to_id, RoleName.COORDINATOR):
            queue_mail(
                to=coordinator.email,
                kind="family_arriving",
                subject=_("A foster family would like to come to you"),
                text=_("It has said yes to moving its profile along. Take it in, or say no thanks.")
                + f"\n\n{base_url}/staff/moves\n",
            )
    audit.record("family_move_answered", by=by, subject="family", subject_id=move.family_id)
    db.session.flush()
    return move


def stop_move(family_ref: str, *, by: Account) -> None:
    """The coordinator of the municipality it would leave takes the suggestion back."""
    require_role(by, RoleName.COORDINATOR)
    move = open_move_of(family_by_ref(family_ref, by=by).id, for_change=True)
    if move is None:
        raise not_found()
    move.state, move.settled_at = MoveState.STOPPED, now()
    audit.record("family_move_stopped", by=by, subject="family", subject_id=move.family_id)
    db.session.flush()


def decline_move(ref: str, *, by: Account) -> None:
    """The coordinator it would come to says no thanks; the family stays where it is."""
    require_role(by, RoleName.COORDINATOR)
    move = arriving_by_ref(ref, municipality_id=by.municipality_id)
    move.state, move.settled_at = MoveState.STOPPED, now()
    audit.record(
        "family_move_stopped", by=None, municipality_id=move.from_id, subject="family",
        subject_id=move.family_id,
    )  # fmt: skip
    db.session.flush()


def take_in(ref: str, *, external_id: str, by: Account, base_url: str) -> list[int]:
    """Take a family in; returns its adults, whose open pages belong to another place now."""
    require_role(by, RoleName.COORDINATOR)
    move = arriving_by_ref(ref, municipality_id=by.municipality_id)
    family = db.session.get_one(Family, move.family_id, with_for_update=True)
    own_id = external_id.strip()
    if not own_id or len(own_id) > _LONGEST_ID:
        raise Invalid(_("Write the municipality's own id for the family."), field="external_id")
    taken = select(Family.id).where(
        Family.municipality_id == move.to_id, Family.external_id == own_id
    )
    if db.session.scalar(taken) is not None:
        raise Conflict(_("Another family has that id already."))
    _end_what_stays_behind(family)
    _arrive(family, own_id, to=db.session.get_one(Municipality, move.to_id))
    move.state, move.settled_at = MoveState.DONE, now()
    for municipality_id in (move.from_id, move.to_id):
        audit.record(
            "family_moved", by=None, municipality_id=municipality_id, subject="family",
            subject_id=family.id, to=move.to_id,
        )  # fmt: skip
    mail_families(
        [family],
        kind="family_move",
        subject=_("You are now with another municipality"),
        sentences=[
            _("Look your profile through, and say whether they may look for a mentor or a "
              "group for you.")
        ],
        link=f"{base_url}/profile",
    )  # fmt: skip
    db.session.flush()
    return [adult.id for adult in family.carers]


def _end_what_stays_behind(family: Family) -> None:
    _end_mentorships(family)
    _leave_group(family)
    for adult in family.carers:
        chat.leave_all_rooms(adult)
    take_out(family)
    leave_evenings_of(family)
    delete_calls_of(family)
    for table in (PoolFamily, DraftSeat, DraftMove, DraftChange, SuggestionLook, HandoverVote,
                  GroupQuestionAnswer, PulseMark):  # fmt: skip
        db.session.execute(delete(table).where(table.family_id == family.id))
    asked = update(GroupQuestion).where(GroupQuestion.asked_by_family_id == family.id)
    db.session.execute(asked.values(asked_by_family_id=None))
    mine = or_(Suggestion.family_id == family.id, Suggestion.mentor_id == family.id)
    db.session.execute(delete(Suggestion).where(mine))
    pair = or_(Exclusion.family_id == family.id, Exclusion.other_id == family.id)
    db.session.execute(delete(Exclusion).where(pair))
    open_request = MentorRequest.state == RequestState.OPEN
    db.session.execute(
        update(MentorRequest)
        .where(MentorRequest.family_id == family.id, open_request)
        .values(state=RequestState.WITHDRAWN, closed_at=now())
    )
    db.session.execute(  # those who asked it are given another suggestion by the clock
        update(MentorRequest)
        .where(MentorRequest.mentor_id == family.id, open_request)
        .values(expires_at=now())
    )
    db.session.execute(
        update(Invitation)
        .where(Invitation.family_id == family.id, Invitation.used_at.is_(None))
        .values(revoked_at=now())
    )


def _end_mentorships(family: Family) -> None:
    running = select(Mentorship).where(
        or_(Mentorship.family_id == family.id, Mentorship.mentor_id == family.id),
        Mentorship.state != MentorshipState.ENDED,
    )
    for mentorship in db.session.scalars(running).all():
        mentorship.state, mentorship.ended_at = MentorshipState.ENDED, now()
        if mentorship.room:
            chat.post_notice(mentorship.room, code="mentorship_ended")
            chat.close_room(mentorship.room)


def _leave_group(family: Family) -> None:
    """Leave the group as one leaves it oneself; the words stay there without the name."""
    current = select(GroupMembership).where(
        GroupMembership.family_id == family.id, GroupMembership.left_at.is_(None)
    )
    for membership in db.session.scalars(current).all():
        membership.left_at = now()
        room = membership.group.room
        coming = select(Meeting.id).where(
            Meeting.group_id == membership.group_id, Meeting.state == MeetingState.PLANNED
        )
        db.session.execute(
            delete(MeetingReply).where(
                MeetingReply.family_id == family.id, MeetingReply.meeting_id.in_(coming)
            )
        )
        if room is not None and membership.joined_at is not None:
            chat.remove_family(room, family=family)
            chat.post_notice(room, code="family_left", name=family.name)
            scopes = chat.take_name_off(room, family_id=family.id)
            after_commit(lambda gone=frozenset(scopes): store().forget(gone))  # type: ignore[misc]


def _arrive(family: Family, own_id: str, *, to: Municipality) -> None:
    for consent in family.consents:
        if consent.withdrawn_at is None:
            consent.withdrawn_at = now()
    family.municipality_id, family.external_id = to.id, own_id
    family.status, family.paused_until, family.updated_at = FamilyStatus.DRAFT, None, now()
    family.consultant_id = family.mentor_approved_on = family.mentor_approved_by_id = None
    family.mentor_vouched_on = family.mentor_vouched_by_id = None
    for adult in family.carers:
        adult.municipality_id = to.id
    db.session.flush()

"""The hand-over: the facilitator proposes, the families decide, nobody is hurried or named."""

from datetime import timedelta

from chat import actions as chat
from chat.guard import MAY_CONFIRM, refused
from data.audit import record
from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    LED,
    Account,
    HandoverAnswer,
    HandoverVote,
    MeetingState,
    NetworkGroup,
    Phase,
)
from data.queries.access import not_found
from data.queries.group_life import life_of
from data.queries.groups import (
    held_meetings,
    meetings_of,
    members_of,
    own_group_of,
    staff_group_by_ref,
    votes_of,
)
from data.sealed import Sealed
from web.groups import letters, life_letters
from web.groups.actions.guests import let_all_go

SILENCE = timedelta(days=14)


def meetings_left(group: NetworkGroup) -> int:
    """Return how many of the planned meetings are still to be held."""
    return max(0, group.planned_meetings - held_meetings(group))


def propose_handover(ref: str, *, by: Account, base_url: str) -> NetworkGroup:
    """Ask the families whether they are ready, once the planned meetings are held."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.facilitator_id != by.id:
        raise not_found()
    if group.phase is Phase.HANDING_OVER:
        raise Conflict(_("The families have already been asked."))
    if group.phase is not Phase.FACILITATED or meetings_left(group):
        raise Conflict(_("The planned meetings are not held yet."))
    _forget_votes(group)
    group.phase, group.handover_proposed_at = Phase.HANDING_OVER, now()
    record("handover_proposed", by=by, subject="group", subject_id=group.id)
    if group.room:
        chat.post_notice(group.room, code="handover_proposed", name=by.name)
    letters.ask_to_take_over(members_of(group), base_url=base_url)
    db.session.flush()
    return group


def answer_handover(answer: HandoverAnswer, *, by: Account, base_url: str) -> NetworkGroup:
    """Answer for one's family: we are ready, or we would like to talk about it first."""
    group = own_group_of(by, for_change=True)
    if group.phase is not Phase.HANDING_OVER:
        raise Conflict(_("The question is no longer open. Look at the group's page."))
    vote = db.session.get(HandoverVote, (group.id, by.family_id), populate_existing=True)
    if vote is None:
        vote = HandoverVote(group_id=group.id, family_id=by.family_id, answer=answer)
        db.session.add(vote)
    vote.answer, vote.answered_at = answer, now()
    db.session.flush()
    if answer is HandoverAnswer.TALK_FIRST:
        _stay_one_more_meeting(group)
    else:
        settle(group, base_url=base_url)
    return group


def settle(group: NetworkGroup, *, base_url: str) -> bool:
    """Hand over if all said yes, or if after 14 days nobody asked to talk.

    Silence neither blocks nor is named. Where not one family has said yes in 14 days, all are
    asked once more and those who can call are told; after another 14 days the group is its own
    (docs/decisions/0009).
    """
    if group.phase is not Phase.HANDING_OVER or group.handover_proposed_at is None:
        return False
    members = {family.id for family in members_of(group)}
    ready = members & {v.family_id for v in votes_of(group) if v.answer is HandoverAnswer.YES}
    if members and members <= ready:
        _hand_over(group, base_url=base_url)
        return True
    if not members or now() < group.handover_proposed_at + SILENCE:
        return False
    if not ready and not _asked_long_ago(group, base_url=base_url):
        return False
    _hand_over(group, base_url=base_url)
    return True


def _asked_long_ago(group: NetworkGroup, *, base_url: str) -> bool:
    """Ask everyone alike once more, and answer whether that too is 14 days ago."""
    life = life_of(group, make=True)
    asked = life.handover_asked_again_at
    if asked is not None and group.handover_proposed_at and asked >= group.handover_proposed_at:
        return now() >= asked + SILENCE
    life.handover_asked_again_at = now()
    subject = _("Nobody has answered about the hand-over")
    sentence = _(
        "Call and hear how they are, or talk about it when you meet. In 14 days the group becomes "
        "the families' own, unless one of them would like to talk first."
    )
    letters.tell_facilitator(group, subject=subject, sentence=sentence, base_url=base_url)
    life_letters.tell_coordinators(group, subject=subject, text=sentence, base_url=base_url)
    life_letters.ask_again_about_handover(members_of(group), base_url=base_url)
    db.session.flush()
    return False


def leave_early(ref: str, *, reason: str, by: Account, base_url: str) -> NetworkGroup:
    """The facilitator leaves before the families were asked, and says why."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    if group.facilitator_id != by.id:
        raise not_found()
    if group.phase not in LED:
        raise Conflict(_("The group is not one that you lead now."))
    if not reason.strip():
        raise Conflict(_("Say why you leave the group."))
    if refused(reason, confirmed=MAY_CONFIRM):
        raise Conflict(_("This looks like a CPR number or a case number."))
    group.facilitator_left_reason = Sealed(reason.strip(), scope=f"group:{group.ref}")
    record("facilitator_left_early", by=by, subject="group", subject_id=group.id)
    _hand_over(group, base_url=base_url)
    return group


def _hand_over(group: NetworkGroup, *, base_url: str) -> None:
    """End the facilitator's membership and view of the history at once."""
    group.phase, group.handed_over_at = Phase.SELF_RUNNING, now()
    if group.room is not None:
        if group.facilitator is not None:
            chat.remove_person(group.room, account=group.facilitator)
        let_all_go(group)  # a guest of the facilitator's goes with them
        chat.post_notice(group.room, code="handed_over")
    record(
        "group_handed_over",
        by=None,
        subject="group",
        subject_id=group.id,
        municipality_id=group.municipality_id,
    )
    letters.tell_handed_over(members_of(group), base_url=base_url)
    db.session.flush()


def _stay_one_more_meeting(group: NetworkGroup) -> None:
    """Keep the facilitator for one meeting more than were held; then they may ask again."""
    held = sum(meeting.state is MeetingState.HELD for meeting in meetings_of(group))
    group.phase, group.handover_proposed_at = Phase.FACILITATED, None
    group.planned_meetings = held + 1
    _forget_votes(group)
    record(
        "handover_talk_first",
        by=None,  # which family asked is nobody's business
        subject="group",
        subject_id=group.id,
        municipality_id=group.municipality_id,
    )
    db.session.flush()


def _forget_votes(group: NetworkGroup) -> None:
    for vote in votes_of(group):
        db.session.delete(vote)
    db.session.flush()

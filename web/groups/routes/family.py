"""A family's own pages: the invitation, the group, handing over, leaving."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.clock import now
from data.db import transaction
from data.models import Answer, GroupMembership, HandoverAnswer, NetworkGroup, Phase
from data.queries.access import not_found
from data.queries.group_life import ended_group_of
from data.queries.groups import (
    held_meetings,
    members_of,
    membership_of,
    memberships_of,
    next_meeting_of,
    own_group_of,
    reply_of,
    votes_of,
)
from web.groups import shown
from web.groups.actions import handover as handover_actions
from web.groups.actions import invitations, life, meetings, rests
from web.groups.blueprint import bp
from web.groups.cards import slot_text
from web.groups.living import asking_of, living_of
from web.shared.access import for_families, me


def base_url() -> str:
    """Return where mails may send people."""
    return str(current_app.config["BASE_URL"])


def own_group() -> NetworkGroup:
    """Return the group of the signed-in family, or answer that there is none."""
    return own_group_of(me())


@bp.get("/group")
@for_families
def group() -> ResponseReturnValue:
    membership = membership_of(me().family_id)
    if membership is None:
        return _no_group()
    if membership.joined_at is None:
        return _waiting(membership)
    found = membership.group
    members = members_of(found)
    meeting = next_meeting_of(found, at=now())
    return render_template(
        "groups/group.html",
        group=found,
        members=members,
        meeting=meeting,
        own_reply=reply_of(meeting, me().family_id or 0) if meeting else None,
        own_id=me().family_id,
        may_plan=meetings.may_plan(found, by=me()),
        left=handover_actions.meetings_left(found),
        living=living_of(found, family_id=me().family_id),
        pulse=asking_of(found, by=me()),
        shown=shown,
    )


def _no_group() -> str:
    ended = ended_group_of(me().family_id, since=now() - rests.READABLE)
    return render_template(
        "groups/no_group.html",
        ended=ended,
        held=held_meetings(ended) if ended else 0,
        readable=ended.ended_at + rests.READABLE if ended and ended.ended_at else None,
    )


def _waiting(membership: GroupMembership) -> ResponseReturnValue:
    if membership.answer is Answer.WAITING:
        return redirect(url_for("groups.invitation"))
    return render_template("groups/answered.html", group=membership.group)


@bp.get("/group/invitation")
@for_families
def invitation() -> ResponseReturnValue:
    membership = membership_of(me().family_id)
    if membership is None:
        if (closed := invitations.closed_group(me())) is not None:
            return render_template("groups/invitation_closed.html", group=closed)
        raise not_found()
    if membership.answer is not Answer.WAITING:
        return redirect(url_for("groups.group"))
    others = [m.family for m in memberships_of(membership.group) if m.left_at is None]
    return render_template(
        "groups/invitation.html",
        group=membership.group,
        n_families=len(others),
        about=shown.what_is_shared(others),
        slot=slot_text(membership.group.slot),
    )


@bp.post("/group/invitation")
@for_families
def answer_invitation() -> ResponseReturnValue:
    yes = request.form.get("answer") == "yes"
    with transaction():
        invitations.answer_invitation(yes=yes, by=me(), base_url=base_url())
    if not yes:
        flash(_("Thank you for the answer. You stay on the list for another group."))
        return redirect(url_for("overview.home"))
    flash(_("Thank you. You have said yes."))
    return redirect(url_for("groups.group"))


@bp.get("/group/handover")
@for_families
def handover() -> ResponseReturnValue:
    found = own_group()
    votes = {vote.family_id: vote.answer for vote in votes_of(found)}
    members = members_of(found)
    return render_template(
        "groups/handover.html",
        group=found,
        members=members,
        meeting=next_meeting_of(found, at=now()),
        own_id=me().family_id,
        own_vote=votes.get(me().family_id or 0),
        n_ready=sum(votes.get(family.id) is HandoverAnswer.YES for family in members),
        asked=found.phase is Phase.HANDING_OVER,
        group_quiet_days=me().municipality.setting("quiet_days"),
        shown=shown,
    )


@bp.post("/group/handover")
@for_families
def answer_handover() -> ResponseReturnValue:
    answer = (
        HandoverAnswer.YES if request.form.get("answer") == "yes" else HandoverAnswer.TALK_FIRST
    )
    with transaction():
        found = handover_actions.answer_handover(answer, by=me(), base_url=base_url())
        done = found.phase is Phase.SELF_RUNNING
    if done:
        flash(_("The group is now your own."))
        return redirect(url_for("groups.group"))
    if answer is HandoverAnswer.TALK_FIRST:
        flash(_("Thank you. The facilitator stays for one more meeting, so that you can talk."))
    else:
        flash(_("Thank you. We tell you when the group is your own."))
    return redirect(url_for("groups.handover"))


@bp.get("/group/leave")
@for_families
def leave() -> ResponseReturnValue:
    return render_template("groups/leave.html", group=own_group(), words=None)


@bp.post("/group/leave")
@for_families
def leave_group() -> ResponseReturnValue:
    """Ask what is to happen to the family's words; then ask whether it is sure; then do it."""
    words = next((w for w in life.Words if w.value == request.form.get("words")), None)
    if words is None or not request.form.get("sure"):
        missing = words is None
        page = render_template("groups/leave.html", group=own_group(), words=words, missing=missing)
        return (page, 422) if missing else page
    with transaction():
        life.leave_group(words=words, by=me(), base_url=base_url())
    flash(_("You have left the group. You can be asked by another one whenever you like."))
    return redirect(url_for("overview.home"))

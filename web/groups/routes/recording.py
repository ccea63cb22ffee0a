"""After the evening: the host or the facilitator notes who was there and what was agreed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Invalid
from data.models import Coming, Meeting, NetworkGroup
from data.queries.access import not_found
from data.queries.groups import meeting_of, members_of, staff_group_by_ref
from data.queries.meetings import open_poll_of, present_at
from web.groups import shown
from web.groups.actions import recording as actions
from web.groups.blueprint import bp
from web.groups.forms.evenings import EveningForm
from web.groups.routes.family import own_group
from web.shared.access import for_families, for_staff, me


@bp.route("/group/meetings/<ref>/record", methods=["GET", "POST"])
@for_families
def record_evening(ref: str) -> ResponseReturnValue:
    return _record(own_group(), ref, back=url_for("groups.meeting", ref=ref), staff=False)


@bp.route("/staff/groups/<group_ref>/meetings/<ref>/record", methods=["GET", "POST"])
@for_staff
def staff_record_evening(group_ref: str, ref: str) -> ResponseReturnValue:
    group = staff_group_by_ref(group_ref, by=me())
    return _record(group, ref, back=url_for("groups.staff_group", ref=group_ref), staff=True)


def _record(group: NetworkGroup, ref: str, *, back: str, staff: bool) -> ResponseReturnValue:
    meeting = meeting_of(group, ref)
    if not actions.may_record(group, meeting, by=me()):
        raise not_found()
    members = members_of(group)
    form = EveningForm(members=members, data=_as_noted(meeting, {f.id: f.ref for f in members}))
    if form.validate_on_submit():
        try:
            with transaction():
                actions.record_evening(group, ref, form.evening, by=me())
        except Invalid as refusal:
            db.session.rollback()
            form.agreed.errors = [str(refusal)]
        else:
            flash(_("The evening is noted."))
            return redirect(back)
    page = render_template(
        "groups/staff_record.html" if staff else "groups/record.html",
        group=group,
        meeting=meeting,
        form=form,
        back=back,
        poll=open_poll_of(group),
        shown=shown,
    )
    return page, 422 if request.method == "POST" else 200


def _as_noted(meeting: Meeting, refs: dict[int, str]) -> dict[str, object]:
    """Begin from what was noted before, else from those who said that they would come."""
    present = present_at(meeting)
    if meeting.all_spoke is None:
        present = {r.family_id for r in meeting.replies if r.coming is Coming.YES}
    return {
        "present": [refs[family_id] for family_id in sorted(present) if family_id in refs],
        "all_spoke": bool(meeting.all_spoke),
        "agreed": "\n".join(actions.agreed_at(meeting)),
    }

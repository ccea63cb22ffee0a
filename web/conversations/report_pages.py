"""Pages: report a message, and the coordinator's queue, which shows only what was reported."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from chat import actions
from data.db import transaction
from data.errors import Conflict
from data.models import Report, ReportReason, ReportState, RoleName
from data.queries import messages as queries
from web.conversations import views, words
from web.conversations.blueprint import bp
from web.conversations.forms import REASONS, DecisionForm, ReportForm
from web.shared.access import for_members, for_roles, me


@bp.route("/messages/<ref>/report/<int(max=2147483647):seq>", methods=["GET", "POST"])
@for_members
def report(ref: str, seq: int) -> ResponseReturnValue:
    """Ask the coordinator to look at one message."""
    form = ReportForm()
    message = actions.reportable(ref, seq, by=me())
    if form.validate_on_submit():
        try:
            with transaction():
                actions.report_message(
                    ref, seq, by=me(),
                    reason=ReportReason(form.reason.data), note=form.note.data or "",
                )  # fmt: skip
        except Conflict as refusal:
            form.note.errors = [str(refusal)]
        else:
            flash(_("Thank you. The coordinator looks at the message as soon as possible."))
            return redirect(url_for(".room", ref=ref))
        message = actions.reportable(ref, seq, by=me())
    member = actions.member_of(ref, by=me())
    [day] = views.days_of([message], member=member)
    layout = "staff.html" if current_user.is_staff else "base.html"
    page = render_template(
        "conversations/report.html",
        form=form, layout=layout, ref=ref, heading=day.heading, bubble=day.bubbles[0],
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.get("/staff/reports")
@for_roles(RoleName.COORDINATOR)
def reports() -> ResponseReturnValue:
    """Show the reports that wait, and the latest that were decided."""
    here = me().municipality_id
    return render_template(
        "conversations/reports.html",
        waiting=queries.reports_in(here, decided=False),
        decided=queries.reports_in(here, decided=True, limit=20),
        reasons=REASONS,
        states=_states(),
        when=words.short_moment,
    )


@bp.get("/staff/reports/<ref>")
@for_roles(RoleName.COORDINATOR)
def report_decision(ref: str) -> ResponseReturnValue:
    """Show what was reported, and nothing else of the room; the look is noted."""
    with transaction():
        actions.look_at_report(ref, by=me())
    return _decision_page(actions.report_for(ref, by=me()), DecisionForm())


@bp.post("/staff/reports/<ref>")
@for_roles(RoleName.COORDINATOR)
def decide(ref: str) -> ResponseReturnValue:
    """Keep the message or remove it for everyone."""
    form = DecisionForm()
    if form.validate_on_submit():
        remove = form.decision.data == "remove"
        with transaction():
            actions.decide_report(ref, by=me(), remove=remove, note=form.note.data or "")
        flash(_("The message is removed.") if remove else _("The message stays."))
        return redirect(url_for(".reports"))
    return _decision_page(actions.report_for(ref, by=me()), form), 422


def _decision_page(found: Report, form: DecisionForm) -> str:
    seen = (found.snapshot.value if found.snapshot else None) or {}
    return render_template(
        "conversations/report_decision.html",
        report=found,
        seen=seen,
        form=form,
        reason=REASONS[found.reason.value],
        state=_states()[found.state],
        when=words.short_moment,
        is_open=found.state is ReportState.OPEN,
    )


def _states() -> dict[ReportState, str]:
    return {
        ReportState.OPEN: _("Waiting"),
        ReportState.KEPT: _("The message stays"),
        ReportState.REMOVED: _("Removed"),
    }

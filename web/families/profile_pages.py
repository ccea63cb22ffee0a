"""Pages: one's own profile, a new child, a break, and leaving the network."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.answers import has_consent
from data.clock import today
from data.db import db, transaction
from data.errors import Conflict
from data.models import Account, ConsentKind, FamilyStatus
from web.families import actions, preview, review
from web.families.blueprint import bp
from web.families.whose import STAFF, Whose, as_staff, own
from web.families.words import month_name
from web.shared.access import for_families, for_roles, me


@bp.get("/profile")
@for_families
def profile() -> ResponseReturnValue:
    """Show one's profile: what we know, who sees it, and whether one takes part."""
    whose = own()
    family = whose.family
    undone = [code for code in actions.STEPS if code not in family.wizard_done]
    return render_template(
        "families/profile.html",
        whose=whose,
        rows=review.rows(whose),
        go_on=whose.step(undone[0]) if undone else whose.review,
        done=len(actions.STEPS) - len(undone),
        total=len(actions.STEPS),
        shown=preview.before(family),
        placements=_running(whose),
        consented=has_consent(family, ConsentKind.MATCHING),
        is_draft=family.status is FamilyStatus.DRAFT,
        is_paused=family.status is FamilyStatus.PAUSED,
        has_left=family.status is FamilyStatus.LEFT,
    )


@bp.route("/profile/new-child", methods=["GET", "POST"])
@for_families
def placements() -> ResponseReturnValue:
    """Show the months noted, and note a new one."""
    return _placements(own())


@bp.route("/staff/families/<ref>/new-child", methods=["GET", "POST"])
@for_roles(*STAFF)
def staff_placements(ref: str) -> ResponseReturnValue:
    """Note a new child for a family."""
    return _placements(as_staff(ref))


def _placements(whose: Whose) -> ResponseReturnValue:
    wrong = None
    if request.method == "POST":
        by_id, ref = me().id, whose.family.ref
        try:
            with transaction():
                by = db.session.get_one(Account, by_id)
                if "ended" in request.form:
                    actions.end_placement(ref, month=_noted_month(), by=by)
                else:
                    actions.note_placement(ref, month=_month(), by=by)
        except Conflict as refusal:
            wrong = str(refusal)
            whose = as_staff(ref) if whose.by_staff else own()
        else:
            flash(_("It is noted."))
            return redirect(whose.home if "ended" not in request.form else whose.placements)
    page = render_template(
        "families/placements.html", whose=whose, placements=_running(whose), wrong=wrong,
        months=[(n, month_name(n)) for n in range(1, 13)], today=today(),
        years=range(today().year + 1, today().year - 20, -1),
    )  # fmt: skip
    return page, (409 if wrong else 200)


def _month() -> date:
    """Read the two lists."""
    month, year = request.form.get("month", type=int), request.form.get("year", type=int)
    if month not in range(1, 13) or year not in range(1900, 3000):
        raise Conflict(_("Choose a month."))
    return date(int(year or 0), int(month or 0), 1)


def _noted_month() -> date:
    try:
        return date.fromisoformat(f"{request.form['ended']}-01")
    except ValueError:
        raise Conflict(_("Choose a month.")) from None


def _running(whose: Whose) -> list[tuple[str, str]]:
    """Return the months of children who live there, newest first: "2026-11" and in words."""
    months = sorted({p.month for p in whose.family.placements if p.ended_at is None}, reverse=True)
    return [(f"{m:%Y-%m}", f"{month_name(m.month)} {m.year}") for m in months]


@bp.route("/profile/pause", methods=["GET", "POST"])
@for_families
def pause() -> ResponseReturnValue:
    """Say what a break means, and take it."""
    whose = own()
    if request.method == "GET":
        return render_template("families/pause.html", whose=whose, today=today())
    by_id, ref = me().id, whose.family.ref
    until = request.form.get("until", "").strip()
    with transaction():
        actions.pause(ref, until=_day(until), by=db.session.get_one(Account, by_id))
    flash(_("You are on a break. We suggest nothing until you come back."))
    return redirect(url_for("families.profile"))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Conflict(_("Choose a day in the calendar.")) from None


@bp.post("/profile/resume")
@for_families
def resume() -> ResponseReturnValue:
    """Come back from a break."""
    by_id, ref = me().id, own().family.ref
    with transaction():
        actions.resume(ref, by=db.session.get_one(Account, by_id))
    flash(_("Welcome back. You can get suggestions again."))
    return redirect(url_for("families.profile"))


@bp.route("/profile/leave", methods=["GET", "POST"])
@for_families
def leave() -> ResponseReturnValue:
    """Say what happens when the whole family leaves, and let it."""
    whose = own()
    if request.method == "GET":
        mentorship, group = actions.still_running(whose.family)
        return render_template(
            "families/leave.html", whose=whose, mentorship=mentorship, group=group
        )
    by_id, ref = me().id, whose.family.ref
    if "sure" not in request.form:
        raise Conflict(_("Tick the box if you are sure that you want to leave."))
    with transaction():
        actions.leave_network(ref, by=db.session.get_one(Account, by_id))
    flash(_("You have left the network. Thank you for having been a part of it."))
    return redirect(url_for("families.profile"))

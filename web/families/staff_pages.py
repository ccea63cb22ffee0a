"""Pages: the staff's list of families, and one family."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.answers import has_consent, seen_by
from data.clock import today
from data.db import db, transaction
from data.errors import Conflict, Invalid
from data.models import Account, ConsentKind, Family, RoleName
from data.queries.families import consultants_of, kept_apart_from, lines_of
from data.queries.places import danish_key, fold
from data.queries.training import GOAL_HOURS, hours_of
from matcher.profiles import approval_ends
from matcher.schema import SCHEMA
from web.families import actions
from web.families.blueprint import bp
from web.families.listing import Filters, listing, waiting_for
from web.families.visibility import seen
from web.families.whose import STAFF, as_staff
from web.families.words import in_words, locale
from web.shared.access import for_roles, me

_MOST_FOUND = 8


@bp.get("/staff/families")
@for_roles(*STAFF)
def staff_list() -> ResponseReturnValue:
    """Show the families one looks after: all of them to the coordinator."""
    person = me()
    coordinates = person.is_a(RoleName.COORDINATOR)
    lines = lines_of(person.municipality_id, consultant_id=None if coordinates else person.id)
    filters = Filters.read(request.args)
    consultants = consultants_of(person.municipality_id) if coordinates else []
    page = listing(
        lines,
        filters,
        viewer="coordinator" if coordinates else "consultant",
        consultants={c.ref: c.id for c in consultants},
    )
    return render_template(
        "families/staff_list.html",
        page=page,
        filters=filters,
        consultants=consultants,
        coordinates=coordinates,
        wait_group=waiting_for(lines, "group"),
        wait_mentor=waiting_for(lines, "mentee"),
        choices=_choices(lines),
    )


def _choices(lines: list) -> dict[str, list[tuple[str, str]]]:  # type: ignore[type-arg]
    from data.queries.places import municipalities

    codes = {line.answers.get("home_municipality") for line in lines}
    wants = {"group": _("Group"), "mentee": _("Mentor"), "mentor": _("To be a mentor")}
    return {
        "municipality": [(c, name) for c, name in municipalities().items() if c in codes],
        "wants": list(wants.items()),
        **{
            name: [(v.code, v.label(locale())) for v in SCHEMA.fields[field].values.values()]
            for name, field in (
                ("type", "family_type"), ("phase", "current_placement_phase"), ("status", "status"),
            )
        },
    }  # fmt: skip


@bp.route("/staff/families/new", methods=["GET", "POST"])
@for_roles(RoleName.COORDINATOR)
def staff_new() -> ResponseReturnValue:
    """Add one family by hand."""
    consultants, wrong = consultants_of(me().municipality_id), None
    if request.method == "POST":
        by_id, form = me().id, request.form
        try:
            with transaction():
                family = actions.create_family(
                    name=form.get("name", ""),
                    external_id=form.get("external_id", ""),
                    consultant_ref=form.get("consultant") or None,
                    by=db.session.get_one(Account, by_id),
                )
                ref = family.ref
        except Invalid as refusal:
            wrong, consultants = refusal, consultants_of(me().municipality_id)
        else:
            flash(_("The family is added. Fill in its profile, or invite it to do so."))
            return redirect(url_for("families.staff_family", ref=ref))
    page = render_template(
        "families/staff_new.html", consultants=consultants, wrong=wrong, form=request.form
    )
    return page, (422 if wrong else 200)


@bp.get("/staff/families/<ref>")
@for_roles(*STAFF)
def staff_family(ref: str) -> ResponseReturnValue:
    """Show one family, as the role may see it; the look is written down."""
    by_id = me().id
    with transaction():
        actions.look_at(ref, by=db.session.get_one(Account, by_id))
    return _family_page(ref)


def _family_page(ref: str, *, wrong: str | None = None) -> str:
    whose, person = as_staff(ref), me()
    family = whose.family
    coordinates = person.is_a(RoleName.COORDINATOR)
    words = request.args.get("apart", "").strip()[:80]
    return render_template(
        "families/staff_family.html",
        whose=whose,
        family=family,
        coordinates=coordinates,
        steps=_steps(family, "coordinator" if coordinates else "consultant"),
        missing=actions.missing(family),
        months=sorted({p.month for p in family.placements if p.ended_at is None}, reverse=True),
        consented=has_consent(family, ConsentKind.MATCHING),
        apart=kept_apart_from(family) if coordinates else [],
        found=_found(family, words) if coordinates and words else [],
        words=words,
        expires=_expires(family),
        can_mentor="mentor" in seen_by("coordinator", family).get("participation", ()),
        is_self_vouched=family.mentor_vouched_by_id == person.id,
        today=today(),
        wrong=wrong,
        training=hours_of([family.id], year=today().year, for_staff=True)[family.id],
        training_goal=GOAL_HOURS,
    )


def _steps(family: Family, viewer: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return the answers by step, with who else sees each."""
    shown = seen_by(viewer, family)
    return [
        (
            step.code,
            step.label(locale()),
            [
                (
                    field.label(locale()),
                    in_words(field.code, shown.get(field.code)),
                    seen(field, protected=family.protected_address).text,
                )
                for field in step.fields
                if SCHEMA.may_see(viewer, field.code)
            ],
        )
        for step in SCHEMA.steps
    ]


def _expires(family: Family) -> str:
    approved = family.mentor_approved_on
    return in_words("mentor_approved", approval_ends(approved).isoformat()) if approved else ""


def _found(family: Family, words: str) -> list[Family]:
    """Return families by name, for choosing whom this one must not meet."""
    near = [
        line.id
        for line in lines_of(family.municipality_id)
        if fold(words) in fold(line.name) and line.id != family.id
    ]
    found = db.session.query(Family).filter(Family.id.in_(near[:200])).all()
    return sorted(found, key=lambda f: danish_key(f.name))[:_MOST_FOUND]


@bp.post("/staff/families/<ref>/apart")
@for_roles(RoleName.COORDINATOR)
def keep_apart(ref: str) -> ResponseReturnValue:
    """Keep this family and another apart, or let them meet again."""
    by_id, form = me().id, request.form
    with transaction():
        by = db.session.get_one(Account, by_id)
        if "remove" in form:
            actions.remove_exclusion(ref, other_ref=form["remove"], by=by)
        else:
            actions.add_exclusion(
                ref, other_ref=form.get("other", ""), reason=form.get("reason", ""), by=by
            )
    flash(_("They may meet again.") if "remove" in form else _("They are kept apart from now on."))
    return redirect(url_for("families.staff_family", ref=ref, _anchor="apart"))


@bp.post("/staff/families/<ref>/details")
@for_roles(RoleName.COORDINATOR)
def staff_details(ref: str) -> ResponseReturnValue:
    """Save the name and the protection of the address."""
    by_id, form = me().id, request.form
    with transaction():
        by = db.session.get_one(Account, by_id)
        actions.rename(ref, name=form.get("name", ""), by=by)
        actions.protect_address(ref, protected="protected" in form, by=by)
    flash(_("It is saved."))
    return redirect(url_for("families.staff_family", ref=ref))


@bp.post("/staff/families/<ref>/mentor")
@for_roles(*STAFF)
def staff_mentor(ref: str) -> ResponseReturnValue:
    """Vouch for a mentor, approve one, or take the approval back."""
    by_id, what = me().id, request.form.get("what", "")
    todo = {
        "vouch": (actions.vouch_for_mentor, _("Thank you. The coordinator can approve now.")),
        "approve": (actions.approve_mentor, _("The family is approved as a mentor.")),
        "end": (actions.end_approval, _("The approval is taken back.")),
    }
    if what not in todo:
        raise Conflict(_("Choose what to do."))
    act, said = todo[what]
    with transaction():
        act(ref, by=db.session.get_one(Account, by_id))
    flash(said)
    return redirect(url_for("families.staff_family", ref=ref, _anchor="mentor"))


@bp.post("/staff/families/<ref>/break")
@for_roles(*STAFF)
def staff_break(ref: str) -> ResponseReturnValue:
    """Note a break, or its end, for a family that rings."""
    by_id, ends = me().id, "resume" in request.form
    with transaction():
        by = db.session.get_one(Account, by_id)
        if ends:
            actions.resume(ref, by=by)
        else:
            actions.pause(ref, until=None, by=by)
    flash(_("The family takes part again.") if ends else _("The family is on a break."))
    return redirect(url_for("families.staff_family", ref=ref))

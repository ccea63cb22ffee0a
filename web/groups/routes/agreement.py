"""The group's agreement: read, said yes to, written together, looked at again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Invalid
from data.models import Phase
from data.queries.access import not_found
from web.groups.actions import agreement as actions
from web.groups.blueprint import bp
from web.groups.evenings import agreement_view
from web.groups.routes.family import base_url, own_group
from web.shared.access import for_families, me


@bp.get("/group/agreement")
@for_families
def agreement() -> ResponseReturnValue:
    group = own_group()
    view = agreement_view(group, by=me())
    return render_template(
        "groups/agreement.html",
        group=group,
        view=view,
        may_write=group.phase is not Phase.ENDED,
        template=actions.template(),
    )


@bp.post("/group/agreement/sign")
@for_families
def sign_agreement() -> ResponseReturnValue:
    with transaction():
        actions.sign(seen_version=_seen_version(), by=me())
    flash(_("Thank you. You have said yes to the agreement."))
    return redirect(url_for("groups.agreement"))


@bp.post("/group/agreement/keep")
@for_families
def keep_agreement() -> ResponseReturnValue:
    """Keep the words for another half year: everyone says yes again."""
    group = own_group()
    points = agreement_view(group, by=me()).points
    with transaction():
        actions.write(points, seen_version=_seen_version(), by=me(), base_url=base_url())
    flash(_("The agreement holds for another half year. The others have been asked to say yes."))
    return redirect(url_for("groups.agreement"))


@bp.route("/group/agreement/edit", methods=["GET", "POST"])
@for_families
def edit_agreement() -> ResponseReturnValue:
    group = own_group()
    if group.phase is Phase.ENDED:
        raise not_found()
    view = agreement_view(group, by=me())
    text, wrong = "\n".join(view.points or actions.template()), None
    if request.method == "POST":
        text = request.form.get("points", "")[:4000]
        try:
            with transaction():
                actions.write(
                    text.splitlines(), seen_version=_seen_version(), by=me(), base_url=base_url()
                )
        except Invalid as refusal:
            db.session.rollback()
            wrong = str(refusal)
        else:
            flash(_("The agreement is saved, and you have said yes. The others have been asked."))
            return redirect(url_for("groups.agreement"))
    page = render_template(
        "groups/agreement_form.html", group=group, view=view, text=text, wrong=wrong
    )
    return page, 422 if wrong else 200


def _seen_version() -> int:
    seen = request.form.get("version", "")
    return int(seen) if len(seen) <= 9 and seen.isdecimal() else 0

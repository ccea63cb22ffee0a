"""Pages where a family takes along all we know about it, or has it erased."""

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from chat import live
from data import audit
from data.db import db, transaction
from data.errors import Invalid
from data.exchange.own_data import everything_about
from data.models import Account, Family, RoleName
from data.queries.access import not_found
from web.safety import own_data_files as files
from web.safety.actions import erasure
from web.safety.blueprint import bp
from web.shared.access import for_families, for_roles, me
from web.shared.limits import limiter

_KINDS = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STAFF = (RoleName.CONSULTANT, RoleName.COORDINATOR)


@bp.get("/profile/data")
@for_families
def own_data() -> ResponseReturnValue:
    """Offer to take everything along, or to erase it."""
    return _page(_own())


@bp.post("/profile/data/download")
@for_families
@limiter.limit("20/hour")
def download_own() -> ResponseReturnValue:
    """Give the family everything as a file."""
    return _download(_own().ref)


@bp.post("/profile/data/erase")
@for_families
@limiter.limit("20/hour")
def erase_own() -> ResponseReturnValue:
    """Erase one's own family."""
    return _erase(_own().ref)


@bp.get("/staff/families/<ref>/data")
@for_roles(*_STAFF)
def family_data(ref: str) -> ResponseReturnValue:
    """The same on behalf of a family that asked for it."""
    return _page(erasure.may_erase(ref, by=me()))


@bp.post("/staff/families/<ref>/data/download")
@for_roles(*_STAFF)
@limiter.limit("60/hour")
def download_family(ref: str) -> ResponseReturnValue:
    """Give staff the file that the family asked for."""
    return _download(ref)


@bp.post("/staff/families/<ref>/data/erase")
@for_roles(*_STAFF)
@limiter.limit("60/hour")
def erase_family(ref: str) -> ResponseReturnValue:
    """Erase a family that asked for it."""
    return _erase(ref)


def _own() -> Family:
    family = me().family
    if family is None:
        raise not_found()
    return family


def _page(family: Family, *, wrong: str | None = None) -> str:
    return render_template(
        "safety/own_data.html",
        family=family,
        staff=me().is_staff,
        adults=[adult for adult in family.carers if adult.active],
        wrong=wrong,
    )


def _download(ref: str) -> ResponseReturnValue:
    kind, by_id = request.form.get("kind", "json"), me().id
    if kind not in _KINDS:
        raise not_found()
    with transaction():
        by = db.session.get_one(Account, by_id)
        family = erasure.may_erase(ref, by=by)
        audit.record("family_data_downloaded", by=by, subject="family", subject_id=family.id)
    about = everything_about(erasure.may_erase(ref, by=me()), reader=me())
    if kind == "json":
        content: str | bytes = current_app.json.dumps(about, indent=1, ensure_ascii=False)
    else:
        content = files.as_html(about) if kind == "html" else files.as_xlsx(about)
    response = Response(content, content_type=_KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="makkerskab-{ref}.{kind}"'
    return response


def _erase(ref: str) -> ResponseReturnValue:
    by_id, staff = me().id, me().is_staff
    try:
        with transaction():
            gone = erasure.erase_family(
                ref, typed_name=request.form.get("name", ""), by=db.session.get_one(Account, by_id)
            )
    except Invalid as wrong:
        return _page(erasure.may_erase(ref, by=me()), wrong=str(wrong)), 409
    for account_id in gone:
        live.drop_account(account_id)
    if staff:
        return redirect(url_for("families.staff_list"))
    session.clear()
    return render_template("safety/erased.html")

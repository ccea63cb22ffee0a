"""Pages: a table of families in, and out again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask import stream_with_context as streamed
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data import audit
from data.answers import seen_by
from data.clock import today
from data.db import db, transaction
from data.errors import Conflict
from data.exchange import Problem
from data.exchange.columns import asked_columns, columns, nearest
from data.exchange.records import IGNORED
from data.exchange.template import template_csv, template_xlsx
from data.exchange.write import csv_lines, header, row_of, xlsx
from data.models import Account, Job, JobState, RoleName
from data.queries.access import not_found
from data.queries.families import exclusions_by_family, families_in_pieces
from web.families import actions
from web.families.blueprint import bp
from web.families.words import in_words, locale
from web.shared.access import for_roles, me
from web.shared.limits import limiter

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"


@bp.route("/staff/families/import", methods=["GET", "POST"])
@for_roles(RoleName.COORDINATOR)
@limiter.limit("60/hour", methods=["POST"])
def import_start() -> ResponseReturnValue:
    """Offer the template, and take the file."""
    if request.method == "GET":
        return _start_page()
    brought, by_id = request.files.get("file"), me().id
    content = brought.read() if brought else b""
    try:
        with transaction():
            by = db.session.get_one(Account, by_id)
            name = (brought.filename if brought else None) or ""
            ref = actions.start_import(content, filename=name, by=by).ref
    except Conflict as wrong:
        return _start_page(str(wrong)), 422
    return redirect(url_for("families.import_review", ref=ref))


def _start_page(wrong: str | None = None) -> str:
    most = current_app.config["UPLOAD_MAX_BYTES"] // (1024 * 1024)
    return render_template(
        "families/import_start.html", wrong=wrong, most=most, columns=list(asked_columns().values())
    )


@bp.get("/staff/families/import/template.<kind>")
@for_roles(RoleName.COORDINATOR)
def import_template(kind: str) -> ResponseReturnValue:
    """Give the empty table, with an example and an explanation."""
    if kind == "csv":
        return _file(template_csv(locale()), _CSV, "makkerskab-familier.csv")
    if kind == "xlsx":
        return _file(template_xlsx(locale()), _XLSX, "makkerskab-familier.xlsx")
    raise not_found()


def _file(content: Any, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One problem as the page shows it."""

    problem: Problem
    name: str
    label: str
    mend: str  # the name of the box in which it can be put right, or ""
    guess: str


@bp.get("/staff/families/import/<ref>")
@for_roles(RoleName.COORDINATOR)
def import_review(ref: str) -> ResponseReturnValue:
    """Show how far the worker is, then what the file would do, then what it did."""
    upload = actions.upload_by_ref(ref, by=me())
    job = db.session.get(Job, upload.job_id) if upload.job_id else None
    if job is None:
        raise not_found()
    result = (job.result.value if job.result else None) or {}
    running = job.state in {JobState.QUEUED, JobState.RUNNING}
    asks_how_far = bool(request.headers.get("HX-Request"))
    template = "import_progress" if asks_how_far and running else "import_review"
    page = render_template(
        f"families/{template}.html",
        upload=upload,
        job=job,
        running=running,
        saving=job.kind == actions.SAVE,
        forgotten=not result,  # erasing a family takes what was read of it along
        result=result,
        problems=[_shown(dict(p)) for p in result.get("problems", ())],
        changes=[_change(c) for c in result.get("changes", ())],
        keys=[(c.key, c.label(locale())) for c in asked_columns().values()],
        ignored=IGNORED,
        near=_near(result),
    )
    response = current_app.make_response(page)
    if asks_how_far and not running:
        response.headers["HX-Refresh"] = "true"  # the progress is over: show the whole page
    return response


def _near(result: dict[str, Any]) -> dict[str, str]:
    """Return the column that each unknown heading looks most like, unless another one is it."""
    known = set(result.get("columns", ()))
    looks = {h: nearest(h) for h in result.get("unknown_columns", ())}
    return {heading: key for heading, key in looks.items() if key and key not in known}


def _shown(raw: dict[str, Any]) -> Shown:
    name = raw.pop("name") or ""
    problem = Problem(**raw)
    known = columns().get(problem.key or "")
    can_mend = problem.blocks and problem.row and known and problem.code != "duplicate_id"
    return Shown(
        problem=problem,
        name=name,
        label=known.label(locale()) if known else problem.column or "",
        mend=f"cell-{problem.row}:{problem.key}" if can_mend else "",
        guess=str(problem.facts.get("read", "")) if problem.code == "letter_o" else "",
    )


def _change(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a changed family with each key, what stands here and what the file says."""
    record = raw["record"]
    said = [
        (columns()[_column(key)].label(locale()), _words(key, old), _words(key, record.get(key)))
        for key, old in raw["before"].items()
    ]
    return {"row": raw["row"], "name": raw["name"], "said": said}


def _column(key: str) -> str:
    return "consent_matching" if key == "consents" else key


def _words(key: str, value: Any) -> str:
    if key == "consents":
        value, key = value.get("matching") if isinstance(value, dict) else value, "mentor_approved"
    if key in {"name", "exclusions"} or value is None:
        return ", ".join(value) if isinstance(value, list) else str(value or "")
    return in_words(key, value)


@bp.post("/staff/families/import/<ref>/mend")
@for_roles(RoleName.COORDINATOR)
def import_mend(ref: str) -> ResponseReturnValue:
    """Take what was put right on the page, and look at the file again."""
    by_id, form = me().id, request.form
    cells = {name[5:]: said for name, said in form.items() if name.startswith("cell-") and said}
    headings = {
        heading: form[f"means-{at}"]
        for at, heading in enumerate(form.getlist("heading"))
        if form.get(f"means-{at}") in {*asked_columns(), IGNORED}
    }
    skipped = frozenset(int(row) for row in form.getlist("skip") if row.isdigit())
    with transaction():
        by = db.session.get_one(Account, by_id)
        actions.mend_import(ref, columns=headings, cells=cells, skipped=skipped, by=by)
    return redirect(url_for("families.import_review", ref=ref))


@bp.post("/staff/families/import/<ref>/save")
@for_roles(RoleName.COORDINATOR)
def import_save(ref: str) -> ResponseReturnValue:
    """Save it all."""
    by_id = me().id
    with transaction():
        by = db.session.get_one(Account, by_id)
        actions.save_import(ref, invite="invite" in request.form, by=by)
    return redirect(url_for("families.import_review", ref=ref))


@bp.post("/staff/families/import/<ref>/cancel")
@for_roles(RoleName.COORDINATOR)
def import_cancel(ref: str) -> ResponseReturnValue:
    """Throw the file away."""
    by_id = me().id
    with transaction():
        actions.cancel_import(ref, by=db.session.get_one(Account, by_id))
    flash(_("The file is thrown away. Nothing was saved."))
    return redirect(url_for("families.staff_list"))


@bp.get("/staff/families/export")
@for_roles(RoleName.COORDINATOR)
def export_choice() -> ResponseReturnValue:
    """Say what is in the list, and let the coordinator choose the kind of file."""
    return render_template("families/export.html")


@bp.get("/staff/families/export.<fmt>")
@for_roles(RoleName.COORDINATOR)
@limiter.limit("30/hour")
def export(fmt: str) -> ResponseReturnValue:
    """Give every family in the format of the import; that it was taken is written down."""
    if fmt not in {"csv", "xlsx"}:
        raise not_found()
    by_id, words, municipality_id = me().id, locale(), me().municipality_id
    with transaction():
        by = db.session.get_one(Account, by_id)
        audit.record("families_exported", by=by, subject="municipality",
                     subject_id=municipality_id, format=fmt)  # fmt: skip
    rows = _rows(municipality_id, words)
    name = f"makkerskab-familier-{today().isoformat()}.{fmt}"
    if fmt == "csv":
        return _file(streamed(csv_lines(header(words), rows)), _CSV, name)
    return _file(xlsx(header(words), rows), _XLSX, name)


def _rows(municipality_id: int, words: str) -> Iterator[list[Any]]:
    apart = exclusions_by_family(municipality_id)
    for family in families_in_pieces(municipality_id):
        emails = sorted(c.email for c in family.carers if c.active)[:2]
        facts = {
            **seen_by("coordinator", family),
            "id": family.external_id,
            "name": family.name,
            **dict(zip(("email", "email_2"), emails, strict=False)),
            "exclusions": apart.get(family.id, []),
        }
        yield row_of(facts, words)

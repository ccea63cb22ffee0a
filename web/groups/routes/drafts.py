"""A new draft: what the groups build on, and the page one waits at while they are formed."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from data.db import db, transaction
from data.errors import Conflict
from data.models import DraftState, GroupDraft, Job, Pool
from data.queries.accounts import institutions
from data.queries.groups import draft_by_ref, pool_by_ref, pools_for
from web.groups import previews
from web.groups.actions import drafts as actions
from web.groups.actions.views import draft_to_look_at, has_groups
from web.groups.blueprint import bp
from web.groups.draft_settings import CRITERIA, ONE_WAY, SECONDS, DraftSettings
from web.groups.forms.drafts import DraftForm, first_form, form_like, read_form
from web.groups.routes.pools import WORKS_WITH_GROUPS, note_look
from web.groups.waiting import families_in
from web.shared.access import for_roles, me
from web.shared.jobs import has_ended, interrupted, is_silent


@bp.get("/staff/drafts/new")
@for_roles(*WORKS_WITH_GROUPS)
def new_draft() -> ResponseReturnValue:
    ref = request.args.get("pool")
    if ref is None:
        open_pools = pools_for(me())
        if len(open_pools) == 1:
            return redirect(url_for("groups.new_draft", pool=open_pools[0].ref))
        return redirect(url_for("groups.pools"))
    pool = pool_by_ref(ref, by=me())
    note_look(pool, page="setup")
    known, code = institutions(me().municipality_id), me().municipality.code
    like = request.args.get("like")
    if like is None:
        return _setup_page(pool, first_form(pool.name, institutions=known, code=code))
    earlier = draft_by_ref(like, by=me())
    settings = DraftSettings.from_json(earlier.settings)
    form = form_like(earlier.name, settings, institutions=known, code=code)
    return _setup_page(pool, form)


@bp.post("/staff/drafts/new")
@for_roles(*WORKS_WITH_GROUPS)
def start_draft() -> ResponseReturnValue:
    pool = pool_by_ref(request.form.get("pool", ""), by=me())
    known = institutions(me().municipality_id)
    form = read_form(request.form, institutions=known, code=me().municipality.code)
    if request.form.get("do") == "check" or form.errors:
        return _setup_page(pool, form), 422 if form.errors else 200
    try:
        with transaction():
            draft = actions.start_draft(pool.ref, name=form.name, settings=form.settings, by=me())
            ref = draft.ref
    except Conflict as refusal:
        db.session.rollback()
        form.errors = {"": str(refusal)}
        return _setup_page(pool_by_ref(request.form.get("pool", ""), by=me()), form), 409
    return redirect(url_for("groups.draft", ref=ref))


def _setup_page(pool: Pool, form: DraftForm) -> str:
    families = families_in(pool)
    return render_template(
        "groups/new_draft.html",
        pool=pool,
        form=form,
        criteria=previews.criteria_texts(),
        codes=CRITERIA,
        one_way=ONE_WAY,
        institutions=institutions(me().municipality_id),
        seconds=SECONDS,
        preview=previews.preview(families, form.settings) if not form.errors else None,
        n_families=len(families),
    )


@bp.get("/staff/drafts/<ref>")
@for_roles(*WORKS_WITH_GROUPS)
def draft(ref: str) -> ResponseReturnValue:
    found = draft_to_look_at(ref, by=me())
    if found.state is not DraftState.WORKING:
        return _to_board(found) if has_groups(found) else _no_groups(found)
    job = db.session.get(Job, found.job_id) if found.job_id else None
    origin = found.settings.get("from_draft")
    return render_template(
        "groups/forming.html",
        draft=found,
        job=job,
        lost=job is None or has_ended(job),
        interrupted=job is not None and (is_silent(job) or job.problem == interrupted()),
        origin_url=url_for("groups.board", ref=origin) if origin else None,
    )


def _no_groups(found: GroupDraft) -> ResponseReturnValue:
    note_look(found.pool, page="board")
    return render_template("groups/no_groups.html", draft=found, blocked=previews.blocked(found))


@bp.post("/staff/drafts/<ref>/form-again")
@for_roles(*WORKS_WITH_GROUPS)
def form_again(ref: str) -> ResponseReturnValue:
    with transaction():
        actions.form_again(ref, by=me())
    return redirect(url_for("groups.draft", ref=ref))


def _to_board(found: GroupDraft) -> ResponseReturnValue:
    target = url_for("groups.board", ref=found.ref)
    if request.headers.get("HX-Request"):  # htmx follows a plain redirect inside the fragment
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target)


@bp.post("/staff/drafts/<ref>/stop")
@for_roles(*WORKS_WITH_GROUPS)
def stop_forming(ref: str) -> ResponseReturnValue:
    with transaction():
        actions.stop_forming(ref, by=me())
    return redirect(url_for("groups.draft", ref=ref))


@bp.post("/staff/drafts/<ref>/discard")
@for_roles(*WORKS_WITH_GROUPS)
def discard_draft(ref: str) -> ResponseReturnValue:
    with transaction():
        actions.discard_draft(ref, by=me())
    flash(_("The draft is thrown away. No family had been told."))
    return redirect(url_for("groups.staff_groups"))

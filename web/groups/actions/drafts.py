"""A draft: started, formed by the worker, stopped, thrown away."""

from typing import Any

from data.audit import record
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import Account, DraftSeat, DraftState, GroupDraft, Job
from data.queries.desk import changes_since
from data.queries.groups import draft_by_ref, moves_of, pool_by_ref, seats_of
from data.sealed import Sealed
from web.groups.board_news import tell_changed
from web.groups.draft_settings import DraftSettings
from web.groups.waiting import families_in
from web.shared.jobs import enqueue, has_ended, let_go

FORM = "groups.form"


def start_draft(pool_ref: str, *, name: str, settings: DraftSettings, by: Account) -> GroupDraft:
    """Begin a draft and let the worker form the groups; no family hears of it."""
    pool = pool_by_ref(pool_ref, by=by)
    if pool.closed_at is not None:
        raise Conflict(_("This pool has already been closed."))
    if len(families_in(pool)) < settings.min_size:
        raise Conflict(_("There are fewer families in the pool than in one group."))
    draft = GroupDraft(pool_id=pool.id, name=name, settings=settings.as_json(), made_by_id=by.id)
    db.session.add(draft)
    db.session.flush()
    job = enqueue(FORM, by=by, request={"draft": draft.id})
    draft.job_id = job.id
    record("draft_started", by=by, subject="draft", subject_id=draft.id, pool=pool.id)
    db.session.flush()
    return draft


def form_again(ref: str, *, by: Account) -> GroupDraft:
    """Take up a forming that was interrupted or failed; what it was given is kept."""
    draft = draft_by_ref(ref, by=by, for_change=True)
    job = db.session.get(Job, draft.job_id) if draft.job_id else None
    if draft.state is not DraftState.WORKING or (job is not None and not has_ended(job)):
        must_be_ready(draft)  # else it says what the draft is
        raise Conflict(_("The groups have been formed already."))
    if job is not None:
        let_go(job)
    request = {"draft": draft.id, "again": "from_draft" in draft.settings}
    draft.job_id = enqueue(FORM, by=by, request=request).id
    db.session.flush()
    return draft


def stop_forming(ref: str, *, by: Account) -> GroupDraft:
    """Ask the worker to stop and show what it has."""
    draft = draft_by_ref(ref, by=by)
    job = db.session.get(Job, draft.job_id) if draft.job_id else None
    if draft.state is DraftState.WORKING and job is not None:
        job.stop_wanted = True
        db.session.flush()
    return draft


def discard_draft(ref: str, *, by: Account) -> GroupDraft:
    """Throw a draft away."""
    draft = draft_by_ref(ref, by=by, for_change=True)
    if draft.state is DraftState.PUBLISHED:
        raise Conflict(_("The groups are published. The draft cannot be thrown away."))
    for row in [*moves_of(draft), *changes_since(draft, 0), *seats_of(draft)]:
        db.session.delete(row)
    draft.state, draft.outcome = DraftState.DISCARDED, None
    record("draft_discarded", by=by, subject="draft", subject_id=draft.id)
    db.session.flush()
    tell_changed(draft.ref, draft.version)
    return draft


def store_proposal(
    draft: GroupDraft, *, groups: dict[int, int | None], outcome: dict[str, Any]
) -> None:
    """Keep what the matcher proposed: who sits where, and why. `groups` maps family to number."""
    known = {seat.family_id: seat for seat in seats_of(draft)}
    for family_id, number in groups.items():
        seat = known.get(family_id)
        if seat is None:
            db.session.add(DraftSeat(draft_id=draft.id, family_id=family_id, group_number=number))
        else:
            seat.group_number = number
    draft.state = DraftState.READY
    draft.outcome = Sealed.of(outcome, scope=f"draft:{draft.ref}")
    db.session.flush()


def must_be_ready(draft: GroupDraft) -> None:
    """Refuse work on a draft that is being formed, published or thrown away."""
    sentences = {
        DraftState.WORKING: _("The groups are being formed. Wait until the proposal is there."),
        DraftState.SUBMITTED: _("The draft waits for the coordinator's approval."),
        DraftState.PUBLISHED: _("The groups are already published."),
        DraftState.DISCARDED: _("The draft has been thrown away."),
    }
    if draft.state in sentences:
        raise Conflict(sentences[draft.state])

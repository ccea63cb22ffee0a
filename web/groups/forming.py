"""What the worker does: form the groups of a draft, and keep what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from data.clock import today
from data.db import db, reading, transaction
from data.matching import families_by_id, records
from data.models import ChangeKind, DraftState, GroupDraft
from data.queries.groups import seats_of
from data.sealed import Sealed
from web.groups.actions.board import desk_of, locked_groups, outcome_kept
from web.groups.actions.drafts import FORM, store_proposal
from web.groups.actions.history import note_step
from web.groups.draft_settings import MOVE_COST, DraftSettings, pairs_met
from web.groups.outcomes import outcome_of
from web.groups.waiting import families_in
from web.shared.jobs import Work, does

if TYPE_CHECKING:
    from matcher.grouping.result import Grouping

log = structlog.get_logger()


@does(FORM)
def form(work: Work) -> dict[str, Any] | None:
    """Read, compute outside any transaction, write."""
    with reading():
        draft = db.session.get(GroupDraft, work.request["draft"])
        if draft is None or draft.state is not DraftState.WORKING:
            return None
        again = bool(work.request.get("again"))
        kept, now_in, locked = _read(draft, again=again)
        settings = DraftSettings.from_json(draft.settings)
        price = float(draft.settings.get("move_cost", MOVE_COST))
        met = pairs_met(settings, [int(record["id"]) for record in kept])
    grouping = _compute(
        work, kept, settings, now_in=now_in, locked=locked, move_cost=price, met=met
    )
    doubted = grouping.proven and not _proof_holds(kept, grouping, settings, work)
    with transaction():
        _write(work, grouping, now_in=now_in, doubted=doubted)
    return {"groups": len(grouping.groups), "score": grouping.score}


def _read(
    draft: GroupDraft, *, again: bool
) -> tuple[list[dict[str, Any]], dict[int, int | None], list[int]]:
    """Return the families' records, where they sit now, and who must stay there."""
    if not again:
        return records(families_in(draft.pool), free_places=False), {}, []
    seats = seats_of(draft)
    closed = locked_groups(draft)
    families = families_by_id(seat.family_id for seat in seats)
    now_in = {seat.family_id: seat.group_number for seat in seats}
    locked = [seat.family_id for seat in seats if seat.locked or seat.group_number in closed]
    return records(families, free_places=False), now_in, locked


def _compute(
    work: Work,
    kept: list[dict[str, Any]],
    settings: DraftSettings,
    *,
    now_in: dict[int, int | None],
    locked: list[int],
    move_cost: float,
    met: list[tuple[int, int]],
) -> Grouping:
    from matcher.grouping import form_groups
    from matcher.profiles import Profiles

    more: dict[str, Any] = {}
    if now_in:
        more = {
            "current": {str(f): -1 if n is None else n for f, n in now_in.items()},
            "locked": [str(f) for f in locked if now_in[f] is not None],
            "move_cost": move_cost,
        }
    return form_groups(
        Profiles.from_records(kept),
        seconds=float(settings.seconds),
        progress=lambda share, _score: work.progress(share),
        stop=work.stopped,
        met=[(str(one), str(other)) for one, other in met],
        on=today(),  # in Denmark: a consent given after midnight counts where the server is behind
        **settings.for_matcher(),
        **more,
    )


def _proof_holds(
    kept: list[dict[str, Any]], grouping: Grouping, settings: DraftSettings, work: Work
) -> bool:
    """Answer whether an independent count finds nothing against a proof; warn if it does."""
    from matcher.verify_proof import check_proof

    how = settings.for_matcher()
    against = check_proof(
        kept,
        grouping,
        min_size=how["min_size"],
        max_size=how["max_size"],
        places=how["places"],
        waivers=how["rules"]["waivers"],
        hard=how["rules"]["hard"],
        on=today(),
    )
    if against:
        log.warning("proof_doubted", draft=work.request["draft"], faults=len(against))
    return not against


def _write(
    work: Work, grouping: Grouping, *, now_in: dict[int, int | None], doubted: bool = False
) -> None:
    draft = db.session.get(GroupDraft, work.request["draft"])
    if draft is None or draft.state is not DraftState.WORKING:
        return  # thrown away while we were working
    numbers = _numbers(grouping, now_in)
    if draft.job_id not in {None, work.job_id}:
        return  # taken up anew while we were thought to be gone
    groups: dict[int, int | None] = {int(key): None for key in grouping.unplaced}
    for group in grouping.groups:
        groups |= {int(key): numbers[group.label] for key in group.members}
    outcome = outcome_of(grouping, numbers=numbers, doubted=doubted)
    moved = [(f, now_in[f], n) for f, n in groups.items() if f in now_in and now_in[f] != n]
    if moved:  # nobody's own step: not to be undone one by one
        note_step(draft, moved, by_id=None, kind=ChangeKind.ADOPTED)
    store_proposal(draft, groups=groups, outcome=outcome.as_json())
    if "from_draft" in draft.settings:
        _on_the_same_scale(draft)


def _on_the_same_scale(copy: GroupDraft) -> None:
    """Give a recalculated draft its points by the lots of its origin; it claims to be no more."""
    origin = db.session.scalar(
        select(GroupDraft).where(GroupDraft.ref == copy.settings["from_draft"])
    )
    outcome = replace(outcome_kept(copy), proven=False)  # it had locks, and a price for moving
    if origin is not None and origin.outcome is not None:
        lottery = outcome_kept(origin).lottery
        desk = desk_of(copy, seats_of(copy), lottery=lottery)
        touched = {group.label for group in outcome.groups}
        outcome = desk.rescored(replace(outcome, lottery=lottery), touched=touched)
        outcome = replace(outcome, untouched=True)
    copy.outcome = Sealed.of(outcome.as_json(), scope=f"draft:{copy.ref}")
    db.session.flush()


def _numbers(grouping: Grouping, now_in: dict[int, int | None]) -> dict[int, int]:
    """Return each new group's number: that of the old group most of its members come from."""
    wanted = []
    for group in grouping.groups:
        came_from = Counter(now_in.get(int(key)) for key in group.members)
        wanted += [(-n, old, group.label) for old, n in came_from.items() if old is not None]
    numbers: dict[int, int] = {}
    for _n, old, label in sorted(wanted):
        if label not in numbers and old not in numbers.values():
            numbers[label] = old
    free = (n for n in range(len(grouping.groups) * 2 + 1) if n not in set(numbers.values()))
    for group in grouping.groups:
        if group.label not in numbers:
            numbers[group.label] = next(free)
    return numbers

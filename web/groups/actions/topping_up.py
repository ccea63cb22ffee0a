"""Inviting one more family into a group that is thin, until its second meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from data.audit import record
from data.clock import now
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.models import (
    Account,
    Answer,
    Family,
    GroupDraft,
    GroupMembership,
    NetworkGroup,
    Phase,
    RoleName,
)
from data.queries.access import not_found
from data.queries.groups import (
    families_in_open_pools,
    family_ids_of,
    held_meetings,
    memberships_of,
    pools_for,
    staff_group_by_ref,
)
from web.groups import letters
from web.groups.actions.invitations import LAST_MEETING_TO_JOIN
from web.groups.draft_settings import DraftSettings
from web.groups.topping import Fitting, fitting_families, may_join, settings_of
from web.groups.waiting import waiting_families

OPEN_TO_MORE = frozenset({Phase.INVITING, Phase.FORMED, Phase.FACILITATED})
DAYS_TO_ANSWER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Need:
    """How many are in or asked, how many said no, and whether the group is thin."""

    n_now: int
    n_no: int
    least: int
    thin: bool


def need_of(group: NetworkGroup, memberships: Iterable[GroupMembership]) -> Need | None:
    """Return whether the group can take more families and needs them; None when it is closed."""
    if group.phase not in OPEN_TO_MORE or held_meetings(group) >= LAST_MEETING_TO_JOIN:
        return None
    rows = list(memberships)
    n_now = sum(m.left_at is None and m.answer is not Answer.NO for m in rows)
    yes = sum(m.left_at is None and m.answer is Answer.YES for m in rows)
    late = group.phase is Phase.INVITING and now() > group.answer_by
    return Need(
        n_now=n_now,
        n_no=sum(m.answer is Answer.NO for m in rows),
        least=group.min_families,
        thin=(yes if late else n_now) < group.min_families,
    )


def who_fits(ref: str, *, by: Account) -> tuple[NetworkGroup, Fitting]:
    """Return the waiting families that `by` may see and that the group can take."""
    group = staff_group_by_ref(ref, by=by)
    rows = memberships_of(group)
    _must_take_more(group, rows)
    waiting = _reachable(group, rows, by=by)
    found = fitting_families(group, _inside(rows), waiting, _settings(group, by=by))
    return group, found


def note_look(group: NetworkGroup, families: Iterable[Family | int], *, by: Account) -> None:
    """Note in the trail whom staff saw when they looked for one more family."""
    record(
        "top_up_viewed",
        by=by,
        subject="group",
        subject_id=group.id,
        families=[f if isinstance(f, int) else f.id for f in families],
    )


def invite_one_more(
    ref: str, *, family_ref: str, by: Account, base_url: str
) -> tuple[NetworkGroup, Family]:
    """Ask one waiting family to join; every rule is asked anew, and nobody is asked by two."""
    group = staff_group_by_ref(ref, by=by, for_change=True)
    rows = memberships_of(group)
    _must_take_more(group, rows)
    family = next((f for f in _reachable(group, rows, by=by) if f.ref == family_ref), None)
    if family is None:
        raise Conflict(_("This family can no longer be asked. Choose another one."))
    if not may_join(group, _inside(rows), family, _settings(group, by=by)):
        raise Conflict(_("A fixed rule keeps this family out of the group."))
    refusal = Conflict(_("The family has just been asked by another group. Choose another one."))
    group.answer_by = max(group.answer_by, now() + DAYS_TO_ANSWER)
    group.told_too_few_at = None
    db.session.add(GroupMembership(group_id=group.id, family_id=family.id))
    try:
        db.session.flush()
    except IntegrityError:  # two groups in the same moment: the first one counts
        raise refusal from None
    letters.invite(family, group, base_url=base_url)
    record("group_topped_up", by=by, subject="group", subject_id=group.id, family=family.id)
    db.session.flush()
    return group, family


def _must_take_more(group: NetworkGroup, rows: Iterable[GroupMembership]) -> None:
    if need_of(group, rows) is None:
        raise Conflict(_("The group no longer takes new families."))


def _inside(rows: Iterable[GroupMembership]) -> list[int]:
    return [m.family_id for m in rows if m.left_at is None and m.answer is not Answer.NO]


def _settings(group: NetworkGroup, *, by: Account) -> DraftSettings:
    draft = db.session.get(GroupDraft, group.draft_id) if group.draft_id else None
    return settings_of(group, draft.settings if draft else None, code=by.municipality.code)


def _reachable(
    group: NetworkGroup, rows: Iterable[GroupMembership], *, by: Account
) -> list[Family]:
    """Return the waiting families that `by` may see: a facilitator those of the own pools.

    Whoever was asked by this group before is not asked again; one that another facilitator works
    with stays there.
    """
    if group.municipality_id != by.municipality_id:
        raise not_found()
    before = {m.family_id for m in rows}
    own = {family_id for pool in pools_for(by) for family_id in family_ids_of(pool)}
    waiting = [f for f in waiting_families(group.municipality_id) if f.id not in before]
    if not by.is_a(RoleName.COORDINATOR):
        return [family for family in waiting if family.id in own]
    draft = db.session.get(GroupDraft, group.draft_id) if group.draft_id else None
    busy = families_in_open_pools(group.municipality_id)
    if draft is not None:
        busy -= set(family_ids_of(draft.pool))
    return [family for family in waiting if family.id not in busy]

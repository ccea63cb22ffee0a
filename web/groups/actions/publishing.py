"""Publishing a draft: groups come to be, and their families are asked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from data.audit import record
from data.clock import COPENHAGEN, in_denmark, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
    DraftSeat,
    DraftState,
    Family,
    GroupDraft,
    GroupMembership,
    NetworkGroup,
    RoleName,
)
from data.queries.groups import draft_by_ref, seats_of
from web.groups import letters
from web.groups.actions.board import desk_of, outcome_kept
from web.groups.actions.drafts import must_be_ready
from web.groups.actions.history import what_changed
from web.groups.board_news import tell_changed
from web.groups.outcomes import Outcome, letter
from web.groups.waiting import families_in

DAYS_TO_ANSWER = 10


@dataclass(frozen=True, kw_only=True)
class ToPublish:
    """One group of a draft on its way to the families."""

    number: int
    name: str
    families: tuple[Family, ...]
    slot: str | None
    place: str | None


def groups_to_publish(draft: GroupDraft, *, names: dict[int, str]) -> list[ToPublish]:
    """Return what would be published, each group with its name or its letter."""
    outcome = outcome_kept(draft)
    seats = seats_of(draft)
    places = [group.place for group in outcome.groups]
    return [
        ToPublish(
            number=group.label,
            name=names.get(group.label)
            or _first_name(group.label, group.place if places.count(group.place) == 1 else None),
            families=tuple(s.family for s in seats if s.group_number == group.label),
            slot=group.slot,
            place=group.place if group.place != "online" else _("Online"),
        )
        for group in outcome.groups
    ]


def _first_name(number: int, place: str | None) -> str:
    """Return the name a group has until someone gives it another: its place, or its letter."""
    if place is None or place == "online":
        return _("Group %(letter)s", letter=letter(number))
    return place  # the pages say "Network group" before it


def submit(
    ref: str, *, version: int, names: dict[int, str], answer_by: date, by: Account, base_url: str
) -> GroupDraft:
    """Publish the groups, or ask the coordinator to where the municipality wants that."""
    draft = draft_by_ref(ref, by=by, for_change=True)
    coordinator = by.is_a(RoleName.COORDINATOR)
    if not (draft.state is DraftState.SUBMITTED and coordinator):
        must_be_ready(draft)
    _check(draft, version=version, answer_by=answer_by)
    if by.municipality.setting("coordinator_approves_groups") and not coordinator:
        draft.settings = {
            **draft.settings,
            "names": {str(number): name for number, name in names.items()},
            "answer_by": answer_by.isoformat(),
        }
        draft.state = DraftState.SUBMITTED
        record("draft_submitted", by=by, subject="draft", subject_id=draft.id)
        letters.ask_coordinators(by, draft_ref=draft.ref, base_url=base_url)
        db.session.flush()
        tell_changed(draft.ref, draft.version)
        return draft
    _publish(draft, names=names, answer_by=answer_by, by=by, base_url=base_url)
    return draft


def send_back(ref: str, *, by: Account) -> GroupDraft:
    """Let the facilitator work on a submitted draft again."""
    draft = draft_by_ref(ref, by=by, for_change=True)
    if draft.state is not DraftState.SUBMITTED:
        raise Conflict(_("The draft does not wait for approval."))
    draft.state = DraftState.READY
    record("draft_sent_back", by=by, subject="draft", subject_id=draft.id)
    db.session.flush()
    tell_changed(draft.ref, draft.version)
    return draft


def _publish(
    draft: GroupDraft, *, names: dict[int, str], answer_by: date, by: Account, base_url: str
) -> None:
    published = []
    for chosen in groups_to_publish(draft, names=names):
        group = NetworkGroup(
            municipality_id=draft.pool.municipality_id,
            name=chosen.name[:80],
            facilitator_id=draft.pool.facilitator_id or by.id,
            draft_id=draft.id,
            planned_meetings=by.municipality.setting("planned_meetings"),
            min_families=draft.settings["min_size"],
            slot=chosen.slot,
            place=chosen.place,
            answer_by=_end_of(answer_by),
        )
        db.session.add(group)
        db.session.flush()
        published.append(group.id)
        for family in chosen.families:
            db.session.add(GroupMembership(group_id=group.id, family_id=family.id))
        _flush_or_refuse()
        for family in chosen.families:
            letters.invite(family, group, base_url=base_url)
    draft.state = DraftState.PUBLISHED
    record("groups_published", by=by, subject="draft", subject_id=draft.id, groups=published)
    db.session.flush()
    tell_changed(draft.ref, draft.version)


def _flush_or_refuse() -> None:
    refusal = Conflict(_("A family has just been asked by another group. Look at the draft again."))
    try:
        db.session.flush()
    except IntegrityError:  # after which the session cannot even say in which language
        # Two drafts with the same family, published in the same moment: the first one counts.
        raise refusal from None


def _check(draft: GroupDraft, *, version: int, answer_by: date) -> None:
    if draft.version != version:
        raise Conflict(
            _(
                "The draft has changed since you looked: %(changes)s",
                changes=what_changed(draft, since=version),
            )
        )
    if not today() < answer_by <= today() + timedelta(days=60):
        raise Invalid(_("Choose a day within the next two months."), field="answer_by")
    outcome = outcome_kept(draft)
    if not outcome.groups:
        raise Conflict(_("There are no groups to publish."))
    # The scores were kept when the draft was formed; answers and exclusions may be newer.
    labels = {group.label for group in outcome.groups}
    if desk_of(draft, seats_of(draft)).rescored(outcome, touched=labels).n_broken:
        raise Conflict(_("A fixed rule is broken. Solve it at the board first."))
    gone = _no_longer_free(draft, outcome)
    if gone:
        raise Conflict(
            _(
                "%(names)s can no longer be put into a group. Take them out at the board first.",
                names=", ".join(gone),
            )
        )


def _no_longer_free(draft: GroupDraft, outcome: Outcome) -> list[str]:
    """Return who paused, took the consent back or was asked by another group meanwhile."""
    free = {family.id for family in families_in(draft.pool)}
    seated = {group.label for group in outcome.groups}
    return [seat.family.name for seat in _seated(draft, seated) if seat.family_id not in free]


def _seated(draft: GroupDraft, numbers: set[int]) -> list[DraftSeat]:
    return [seat for seat in seats_of(draft) if seat.group_number in numbers]


def _end_of(day: date) -> datetime:
    return in_denmark(day, time(23, 59))


def first_answer_day() -> date:
    """Return the day suggested for the last answer."""
    return (now() + timedelta(days=DAYS_TO_ANSWER)).astimezone(COPENHAGEN).date()

"""The turn to host: whose it is, swapped between families, over when the evening is."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chat import actions as chat
from chat.guard import MAY_CONFIRM, refused
from data.answers import answers_of
from data.clock import now
from data.db import db, new_ref
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    MEETS,
    Account,
    Family,
    HostSwap,
    HostTick,
    HostTurn,
    Meeting,
    MeetingState,
    NetworkGroup,
    SwapState,
)
from data.queries.access import not_found
from data.queries.groups import (
    group_by_id,
    meeting_of,
    members_of,
    other_members,
    own_family_of,
    own_group_of,
)
from data.queries.meetings import (
    agreement_of,
    evenings_hosted,
    hosted_and_over,
    hosted_meetings,
    meeting_by_id,
    open_poll_of,
    open_swaps_of,
    swap_of,
    ticks_of,
    turns_of,
)
from data.sealed import Sealed
from web.groups import letters
from web.groups.actions.meetings import (
    forget_host,
    forget_way,
    planned_meeting,
    tell,
)

TICKS = ("place", "way", "agenda", "coffee", "absent", "welcome")
_LOOK_BACK = timedelta(days=60)


class PlaceKind(StrEnum):
    HOME = "home"
    ELSEWHERE = "elsewhere"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a host will have the group."""

    kind: PlaceKind
    name: str = ""
    directions: str = ""


# The order


def order_of(group: NetworkGroup) -> list[Family]:
    """Return the families in turn: as written down, then the others, who hosted least first."""
    members = {family.id: family for family in members_of(group)}
    written = [turn.family_id for turn in turns_of(group) if turn.family_id in members]
    hosted = evenings_hosted(group, at=now())
    rest = sorted(
        (family for family in members.values() if family.id not in set(written)),
        key=lambda family: (len(hosted.get(family.id, ())), family.name, family.id),
    )
    return [members[family_id] for family_id in written] + rest


def next_host(group: NetworkGroup) -> Family | None:
    """Return the first in turn who does not host a planned meeting already."""
    busy = {meeting.host_family_id for meeting in hosted_meetings(group, at=now())}
    return next((family for family in order_of(group) if family.id not in busy), None)


def may_be_home(family: Family) -> bool:
    """Answer whether a home may be offered as the place; some families may not, and say no why."""
    return not family.protected_address and "no_home" not in (
        answers_of(family).get("place_limits") or ()
    )


def _written(group: NetworkGroup) -> dict[int, HostTurn]:
    """Write the order down as it is today, so that it can be changed by one at a time."""
    group_by_id(group.id, for_change=True)
    known = {turn.family_id: turn for turn in turns_of(group)}
    hosted = evenings_hosted(group, at=now())
    for position, family in enumerate(order_of(group)):
        turn = known.get(family.id)
        if turn is None:
            last = hosted.get(family.id, [None])[-1]  # its place here already counts these
            turn = HostTurn(group_id=group.id, family_id=family.id, hosted_id=last)
            db.session.add(turn)
            known[family.id] = turn
        turn.position = position
    db.session.flush()
    return known


def let_turns_end() -> list[int]:
    """Return the meetings with a host that are over; `end_turn` sees to each once."""
    return [m.id for m in hosted_and_over(now(), since=now() - _LOOK_BACK)]


def end_turn(meeting_id: int) -> None:
    """The role of host is over with the evening: the family goes to the end of the order.

    As long as nobody has swapped there is no order but who hosted least, and nothing to change.
    """
    meeting = db.session.get_one(Meeting, meeting_id)
    if meeting.host_family_id is None or meeting.ends_at > now() or not turns_of(meeting.group):
        return
    turns = _written(meeting.group)
    turn = turns.get(meeting.host_family_id)
    if turn is None or turn.hosted_id == meeting.id or _hosted_later(turn, meeting):
        return
    turn.position = 1 + max(other.position for other in turns.values())
    turn.hosted_id = meeting.id
    db.session.flush()


def _hosted_later(turn: HostTurn, meeting: Meeting) -> bool:
    later = db.session.get(Meeting, turn.hosted_id) if turn.hosted_id else None
    return later is not None and later.ends_at >= meeting.ends_at


# Swapping


def ask_to_swap(*, to_ref: str | None, by: Account, base_url: str) -> HostSwap:
    """Ask one family to take one's turn, or (None) everyone: the first who can takes it."""
    group = own_group_of(by, among=MEETS, for_change=True)  # both adults may ask at once
    own = by.family_id
    if any(swap.from_family_id == own for swap in open_swaps_of(group)):
        raise Conflict(_("You have already asked. Take that question back first."))
    other = None
    if to_ref is not None:
        other = next((f for f in members_of(group) if f.ref == to_ref and f.id != own), None)
        if other is None:
            raise not_found()
    swap = HostSwap(group_id=group.id, from_family_id=own, to_family_id=other.id if other else None)
    db.session.add(swap)
    db.session.flush()
    asked = [other] if other else other_members(group, by)
    letters.ask_to_swap(asked, base_url=base_url)
    return swap


def answer_swap(ref: str, *, yes: bool, by: Account, base_url: str) -> NetworkGroup:
    """Take the other family's turn and give one's own, or say no thanks."""
    group = own_group_of(by, among=MEETS, for_change=True)
    swap = swap_of(group, ref)
    if swap.from_family_id == by.family_id:
        raise not_found()
    if swap.state is not SwapState.OPEN:
        raise Conflict(_("Someone else has taken the turn, or the question was taken back."))
    if swap.to_family_id not in (None, by.family_id):
        raise not_found()
    if not yes and swap.to_family_id is None:
        raise not_found()  # a turn offered to everyone is not declined, only left
    swap.state, swap.answered_at = (SwapState.TAKEN if yes else SwapState.DECLINED), now()
    if yes:
        swap.to_family_id = by.family_id
        _exchange(group, swap.from_family_id, own_family_of(by))
    db.session.flush()
    letters.tell_swap(swap.from_family, taken=yes, base_url=base_url)
    return group


def take_swap_back(ref: str, *, by: Account) -> None:
    """Keep one's turn after all."""
    group = own_group_of(by, among=MEETS, for_change=True)
    swap = swap_of(group, ref)
    if swap.from_family_id != by.family_id:
        raise not_found()
    if swap.state is not SwapState.OPEN:
        raise Conflict(_("Someone else has taken the turn, or the question was taken back."))
    swap.state, swap.answered_at = SwapState.WITHDRAWN, now()
    db.session.flush()


def _exchange(group: NetworkGroup, first: int, second: int) -> None:
    """Let two families change places, also as hosts of what is planned."""
    turns = _written(group)
    a, b = turns[first], turns[second]
    a.position, b.position = b.position, a.position
    other = {first: second, second: first}
    for meeting in hosted_meetings(group, at=now()):
        if meeting.host_family_id in other:
            meeting.host_family_id = other[meeting.host_family_id]
            _forget_place(meeting, group)
            db.session.flush()
            db.session.refresh(meeting, ["host"])
            if group.room is not None and meeting.host is not None:
                chat.post_notice(
                    group.room, code="host_changed", number=meeting.number, name=meeting.host.name
                )


def _forget_place(meeting: Meeting, group: NetworkGroup) -> None:
    """The earlier host's home is not the place any more; the new host says where."""
    meeting.place = group.place or ""
    forget_host(meeting)


def forget_family(group: NetworkGroup, *, family_id: int) -> None:
    """Take a family that leaves out of the order, its questions, and what is being answered."""
    turn = next((turn for turn in turns_of(group) if turn.family_id == family_id), None)
    if turn is not None:
        db.session.delete(turn)
    for swap in open_swaps_of(group):
        if family_id in (swap.from_family_id, swap.to_family_id):
            db.session.delete(swap)
    for meeting in hosted_meetings(group, at=now()):
        if meeting.host_family_id == family_id:
            _forget_place(meeting, group)
            meeting.host_family_id = None
    poll = open_poll_of(group)
    for day in poll.dates if poll else ():
        for said in day.answers:
            if said.family_id == family_id:
                db.session.delete(said)
    agreement = agreement_of(group)
    for signature in agreement.signatures if agreement else ():
        if signature.family_id == family_id:
            db.session.delete(signature)
    db.session.flush()


# What the host does


def hosted_by(family_id: int | None, meeting: Meeting) -> bool:
    """Answer whether the family is this meeting's host now: until the evening is over."""
    return (
        family_id is not None
        and meeting.host_family_id == family_id
        and meeting.state is MeetingState.PLANNED
        and meeting.ends_at > now()
    )


def _as_host(ref: str, by: Account) -> tuple[NetworkGroup, Meeting]:
    group = own_group_of(by, among=MEETS)
    meeting = meeting_of(group, ref)
    if meeting.host_family_id != by.family_id:
        raise not_found()
    meeting = meeting_by_id(meeting.id)  # both adults may be at it: one at a time
    planned_meeting(group, ref)
    if meeting.ends_at <= now():
        raise Conflict(_("The meeting is over."))
    return group, meeting


def choose_place(ref: str, place: Place, *, by: Account, base_url: str) -> Meeting:
    """Say where one will have the group. How to find it goes to those who come, not in a mail."""
    group, meeting = _as_host(ref, by)
    said = _in_words(place, by)
    for field, text in (("name", said), ("directions", place.directions)):
        if refused(text, confirmed=MAY_CONFIRM):
            raise Invalid(_("This looks like a CPR number or a case number."), field=field)
    moved = meeting.place != said
    meeting.place = said
    _write_way(meeting, place.directions.strip())
    db.session.flush()
    if moved:
        tell(group, "meeting_place", meeting)
        letters.tell_meeting(other_members(group, by), ref=meeting.ref, base_url=base_url)
    return meeting


def _write_way(meeting: Meeting, text: str) -> None:
    """Keep the words under a key of their own, so that what they replace can be forgotten."""
    known = meeting.directions.text if meeting.directions else None
    if text != (known or ""):
        forget_way(meeting)
        if text:
            meeting.directions = Sealed(text, scope=f"meeting:{meeting.ref}:way:{new_ref()}")


def _in_words(place: Place, by: Account) -> str:
    family = by.family
    if place.kind is PlaceKind.ONLINE:
        return _("Online")
    if place.kind is PlaceKind.HOME:
        if family is None or not may_be_home(family):
            raise Invalid(_("Choose another place than your home."), field="kind")
        return _("At the %(name)s family’s", name=family.name)
    if not place.name.strip():
        raise Invalid(_("Say where you meet."), field="name")
    return place.name.strip()[:200]


def tick(ref: str, codes: set[str], *, by: Account) -> Meeting:
    """Note what the host has thought of; what is not mentioned is not ticked."""
    _group, meeting = _as_host(ref, by)
    wanted, known = codes & set(TICKS), ticks_of(meeting)
    for code in known - wanted:
        db.session.delete(db.session.get_one(HostTick, (meeting.id, code)))
    for code in wanted - known:
        db.session.merge(HostTick(meeting_id=meeting.id, code=code))
    db.session.flush()
    return meeting

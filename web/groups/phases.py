"""The phases of a group's life with their days, and who may see what in each of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from data.clock import COPENHAGEN
from data.models import ITS_OWN, MeetingState, NetworkGroup, Phase
from data.queries.group_life import first_held_at, life_of
from data.queries.groups import held_meetings
from web.shared.dates import day_by

_PLACE = {
    Phase.INVITING: 0,
    Phase.FORMED: 0,
    Phase.FACILITATED: 1,
    Phase.HANDING_OVER: 2,
    Phase.SELF_RUNNING: 3,
    Phase.RESTING: 4,
    Phase.ENDED: 5,
}


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Who sees one thing, in each phase."""

    what: str
    who: list[str]


@dataclass(frozen=True, kw_only=True)
class Sights:
    """The table "who may see what": its columns, which of them is now, and its lines."""

    columns: list[str]
    now: int
    lines: list[Sight]


def phase_steps(group: NetworkGroup) -> list[dict[str, Any]]:
    """Return the steps of a group's life for `parts.phase`, with the days that are known."""
    place = _PLACE[group.phase]
    held = held_meetings(group)
    steps = [
        _step(_("Formed"), 0, place, _day(group.opened_at)),
        _led_step(group, place, held),
    ]
    if group.handed_over_at is None or group.handover_proposed_at is not None:
        asked = _day(group.handover_proposed_at)
        note = _("Asked %(day)s", day=asked) if asked and place >= 2 else ""
        steps.append(_step(_("You decide"), 2, place, note))
    if group.phase is not Phase.ENDED or group.handed_over_at is not None:
        own = _day(group.handed_over_at)
        note = _("From %(day)s", day=own) if own else ""
        steps.append(_step(_("You run it yourselves"), 3, place, note))
    if group.phase is Phase.RESTING:
        steps.append(_step(_("Rests"), 4, place, _rest_note(group)))
    if group.phase is Phase.ENDED:
        steps.append(_step(_("Ended"), 5, place, _day(group.ended_at)))
    return steps


def phase_text(group: NetworkGroup) -> str:
    """Return the phase in a few words, for staff."""
    if group.phase is Phase.FACILITATED:
        held = sum(meeting.state is MeetingState.HELD for meeting in group.meetings)
        return str(
            _("%(held)s of %(planned)s meetings held", held=held, planned=group.planned_meetings)
        )
    names: dict[Phase, str] = {
        Phase.INVITING: _("The families are answering"),
        Phase.FORMED: _("Formed, no meeting held yet"),
        Phase.HANDING_OVER: _("The families decide about the hand-over"),
        Phase.SELF_RUNNING: _("Runs by itself"),
        Phase.RESTING: _("Rests"),
        Phase.ENDED: _("Ended"),
    }
    return names[group.phase]


def sights(group: NetworkGroup, *, guest_in: bool = False) -> Sights:
    """Return who may see what, now and in the other phases: the same words to everyone."""
    who = group.facilitator.name if group.facilitator else _("the facilitator")
    led, own, guest, over = (
        _("With a facilitator"),
        _("When you run it yourselves"),
        _("While a guest is in"),
        _("When the group has ended"),
    )
    now = 3 if group.phase is Phase.ENDED else 2 if guest_in else 1 if group.phase in ITS_OWN else 0
    nobody, you = _("Nobody"), _("Only you")
    return Sights(
        columns=[led, own, guest, over],
        now=now,
        lines=[
            Sight(
                what=_("What you write"),
                who=[
                    _("You and %(name)s", name=who),
                    you,
                    _("You and the guest, from the day they come"),
                    _("You, for three months. Then it is erased"),
                ],
            ),
            Sight(
                what=_("When you meet"),
                who=[
                    _("You, %(name)s and the coordinator", name=who),
                    _("You. The coordinator sees how many times a year"),
                    _("You and the guest"),
                    _("The coordinator sees how many times you met"),
                ],
            ),
            Sight(
                what=_("Who comes"),
                who=[_("You, %(name)s and the coordinator", name=who), you, you, nobody],
            ),
            Sight(
                what=_("How much is written"),
                who=[
                    _("%(name)s and the coordinator, as counts", name=who),
                    nobody,
                    nobody,
                    nobody,
                ],
            ),
            Sight(
                what=_("How you say it goes"),
                who=[
                    _("You. A week later %(name)s, as an average", name=who),
                    you,
                    you,
                    nobody,
                ],
            ),
        ],
    )


def _led_step(group: NetworkGroup, place: int, held: int) -> dict[str, Any]:
    step = _step(_("Facilitated meetings"), 1, place, "")
    if place in {1, 2}:
        step |= {"done": min(held, group.planned_meetings), "total": group.planned_meetings}
    elif place > 2:
        step["note"] = ngettext("%(num)s meeting", "%(num)s meetings", held)
    first = _day(first_held_at(group)) if place in {1, 2} else ""
    if first:
        step["note"] = _("Since %(day)s", day=first)
    return step


def _step(name: str, own: int, place: int, note: str) -> dict[str, Any]:
    state = "done" if place > own else "now" if place == own else "next"
    return {"name": name, "state": state, "note": note}


def _rest_note(group: NetworkGroup) -> str:
    until = life_of(group).resting_until
    return _("Until %(day)s", day=_said(until)) if until else ""


def _day(moment: datetime | None) -> str:
    return _said(moment.astimezone(COPENHAGEN).date()) if moment else ""


def _said(day: date) -> str:
    return day_by(day, "d. MMMM")

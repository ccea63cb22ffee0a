"""Where a group could meet, and a turn of places for a year, told in fives and naming nobody.

Drives of protected addresses are unknown to the matcher, and have no part in any number here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from data.clock import today
from data.matching import profiles
from data.models import Family, NetworkGroup
from matcher.grouping.words import in_fives
from web.groups.draft_settings import DraftSettings

if TYPE_CHECKING:
    from matcher.grouping.result import Group
    from matcher.grouping.travelling import PlaceOption, Turn
    from web.groups.desk import Desk

MEETINGS = 6  # a year, every other month
MOST_PLACES = 6
LEAST_KNOWN = 3  # drives: those of one family to several places together show where it lives


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """One place that all can reach."""

    name: str
    longest: int | None  # None where too few drives are known
    mean: int | None
    used: bool


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places, how many more there are, and a turn that saves someone a drive.

    `why` says why there is no place.
    """

    lines: tuple[PlaceLine, ...]
    n_more: int
    turn: tuple[str, ...]
    saves: str
    n_unknown: int
    too_few: bool  # drives known: none is told
    why: str


def places_of(desk: Desk, group: Group) -> Places:
    """Return where a group of a draft could meet."""
    return _told(
        desk.places(group.label),
        desk.turn(group.label, meetings=MEETINGS),
        used=group.place,
        n=len(group.members),
        online=group.online,
    )


def places_of_group(
    group: NetworkGroup, families: Sequence[Family], settings: DraftSettings
) -> Places:
    """Return where a group that is led could meet, by its families' answers of today."""
    from matcher.grouping.moves import Board
    from matcher.grouping.travelling import fair_turn, place_options

    board = Board(
        profiles(families, free_places=False),
        [0] * len(families),
        scale=0.0,
        on=today(),
        **settings.for_matcher(),
    )
    return _told(
        place_options(board, 0) if board.members else [],
        fair_turn(board, 0, meetings=MEETINGS) if board.members else None,
        used=group.place,
        n=len(board.pool),
        online=(group.place or "").lower() == "online",
    )


def _told(
    options: Sequence[PlaceOption], turn: Turn | None, *, used: str | None, n: int, online: bool
) -> Places:
    known = {key for option in options for key in option.minutes}
    too_few = len(known) < LEAST_KNOWN
    if too_few:
        options = sorted(options, key=lambda option: option.name)
    here = [option for option in options if option.name == used]
    shown = [*here, *(option for option in options if option not in here)][:MOST_PLACES]
    why = "" if options else _("There is no place that all can reach and would go to.")
    saves = _saves(turn, options) if turn and not too_few else ""
    return Places(
        lines=tuple(_line(option, used=option in here, told=not too_few) for option in shown),
        n_more=len(options) - len(shown),
        turn=tuple(place.name for place in turn.places) if turn and saves else (),
        saves=saves,
        n_unknown=n - len(known) if options else 0,
        too_few=bool(options) and too_few,
        why=_("The group meets online.") if online and not options else why,
    )


def _line(option: PlaceOption, *, used: bool, told: bool) -> PlaceLine:
    return PlaceLine(
        name=option.name,
        longest=in_fives(option.longest) if told else None,
        mean=in_fives(option.mean) if told else None,
        used=used,
    )


def told_drives(minutes: Mapping[str, int]) -> dict[str, int]:
    """Return drives as they are told, in fives: sums of these say no more than they do alone."""
    return {key: in_fives(drive) for key, drive in minutes.items()}


def _saves(turn: Turn, options: Sequence[PlaceOption]) -> str:
    """Return what taking turns saves whoever drives most, "" if nothing."""
    n = len(turn.places)
    fixed = min(n * max(told_drives(option.minutes).values(), default=0) for option in options)
    most = max(_summed(turn.places).values(), default=0)
    if most >= fixed:
        return ""
    return ngettext(
        "Whoever drives most then drives about %(most)s min. one way in all over %(num)s meeting."
        " With one fixed place it would be about %(fixed)s.",
        "Whoever drives most then drives about %(most)s min. one way in all over %(num)s meetings."
        " With one fixed place it would be about %(fixed)s.",
        n,
        most=most,
        fixed=fixed,
    )


def _summed(places: Iterable[PlaceOption]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for place in places:
        for key, drive in told_drives(place.minutes).items():
            sums[key] = sums.get(key, 0) + drive
    return sums

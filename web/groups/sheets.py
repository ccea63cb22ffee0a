"""A draft on paper and as a file: who sits where, and why; never where anyone lives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from data.models import Account, GroupDraft
from web.groups.boards import Board, CardOnBoard, Column, board_of


@dataclass(frozen=True, kw_only=True)
class Line:
    """One family of the draft."""

    column: Column | None
    spot: CardOnBoard
    why: str


def lines(draft: GroupDraft, *, by: Account) -> tuple[Board, list[Line]]:
    """Return the families group by group, then those without a group."""
    board = board_of(draft, chosen_ref=None, by=by)
    found = [
        Line(column=column, spot=spot, why="") for column in board.columns for spot in column.cards
    ]
    found += [Line(column=None, spot=spot, why=why) for spot, why in board.tray or ()]
    return board, found


def header() -> list[str]:
    """Return the heading of the table."""
    return [
        _("Group"),
        _("Family"),
        _("Municipality"),
        _("Type"),
        _("Children"),
        _("Themes now"),
        _("Fits, of 100"),
        _("Locked"),
        _("Place"),
        _("Meeting time"),
        _("Remarks"),
    ]


def rows(found: list[Line]) -> Iterator[list[Any]]:
    """Yield one row for each family."""
    for line in found:
        card, column = line.spot.card, line.column
        yield [
            column.letter if column else "",
            card.name,
            card.municipality,
            card.kind,
            card.ages,
            ", ".join(card.themes),
            line.spot.fit,
            _("yes") if line.spot.locked else "",
            column.where if column else "",
            column.when if column else "",
            "; ".join((*column.broken, *column.remarks)) if column else line.why,
        ]


def as_json(draft: GroupDraft, board: Board) -> dict[str, Any]:
    """Return the draft for another system: groups with families, and who stands without."""
    return {
        "draft": draft.name,
        "version": draft.version,
        "score": board.outcome.score,
        "groups": [
            {
                "letter": column.letter,
                "score": column.score,
                "place": column.where,
                "time": column.when,
                "criteria": {name: value for name, value, _lottery in column.bars},
                "broken_rules": list(column.broken),
                "remarks": list(column.remarks),
                "locked": column.locked,
                "families": [_family(spot) for spot in column.cards],
            }
            for column in board.columns
        ],
        "without_a_group": [{**_family(spot), "why": why} for spot, why in board.tray or ()],
    }


def _family(spot: CardOnBoard) -> dict[str, Any]:
    card = spot.card
    return {
        "name": card.name,
        "municipality": card.municipality,
        "type": card.kind,
        "children": card.ages,
        "themes": list(card.themes),
        "fit": spot.fit,
        "locked": spot.locked,
    }

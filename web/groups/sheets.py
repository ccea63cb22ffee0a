"""A draft on paper and as a file: who sits where, and why; never where anyone lives."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from data.models import GroupDraft
from web.groups.boards import Board, CardOnBoard


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


def rows(board: Board) -> Iterator[list[Any]]:
    """Yield one row for each family, group by group, then those without a group."""
    for column in board.columns:
        said = "; ".join((*column.broken, *column.remarks))
        for spot in column.cards:
            yield [column.letter, *_cells(spot), column.where, column.when, said]
    for spot, why in board.tray or ():
        yield ["", *_cells(spot), "", "", why]


def _cells(spot: CardOnBoard) -> list[Any]:
    card = spot.card
    return [
        card.name,
        card.municipality,
        card.kind,
        card.ages,
        ", ".join(card.themes),
        spot.fit,
        _("yes") if spot.locked else "",
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

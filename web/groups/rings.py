"""Changes of seats in a ring, as the board offers them: who goes where, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from data.models import GroupDraft
from data.queries.desk import seat_rows
from web.groups.actions.board import desk_of
from web.groups.outcomes import letter


@dataclass(frozen=True, kw_only=True)
class Step:
    """One family of a ring."""

    ref: str
    name: str
    here: int
    there: int

    @property
    def text(self) -> str:
        """Return "Nygaard: D → E"."""
        return f"{self.name}: {letter(self.here)} → {letter(self.there)}"


@dataclass(frozen=True, kw_only=True)
class Ring:
    """One ring with its consequence."""

    steps: Sequence[Step]
    changes: str
    total: str

    @property
    def families(self) -> str:
        """Return the families in order, as the form sends them back."""
        return ",".join(step.ref for step in self.steps)

    @property
    def groups(self) -> str:
        """Return where they were seen, in the same order."""
        return ",".join(str(step.here) for step in self.steps)


def rings_of(draft: GroupDraft) -> list[Ring]:
    """Return the rings that make a draft better and no group in it worse."""
    seats = {seat.family_id: seat for seat in seat_rows(draft)}
    rings = []
    for said in desk_of(draft, list(seats.values())).rings():
        turn = [seats[int(key)] for key in said.families]
        following = [*turn[1:], turn[0]]
        steps = [
            Step(
                ref=seat.ref,
                name=seat.name,
                here=seat.group_number or 0,
                there=after.group_number or 0,
            )
            for seat, after in zip(turn, following, strict=True)
        ]
        groups = sorted(said.changes, key=lambda change: change.label)
        rings.append(
            Ring(
                steps=steps,
                changes=" · ".join(f"{letter(c.label)}: {c.old} → {c.new}" for c in groups),
                total=_("In all: %(before)s → %(after)s", before=said.old, after=said.new),
            )
        )
    return rings

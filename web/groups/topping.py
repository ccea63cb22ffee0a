"""Who of the waiting families would fit a group that is thin: with the rule, the points and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale
from flask_babel import gettext as _

from data.answers import answers_of
from data.clock import today
from data.matching import families_by_id, profiles
from data.models import Family, NetworkGroup
from web.groups.cards import Card, card_of, slot_text, theme_word
from web.groups.draft_settings import DraftSettings, pairs_met, town_places

if TYPE_CHECKING:
    from matcher.grouping.moves import Board, Consequence

MOST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A waiting family that every rule lets into the group."""

    card: Card
    fit: int
    before: int
    after: int
    why: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def change(self) -> int:
        """Return what the group wins or loses."""
        return self.after - self.before


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """The best candidates, how many more there are, and what keeps the others out."""

    best: tuple[Candidate, ...]
    n_more: int
    kept_out: tuple[tuple[str, int], ...]  # (rule in words, families)


def fitting_families(
    group: NetworkGroup,
    members: Sequence[int],
    waiting: Sequence[Family],
    settings: DraftSettings,
) -> Fitting:
    """Return who could be invited, those the group wins most by first."""
    if not waiting:
        return Fitting(best=(), n_more=0, kept_out=())
    families = families_by_id({*members, *(family.id for family in waiting)})
    board, place = _laid_out(families, members, settings)
    inside = [family for family in families if family.id in set(members)]
    found, out = [], Counter[str]()
    for family in waiting:
        consequence, rule = _asked(board, place[family.id], family, group)
        if rule:
            out[rule] += 1
        else:
            found.append(_candidate(board, place[family.id], family, consequence, group, inside))
    found.sort(key=lambda c: (-c.change, -c.fit, c.card.name))
    return Fitting(
        best=tuple(found[:MOST_SHOWN]),
        n_more=max(0, len(found) - MOST_SHOWN),
        kept_out=tuple(out.most_common()),
    )


def may_join(
    group: NetworkGroup, members: Sequence[int], family: Family, settings: DraftSettings
) -> bool:
    """Answer whether every hard rule lets one family into the group."""
    board, place = _laid_out(families_by_id({*members, family.id}), members, settings)
    _consequence, rule = _asked(board, place[family.id], family, group)
    return not rule


def settings_of(group: NetworkGroup, kept: dict[str, Any] | None, *, code: str) -> DraftSettings:
    """Return the wishes the group was formed with, and its own place as the only one.

    A group that came about in another way has the towns of its municipality (`code`).
    """
    settings = DraftSettings.from_json(kept) if kept else DraftSettings()
    own = tuple(place for place in settings.places if place[0] == group.place)
    return replace(settings, places=own or settings.places or tuple(town_places(code)))


def _laid_out(
    families: Sequence[Family], members: Sequence[int], settings: DraftSettings
) -> tuple[Board, dict[int, int]]:
    from matcher.grouping.moves import Board

    inside = set(members)
    labels = [0 if family.id in inside else -1 for family in families]
    met = pairs_met(settings, [family.id for family in families])
    board = Board(
        profiles(families, free_places=False),
        labels,
        met=[(str(one), str(other)) for one, other in met],
        on=today(),
        **settings.for_matcher(),
    )
    return board, {family.id: i for i, family in enumerate(families)}


def _asked(
    board: Board, index: int, family: Family, group: NetworkGroup
) -> tuple[Consequence, str]:
    """Return what joining would do, and the rule that forbids it in few words."""
    consequence = board.move(index, 0)
    if group.slot and group.slot not in answers_of(family).get("availability", ()):
        return consequence, _("cannot meet %(time)s", time=slot_text(group.slot))
    if consequence.allowed and _can_come(board, index, group):
        return consequence, ""
    if consequence.allowed:
        return consequence, _RULES["travel"]()
    rule = consequence.forbidden[0].rule if consequence.forbidden else "answers"
    return consequence, _RULES.get(rule, lambda: _("another fixed rule"))()


def _can_come(board: Board, index: int, group: NetworkGroup) -> bool:
    """Answer whether the family reaches a place that the others reach too: the group has one."""
    if (group.place or "").lower() == "online":
        return True
    everyone = [*board.members[0], board.position[index]] if board.members else []
    return bool(everyone) and bool(board.pool.reach[everyone, :-1].all(axis=0).any())


# Whom a family must not meet is not told apart from the other rules: it is the coordinator's alone.
_RULES = {
    "travel": lambda: _("lives too far away"),
    "availability": lambda: _("no meeting time that all can"),
    "size_high": lambda: _("the group is full"),
    "meeting_form": lambda: _("meets in another way"),
    "language": lambda: _("speaks another language"),
    "answers": lambda: _("lacks an answer"),
}


def _candidate(
    board: Board,
    index: int,
    family: Family,
    consequence: Consequence,
    group: NetworkGroup,
    members: Sequence[Family],
) -> Candidate:
    import numpy as np

    own = board.position[index]
    together = np.sort(np.append(board.members[0], own)) if board.members else np.array([own])
    change = next(c for c in consequence.changes if c.label == 0)
    locale = str(get_locale())
    names = {str(f.id): f.name for f in (*members, family)}
    solved = [remark.words(locale, names) for remark in consequence.solved]
    why = [*in_common(family, members)]
    if group.slot:
        why.append(_("can meet %(time)s", time=slot_text(group.slot)))
    why += [_("solves: %(what)s", what=text) for text in solved]
    return Candidate(
        card=card_of(family),
        fit=round(board.scale.of_member(board.problem, own, together)),
        before=change.old,
        after=change.new,
        why=tuple(why),
        notes=tuple(remark.words(locale, names) for remark in consequence.remarks),
    )


def in_common(family: Family, members: Sequence[Family]) -> list[str]:
    """Return what the family has in common with several of the group, in words."""
    own = answers_of(family)
    others = [answers_of(member) for member in members]
    said = []
    themes = Counter(
        code
        for a in others
        for code in a.get("themes_now", ())
        if code in own.get("themes_now", ())
    )
    named = [theme_word(code) for code, n in themes.most_common(2) if n]
    if named:
        said.append(_("shares %(themes)s", themes=", ".join(named)))
    bands = set(own.get("children_age_bands", ()))
    n_bands = sum(bool(bands & set(a.get("children_age_bands", ()))) for a in others)
    if n_bands:
        said.append(_("children of the same age as %(n)s of %(all)s", n=n_bands, all=len(others)))
    return said

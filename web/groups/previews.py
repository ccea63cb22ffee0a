"""What can be said of a pool before groups are formed: how many, and who will be hard to seat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from data.answers import answers_of
from data.clock import today
from data.matching import profiles
from data.models import Family, GroupDraft
from data.queries.desk import seat_rows
from web.groups.actions.board import outcome_kept
from web.groups.draft_settings import DraftSettings
from web.groups.outcomes import told
from web.groups.waiting import families_in, is_experienced

if TYPE_CHECKING:
    from matcher.grouping.foresight import Foresight


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Sizes in words, how many are experienced, and the families that no group can take."""

    groups: str
    n_experienced: int
    n_kinship: int
    n_protected: int
    trouble: tuple[tuple[str, str], ...]  # (family name, why and what would help)
    findings: tuple[str, ...]  # what keeps several from a group, each with its remedy
    possible: bool  # whether any group at all can be formed


def preview(families: Sequence[Family], settings: DraftSettings) -> Preview:
    """Look at a pool with these settings, without forming anything."""
    answers = [answers_of(family) for family in families]
    found, locale = _foresight(families, settings), str(get_locale())
    names = {str(family.id): family.name for family in families}
    return Preview(
        groups=_sizes(len(families) - len(found.alone), settings),
        n_experienced=sum(is_experienced(a) for a in answers),
        n_kinship=sum(a.get("family_type") == "kinship" for a in answers),
        n_protected=sum(family.protected_address for family in families),
        trouble=tuple((names[key], left.words(locale, names)) for key, left in found.alone.items()),
        findings=tuple(found.words(locale, names)),
        possible=found.possible,
    )


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """Why a run formed no group: the conflict of the pool, and each rule with whom it hits."""

    findings: tuple[str, ...]
    rules: tuple[tuple[str, list[str]], ...]  # (in words, families)


def blocked(draft: GroupDraft) -> Blocked:
    """Return what stands in the way of a draft without groups, the rule that hits most first."""
    seats, locale = seat_rows(draft), str(get_locale())
    outcome = told(outcome_kept(draft), seats)
    names = {str(seat.family_id): seat.name for seat in seats}
    found: dict[str, tuple[str, list[str]]] = {}
    for key, left in outcome.unplaced.items():
        found.setdefault(left.rule, (left.words(locale, names), []))[1].append(names.get(key, ""))
    ahead = _foresight(families_in(draft.pool), DraftSettings.from_json(draft.settings))
    return Blocked(
        findings=tuple(ahead.words(locale, names)),
        rules=tuple(
            (said, sorted(hit))
            for said, hit in sorted(found.values(), key=lambda rule: -len(rule[1]))
        ),
    )


def criteria_texts() -> dict[str, dict[str, str]]:
    """Return each criterion's name, what its choices are called and what it does."""
    alike, ignore, mixed = _("alike"), _("ignore"), _("mixed")
    usual = {"alike": alike, "ignore": ignore, "mixed": mixed}
    return {
        "children_age_bands": usual
        | {
            "name": _("The children’s ages"),
            "help": _("Families with children of the same age sit together."),
        },
        "themes_now": usual
        | {
            "name": _("Themes now"),
            "help": _("Families that stand in the same things sit together."),
        },
        "max_travel_minutes": usual
        | {
            "name": _("The drive"),
            "alike": _("short"),
            "help": _("Nobody ever drives longer than they said; this is about shorter still."),
        },
        "foster_since": usual
        | {
            "name": _("Experience"),
            "help": _("New and experienced together, so that there is always someone to ask."),
        },
        "availability": usual
        | {
            "name": _("Meeting times"),
            "alike": _("several shared"),
            "help": _("One shared time is a fixed rule; this is about having more to choose from."),
        },
        "family_type": usual
        | {
            "name": _("Type of foster family"),
            "help": _("General, enhanced, specialised, kinship."),
        },
    }


def _sizes(n: int, settings: DraftSettings) -> str:
    """Return "34 familier giver 5 grupper på 6–7" for those that can be seated."""
    fewest, most = -(-n // settings.max_size), n // settings.min_size
    if most < 1 or fewest > most:
        return str(_("%(n)s families cannot be split into groups of these sizes.", n=n))
    groups = min(max(round(n / settings.target_size), fewest), most)
    low, high = n // groups, -(-n // groups)
    sizes = str(low) if low == high else f"{low}–{high}"
    return str(
        ngettext(
            "%(families)s families make one group of %(sizes)s.",
            "%(families)s families make %(num)s groups of %(sizes)s.",
            groups,
            families=n,
            sizes=sizes,
        )
    )


def _foresight(families: Sequence[Family], settings: DraftSettings) -> Foresight:
    # The matcher brings numpy along, which is slow to import; most pages never need it.
    from matcher.grouping import before_forming

    return before_forming(
        profiles(families, free_places=False), on=today(), **settings.for_matcher()
    )

"""Who waits for a group, and which of them a coordinator's wishes for a pool pick out."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from data.answers import answers_of, has_consent
from data.clock import COPENHAGEN, today
from data.matching import families_by_id, families_of
from data.models import ConsentKind, Family, FamilyStatus, Pool
from data.queries.groups import (
    families_asked_or_in_a_group,
    families_in_open_pools,
    family_ids_of,
)
from data.queries.reshaping import active_family_ids
from matcher.geography import minutes_between

EXPERIENCED_YEARS = 5


@dataclass(frozen=True, kw_only=True)
class PoolWish:
    """What a coordinator looks for; an empty wish takes everyone who waits."""

    support_levels: tuple[str, ...] = ()  # the target group
    others_too: bool = True
    municipalities: tuple[str, ...] = ()
    postcode: str | None = None
    minutes: int | None = None
    themes: tuple[str, ...] = ()
    age_bands: tuple[str, ...] = ()
    waiting_since: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the wish as it is kept with the pool."""
        kept = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        if self.waiting_since:
            kept["waiting_since"] = self.waiting_since.isoformat()
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "PoolWish":
        """Read what `as_json` wrote; a pool that was made in another way has no wish."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        known = {k: tuple(v) if isinstance(v, list) else v for k, v in known.items()}
        if since := known.get("waiting_since"):
            known["waiting_since"] = date.fromisoformat(since)
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class Picked:
    """The families a wish picks out, and what a coordinator should know before releasing them."""

    families: tuple[Family, ...]
    n_target: int
    n_experienced: int
    n_without_times: int
    n_busy: int  # they wait, but another facilitator already works with them


def waiting_families(municipality_id: int) -> list[Family]:
    """Return the families that want a group, may be asked and have none."""
    taken = families_asked_or_in_a_group(municipality_id)
    return [f for f in families_of(municipality_id) if f.id not in taken and _wants_a_group(f)]


def _wants_a_group(family: Family) -> bool:
    wished = answers_of(family).get("participation", ())
    return has_consent(family, ConsentKind.MATCHING) and "group" in wished


def newly_waiting(pool: Pool) -> list[Family]:
    """Return who waits now, fits what a pool was chosen by, and is in no facilitator's pool."""
    code = pool.municipality_id
    busy = families_in_open_pools(code) | families_asked_or_in_a_group(code)
    free = set(active_family_ids(code)) - busy
    wish = PoolWish.from_json(pool.chosen_by)
    return [f for f in families_by_id(free) if _wants_a_group(f) and _fits(f, wish)]


def pick(municipality_id: int, wish: PoolWish) -> Picked:
    """Return whom the wish picks out, target group first."""
    fitting = [f for f in waiting_families(municipality_id) if _fits(f, wish)]
    busy = families_in_open_pools(municipality_id)
    free = [(f, answers_of(f)) for f in fitting if f.id not in busy]
    targets = [f for f, answers in free if _is_target(answers, wish)]
    others = [f for f, answers in free if not _is_target(answers, wish)]
    return Picked(
        families=(*targets, *others),
        n_target=len(targets),
        n_experienced=sum(is_experienced(answers) for _, answers in free),
        n_without_times=sum("availability" not in answers for _, answers in free),
        n_busy=len(fitting) - len(free),
    )


def waits_since(family: Family) -> date:
    """Return since when the family may have been asked: its consent, else its first day here."""
    given = [c.given_on for c in family.consents if c.kind is ConsentKind.MATCHING]
    return max(given, default=family.created_at.astimezone(COPENHAGEN).date())


def _is_target(answers: Mapping[str, Any], wish: PoolWish) -> bool:
    return not wish.support_levels or answers.get("support_level") in wish.support_levels


def _fits(family: Family, wish: PoolWish) -> bool:
    answers = answers_of(family)
    return (
        (wish.others_too or _is_target(answers, wish))
        and (family.protected_address or _lives_there(answers, wish))
        and _shares(wish.themes, answers.get("themes_now"))
        and _shares(wish.age_bands, answers.get("children_age_bands"))
        and (wish.waiting_since is None or waits_since(family) <= wish.waiting_since)
    )


def _shares(wanted: tuple[str, ...], answered: Any) -> bool:
    return not wanted or bool(set(wanted) & set(answered or ()))


def _lives_there(answers: Mapping[str, Any], wish: PoolWish) -> bool:
    """Answer whether the family lives where the wish says.

    Not asked of a protected address: whoever forms the groups knows the area of the pool, and
    would know from it where the family lives.
    """
    wanted = wish.municipalities
    return (not wanted or answers.get("home_municipality") in wanted) and _is_near(answers, wish)


def _is_near(answers: Mapping[str, Any], wish: PoolWish) -> bool:
    if wish.postcode is None or wish.minutes is None:
        return True
    drive = minutes_between(wish.postcode, answers.get("postcode", ""))
    # An unanswered postcode is never punished: the family may still be asked.
    return drive is None or drive <= wish.minutes


def is_experienced(answers: Mapping[str, Any]) -> bool:
    """Answer whether a family has had a foster child for some years."""
    return today().year - int(answers.get("foster_since", today().year)) >= EXPERIENCED_YEARS


def families_in(pool: Pool) -> list[Family]:
    """Return the pool's families that may still be put into a group.

    One that paused, took its consent back or was asked by another group is left out at once.
    """
    return may_be_seated(pool, families_by_id(family_ids_of(pool)))


def may_be_seated(pool: Pool, families: Iterable[Family]) -> list[Family]:
    """Return who of a pool's families takes part, may be asked and has no group."""
    taken = families_asked_or_in_a_group(pool.municipality_id)
    return [
        family
        for family in families
        if family.status is FamilyStatus.ACTIVE
        and family.id not in taken
        and has_consent(family, ConsentKind.MATCHING)
    ]

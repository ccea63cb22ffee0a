"""Why a family got no mentor, and the smallest thing that would change it."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.assigning.market import Market
from matcher.rules import PAIR_RULES, RuleBook
from matcher.words import listed, say

BLOCK_ROWS = 256
OWN_REASONS = ("status", "consent", "role")
# No remedy lies in these: the same family, or a decision to keep two apart.
FIXED = frozenset({"self", "exclusion"})


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """Why one family is without a mentor.

    Attributes
    ----------
    codes : tuple of str
        What stands in the way, the most common first: the family's own reasons, "no_mentors",
        the hard rules that shut every mentor out, "floor", "ban", or "places".
    remedy_code : str
        What to change first.
    values : mapping
        Numbers for the words: ``n`` mentors that would then fit, ``minutes`` of driving.
    """

    codes: tuple[str, ...]
    remedy_code: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def words(self, locale: str = "da", *, to: Literal["staff", "family"] = "staff") -> str:
        """Say why, in one sentence; a family never learns of rules about others."""
        if to == "staff":
            return say(f"why.{self.codes[0]}", locale, **self.values)
        own = self.codes[0] if self.codes[0] in {*OWN_REASONS, "places"} else "none"
        return say(f"told.{own}", locale)

    def remedy(self, locale: str = "da") -> str:
        """Say what would change it, in one sentence for staff."""
        if self.remedy_code != "several":
            return say(f"remedy.{self.remedy_code}", locale, **self.values)
        names = listed([say(f"change.{code}", locale) for code in self._several], locale)
        return say("remedy.several", locale, n=len(self._several), names=names)

    @property
    def _several(self) -> tuple[str, ...]:
        several = self.values["several"]
        return several if isinstance(several, tuple) else ()


def reasons_why_not(
    book: RuleBook,
    rows: NDArray[np.intp],
    *,
    market: Market,
    bans: Set[tuple[int, int]],
    floor: int | None,
) -> dict[str, WhyNot]:
    """Explain every family that is without a mentor.

    Parameters
    ----------
    book : RuleBook
    rows : integer array
        The families without a mentor.
    market
        Scores, below 0 where a hard rule forbids.
    bans : set of (family row, mentor row)
    floor : int, optional

    Returns
    -------
    dict of family id to WhyNot
    """
    mentors = np.flatnonzero(~np.logical_or.reduce(list(book.mentors_out.values())))
    there = book.mentors[mentors]
    found: dict[str, WhyNot] = {}
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        part = RuleBook(book.families[block], there, rules=book.rules, on=book.on)
        everything = slice(0, len(block))
        broken = {code: mask for code, mask in part.broken(everything) if code in PAIR_RULES}
        broken["ban"] = _banned(bans, block, mentors)
        minutes = part.minutes(everything)
        units = market.scores(block, mentors)
        how_many = np.zeros((len(block), len(mentors)), np.uint8)
        for mask in broken.values():
            how_many += mask
        for k, i in enumerate(block):
            own = tuple(code for code in OWN_REASONS if book.families_out[code][i])
            if own:
                why = WhyNot(codes=own, remedy_code=own[0])
            elif not len(mentors):
                why = WhyNot(codes=("no_mentors",), remedy_code="no_mentors")
            else:
                rules = {code: mask[k] for code, mask in broken.items()}
                why = _why(rules, how_many[k], units[k], floor=floor, minutes=minutes[k])
            found[book.families.ids[i]] = why
    return found


def _banned(
    bans: Set[tuple[int, int]], rows: NDArray[np.intp], mentors: NDArray[np.intp]
) -> NDArray[np.bool_]:
    mask = np.zeros((len(rows), len(mentors)), dtype=np.bool_)
    row_at = {int(row): k for k, row in enumerate(rows)}
    column_at = {int(mentor): k for k, mentor in enumerate(mentors)}
    for i, j in bans:
        if i in row_at and j in column_at:
            mask[row_at[i], column_at[j]] = True
    return mask


def _why(
    broken: dict[str, NDArray[np.bool_]],
    how_many: NDArray[np.uint8],
    units: NDArray[np.int64],
    *,
    floor: int | None,
    minutes: NDArray[np.float64],
) -> WhyNot:
    """Explain one family that could take part, by the mentors who have places at all."""
    fits = how_many == 0
    if fits.any():
        return _fitting_but_none(units[fits], floor)
    counts = Counter({code: int(mask.sum()) for code, mask in broken.items() if mask.any()})
    codes = tuple(code for code, _ in counts.most_common())
    alone = {
        code: int((mask & (how_many == 1)).sum())
        for code, mask in broken.items()
        if code not in FIXED
    }
    best = max(alone, key=lambda code: alone[code])
    if not alone[best]:
        return _several(broken, how_many, codes)
    values: dict[str, object] = {"n": alone[best]}
    if best == "travel":
        nearest = np.nanmin(minutes[broken["travel"] & (how_many == 1)])
        near = broken["travel"] & (how_many == 1) & (minutes == nearest)
        values = {"n": int(near.sum()), "minutes": int(nearest)}
    return WhyNot(
        codes=(best, *(code for code in codes if code != best)),
        remedy_code=best,
        values=MappingProxyType(values),
    )


def _fitting_but_none(units: NDArray[np.int64], floor: int | None) -> WhyNot:
    """Explain a family that some mentors fit: they are full, or fit less well than asked."""
    if floor is not None and units.max() < floor:
        percent = int(units.max()) // 10_000
        return WhyNot(
            codes=("floor",), remedy_code="floor", values=MappingProxyType({"percent": percent})
        )
    enough = int((units >= (floor or 0)).sum())
    return WhyNot(codes=("places",), remedy_code="places", values=MappingProxyType({"n": enough}))


def _several(
    broken: dict[str, NDArray[np.bool_]], how_many: NDArray[np.uint8], codes: tuple[str, ...]
) -> WhyNot:
    """Name the smallest set of changes that would make some mentor possible."""
    fixed = np.logical_or.reduce([broken[code] for code in FIXED])
    if fixed.all():
        return WhyNot(codes=codes, remedy_code=codes[0] if codes[0] in FIXED else "exclusion")
    nearest = int(np.argmin(np.where(fixed, len(broken) + 1, how_many)))
    needed = tuple(code for code, mask in broken.items() if mask[nearest])
    return WhyNot(codes=codes, remedy_code="several", values=MappingProxyType({"several": needed}))

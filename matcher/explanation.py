"""One pair explained: what counted, what is in doubt, and why, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil, isnan
from types import MappingProxyType
from typing import Any, Literal

from matcher.schema import SCHEMA
from matcher.words import can_say, listed, say

Audience = Literal["family", "mentor", "staff"]
Record = Mapping[str, Any]
Said = tuple[str, str, dict[str, object]]

MINUTES_STEP = 5  # told in fives: an exact drive from two homes would show where a third lives
TIMES_NAMED = 2
NEW_FAMILY_YEARS = 1
SHORT_LEAD_YEARS = 3


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a pair scores as it does.

    Attributes
    ----------
    score : float
        In [0, 1]; NaN when a hard rule forbids the pair.
    contributions : mapping of criterion code to float
        What each criterion adds; they sum to the score within 1e-6. Empty for a forbidden pair.
    forbidden : tuple of codes
        The hard rules that the pair breaks.
    certainty : float
        The share of the weights that both have answered, in [0, 1].
    ask_first : tuple of codes
        Rules that could not be judged because an answer is missing.
    """

    score: float
    contributions: Mapping[str, float]
    forbidden: tuple[str, ...]
    certainty: float
    ask_first: tuple[str, ...]
    _raw: Mapping[str, float] = field(repr=False)
    _weights: Mapping[str, float] = field(repr=False)
    _family: Record = field(repr=False)
    _mentor: Record = field(repr=False)
    _on: date = field(repr=False)
    _minutes: int | None = field(repr=False)

    @classmethod
    def of(
        cls,
        *,
        family: Record,
        mentor: Record,
        on: date,
        score: float,
        raw: Mapping[str, float],
        weights: Mapping[str, float],
        means: Mapping[str, float],
        forbidden: tuple[str, ...],
        ask_first: tuple[str, ...],
        minutes: int | None,
    ) -> "Explanation":
        """Put an explanation together from each criterion's score, NaN = not answered."""
        shares = {code: weights[code] for code in raw if weights[code] > 0}
        whole = sum(shares.values())
        if not shares:  # only travel had a weight, and distance must be left out
            shares, whole, raw = (
                {"max_travel_minutes": 1.0},
                1.0,
                {"max_travel_minutes": float("nan")},
            )
        shares = {code: share / whole for code, share in shares.items()}
        answered = sum(share for code, share in shares.items() if not isnan(raw[code]))
        added = {
            code: share * (means[code] if isnan(raw[code]) else raw[code])
            for code, share in shares.items()
        }
        return cls(
            score=float(score),
            contributions=MappingProxyType({} if forbidden else added),
            forbidden=forbidden,
            certainty=min(1.0, answered),
            ask_first=ask_first,
            _raw=raw,
            _weights=shares,
            _family=family,
            _mentor=mentor,
            _on=on,
            _minutes=minutes,
        )

    def reasons(
        self,
        locale: str = "da",
        *,
        to: Audience = "family",
        reveal_starred: bool | None = None,
    ) -> list[str]:
        """Say what speaks for the pair, the weightiest first.

        Parameters
        ----------
        locale : str
        to : {"family", "mentor", "staff"}
            Who reads it. Families never read what the schema hides from them.
        reveal_starred : bool, optional
            Whether both have said yes. Until then starred themes are neither named nor counted.
            The default is yes for staff and no for everyone else.
        """
        viewer, reveal = self._viewer(to, reveal_starred)
        told = [
            said for said in self._all_reasons(to, reveal, locale) if _may_tell(viewer, said[0])
        ]
        told.sort(key=lambda said: -self._gain(said[0]))
        return self._in_words(told, "reason", to, locale)

    def caveats(
        self, locale: str = "da", *, to: Audience = "family", reveal_starred: bool | None = None
    ) -> list[str]:
        """Say honestly what speaks against the pair, the weightiest first."""
        viewer, reveal = self._viewer(to, reveal_starred)
        told = [said for said in self._all_caveats(reveal, locale) if _may_tell(viewer, said[0])]
        told.sort(key=lambda said: self._gain(said[0]) - self._weights.get(said[0], 0))
        return self._in_words(told, "caveat", to, locale)

    def questions(self, locale: str = "da", *, to: Audience = "family") -> list[str]:
        """Say what to settle first, because an answer is missing."""
        return [say(f"ask.{code}.{to}", locale) for code in self.ask_first]

    def objections(self, locale: str = "da") -> list[str]:
        """Say which hard rules forbid the pair. For staff only: it may tell of an exclusion."""
        return [say(f"rule.{code}", locale) for code in self.forbidden]

    # --- the facts behind the words ----------------------------------------------------

    @staticmethod
    def _viewer(to: Audience, reveal: bool | None) -> tuple[str, bool]:
        if to == "staff":
            return "coordinator", reveal is not False
        return ("peer_after" if reveal else "peer_before"), bool(reveal)

    def _gain(self, code: str) -> float:
        known = self._raw.get(code, 0.0)
        return self._weights.get(code, 0.0) * (0.0 if isnan(known) else known)

    def _in_words(self, told: list[Said], kind: str, to: str, locale: str) -> list[str]:
        return [
            say(f"{kind}.{name}.{to}", locale, **values)
            for _, name, values in told
            if can_say(f"{kind}.{name}.{to}")
        ]

    def _themes(self, reveal: bool) -> tuple[list[str], list[str]]:
        """Return the family's themes that may be told, and those of them the mentor knows."""
        needed = [
            code
            for code in self._family.get("themes_now") or ()
            if reveal or not SCHEMA.themes[code].starred
        ]
        known = set(self._mentor.get("themes_experience") or ())
        return needed, [code for code in needed if code in known]

    def _shared(self, code: str) -> list[str]:
        """Return the values that both have, in the order of the schema."""
        theirs = set(self._mentor.get(code) or ())
        mine = set(self._family.get(code) or ())
        return [value for value in SCHEMA.fields[code].values if value in mine & theirs]

    def _same(self, code: str) -> bool:
        mine = self._family.get(code)
        return mine is not None and mine == self._mentor.get(code)

    def _years(self, record: Record) -> int | None:
        since = record.get("foster_since")
        return None if since is None else self._on.year - since

    def _all_reasons(self, to: str, reveal: bool, locale: str) -> Iterator[Said]:
        yield from self._theme_reasons(reveal, locale)
        if bands := self._shared("children_age_bands"):
            yield "children_age_bands", "bands", _names("children_age_bands", bands, locale)
        yield from self._years_reason(to)
        if self._minutes is not None and self._raw.get("max_travel_minutes", 0) > 0:
            rounded = ceil(self._minutes / MINUTES_STEP) * MINUTES_STEP
            yield "max_travel_minutes", "travel", {"minutes": rounded}
        if slots := self._shared("availability"):
            name = "availability" if len(slots) <= TIMES_NAMED else "availability_many"
            values = _names("availability", slots[:TIMES_NAMED], locale)
            yield "availability", name, {**values, "n": len(slots)}
        for code in ("contact_modes", "interests", "purposes"):
            if shared := self._shared(code):
                yield code, code, _names(code, shared, locale)
        yield from self._plain_reasons(locale)

    def _theme_reasons(self, reveal: bool, locale: str) -> Iterator[Said]:
        needed, known = self._themes(reveal)
        if not known:
            return
        counts: dict[str, object] = {"n": len(known), "of": len(needed)}
        if len(needed) < len(self._family.get("themes_now") or ()):
            yield "themes_now", "themes_some_hidden", counts
        elif len(needed) == 1:
            yield "themes_now", "themes_one", counts
        else:
            name = "themes_all" if len(known) == len(needed) else "themes"
            yield "themes_now", name, counts
        yield "themes_now", "theme_names", _names("themes_now", known, locale)

    def _years_reason(self, to: str) -> Iterator[Said]:
        mine, theirs = self._years(self._family), self._years(self._mentor)
        if mine is None or theirs is None or theirs <= mine:
            return
        if to == "mentor" and mine <= NEW_FAMILY_YEARS:
            yield "foster_since", "years_new", {}
        else:
            yield "foster_since", "years", {"n": theirs, "family": max(mine, 0)}

    def _plain_reasons(self, locale: str) -> Iterator[Said]:
        if self._same("family_type"):
            yield "family_type", "family_type", self._name_of("family_type", locale)
        if self._same("meeting_frequency"):
            yield (
                "meeting_frequency",
                "meeting_frequency",
                self._name_of("meeting_frequency", locale),
            )
        own = [band for band in self._shared("own_children_bands") if band != "none"]
        if own:
            yield "own_children_bands", "own_children", _names("own_children_bands", own, locale)
        for code, name in (
            ("household_form", "household"),
            ("work_pattern", "work"),
            ("support_level", "support_level"),
            ("children_count", "children_count"),
        ):
            if self._same(code):
                yield code, name, {}
        if self._raw.get("placements_total", 0) > SCHEMA.means("mentor")["placements_total"]:
            yield "placements_total", "placements", {}

    def _all_caveats(self, reveal: bool, locale: str) -> Iterator[Said]:
        needed, known = self._themes(reveal)
        unknown = [code for code in needed if code not in known]
        if unknown and self._mentor.get("themes_experience") is not None:
            yield "themes_now", "themes", _names("themes_now", unknown, locale)
        bands = (self._family.get("children_age_bands"), self._mentor.get("children_age_bands"))
        if all(bands) and not self._shared("children_age_bands"):
            yield "children_age_bands", "bands", {}
        mine, theirs = self._years(self._family), self._years(self._mentor)
        if mine is not None and theirs is not None and theirs - mine < SHORT_LEAD_YEARS:
            yield "foster_since", "years", {}
        if self._minutes is not None and self._raw.get("max_travel_minutes") == 0:
            yield "max_travel_minutes", "travel", {}
        slots = self._shared("availability")
        if len(slots) == 1:
            yield "availability", "availability", _names("availability", slots, locale)

    def _name_of(self, code: str, locale: str) -> dict[str, object]:
        return _names(code, [self._family[code]], locale)


def _names(code: str, values: list[str], locale: str) -> dict[str, object]:
    """Return the values' names as they stand inside a sentence."""
    known = SCHEMA.fields[code].values
    return {"names": listed([known[value].short(locale) for value in values], locale)}


def _may_tell(viewer: str, code: str) -> bool:
    """Tell whether a viewer may read about a criterion; minutes are told, limits are not."""
    return code == "max_travel_minutes" or SCHEMA.may_see(viewer, code)

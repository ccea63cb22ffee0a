"""What a family answered: reading and writing by field code, and who may see which answer.

This is the one door to the answers. Everything that shows, exports or sends a profile asks
`seen_by`; nothing reads the columns itself.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from data.clock import today
from data.models import ConsentKind, Family
from data.sealed import Sealed
from matcher.profiles import approval_ends
from matcher.schema import SCHEMA

# Facts with columns of their own; everything else a family answers is kept by code.
_COLUMNS = frozenset(
    {
        "status",
        "protected_address",
        "mentor_approved",
        "exclusions",
        "consents",
        "current_placement_phase",
    }
)
# Where a protected address lies stays sealed too, though it is no secret of other families.
_OPEN = (
    frozenset(f.code for f in SCHEMA if f.sensitivity == "low" and not f.hidden_when_protected)
    - _COLUMNS
)


def is_approved_mentor(family: Family) -> bool:
    """Answer whether someone has approved the family as mentors, and the approval still holds."""
    approved = family.mentor_approved_on
    return approved is not None and today() < approval_ends(approved)


def answers_of(family: Family) -> dict[str, Any]:
    """Return the family's own answers by field code; an absent code is "not answered"."""
    sealed = (family.sealed_answers.value if family.sealed_answers else None) or {}
    return {**family.open_answers, **sealed}


def set_answers(family: Family, changes: Mapping[str, Any]) -> None:
    """Store answers by code; None takes an answer back."""
    answers = answers_of(family)
    for code, value in changes.items():
        if code in _COLUMNS or code not in SCHEMA.fields:
            raise KeyError(code)
        if value is None:
            answers.pop(code, None)
        else:
            answers[code] = value
    family.open_answers = {code: v for code, v in answers.items() if code in _OPEN}
    sealed = {code: v for code, v in answers.items() if code not in _OPEN}
    family.sealed_answers = Sealed.of(sealed, scope=family.key_scope) if sealed else None


def placement_phase(months: list[date], *, on: date | None = None) -> str | None:
    """Return the band of the latest placement; months to come count as "expecting"."""
    if not months:
        return None
    on = on or today()
    latest = max(months)
    age = (on.year - latest.year) * 12 + on.month - latest.month
    if age < 0:
        return "expecting"
    bands = ((6, "0_6m"), (12, "7_12m"), (36, "1_3y"))
    return next((band for limit, band in bands if age <= limit), "3y_plus")


def phase_of(family: Family, *, children: int | None = None) -> str | None:
    """Return where the family is with its latest child; "none" when none lives there now."""
    running = [placement.month for placement in family.placements if placement.ended_at is None]
    phase = placement_phase(running)
    if phase is None and (family.placements or children == 0):
        return "none"
    return phase


def whole_profile(family: Family) -> dict[str, Any]:
    """Return every fact of the family by field code, exclusions excepted (they are in queries)."""
    facts: dict[str, Any] = {
        **answers_of(family),
        "status": family.status.value,
        "protected_address": family.protected_address,
        "consents": {
            consent.kind.value: consent.given_on.isoformat()
            for consent in family.consents
            if consent.withdrawn_at is None
        },
    }
    if family.mentor_approved_on:
        facts["mentor_approved"] = family.mentor_approved_on.isoformat()
    if phase := phase_of(family, children=facts.get("children_count")):
        facts["current_placement_phase"] = phase
    return facts


def seen_by(viewer: str, family: Family) -> dict[str, Any]:
    """Return what a viewer (see `SCHEMA.viewers`) may see of a family, by field code.

    Values are the family's raw answers; where the schema names a `peer_form` the page shows that
    form instead ("years", "overlap"), through `matcher`'s reasons.
    """
    protected = family.protected_address
    seen: dict[str, Any] = {}
    for code, value in whole_profile(family).items():
        if not SCHEMA.may_see(viewer, code, protected=protected):
            continue
        shown = _allowed_values(viewer, code, value)
        if shown not in ([], {}):
            seen[code] = shown
        elif value in ([], {}):
            seen[code] = value
    return seen


def _allowed_values(viewer: str, code: str, value: Any) -> Any:
    if isinstance(value, dict) and code == "themes_now":
        return {k: v for k, v in value.items() if SCHEMA.may_see(viewer, code, k)}
    if isinstance(value, list):
        return [v for v in value if SCHEMA.may_see(viewer, code, str(v))]
    return value


def stamp_of(family: Family, codes: Iterable[str]) -> str:
    """Return a short mark that changes whenever one of these answers does.

    A form carries it, so that two people who write at once find out before one is overwritten.
    """
    answers = answers_of(family)
    shown = json.dumps({code: answers.get(code) for code in sorted(codes)}, sort_keys=True)
    return hashlib.blake2s(f"{family.ref}:{shown}".encode(), digest_size=8).hexdigest()


def has_consent(family: Family, kind: ConsentKind) -> bool:
    """Answer whether the family's consent of this kind is given and not withdrawn."""
    return any(c.kind is kind and c.withdrawn_at is None for c in family.consents)

"""Finding mentors for one family: choosing three, hiding one, taking it back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from data.clock import now, today
from data.db import db
from data.errors import Conflict
from data.i18n import _
from data.matching import records
from data.models import Account, Family, Suggestion, SuggestionLook, SuggestionState
from data.queries import mentoring as queries
from data.queries.access import not_found
from data.sealed import Sealed
from web.mentoring import reasons
from web.mentoring.pool import available, mentors, pair_rules, standing_of

SHOWN_AT_ONCE = 3
LOOK_AGAIN_AFTER = timedelta(minutes=10)
# Rules a family may hear of. Never an exclusion: the other side must not learn of it.
TOLD_TO_FAMILIES = frozenset(
    {
        "capacity",
        "language",
        "meeting_form",
        "availability",
        "contact_modes",
        "travel",
        "experience",
    }
)


def own_family(by: Account) -> Family:
    """Return the family of the person asking; staff and strangers have none."""
    if by.family is None:
        raise not_found()
    return by.family


def needs_a_look(family: Family) -> bool:
    """Answer whether what is shown may be out of date."""
    look = queries.look_of(family.id)
    if look is None or look.profile_version != family.version:
        return True
    shown = queries.shown_suggestions(family.id)
    if len(available([row.mentor for row in shown])) < len(shown):
        return True
    if not all(_is_fresh(row) for row in shown):
        return True
    return len(shown) < SHOWN_AT_ONCE and now() - look.looked_at > LOOK_AGAIN_AFTER


def _is_fresh(row: Suggestion) -> bool:
    versions = facts_of(row).get("versions")
    return versions == [row.family.version, row.mentor.version]


def facts_of(row: Suggestion) -> dict[str, Any]:
    """Return the reasons that were kept with a suggestion."""
    return dict((row.facts.value if row.facts else None) or {})


def look_for_mentors(family: Family) -> list[Suggestion]:
    """Choose the three best who have a place; those already shown stay while they still can.

    Called in a transaction: two adults of one family may open the page at the same moment.
    """
    queries.lock_family(family.id)
    if not standing_of(family).is_open:
        raise Conflict(_("Something is missing before you can ask for a mentor family."))
    found = _score(family)
    known = queries.suggestions_of(family.id)
    stable = _is_same_profile(family)
    keep = [m for m, row in known.items() if _is_kept(row, found.scores, stable=stable)]
    best = sorted(found.scores, key=lambda m: (-found.scores[m], m))
    chosen = list(dict.fromkeys([*keep, *best]))[: max(SHOWN_AT_ONCE, len(keep))]
    _let_go(known, chosen)
    for mentor_id in chosen:
        _show(family, found, mentor_id, known.get(mentor_id))
    _note_look(family, found.hindered)
    db.session.flush()
    return queries.shown_suggestions(family.id)


class _Found:
    """What the matcher said about one family and every mentor that may be suggested to it."""

    def __init__(self, family: Family, people: Sequence[Family], rules: Mapping[str, int]) -> None:
        self.rules = rules
        self.family_record = records([family])[0]
        self.mentor_records = {int(r["id"]): r for r in records(people)}
        self.mentors = {mentor.id: mentor for mentor in people}
        self.scores: dict[int, float] = {}
        self.hindered: dict[str, int] = {}


def _score(family: Family) -> _Found:
    import numpy as np

    from matcher.compatibility import ProfileScorer
    from matcher.profiles import Profiles

    out = queries.not_again(family.id) | {family.id}
    people = [m for m in mentors(family.municipality_id) if m.id not in out]
    found = _Found(family, people, pair_rules(family.municipality))
    scorer = ProfileScorer(
        Profiles.from_records([found.family_record]),
        Profiles.from_records(list(found.mentor_records.values())),
        rules=found.rules,
        on=today(),  # the day in Denmark, whatever the server keeps
    )
    for _rows, units, allowed in scorer.blocks():
        for column in np.flatnonzero(allowed[0]):
            found.scores[int(scorer.mentors.ids[column])] = int(units[0, column]) / 1_000_000
    if len(found.scores) < SHOWN_AT_ONCE:
        found.hindered = _hindered(scorer)
    return found


def _hindered(scorer: Any) -> dict[str, int]:
    counts = {
        code: int(mask.sum())
        for code, mask in scorer.book.broken(slice(0, 1))
        if code in TOLD_TO_FAMILIES
    }
    return {code: count for code, count in counts.items() if count}


def _is_same_profile(family: Family) -> bool:
    look = queries.look_of(family.id)
    return look is not None and look.profile_version == family.version


def _is_kept(row: Suggestion, scores: Mapping[int, float], *, stable: bool) -> bool:
    """Keep what is shown while it can be; what a coordinator proposed also when answers change."""
    possible = row.state is SuggestionState.SHOWN and row.mentor_id in scores
    return possible and (stable or row.round_id is not None)


def _let_go(known: Mapping[int, Suggestion], chosen: Sequence[int]) -> None:
    for mentor_id, row in known.items():
        if row.state is SuggestionState.SHOWN and mentor_id not in chosen:
            row.state = SuggestionState.GONE


def _show(family: Family, found: _Found, mentor_id: int, row: Suggestion | None) -> None:
    mentor = found.mentors[mentor_id]
    versions = [family.version, mentor.version]
    if row is None:
        row = Suggestion(family_id=family.id, mentor_id=mentor_id)
        db.session.add(row)
    elif row.state is not SuggestionState.SHOWN:
        row.made_at = now()
    row.score, row.state = found.scores[mentor_id], SuggestionState.SHOWN
    if facts_of(row).get("versions") != versions:
        facts = reasons.of_suggestion(
            found.family_record,
            found.mentor_records[mentor_id],
            rules=found.rules,
            versions=versions,
        )
        row.facts = Sealed.of(facts, scope=family.key_scope)


def _note_look(family: Family, hindered: dict[str, int]) -> None:
    look = queries.look_of(family.id)
    if look is None:
        look = SuggestionLook(family_id=family.id, profile_version=family.version)
        db.session.add(look)
    look.looked_at, look.profile_version, look.hindered = now(), family.version, hindered


def hide_suggestion(ref: str, *, by: Account) -> Suggestion:
    """Put a suggestion away: "not for us". The mentor family never hears of it."""
    family = own_family(by)
    row = queries.suggestion_by_ref(ref, family_id=family.id)
    if row.state is SuggestionState.HIDDEN:
        return row
    if row.state is not SuggestionState.SHOWN:
        raise Conflict(_("This suggestion is no longer shown."))
    row.state = SuggestionState.HIDDEN
    db.session.flush()
    look_for_mentors(family)
    return row


def hide_all(*, by: Account) -> int:
    """Put all that is shown away and look for others; returns how many were put away."""
    family = own_family(by)
    shown = queries.shown_suggestions(family.id)
    for row in shown:
        row.state = SuggestionState.HIDDEN
    db.session.flush()
    look_for_mentors(family)
    return len(shown)


def show_again(ref: str, *, by: Account) -> None:
    """Take "not for us" back: the suggestion returns, and the one that took its place goes."""
    family = own_family(by)
    row = queries.suggestion_by_ref(ref, family_id=family.id)
    if row.state is not SuggestionState.HIDDEN:
        return
    row.state = SuggestionState.SHOWN
    _make_room_for(row)
    db.session.flush()
    look_for_mentors(family)


def _make_room_for(back: Suggestion) -> None:
    others = [r for r in queries.shown_suggestions(back.family_id) if r is not back]
    replaceable = sorted((r for r in others if r.round_id is None), key=lambda r: r.made_at)
    for row in replaceable[SHOWN_AT_ONCE - 1 :]:
        row.state = SuggestionState.GONE


def show_hidden(*, by: Account) -> None:
    """Let everything that was put away be considered again."""
    family = own_family(by)
    for row in queries.suggestions_of(family.id).values():
        if row.state is SuggestionState.HIDDEN:
            row.state = SuggestionState.GONE
    db.session.flush()
    look_for_mentors(family)

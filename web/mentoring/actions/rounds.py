"""The coordinator's round. The matcher suggests; a person decides about pairs and approves."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import select

from data import audit
from data.clock import now
from data.db import db
from data.errors import Conflict, NotAllowed
from data.i18n import _
from data.matching import families_by_id, records
from data.models import (
    Account,
    Family,
    FamilyStatus,
    Job,
    MentorRound,
    Municipality,
    RoleName,
    RoundState,
    Suggestion,
    SuggestionState,
)
from data.queries import mentoring as queries
from data.queries.access import family_by_ref, not_found, require_role
from data.sealed import Sealed
from web.mentoring import notices, reasons
from web.mentoring.pool import pair_rules, waiting
from web.mentoring.proposal import GOALS
from web.shared.jobs import enqueue, has_ended
from web.shared.kept import without

Pair = tuple[int, int]
log = structlog.get_logger()


def start_round(*, goal: str = GOALS[0], by: Account) -> MentorRound:
    """Start a round over everyone waiting; an undecided one before it is put aside."""
    require_role(by, RoleName.COORDINATOR)
    _check_goal(goal)
    db.session.scalar(
        select(Municipality.id).where(Municipality.id == by.municipality_id).with_for_update()
    )
    for earlier in queries.undecided_rounds(by.municipality_id):
        earlier.state = RoundState.SUPERSEDED
        _stop_job_of(earlier)
    round_ = MentorRound(municipality_id=by.municipality_id, started_by_id=by.id, goal=goal)
    db.session.add(round_)
    db.session.flush()
    _work_on(round_, by=by)
    audit.record("mentor_round_started", by=by, subject="mentor_round", subject_id=round_.id)
    return round_


def _check_goal(goal: str) -> None:
    if goal not in GOALS:
        raise not_found()


def _work_on(round_: MentorRound, *, by: Account) -> None:
    round_.state = RoundState.WORKING
    job = enqueue("mentor_round", by=by, request={"round_id": round_.id})
    round_.job_id = job.id
    db.session.flush()


def _stop_job_of(round_: MentorRound) -> None:
    if round_.job_id is not None and (job := db.session.get(Job, round_.job_id)) is not None:
        job.stop_wanted = True


def is_interrupted(round_: MentorRound) -> bool:
    """Answer whether a round's worker is gone in the middle of its work."""
    if round_.state is not RoundState.WORKING:
        return False
    job = db.session.get(Job, round_.job_id) if round_.job_id else None
    return job is None or has_ended(job)


def note_look(round_: MentorRound, *, by: Account) -> None:
    """Keep that someone read a round: it names themes that no other family sees."""
    audit.record("mentor_round_viewed", by=by, subject="mentor_round", subject_id=round_.id)


def stop_round(ref: str, *, by: Account) -> None:
    """Stop a round's work and see what there is."""
    require_role(by, RoleName.COORDINATOR)
    _stop_job_of(queries.round_by_ref(ref, by=by))


def keep_proposal(round_id: int, job_id: int, found: dict[str, Any]) -> bool:
    """Store what the worker found, unless the round was started over or put aside meanwhile."""
    round_ = db.session.get_one(MentorRound, round_id, with_for_update=True)
    if round_.state is not RoundState.WORKING or round_.job_id != job_id:
        return False
    for family_id in _gone(found["versions"], round_.municipality_id):
        found = without(found, family_id)  # left or moved while the round was solved
    round_.proposal = Sealed.of(found, scope=f"round:{round_.ref}")
    round_.state = RoundState.READY
    return True


def _gone(versions: Mapping[str, int], municipality_id: int) -> set[int]:
    """Return who was read for a round and is no longer the municipality's."""
    asked = {int(key) for key in versions}
    still = select(Family.id).where(
        Family.id.in_(asked),
        Family.municipality_id == municipality_id,
        Family.status != FamilyStatus.LEFT,
    )
    return asked - set(db.session.scalars(still))


def work_failed(round_id: int, job_id: int) -> None:
    """Let a round whose work came to nothing be closed or started over."""
    round_ = db.session.get_one(MentorRound, round_id, with_for_update=True)
    if round_.state is RoundState.WORKING and round_.job_id == job_id:
        round_.state = RoundState.READY if round_.proposal else RoundState.SUPERSEDED


def _to_change(ref: str, *, version: int, by: Account) -> MentorRound:
    """Return a round that may still be decided on, as the person saw it."""
    require_role(by, RoleName.COORDINATOR)
    found = queries.round_by_ref(ref, by=by)
    db.session.refresh(found, with_for_update=True)
    if found.state is RoundState.SUPERSEDED:
        raise Conflict(_("A newer round has taken this one's place. Nothing was changed."))
    if found.state is RoundState.DECIDED:
        raise Conflict(_("This round is closed. Start a new one."))
    if found.state is RoundState.WORKING:
        if not is_interrupted(found):
            raise Conflict(_("The round is being calculated. Wait until it is ready."))
        found.state = RoundState.READY  # as it was before the worker was lost
    if found.version != version:
        raise Conflict(
            _("The round has changed since you opened the page. Nothing was changed; look again.")
        )
    return found


def choose_goal(ref: str, goal: str, *, version: int, by: Account) -> MentorRound:
    """Say what matters most; the answer for each goal is there already."""
    _check_goal(goal)
    round_ = _to_change(ref, version=version, by=by)
    if goal not in round_.proposed.get("goals", {}):
        raise Conflict(_("The round was stopped before this goal was calculated. Calculate again."))
    round_.goal = goal
    return round_


def calculate_again(ref: str, *, version: int, by: Account) -> MentorRound:
    """Solve the round again with the families, places and decisions of now."""
    round_ = _to_change(ref, version=version, by=by)
    _work_on(round_, by=by)
    return round_


def keep_pair(ref: str, pair: tuple[str, str], *, version: int, by: Account) -> MentorRound:
    """Hold on to a proposed pair, or let go of one that was held."""
    round_ = _to_change(ref, version=version, by=by)
    chosen = _pair_ids(pair, by=by)
    if list(chosen) in round_.pins:
        round_.pins = [pin for pin in round_.pins if tuple(pin) != chosen]
        event = "mentor_pair_released"
    else:
        _check_proposed(round_, [chosen])
        round_.pins = [*(pin for pin in round_.pins if pin[0] != chosen[0]), list(chosen)]
        event = "mentor_pair_kept"
    _record(event, round_, chosen, by=by)
    _work_on(round_, by=by)
    return round_


def choose_pair(ref: str, pair: tuple[str, str], *, version: int, by: Account) -> MentorRound:
    """Hold on to another mentor than the proposed one, among those whose cost was told."""
    round_ = _to_change(ref, version=version, by=by)
    chosen = _pair_ids(pair, by=by)
    if any(told[0] == chosen[0] for told in round_.approved):
        raise NotAllowed(_("The family has already been told about another mentor."))
    if chosen[1] not in compared_with(round_, chosen[0]):
        raise Conflict(
            _("One of the pairs is no longer proposed. Nothing was changed; look again.")
        )
    round_.pins = [*(pin for pin in round_.pins if pin[0] != chosen[0]), list(chosen)]
    round_.bans = [ban for ban in round_.bans if tuple(ban) != chosen]
    _record("mentor_pair_kept", round_, chosen, by=by)
    _work_on(round_, by=by)
    return round_


def family_in_round(round_: MentorRound, family_ref: str, *, by: Account) -> Family:
    """Return a family that the round is about, of one's own municipality."""
    require_role(by, RoleName.COORDINATOR)
    family = family_by_ref(family_ref, by=by)
    if str(family.id) not in round_.proposed.get("waited", {}):
        raise not_found()
    return family


def compared_with(round_: MentorRound, family_id: int) -> dict[int, dict[str, Any]]:
    """Return the other mentors whom a family could have by the chosen goal, and their cost."""
    others = round_.proposed.get("others", {}).get(round_.goal, {})
    return {told["mentor"]: told for told in others.get(str(family_id), [])}


def forbid_pair(ref: str, pair: tuple[str, str], *, version: int, by: Account) -> MentorRound:
    """Say "not these two": the rest is solved again without that pair."""
    round_ = _to_change(ref, version=version, by=by)
    chosen = _pair_ids(pair, by=by)
    if list(chosen) in round_.approved:
        raise NotAllowed(_("The family has already been told about this pair."))
    if list(chosen) not in round_.bans:
        round_.bans = [*round_.bans, list(chosen)]
    round_.pins = [pin for pin in round_.pins if tuple(pin) != chosen]
    _record("mentor_pair_forbidden", round_, chosen, by=by)
    _work_on(round_, by=by)
    return round_


def allow_pair(ref: str, pair: tuple[str, str], *, version: int, by: Account) -> MentorRound:
    """Take "not these two" back."""
    round_ = _to_change(ref, version=version, by=by)
    chosen = _pair_ids(pair, by=by)
    round_.bans = [ban for ban in round_.bans if tuple(ban) != chosen]
    _record("mentor_pair_allowed", round_, chosen, by=by)
    _work_on(round_, by=by)
    return round_


def _pair_ids(pair: tuple[str, str], *, by: Account) -> Pair:
    """Return the ids of two families of one's own municipality from their references."""
    rows = db.session.execute(
        select(Family.ref, Family.id).where(
            Family.ref.in_(pair), Family.municipality_id == by.municipality_id
        )
    )
    ids = {row[0]: row[1] for row in rows}
    if len(ids) != len(set(pair)):
        raise not_found()
    return ids[pair[0]], ids[pair[1]]


def proposed_pairs(round_: MentorRound) -> dict[Pair, float]:
    """Return the pairs of the chosen goal with their scores."""
    pairs = round_.proposed.get("goals", {}).get(round_.goal, {}).get("pairs", [])
    return {(family, mentor): score for family, mentor, score in pairs}


def _check_proposed(round_: MentorRound, pairs: Sequence[Pair]) -> None:
    if not set(pairs) <= set(proposed_pairs(round_)):
        raise Conflict(
            _("One of the pairs is no longer proposed. Nothing was changed; look again.")
        )


def _record(event: str, round_: MentorRound, pair: Pair, *, by: Account) -> None:
    audit.record(
        event, by=by, subject="family", subject_id=pair[0], mentor=pair[1], round=round_.id
    )


def approve_pairs(
    ref: str, pairs: Sequence[tuple[str, str]], *, version: int, by: Account
) -> MentorRound:
    """Tell these families about their proposed mentor. Each still chooses whether to ask."""
    round_ = _to_change(ref, version=version, by=by)
    if not pairs:
        raise Conflict(_("Tick the pairs you want to approve."))
    chosen = [_pair_ids(pair, by=by) for pair in dict.fromkeys(pairs)]
    _check_proposed(round_, chosen)
    new = [pair for pair in chosen if list(pair) not in round_.approved]
    _check_still_possible(new, by=by)
    for family_id, mentor_id in new:
        _tell_family(round_, family_id, mentor_id)
        _record("mentor_pair_approved", round_, (family_id, mentor_id), by=by)
    round_.approved = [*round_.approved, *map(list, new)]
    if {tuple(pair) for pair in round_.approved} >= set(proposed_pairs(round_)):
        round_.state, round_.decided_at = RoundState.DECIDED, now()
    log.info("mentor_pairs_approved", round=round_.id, count=len(new))
    return round_


def _check_still_possible(pairs: Sequence[Pair], *, by: Account) -> None:
    """Answers, exclusions and places may have changed since the round was calculated."""
    from matcher.compatibility import score_pairs

    families = families_by_id({family for family, _mentor in pairs})
    helpers = families_by_id({mentor for _family, mentor in pairs})
    here = {family.id for family in waiting(by.municipality_id)}
    row, column = _positions(families), _positions(helpers)
    scores = score_pairs(records(families), records(helpers), rules=pair_rules(by.municipality))
    for family_id, mentor_id in pairs:
        score = scores[row[family_id], column[mentor_id]]
        if family_id not in here or score != score:  # NaN: a hard rule forbids the pair now
            raise Conflict(
                _(
                    "%(family)s and %(mentor)s can no longer be proposed. "
                    "Nothing was sent; calculate again.",
                    family=families[row[family_id]].name,
                    mentor=helpers[column[mentor_id]].name,
                )
            )


def _positions(families: Sequence[Family]) -> dict[int, int]:
    return {family.id: position for position, family in enumerate(families)}


def _tell_family(round_: MentorRound, family_id: int, mentor_id: int) -> None:
    family, mentor = db.session.get_one(Family, family_id), db.session.get_one(Family, mentor_id)
    row = queries.suggestions_of(family_id).get(mentor_id)
    if row is None:
        row = Suggestion(family_id=family_id, mentor_id=mentor_id)
        db.session.add(row)
    row.score = proposed_pairs(round_)[family_id, mentor_id]
    row.state, row.round_id, row.made_at = SuggestionState.SHOWN, round_.id, now()
    asker, helper = _two_records(family, mentor)
    facts = reasons.of_suggestion(
        asker,
        helper,
        rules=pair_rules(family.municipality),
        versions=[family.version, mentor.version],
    )
    row.facts = Sealed.of(facts, scope=family.key_scope)
    db.session.flush()
    notices.tell(family, "mentor_proposed", "/mentor/suggestions")


def _two_records(family: Family, mentor: Family) -> tuple[dict[str, Any], dict[str, Any]]:
    first, second = records([family, mentor])
    return first, second


def close_round(ref: str, *, version: int, by: Account) -> MentorRound:
    """Be done with a round; what was not approved is told to nobody."""
    round_ = _to_change(ref, version=version, by=by)
    round_.state, round_.decided_at = RoundState.DECIDED, now()
    audit.record("mentor_round_closed", by=by, subject="mentor_round", subject_id=round_.id)
    return round_

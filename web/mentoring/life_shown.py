"""What the pages of a running mentorship show to one of its two families."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data.clock import today
from data.models import Account, Family, MentorAgreement, Mentorship, MentorTalk
from data.queries import mentor_life as life
from web.mentoring.actions import agreeing
from web.mentoring.life_forms import RHYTHMS, TALK_FORMS
from web.mentoring.months import begun_on, months_after

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Pact:
    """The agreement as one of the two families sees it."""

    agreement: MentorAgreement | None
    terms: agreeing.Terms | None
    rhythm: str
    signed: list[Family]
    own_signed: bool
    both_signed: bool


def pact_of(mentorship: Mentorship, *, by: Account) -> Pact:
    """Return the version that holds, in words, and who has said yes to it."""
    agreement = life.agreement_of(mentorship)
    signed = life.signed_by(agreement)
    return Pact(
        agreement=agreement,
        terms=agreeing.terms_of(agreement) if agreement else None,
        rhythm=str(RHYTHMS[agreement.rhythm]) if agreement else "",
        signed=[f for f in (mentorship.family, mentorship.mentor) if f.id in signed],
        own_signed=by.family_id in signed,
        both_signed=len(signed) == 2,
    )


def first_terms(mentorship: Mentorship) -> dict[str, Any]:
    """Return what the form begins with: the version that holds, or what most pairs agree on."""
    agreement = life.agreement_of(mentorship)
    if agreement is not None and agreement.words is not None:
        terms = agreeing.terms_of(agreement)
        return {
            "version": agreement.version,
            "purpose": terms.purpose,
            "rhythm": terms.rhythm.value,
            "until": terms.until,
            "confidence": "\n".join(terms.confidence),
        }
    return {
        "version": agreement.version if agreement else 0,
        "purpose": "",
        "rhythm": next(iter(RHYTHMS)).value,
        "until": _a_year(mentorship),
        "confidence": "\n".join(agreeing.confidence_to_begin_with()),
    }


def _a_year(mentorship: Mentorship) -> date:
    begun = begun_on(mentorship) or today()
    return months_after(begun, 12)


@dataclass(frozen=True, kw_only=True)
class NotedTalk:
    """One talk as one of the two families sees it."""

    ref: str
    held_on: date
    form: str
    minutes: int
    counts: bool
    note: str
    own: bool


def talk_of(row: MentorTalk, *, by: Account) -> NotedTalk:
    """Return a talk in words; the note is empty once it is forgotten."""
    return NotedTalk(
        ref=row.ref,
        held_on=row.held_on,
        form=str(TALK_FORMS[row.form]),
        minutes=row.minutes,
        counts=row.counts,
        note=(row.note.text if row.note else None) or "",
        own=row.noted_by_family_id == by.family_id,
    )


def given_by(mentor: Family) -> life.Tally:
    """Return what a mentor family has given the last twelve months."""
    since = today() - A_YEAR
    return life.tallies_of_mentors([mentor.id], since=since).get(mentor.id, life.Tally())

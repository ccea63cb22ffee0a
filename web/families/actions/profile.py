"""Filling in the profile, step by step, by the family or for a family that rings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data import audit
from data.answers import answers_of, has_consent, set_answers, stamp_of
from data.clock import now, today
from data.db import db
from data.errors import Conflict, Invalid, NotAllowed
from data.i18n import _
from data.models import Account, Consent, ConsentKind, Family, FamilyStatus
from data.queries.access import family_by_ref, not_found
from matcher.schema import SCHEMA, Step

STEPS = {step.code: step for step in SCHEMA.steps}
CONSENT_VERSION = "1"


class Overtaken(Conflict):
    """Someone else changed these answers while the form was open; nothing was saved."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a finished step leads to."""

    family: Family
    next_step: str | None  # None: look it all through


def step_by_code(code: str) -> Step:
    """Return a step of the wizard."""
    if code not in STEPS:
        raise not_found()
    return STEPS[code]


def codes_of(step: Step) -> list[str]:
    """Return the questions of a step that a person answers."""
    return [field.code for field in step.fields if field.set_by == "family"]


def save_step(
    family_ref: str, step_code: str, *, answers: Mapping[str, Any], seen: str, by: Account
) -> Answered:
    """Store one step's answers, unless they have changed since the person saw them."""
    step = step_by_code(step_code)
    family = open_family(family_ref, by=by)
    codes = codes_of(step)
    if seen != stamp_of(family, codes):
        raise Overtaken(
            _("These answers have been changed since you opened the page. Nothing is saved yet.")
        )
    before = answers_of(family)
    set_answers(family, {code: answers.get(code) for code in codes})
    if step_code not in family.wizard_done:
        family.wizard_done = [*family.wizard_done, step_code]
    family.updated_at = now()
    after = answers_of(family)
    if by.is_staff:
        changed = [code for code in codes if before.get(code) != after.get(code)]
        audit.record(
            "family_answers_changed", by=by, subject="family", subject_id=family.id, fields=changed
        )
    db.session.flush()
    return Answered(family=family, next_step=_next(step_code, family))


def open_family(ref: str, *, by: Account) -> Family:
    """Return a family whose profile `by` may change, held until the transaction ends."""
    family = family_by_ref(ref, by=by)
    db.session.refresh(family, with_for_update=True)
    if family.status is FamilyStatus.LEFT:
        raise NotAllowed(_("The family has left the network. Its profile can no longer change."))
    return family


def _next(step_code: str, family: Family) -> str | None:
    """Lead on to the next step, and to the look-through once all have been seen."""
    if set(STEPS) <= set(family.wizard_done) and family.status is not FamilyStatus.DRAFT:
        return None  # someone who mends one answer is not led through all the rest again
    codes = list(STEPS)
    at = codes.index(step_code) + 1
    return codes[at] if at < len(codes) else None


def missing(family: Family) -> list[str]:
    """Return the questions without whose answer the family cannot be placed at all."""
    return lacking_in(answers_of(family), protected=family.protected_address)


def lacking_in(answers: Mapping[str, Any], *, protected: bool) -> list[str]:
    """Return what these answers lack."""
    wanted = ["participation", "availability"]
    if answers.get("meeting_form") != "online" and not protected:
        wanted.append("postcode")
    wishes = answers.get("participation", ())
    if "mentor" in wishes:
        wanted += ["foster_since", "themes_experience"]
    if "mentor" in wishes or "mentee" in wishes:
        wanted.append("contact_modes")
    return [code for code in wanted if not answers.get(code)]


def finish_profile(
    family_ref: str, *, consent: bool, by: Account, rang_on: date | None = None
) -> Family:
    """Say that the profile is right: from now on the family can get suggestions."""
    family = open_family(family_ref, by=by)
    if "participation" in missing(family):
        raise Invalid(
            _("Tell us first what you would like: a group, a mentor, or to be one."),
            field="participation",
        )
    if consent:
        give_consent(family, by=by, on=rang_on)
    if not has_consent(family, ConsentKind.MATCHING):
        raise Invalid(
            _("We may not suggest anything before you have said yes to it."), field="consent"
        )
    if family.status is FamilyStatus.DRAFT:
        family.status = FamilyStatus.ACTIVE
        audit.record("family_activated", by=by, subject="family", subject_id=family.id)
    family.updated_at = now()
    db.session.flush()
    return family


def give_consent(family: Family, *, by: Account, on: date | None = None) -> None:
    """Note the family's yes to suggestions; staff note what they were told by telephone."""
    if has_consent(family, ConsentKind.MATCHING):
        return
    given_on = on or today()
    if given_on > today():
        raise Invalid(_("The date lies in the future."), field="rang_on")
    family.consents.append(
        Consent(
            kind=ConsentKind.MATCHING,
            version=CONSENT_VERSION,
            given_on=given_on,
            given_by_id=by.id,
            by_phone=by.is_staff,
        )
    )
    audit.record(
        "consent_given", by=by, subject="family", subject_id=family.id, by_phone=by.is_staff
    )
    db.session.flush()

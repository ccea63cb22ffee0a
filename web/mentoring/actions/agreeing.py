"""What two families agree on: either writes, both say yes; a change asks the other again."""

from dataclasses import dataclass
from datetime import date, timedelta

from data.clock import COPENHAGEN, now, today
from data.db import db
from data.errors import Conflict, Invalid
from data.i18n import _
from data.models import (
    Account,
    MentorAgreement,
    Mentorship,
    MentorSignature,
    Occasion,
    Rhythm,
)
from data.queries import mentor_life as life
from data.queries.access import not_found
from data.sealed import Sealed
from web.mentoring import notices
from web.mentoring.actions.living import hold_running, other_side
from web.mentoring.guarded import check_words

MAX_PURPOSE_CHARS = 600
MAX_POINTS, MAX_POINT_CHARS = 8, 200
LONGEST = timedelta(days=731)
BOTH = 2


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the two agree on."""

    purpose: str
    rhythm: Rhythm
    until: date
    confidence: tuple[str, ...]


def confidence_to_begin_with() -> list[str]:
    """Return how other pairs keep each other's confidence."""
    return [
        _("What we tell each other stays between us."),
        _("We say “the youngest” and never use the children's names."),
        _("If we worry about a child, we tell each other first and then the municipality."),
    ]


def terms_of(agreement: MentorAgreement) -> Terms:
    """Return a version in plain words; without them once they are forgotten."""
    words = (agreement.words.value if agreement.words else None) or {}
    return Terms(
        purpose=str(words.get("purpose", "")),
        rhythm=agreement.rhythm,
        until=agreement.until,
        confidence=tuple(str(point) for point in words.get("confidence", ())),
    )


def write(ref: str, terms: Terms, *, seen_version: int, by: Account) -> MentorAgreement:
    """Write a new version and say yes to it; the other family is asked to read it."""
    mentorship = hold_running(ref, by=by)
    kept = _checked(terms, begun=_begun(mentorship))
    current = life.agreement_of(mentorship)
    version = current.version if current else 0
    if version != seen_version:
        raise _changed()
    agreement = MentorAgreement(
        mentorship_id=mentorship.id,
        version=version + 1,
        words=Sealed.of(
            {"purpose": kept.purpose, "confidence": list(kept.confidence)},
            scope=f"mentorship:{mentorship.ref}:agreement:{version + 1}",
        ),
        rhythm=kept.rhythm,
        until=kept.until,
    )
    db.session.add(agreement)
    db.session.flush()
    _sign(agreement, by)
    notices.tell(
        other_side(mentorship, by=by), "mentor_agreement", f"/mentor/{mentorship.ref}/agreement"
    )
    return agreement


def sign(ref: str, *, seen_version: int, by: Account) -> MentorAgreement:
    """Say yes for one's family to the version one has read."""
    mentorship = hold_running(ref, by=by)
    agreement = life.agreement_of(mentorship)
    if agreement is None:
        raise not_found()
    if agreement.version != seen_version:
        raise _changed()
    _sign(agreement, by)
    return agreement


def _sign(agreement: MentorAgreement, by: Account) -> None:
    if by.family_id not in life.signed_by(agreement):
        db.session.add(MentorSignature(agreement_id=agreement.id, family_id=by.family_id))
        db.session.flush()
        db.session.refresh(agreement, ["signatures"])
        _go_on(agreement)


def _go_on(agreement: MentorAgreement) -> None:
    """Both have signed, so they go on: they are asked again when the new last day is near."""
    memory = life.life_of(agreement.mentorship, make=True)
    if memory.asked_for is Occasion.END and len(life.signed_by(agreement)) == BOTH:
        memory.asked_for = None
        db.session.flush()


def _changed() -> Conflict:
    return Conflict(_("The other family has changed the agreement meanwhile. Look at it again."))


def _begun(mentorship: Mentorship) -> date:
    return (mentorship.started_at or now()).astimezone(COPENHAGEN).date()


def _checked(terms: Terms, *, begun: date) -> Terms:
    purpose = terms.purpose.strip()
    if not purpose:
        raise Invalid(_("Write what you would like out of it."), field="purpose")
    if len(purpose) > MAX_PURPOSE_CHARS:
        raise Invalid(
            _("Write at most %(count)s characters.", count=MAX_PURPOSE_CHARS), field="purpose"
        )
    check_words(purpose, field="purpose")
    points = tuple(" ".join(p.split()) for p in terms.confidence if p.strip())
    if not points:
        raise Invalid(_("Write at least one thing about confidence."), field="confidence")
    if len(points) > MAX_POINTS or any(len(point) > MAX_POINT_CHARS for point in points):
        raise Invalid(_("At most 8 lines of at most 200 characters."), field="confidence")
    check_words("\n".join(points), field="confidence")
    if not today() < terms.until <= begun + LONGEST:
        raise Invalid(
            _("Choose a day from tomorrow until two years after you began."), field="until"
        )
    return Terms(purpose=purpose, rhythm=terms.rhythm, until=terms.until, confidence=points)

"""What one's mentorships wait for: a first word, a yes to the agreement."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from data.models import Family, Mentorship, MentorshipState
from data.queries.mentor_life import agreement_of, in_touch, signed_by
from web.overview.steps import NextStep


def mentor_step(mentorships: Iterable[Mentorship], family: Family) -> NextStep | None:
    """Return the first thing that the other family waits for."""
    running = [one for one in mentorships if one.state is MentorshipState.ACTIVE]
    return next((step for one in running if (step := _step(one, family))), None)


def _step(one: Mentorship, family: Family) -> NextStep | None:
    other = one.mentor if one.family_id == family.id else one.family
    if not in_touch(one):
        return NextStep(
            title=_("Say hello to the %(name)s family", name=other.name),
            text=_("Write or call, and agree on when you talk. Have you already? Then say so."),
            url=url_for("mentoring.mentorship", ref=one.ref),
            button=_("See your mentorship"),
        )
    agreement = agreement_of(one)
    if agreement is None or family.id in signed_by(agreement):
        return None
    return NextStep(
        title=_("Read the agreement with the %(name)s family", name=other.name),
        text=_("They have written what you agree on. Read it, and say yes or change it."),
        url=url_for("mentoring.agreement", ref=one.ref),
        button=_("Read the agreement"),
    )

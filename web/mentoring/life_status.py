"""How the running mentorships are, for staff: whether, when and how often; never what was said."""

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from data.clock import now, today
from data.db import db
from data.models import Account, Family, Mentorship, MentorshipState, RoleName
from data.queries import mentor_life as life
from web.mentoring.actions.contact import TELL_AFTER
from web.mentoring.life_shown import A_YEAR


@dataclass(frozen=True, kw_only=True)
class Line:
    """One mentorship in words."""

    family: Family
    mentor: Family
    mentorship: Mentorship
    state: str
    state_tone: str
    agreement: str
    agreement_tone: str
    tally: life.Tally


def lines(by: Account) -> list[Line]:
    """Return the running mentorships: all to a coordinator, a consultant's own families' else."""
    found = _running(by)
    ids = [one.id for one in found]
    signed, silent, talks = life.signatures(ids), life.not_in_touch_of(ids), life.tallies(ids)
    made = [
        _line(
            one,
            signed=signed.get(one.id, 0),
            silent=one.id in silent,
            tally=talks.get(one.id, life.Tally()),
        )
        for one in found
    ]
    return sorted(made, key=lambda line: line.state_tone != "warn")  # what needs a call first


def _running(by: Account) -> list[Mentorship]:
    wanted = (
        select(Mentorship)
        .where(
            Mentorship.municipality_id == by.municipality_id,
            Mentorship.state.in_((MentorshipState.ACTIVE, MentorshipState.PAUSED)),
        )
        .order_by(Mentorship.started_at.desc(), Mentorship.id.desc())
        .options(joinedload(Mentorship.family), joinedload(Mentorship.mentor))
    )
    if not by.is_a(RoleName.COORDINATOR):
        own = select(Family.id).where(Family.consultant_id == by.id)
        wanted = wanted.where(or_(Mentorship.family_id.in_(own), Mentorship.mentor_id.in_(own)))
    return list(db.session.scalars(wanted))


def _line(one: Mentorship, *, signed: int, silent: bool, tally: life.Tally) -> Line:
    state, tone = _state(one, silent=silent)
    agreement = {0: _("none yet"), 1: _("one has said yes")}.get(signed, _("both have said yes"))
    return Line(
        family=one.family,
        mentor=one.mentor,
        mentorship=one,
        state=state,
        state_tone=tone,
        agreement=agreement,
        agreement_tone="ok" if signed == 2 else "line",
        tally=tally,
    )


def _state(one: Mentorship, *, silent: bool) -> tuple[str, str]:
    if one.state is MentorshipState.PAUSED:
        return _("takes a break"), "line"
    if not silent:
        return _("in touch"), "ok"
    late = one.started_at is not None and one.started_at < now() - TELL_AFTER
    return (_("no first contact"), "warn") if late else (_("just begun"), "line")


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one mentor family carries: families now, talks and hours the last twelve months."""

    mentor: Family
    families: int
    tally: life.Tally


def loads(found: list[Line], *, by: Account) -> list[Load]:
    """Return the load of each mentor family, the largest first; counts only.

    A coordinator sees all that it carries, others what it carries for the families shown.
    """
    families = Counter(line.mentor.id for line in found)
    mentors = {line.mentor.id: line.mentor for line in found}
    shown = None if by.is_a(RoleName.COORDINATOR) else {line.family.id for line in found}
    given = life.tallies_of_mentors(mentors, since=today() - A_YEAR, to=shown)
    made = [
        Load(mentor=mentor, families=families[key], tally=given.get(key, life.Tally()))
        for key, mentor in mentors.items()
    ]
    return sorted(made, key=lambda one: (-one.tally.minutes, -one.families, one.mentor.name))

"""What one's group waits for: a day, a swap of turns, a yes to its agreement."""

from flask import url_for
from flask_babel import gettext as _

from data.clock import COPENHAGEN
from data.models import MEETS, Family, NetworkGroup
from data.queries.meetings import agreement_of, open_poll_of, open_swaps_of
from web.overview.steps import NextStep
from web.shared.dates import day_by


def group_step(group: NetworkGroup, family: Family) -> NextStep | None:
    """Return the first thing that the others wait for; none in a group that does not meet."""
    if group.phase not in MEETS:
        return None
    return _say_a_day(group, family) or _answer_a_swap(group, family) or _agree(group, family)


def _say_a_day(group: NetworkGroup, family: Family) -> NextStep | None:
    poll = open_poll_of(group)
    if poll is None or any(a.family_id == family.id for d in poll.dates for a in d.answers):
        return None
    until = day_by(poll.answer_by.astimezone(COPENHAGEN), "d. MMMM")
    return NextStep(
        title=_("Which day suits you?"),
        text=_("Your group is choosing its next meeting. Answer by %(day)s.", day=until),
        url=url_for("groups.poll", ref=poll.ref),
        button=_("See the days"),
    )


def _answer_a_swap(group: NetworkGroup, family: Family) -> NextStep | None:
    asked = next((s for s in open_swaps_of(group) if s.to_family_id == family.id), None)
    if asked is None:
        return None
    return NextStep(
        title=_("Could you take %(name)s’s turn?", name=asked.from_family.name),
        text=_("They would like to swap their turn as host with you."),
        url=url_for("groups.hosts"),
        button=_("See the order"),
    )


def _agree(group: NetworkGroup, family: Family) -> NextStep | None:
    agreement = agreement_of(group)
    if agreement is None or any(s.family_id == family.id for s in agreement.signatures):
        return None
    return NextStep(
        title=_("Read your group’s agreement"),
        text=_("The others have written how you are together. Read it, and say yes."),
        url=url_for("groups.agreement"),
        button=_("Read the agreement"),
    )

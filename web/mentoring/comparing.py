"""One family's possible mentors side by side: the reasons, and what each costs the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from data.db import transaction
from data.models import Family, MentorRound, RoleName, RoundState
from data.queries import mentoring as queries
from data.queries.access import not_found
from web.mentoring import cards, proofs
from web.mentoring.actions import rounds as acts
from web.mentoring.blueprint import bp
from web.mentoring.forms import RoundForm
from web.mentoring.proposal import pair_key
from web.mentoring.staff_pages import pair_named, version_seen
from web.shared.access import for_roles, me

_COORDINATOR = RoleName.COORDINATOR


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One mentor family as it is drawn beside the others."""

    mentor: Family
    percent: int
    why: list[str]
    against: list[str]
    common: frozenset[str]
    proposed: bool
    cost: proofs.Cost | None

    @property
    def mine_alone(self) -> list[str]:
        """What speaks for this one and for none of the others."""
        return [reason for reason in self.why if reason not in self.common]

    @property
    def shared(self) -> list[str]:
        """What speaks for all of them."""
        return [reason for reason in self.why if reason in self.common]


@bp.get("/staff/mentor-rounds/<ref>/compare/<family_ref>")
@for_roles(_COORDINATOR)
def compare_mentors(ref: str, family_ref: str) -> ResponseReturnValue:
    """Show who could mentor a family, side by side."""
    found = queries.round_by_ref(ref, by=me())
    if found.state is RoundState.WORKING:
        return redirect(url_for(".round", ref=ref))
    family = acts.family_in_round(found, family_ref, by=me())
    with transaction():
        acts.note_look(found, by=me())
    return render_template(
        "mentoring/compare_mentors.html",
        round=found,
        family=family,
        choices=_choices(found, family),
        waited=found.proposed["waited"].get(str(family.id), 0),
        open=found.state is RoundState.READY
        and all(told[0] != family.id for told in found.approved),
        form=RoundForm(data={"version": found.version}),
    )


def _choices(found: MentorRound, family: Family) -> list[Choice]:
    others = acts.compared_with(found, family.id)
    proposed = {f: (m, score) for (f, m), score in acts.proposed_pairs(found).items()}
    rows: list[tuple[int, float, Mapping[str, Any] | None]] = []
    if family.id in proposed:
        rows.append((*proposed[family.id], None))
    rows += [(mentor, told["score"], told["cost"]) for mentor, told in others.items()]
    if not rows:
        raise not_found()
    moves = [move for _m, _s, cost in rows if cost for move in cost["moves"]]
    named = queries.families_named(
        {mentor for mentor, _s, _c in rows} | {i for move in moves for i in proofs.ids_in(move)},
        found.municipality_id,
    )
    words = {mentor: _words(found, family.id, mentor) for mentor, _s, _c in rows}
    common = frozenset.intersection(*(frozenset(w.get("reasons", ())) for w in words.values()))
    return [
        Choice(
            mentor=named[mentor],
            percent=int(100 * score + 0.5),
            why=words[mentor].get("reasons", []),
            against=[*words[mentor].get("caveats", []), *words[mentor].get("questions", [])],
            common=common if len(rows) > 1 else frozenset(),
            proposed=cost is None,
            cost=proofs.in_words(cost, family.id, named),
        )
        for mentor, score, cost in rows
        if mentor in named
    ]


def _words(found: MentorRound, family_id: int, mentor_id: int) -> dict[str, list[str]]:
    words = found.proposed["reasons"].get(pair_key(family_id, mentor_id), {})
    return dict(words.get(cards.locale(), {}))


@bp.post("/staff/mentor-rounds/<ref>/choose")
@for_roles(_COORDINATOR)
def choose_mentor(ref: str) -> ResponseReturnValue:
    """Hold on to another mentor for a family than the one proposed."""
    with transaction():
        acts.choose_pair(ref, pair_named(), version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))

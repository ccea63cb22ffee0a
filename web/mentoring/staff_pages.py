"""Pages for staff: rounds over everyone waiting, and mentorships to approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from data.db import db, transaction
from data.models import Family, Job, MentorRound, RoleName, RoundState
from data.queries import mentoring as queries
from web.mentoring import cards, proofs, status, what_if
from web.mentoring.actions import living
from web.mentoring.actions import rounds as acts
from web.mentoring.blueprint import bp
from web.mentoring.forms import RefuseForm, RoundForm
from web.mentoring.proposal import FLOOR, GOALS, pair_key
from web.shared.access import for_roles, me

GOOD_PERCENT = 70
_COORDINATOR = RoleName.COORDINATOR


@bp.get("/staff/mentor-rounds")
@for_roles(_COORDINATOR, RoleName.CONSULTANT)
def rounds() -> ResponseReturnValue:
    """Show rounds and what awaits approval; to a consultant only the own families' status."""
    decides = me().is_a(_COORDINATOR)
    municipality = me().municipality_id
    return render_template(
        "mentoring/rounds.html",
        decides=decides,
        rounds=queries.rounds_of(municipality) if decides else [],
        awaiting=status.awaiting(municipality) if decides else [],
        declined=status.declined(municipality) if decides else [],
        counts=status.counts(municipality) if decides else None,
        families=status.of_families(me()),
        reason_form=RefuseForm(),
    )


@bp.post("/staff/mentor-rounds")
@for_roles(_COORDINATOR)
def start_round() -> ResponseReturnValue:
    """Start a round over everyone waiting."""
    with transaction():
        ref = acts.start_round(by=me()).ref
    return redirect(url_for(".round", ref=ref))


@bp.get("/staff/mentor-rounds/<ref>")
@for_roles(_COORDINATOR)
def round(ref: str) -> ResponseReturnValue:
    """Show a round: its pairs, those left out, and what each goal would give."""
    found = queries.round_by_ref(ref, by=me())
    if acts.is_interrupted(found):
        return render_template("mentoring/round_interrupted.html", round=found)
    if found.state is RoundState.WORKING:
        return render_template("mentoring/round_working.html", round=found, job=_job_of(found))
    if not found.proposal:
        return render_template("mentoring/round_failed.html", round=found, job=_job_of(found))
    with transaction():
        acts.note_look(found, by=me())
    tick = request.args.get("tick", type=int)
    return render_template("mentoring/round.html", **_round_view(found, tick=tick))


def _job_of(found: MentorRound) -> Job | None:
    return db.session.get(Job, found.job_id) if found.job_id else None


@bp.get("/staff/mentor-rounds/<ref>/progress")
@for_roles(_COORDINATOR)
def progress(ref: str) -> ResponseReturnValue:
    """Show how far the work is; when it is done, the page loads itself again."""
    found = queries.round_by_ref(ref, by=me())
    if found.state is not RoundState.WORKING or acts.is_interrupted(found):
        return Response(status=204, headers={"HX-Refresh": "true"})
    return render_template("mentoring/_progress.html", round=found, job=_job_of(found))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One proposed pair, ready to be drawn."""

    family: Family
    mentor: Family
    percent: int
    why: list[str]
    against: list[str]
    waited: int
    kept: bool
    approved: bool
    ticked: bool
    cost: proofs.Cost | None
    can_compare: bool

    @property
    def value(self) -> str:
        """Return what the pair is called in a form."""
        return f"{self.family.ref}:{self.mentor.ref}"


def _round_view(found: MentorRound, *, tick: int | None) -> dict[str, Any]:
    proposal = found.proposed
    goal = proposal["goals"].get(found.goal, {"pairs": []})
    why_not = proposal["why_not"].get(found.goal, {})
    ids = {i for f, m, _score in goal["pairs"] for i in (f, m)}
    fell_away = proposal.get("fell_away", [])
    ids |= {i for pair in [*found.bans, *fell_away] for i in pair} | set(map(int, why_not))
    moves = [m for c in proposal.get("costs", {}).get(found.goal, {}).values() for m in c["moves"]]
    ids |= {i for move in moves for i in proofs.ids_in(move)}
    tries = proposal.get("tries", {}).get(found.goal, {})
    ids |= {told[0]["mentor"] for told in tries.values() if told and told[0]["mentor"]}
    named = queries.families_named(ids, found.municipality_id)
    rows = [
        _row(found, proposal, named, pair, tick=tick)
        for pair in goal["pairs"]
        if pair[0] in named and pair[1] in named
    ]
    return {
        "round": found,
        "open": found.state is RoundState.READY,
        "rows": sorted(rows, key=lambda row: -row.waited),
        "without": _without(found, why_not, named, tries),
        "bans": _both_named(found.bans, named),
        "fell_away": [
            _("%(family)s and %(mentor)s", family=family.name, mentor=mentor.name)
            for family, mentor in _both_named(fell_away, named)
        ],
        "goals": _goals(proposal, found.goal),
        "what_if": what_if.lines(proposal, found.goal),
        "proven": proposal.get("proofs", {}).get(found.goal),
        "proposal": proposal,
        "good": GOOD_PERCENT,
        "form": RoundForm(data={"version": found.version}),
    }


def _both_named(
    pairs: Sequence[Sequence[int]], named: dict[int, Family]
) -> list[tuple[Family, Family]]:
    return [(named[f], named[m]) for f, m in pairs if f in named and m in named]


def _row(
    found: MentorRound,
    proposal: dict[str, Any],
    named: dict[int, Family],
    pair: list[Any],
    *,
    tick: int | None,
) -> Row:
    family_id, mentor_id, score = pair
    costs = proposal.get("costs", {}).get(found.goal, {})
    others = proposal.get("others", {}).get(found.goal, {})
    reasons = proposal["reasons"].get(pair_key(family_id, mentor_id), {})
    words = reasons.get(cards.locale(), {})
    # Python's own rounding of a half goes to even; people round it up.
    percent = int(100 * score + 0.5)
    approved = [family_id, mentor_id] in found.approved
    return Row(
        family=named[family_id],
        mentor=named[mentor_id],
        percent=percent,
        why=words.get("reasons", []),
        against=[*words.get("caveats", []), *words.get("questions", [])],
        waited=proposal["waited"].get(str(family_id), 0),
        kept=[family_id, mentor_id] in found.pins,
        approved=approved,
        ticked=not approved and tick is not None and percent >= tick,
        cost=proofs.in_words(costs.get(pair_key(family_id, mentor_id)), family_id, named),
        can_compare=bool(others.get(str(family_id))),
    )


def _without(
    found: MentorRound,
    why_not: dict[str, Any],
    named: dict[int, Family],
    tries: dict[str, Any],
) -> list[dict[str, Any]]:
    proposal = found.proposed
    others = proposal.get("others", {}).get(found.goal, {})
    left_out = [
        {
            "family": named[int(family_id)],
            "waited": proposal["waited"].get(family_id, 0),
            "why": words[cards.locale()][0],
            "remedy": words[cards.locale()][1],
            "tried": proofs.tried_in_words(
                tries.get(family_id, []), places=words.get("code") == "places", named=named
            ),
            "can_compare": bool(others.get(family_id)),
        }
        for family_id, words in why_not.items()
        if int(family_id) in named
    ]
    return sorted(left_out, key=lambda row: -row["waited"])


def _goals(proposal: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    words = {
        "most_families": (
            _("Most families get a mentor"),
            _("As many as possible get a suggestion. Then the best pairs."),
        ),
        "best_fit": (
            _("Best-fitting pairs"),
            _(
                "Only pairs of at least %(floor)s of 100. Some may have to wait.",
                floor=int(FLOOR * 100),
            ),
        ),
        "fairest": (
            _("No family gets a weak suggestion"),
            _("Just as many pairs, but the weakest suggestion is as good as it can be."),
        ),
    }
    return [
        {
            "code": goal,
            "name": words[goal][0],
            "text": words[goal][1],
            "chosen": goal == chosen,
            "found": proposal["goals"].get(goal),
        }
        for goal in GOALS
    ]


def version_seen() -> int:
    """Return which state of the round the person saw; -1 if the form does not say."""
    form = RoundForm()
    return form.version.data if form.validate() else -1  # a form without one is a stale form


def pair_named() -> tuple[str, str]:
    """Return the references of the family and the mentor that a button is about."""
    first, _colon, second = request.form.get("pair", "").partition(":")
    return first, second


@bp.post("/staff/mentor-rounds/<ref>/goal")
@for_roles(_COORDINATOR)
def choose_goal(ref: str) -> ResponseReturnValue:
    """Say what matters most in this round."""
    with transaction():
        acts.choose_goal(ref, request.form.get("goal", ""), version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/again")
@for_roles(_COORDINATOR)
def again(ref: str) -> ResponseReturnValue:
    """Calculate again with what is true now."""
    with transaction():
        acts.calculate_again(ref, version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/keep")
@for_roles(_COORDINATOR)
def keep(ref: str) -> ResponseReturnValue:
    """Hold on to a pair, or let it go."""
    with transaction():
        acts.keep_pair(ref, pair_named(), version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/forbid")
@for_roles(_COORDINATOR)
def forbid(ref: str) -> ResponseReturnValue:
    """Say "not these two"."""
    with transaction():
        acts.forbid_pair(ref, pair_named(), version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/allow")
@for_roles(_COORDINATOR)
def allow(ref: str) -> ResponseReturnValue:
    """Take "not these two" back."""
    with transaction():
        acts.allow_pair(ref, pair_named(), version=version_seen(), by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/approve")
@for_roles(_COORDINATOR)
def approve(ref: str) -> ResponseReturnValue:
    """Tell the ticked families."""
    chosen = [tuple(value.partition(":")[::2]) for value in request.form.getlist("pairs")]
    pairs = [(str(family), str(mentor)) for family, mentor in chosen]
    with transaction():
        acts.approve_pairs(ref, pairs, version=version_seen(), by=me())
    flash(
        ngettext(
            "%(num)s family has been told. It chooses for itself whether to ask.",
            "%(num)s families have been told. They choose for themselves whether to ask.",
            len(pairs),
        )
    )
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/stop")
@for_roles(_COORDINATOR)
def stop(ref: str) -> ResponseReturnValue:
    """Stop calculating and see what there is."""
    with transaction():
        acts.stop_round(ref, by=me())
    return redirect(url_for(".round", ref=ref))


@bp.post("/staff/mentor-rounds/<ref>/close")
@for_roles(_COORDINATOR)
def close(ref: str) -> ResponseReturnValue:
    """Be done with the round."""
    with transaction():
        acts.close_round(ref, version=version_seen(), by=me())
    flash(_("The round is closed."))
    return redirect(url_for(".rounds"))


@bp.post("/staff/mentorships/<ref>/approve")
@for_roles(_COORDINATOR)
def approve_mentorship(ref: str) -> ResponseReturnValue:
    """Let a mentorship begin."""
    with transaction():
        living.approve_mentorship(ref, by=me())
    flash(_("Approved. Both families have been told and can write to each other."))
    return redirect(url_for(".rounds"))


@bp.route("/staff/mentorships/<ref>/refuse", methods=["GET", "POST"])
@for_roles(_COORDINATOR)
def refuse_mentorship(ref: str) -> ResponseReturnValue:
    """Do not approve, and say why to colleagues."""
    found = queries.mentorship_to_approve(ref, by=me())
    form = RefuseForm()
    if form.validate_on_submit():
        with transaction():
            living.refuse_mentorship(ref, form.reason.data or "", by=me())
        flash(_("Not approved. Both families have been told, without the reason."))
        return redirect(url_for(".rounds"))
    page = render_template("mentoring/refuse.html", form=form, mentorship=found)
    return page, 422 if form.errors else 200

"""Pages for a family that looks for a mentor: suggestions, asking, taking a question back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from data.answers import answers_of
from data.db import transaction
from data.errors import Invalid
from data.models import Family, MentorRequest, RequestState, Suggestion, SuggestionState
from data.queries import mentoring as queries
from matcher.schema import SCHEMA
from web.mentoring import cards
from web.mentoring.actions import asking, suggesting
from web.mentoring.blueprint import bp
from web.mentoring.forms import AskForm
from web.mentoring.pool import IS_A_MENTOR, standing_of, takes_part
from web.mentoring.reasons import themes_to_show
from web.shared.access import for_families, me
from web.shared.page import flash_undo


@bp.get("/mentor")
@for_families
def index() -> ResponseReturnValue:
    """Send on to the page that matters most to this family now."""
    family = suggesting.own_family(me())
    if queries.open_requests_to(family.id):
        return redirect(url_for(".requests"))
    if (mentorship := queries.mentorship_with_mentor(family.id)) is not None:
        return redirect(url_for(".mentorship", ref=mentorship.ref))
    if takes_part(family, IS_A_MENTOR) and not standing_of(family).is_open:
        return redirect(url_for(".requests"))
    return redirect(url_for(".suggestions"))


@bp.get("/mentor/suggestions")
@for_families
def suggestions() -> ResponseReturnValue:
    """Show three mentor families, or what is missing, or the question one waits on."""
    family = suggesting.own_family(me())
    is_mentor = takes_part(family, IS_A_MENTOR)
    if (running := queries.mentorship_with_mentor(family.id)) is not None:
        return redirect(url_for(".mentorship", ref=running.ref))
    if (waiting := queries.open_request_of(family.id)) is not None:
        return render_template(
            "mentoring/waiting.html", question=waiting, words=_words(waiting), **_asked(waiting)
        )
    standing = standing_of(family)
    if not standing.is_open:
        return render_template(
            "mentoring/not_yet.html", missing=standing.missing, is_mentor=is_mentor
        )
    if suggesting.needs_a_look(family):
        with transaction():
            suggesting.look_for_mentors(family)
    return _suggestions_page(family, is_mentor=is_mentor)


def _suggestions_page(family: Family, *, is_mentor: bool) -> str:
    drawn = cards.cards_of(queries.shown_suggestions(family.id))
    look = queries.look_of(family.id)
    return render_template(
        "mentoring/suggestions.html",
        cards=drawn,
        rows=cards.compare_rows(drawn),
        comparing="compare" in request.args,
        hindered=look.hindered if look else {},
        hidden=queries.hidden_count(family.id),
        starred=_kept_hidden(family),
        last=_unlucky(queries.last_request_of(family.id)),
        is_mentor=is_mentor,
    )


def _kept_hidden(family: Family) -> int:
    """Return how many of the family's own themes nobody sees before both have said yes."""
    answers = answers_of(family)
    return len(answers.get("themes_now", {})) - len(themes_to_show(answers))


def _unlucky(last: MentorRequest | None) -> str | None:
    """Return how the last question ended, if it was not a yes or a change of one's own mind."""
    told = {RequestState.DECLINED, RequestState.EXPIRED, RequestState.OVERTAKEN}
    return last.state.value if last is not None and last.state in told else None


def _words(asked: MentorRequest) -> str:
    return (asked.words.text if asked.words else None) or ""


def _asked(asked: MentorRequest) -> dict[str, object]:
    """Return how the asked family is spoken of, as on its card."""
    themes = [cards.theme(code) for code in asked.shown_themes if code in SCHEMA.themes]
    return {
        "title": cards.title_of(asked.mentor),
        "lives_in": cards.place_of(asked.mentor),
        "themes": themes,
    }


@bp.route("/mentor/suggestions/<ref>/ask", methods=["GET", "POST"])
@for_families
def ask(ref: str) -> ResponseReturnValue:
    """Ask one family; what was written is kept, whatever happens."""
    family = suggesting.own_family(me())
    row = queries.suggestion_by_ref(ref, family_id=family.id)
    form = _ask_form(family, row)
    if form.validate_on_submit():
        try:
            with transaction():
                asking.ask_for_mentor(ref, form.question(), by=me())
        except Invalid as refusal:
            form.words.errors = [*form.words.errors, str(refusal)]
        except asking.PlaceTaken:
            return _place_was_taken(form.question().words)
        else:
            flash(_("Your question has been sent."))
            return redirect(url_for(".suggestions"))
    elif request.method == "GET" and row.state is not SuggestionState.SHOWN:
        return redirect(url_for(".suggestions"))
    status = 422 if form.errors else 200
    return _ask_page(form, row), status


def _ask_form(family: Family, row: Suggestion) -> AskForm:
    themes = themes_to_show(answers_of(family))
    shared = suggesting.facts_of(row).get("shared", [])
    words = _draft_of(family) or cards.first_words(family, shared)
    form = AskForm(data={"words": words, "themes": shared, "show_ages": True})
    form.themes.choices = [
        SelectChoice(code, SCHEMA.value_label("themes_now", code, cards.locale()))
        for code in themes
    ]
    return form


def _draft_of(family: Family) -> str | None:
    """Return what the family wrote last and has not had a yes to."""
    look = queries.look_of(family.id)
    if look is not None and look.draft is not None and look.draft.text:
        return look.draft.text
    last = queries.last_request_of(family.id)
    return _words(last) if last is not None and last.state is not RequestState.ACCEPTED else None


def _ask_page(form: AskForm, row: Suggestion) -> str:
    shown = queries.shown_suggestions(row.family_id)
    number = next((n for n, other in enumerate(shown, start=1) if other.id == row.id), 1)
    return render_template(
        "mentoring/ask.html",
        form=form,
        number=number,
        title=cards.title_of(row.mentor),
        days=row.family.municipality.setting("request_days"),
        approves=row.family.municipality.setting("coordinator_approves_mentorships"),
    )


def _place_was_taken(words: str) -> ResponseReturnValue:
    with transaction():
        asking.keep_draft(words, by=me())
        suggesting.look_for_mentors(suggesting.own_family(me()))
    return render_template("mentoring/place_taken.html", words=words), 409


@bp.post("/mentor/suggestions/<ref>/hide")
@for_families
def hide(ref: str) -> ResponseReturnValue:
    """Put one suggestion away, with a way back."""
    with transaction():
        suggesting.hide_suggestion(ref, by=me())
    flash_undo(
        _("The suggestion is hidden. Nobody hears of it."), undo_url=url_for(".show", ref=ref)
    )
    return redirect(url_for(".suggestions"))


@bp.post("/mentor/suggestions/<ref>/show")
@for_families
def show(ref: str) -> ResponseReturnValue:
    """Take "not for us" back."""
    with transaction():
        suggesting.show_again(ref, by=me())
    return redirect(url_for(".suggestions"))


@bp.post("/mentor/suggestions/others")
@for_families
def others() -> ResponseReturnValue:
    """Put all three away and look for others."""
    with transaction():
        suggesting.hide_all(by=me())
    return redirect(url_for(".suggestions"))


@bp.post("/mentor/suggestions/hidden")
@for_families
def hidden() -> ResponseReturnValue:
    """Let what was hidden be considered again."""
    with transaction():
        suggesting.show_hidden(by=me())
    return redirect(url_for(".suggestions"))


@bp.post("/mentor/suggestions/withdraw")
@for_families
def withdraw() -> ResponseReturnValue:
    """Take the question back."""
    with transaction():
        asking.withdraw_request(by=me())
    flash(_("Your question has been taken back. The words are kept."))
    return redirect(url_for(".suggestions"))

import re

import pytest

from data.answers import set_answers
from data.db import db, transaction
from data.models import (
    AuditEntry,
    CallKind,
    DeclineReason,
    Family,
    Job,
    JobState,
    MentorRequest,
    MentorRound,
    Mentorship,
    MentorshipState,
    RequestState,
    RoundState,
    Suggestion,
)
from data.queries import mentoring as queries
from tests.web.forms import post
from tests.web.mentoring.pairs import (
    A_TALK,
    WORDS,
    ask,
    begin,
    look,
    make_mentor,
    make_waiting,
    say_yes,
    set_rule,
)
from web.mentoring.actions import calls, contact, living, rounds, talks

ASK = {"words": WORDS, "themes": ["attachment"], "show_ages": "y"}


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def go(client, url):
    return page(client.get(url, follow_redirects=True))


# --- the family that looks for a mentor ----------------------------------------------------


def test_mentor_sends_each_family_to_its_page(app, cast, as_):
    def where(account):
        return as_(account).get("/mentor").location

    assert where(cast.new_parent) == "/mentor/suggestions"
    assert where(cast.mentor_parent) == "/mentor/requests"
    assert where(cast.outsider) == "/mentor/suggestions"
    mentorship = begin(cast)
    assert where(cast.new_parent) == f"/mentor/{mentorship.ref}"


def test_suggestions_say_why_in_words_and_never_a_number_or_a_name(app, cast, as_):
    with transaction():
        for _ in range(2):
            make_mentor(cast.municipality, name="Hemmelig")
    html = go(as_(cast.new_parent), "/mentor/suggestions?compare=1")
    said = words(html)
    assert "Tre familier, vi tror kan hjælpe jer" in said
    assert "Derfor foreslår vi dem" in said
    assert "er skjult, til begge har sagt ja" in said
    assert "<table" in html
    assert "Lindholm" not in html
    assert "Hemmelig" not in html
    scores = [row.score for row in db.session.query(Suggestion)]
    assert scores
    for score in scores:
        for shown in (f"{score:.2f}", f"{score:.4f}", f"{round(100 * score)} %", "af 100"):
            assert shown not in said


def test_a_protected_mentor_shows_no_municipality_and_no_drive(app, cast, as_):
    with transaction():
        cast.mentor_family.protected_address = True
    said = words(go(as_(cast.new_parent), "/mentor/suggestions?compare=1"))
    assert "Vejle Kommune" not in said
    assert "ca." not in said
    assert "Vises ikke" in said


def test_starred_themes_appear_nowhere_before_both_have_said_yes(app, cast, as_):
    client = as_(cast.new_parent)
    row = look(cast.new_family)[0]
    pages = [go(client, "/mentor/suggestions?compare=1")]
    ask(cast.new_family)
    pages.append(go(as_(cast.mentor_parent), "/mentor/requests"))
    assert row.ref
    for html in pages:
        assert "ADHD" not in html
        assert "opmærksomhed" not in html
    say_yes(queries.open_request_of(cast.new_family.id))
    assert "pmærksomhed og uro" in go(client, "/mentor")


def test_a_family_without_a_placement_reads_what_is_missing(app, cast, as_):
    said = words(go(as_(cast.outsider), "/mentor/suggestions"))
    assert "ikke noteret en ny anbringelse" in said
    assert db.session.query(Suggestion).count() == 0


def test_asking_from_the_page_and_once_more_by_an_impatient_thumb(app, cast, as_):
    client = as_(cast.new_parent)
    row = look(cast.new_family)[0]
    form = page(client.get(f"/mentor/suggestions/{row.ref}/ask"))
    assert "Har I lyst til en kop kaffe?" in form  # prefilled, to be changed
    for _ in range(2):
        answer = post(client, f"/mentor/suggestions/{row.ref}/ask", ASK)
        assert answer.location == "/mentor/suggestions"
    assert db.session.query(MentorRequest).count() == 1
    said = words(go(client, "/mentor/suggestions"))
    assert "I har spurgt en familie" in said
    assert WORDS in said


@pytest.mark.parametrize("bad", ["", "Ring på 20 30 40 50", "x" * 1300, "Barnet er 010118-0000"])
def test_what_was_written_is_still_there_when_it_could_not_be_sent(app, cast, as_, bad):
    client = as_(cast.new_parent)
    row = look(cast.new_family)[0]
    html = page(post(client, f"/mentor/suggestions/{row.ref}/ask", {**ASK, "words": bad}), 422)
    assert bad in html
    assert 'href="#words"' in html
    assert db.session.query(MentorRequest).count() == 0


def test_a_place_taken_meanwhile_keeps_the_text_for_the_next_one(app, cast, as_):
    client = as_(cast.new_parent)
    with transaction():
        next_best = make_mentor(cast.municipality, postcode="7160")
        quick = make_waiting(cast.municipality)
    row = next(r for r in look(cast.new_family) if r.mentor_id == cast.mentor_family.id)
    say_yes(ask(quick, mentor=cast.mentor_family))
    mine = {**ASK, "words": "Vi skrev os ind til hjertet af sagen her."}
    said = words(page(post(client, f"/mentor/suggestions/{row.ref}/ask", mine), 409))
    assert "Familien har lige sagt ja til en anden" in said
    assert mine["words"] in said
    other = next(
        r for r in queries.shown_suggestions(cast.new_family.id) if r.mentor_id == next_best.id
    )
    assert mine["words"] in page(client.get(f"/mentor/suggestions/{other.ref}/ask"))


def test_not_for_us_can_be_taken_back(app, cast, as_):
    client = as_(cast.new_parent)
    row = look(cast.new_family)[0]
    post(client, f"/mentor/suggestions/{row.ref}/hide")
    html = go(client, "/mentor/suggestions")
    assert f"/mentor/suggestions/{row.ref}/show" in html
    assert f"/mentor/suggestions/{row.ref}/ask" not in html
    post(client, f"/mentor/suggestions/{row.ref}/show")
    assert f"/mentor/suggestions/{row.ref}/ask" in go(client, "/mentor/suggestions")


def test_taking_the_question_back(app, cast, as_):
    client = as_(cast.new_parent)
    ask(cast.new_family)
    post(client, "/mentor/suggestions/withdraw")
    assert db.session.query(MentorRequest).one().state is RequestState.WITHDRAWN
    assert post(client, "/mentor/suggestions/withdraw").status_code == 409


# --- the mentor family ---------------------------------------------------------------------


def test_the_inbox_shows_the_question_and_not_the_family(app, cast, as_):
    ask(cast.new_family, themes=("attachment",))
    html = go(as_(cast.mentor_parent), "/mentor/requests")
    said = words(html)
    assert "En familie spørger jer" in said
    assert WORDS in said
    assert "tilknytning" in said
    assert "Skov" not in html
    assert cast.new_parent.name not in html


def test_yes_from_the_page_reveals_the_names_to_both(app, cast, as_):
    request = ask(cast.new_family)
    answer = post(as_(cast.mentor_parent), f"/mentor/requests/{request.ref}/yes")
    mentorship = db.session.query(Mentorship).one()
    assert answer.location == f"/mentor/{mentorship.ref}"
    assert "familien Lindholm" in go(as_(cast.new_parent), answer.location)
    html = go(as_(cast.mentor_parent), answer.location)
    assert "familien Skov" in html
    assert f"/messages/{mentorship.room.ref}" in html


def test_names_wait_for_the_coordinator_where_one_approves(app, cast, as_):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    for account, name in ((cast.new_parent, "Lindholm"), (cast.mentor_parent, "Skov")):
        client = as_(account)
        for url in (f"/mentor/{mentorship.ref}", f"/mentor/{mentorship.ref}/end"):
            assert name not in go(client, url)
    assert "Skov" not in go(as_(cast.mentor_parent), "/mentor/requests")
    post(as_(cast.coordinator), f"/staff/mentorships/{mentorship.ref}/approve")
    assert "Lindholm" in go(as_(cast.new_parent), f"/mentor/{mentorship.ref}")


def test_no_thank_you_with_a_reason_the_asker_never_reads(app, cast, as_):
    request = ask(cast.new_family)
    client = as_(cast.mentor_parent)
    assert "checked" in page(client.get(f"/mentor/requests/{request.ref}/decline"))
    post(client, f"/mentor/requests/{request.ref}/decline", {"reason": "known"})
    assert db.session.query(MentorRequest).one().decline_reason is DeclineReason.KNOWN
    said = words(go(as_(cast.new_parent), "/mentor/suggestions"))
    assert "kan ikke lige nu" in said
    assert "kender familien" not in said
    assert "tror, de kender familien" in go(as_(cast.coordinator), "/staff/mentor-rounds")


def test_a_reason_from_nowhere_is_refused(app, cast, as_):
    request = ask(cast.new_family)
    url = f"/mentor/requests/{request.ref}/decline"
    page(post(as_(cast.mentor_parent), url, {"reason": "<script>"}), 422)
    assert db.session.query(MentorRequest).one().is_open


def test_capacity_and_pause(app, cast, as_):
    client = as_(cast.mentor_parent)
    post(client, "/mentor/capacity", {"places": "3"})
    assert "I har plads til 3 familier" in words(go(client, "/mentor/requests"))
    post(client, "/mentor/capacity", {"places": "0"})
    assert "I holder pause som mentor" in words(go(client, "/mentor/requests"))
    post(client, "/mentor/capacity", {"places": "999"})
    assert "I holder pause som mentor" in words(go(client, "/mentor/requests"))


def test_a_family_that_is_no_mentor_reads_what_it_takes(app, cast, as_):
    assert "I er ikke mentorfamilie" in go(as_(cast.new_parent), "/mentor/requests")


def test_the_mentorship_can_be_paused_resumed_and_ended_after_a_question(app, cast, as_):
    mentorship = begin(cast)
    client, url = as_(cast.new_parent), f"/mentor/{mentorship.ref}"
    post(client, f"{url}/pause")
    assert "holder pause" in go(client, url)
    post(client, f"{url}/resume")
    assert "I skal ikke forklare jer" in page(client.get(f"{url}/end"))
    assert db.session.get_one(Mentorship, mentorship.id).state is MentorshipState.ACTIVE
    post(client, f"{url}/end")
    said = words(go(client, url))
    assert "Mentorskabet sluttede" in said
    assert "Se forslagene" in said
    assert post(client, f"{url}/end").location == url  # twice does no harm


def test_the_year_shows_its_marks_and_the_next_step(app, cast, as_, time_machine):
    from datetime import UTC, datetime

    time_machine.move_to(datetime(2027, 1, 31, 12, tzinfo=UTC))
    mentorship = begin(cast)
    html = go(as_(cast.new_parent), f"/mentor/{mentorship.ref}")
    assert "Sig hej til hinanden" in html
    for day in ("31. jan.", "28. feb.", "30. apr.", "31. jul.", "31. jan. 2028"):
        assert day in html
    with transaction():
        contact.say_in_touch(mentorship.ref, by=cast.mentor_parent)
    time_machine.move_to(datetime(2027, 2, 25, 12, tzinfo=UTC))
    assert "1 måned: Går det" in go(as_(cast.new_parent), f"/mentor/{mentorship.ref}")


# --- the coordinator -----------------------------------------------------------------------


@pytest.fixture
def round_(cast):
    with transaction():
        make_waiting(cast.municipality, name="Toft")
        make_mentor(cast.municipality, name="Rye")
        made = rounds.start_round(by=cast.coordinator)
    return fresh(made)


def fresh(made):
    db.session.rollback()
    return db.session.get_one(MentorRound, made.id, populate_existing=True)


def value_of(html):
    return re.search(r'name="pairs" value="([^"]+)"', html).group(1)


def version_of(html):
    return re.search(r'name="version" value="(\d+)"', html).group(1)


def test_a_round_from_start_to_approval(app, cast, as_):
    with transaction():
        make_waiting(cast.municipality, name="Toft")
    client = as_(cast.coordinator)
    url = post(client, "/staff/mentor-rounds").location
    html = page(client.get(f"{url}?tick=0"))
    said = words(html)
    assert "får mentorfamilien Lindholm" in said
    assert "af 100" in said
    assert "hvad skal der til" in said  # one place, two families
    data = {"version": version_of(html), "pairs": value_of(html)}
    post(client, f"{url}/approve", data)
    assert "Godkendt, familien har fået besked" in words(go(client, url))
    assert db.session.query(Suggestion).one().round_id == db.session.query(MentorRound).one().id
    post(client, f"{url}/approve", data)  # sent twice: told once
    assert db.session.query(Suggestion).count() == 1


def test_each_look_at_a_round_is_kept(app, cast, as_, round_):
    go(as_(cast.coordinator), f"/staff/mentor-rounds/{round_.ref}")
    looks = db.session.query(AuditEntry).filter_by(event="mentor_round_viewed").all()
    assert [(look.actor_id, look.subject_id) for look in looks] == [
        (cast.coordinator.id, round_.id)
    ]


def test_decisions_from_the_page(app, cast, as_, round_):
    client, url = as_(cast.coordinator), f"/staff/mentor-rounds/{round_.ref}"

    def act(name, **more):
        html = page(client.get(url))
        data = {"version": version_of(html), "pair": value_of(html), **more}
        assert post(client, f"{url}/{name}", data).status_code == 302
        return data["pair"]

    act("keep")
    assert "Fastholdt" in go(client, url)
    banned = act("forbid")
    assert "Foreslås ikke sammen" in go(client, url)
    act("allow", pair=banned)
    assert "Foreslås ikke sammen" not in go(client, url)
    act("goal", goal="fairest")
    assert fresh(round_).goal == "fairest"
    act("again")
    act("close")
    assert fresh(round_).state is RoundState.DECIDED
    assert "Runden er lukket" in go(client, url)


def test_a_held_pair_that_became_impossible_is_named(app, cast, as_, round_):
    client, url = as_(cast.coordinator), f"/staff/mentor-rounds/{round_.ref}"
    html = page(client.get(url))
    pair = value_of(html)
    post(client, f"{url}/keep", {"version": version_of(html), "pair": pair})
    assert "Kan ikke lade sig gøre længere" not in go(client, url)
    with transaction():
        mentor = db.session.query(Family).filter_by(ref=pair.partition(":")[2]).one()
        name = mentor.name
        set_answers(mentor, {"mentor_capacity": 0})
    post(client, f"{url}/again", {"version": version_of(page(client.get(url)))})
    said = words(go(client, url))
    assert "Kan ikke lade sig gøre længere" in said
    assert f"og {name}. Resten er beregnet uden dem." in said


def test_a_stale_or_forged_form_about_a_round_changes_nothing(app, cast, as_, round_):
    client, url = as_(cast.coordinator), f"/staff/mentor-rounds/{round_.ref}"
    html = page(client.get(url))
    good = {"version": version_of(html), "pair": value_of(html), "pairs": value_of(html)}
    for bad in (
        {**good, "version": "1"},
        {**good, "version": ""},
        {**good, "version": "x"},
        {"pair": good["pair"], "pairs": good["pairs"]},
    ):
        for name in ("keep", "forbid", "allow", "approve", "again", "close", "goal"):
            status = post(client, f"{url}/{name}", {**bad, "goal": "fairest"}).status_code
            assert status == 409, name
    forged = {**good, "pair": "aaaaaaaaaaaa:bbbbbbbbbbbb", "pairs": "aaaaaaaaaaaa:bbbbbbbbbbbb"}
    for name in ("keep", "forbid", "approve"):
        assert post(client, f"{url}/{name}", forged).status_code == 404
    assert post(client, f"{url}/goal", {**good, "goal": "loudest"}).status_code == 404
    assert fresh(round_).version == int(good["version"])
    assert db.session.query(Suggestion).count() == 0


def test_progress_tells_the_page_to_load_again_when_the_work_is_done(app, cast, as_, round_):
    client = as_(cast.coordinator)
    answer = client.get(f"/staff/mentor-rounds/{round_.ref}/progress")
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    with transaction():
        made = db.session.get_one(MentorRound, round_.id)
        made.state = RoundState.WORKING
        db.session.get_one(Job, made.job_id).state = JobState.RUNNING
    assert "<progress" in page(client.get(f"/staff/mentor-rounds/{round_.ref}/progress"))
    assert "Runden regnes ud" in page(client.get(f"/staff/mentor-rounds/{round_.ref}"))
    post(client, f"/staff/mentor-rounds/{round_.ref}/stop")


def test_a_round_that_came_to_nothing_says_so(app, cast, as_, round_):
    with transaction():
        made = db.session.get_one(MentorRound, round_.id)
        made.proposal, made.state = None, RoundState.SUPERSEDED
    html = page(as_(cast.coordinator).get(f"/staff/mentor-rounds/{round_.ref}"))
    assert "Runden blev ikke til noget" in html


def test_a_mentorship_is_refused_with_a_reason_that_families_never_read(app, cast, as_):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    client, url = as_(cast.coordinator), f"/staff/mentorships/{mentorship.ref}/refuse"
    assert "Venter på din godkendelse" in go(client, "/staff/mentor-rounds")
    page(post(client, url, {"reason": ""}), 422)
    post(client, url, {"reason": "De er naboer og i familie."})
    for account in (cast.new_parent, cast.mentor_parent):
        html = go(as_(account), f"/mentor/{mentorship.ref}")
        assert "blev ikke til noget" in html
        assert "naboer" not in html


def test_a_consultant_sees_where_the_own_families_stand_and_no_more(app, cast, as_):
    with transaction():
        make_waiting(cast.municipality, name="Fremmedfamilie")
    client = as_(cast.consultant)
    html = go(client, "/staff/mentor-rounds")
    assert "Skov" in html
    assert "Fremmedfamilie" not in html
    assert "Start mentorrunde" not in html
    assert post(client, "/staff/mentor-rounds").status_code == 404


# --- outsiders -----------------------------------------------------------------------------

FAMILY_ROUTES = [
    ("GET", "/mentor/suggestions/{suggestion}/ask"),
    ("POST", "/mentor/suggestions/{suggestion}/ask"),
    ("POST", "/mentor/suggestions/{suggestion}/hide"),
    ("POST", "/mentor/suggestions/{suggestion}/show"),
    ("POST", "/mentor/requests/{request}/yes"),
    ("GET", "/mentor/requests/{request}/decline"),
    ("POST", "/mentor/requests/{request}/decline"),
    ("POST", "/mentor/requests/{request}/undo"),
    ("POST", "/mentor/{mentorship}/undo"),
    ("GET", "/mentor/{mentorship}"),
    ("GET", "/mentor/{mentorship}/end"),
    ("POST", "/mentor/{mentorship}/end"),
    ("GET", "/mentor/{mentorship}/pause"),
    ("POST", "/mentor/{mentorship}/pause"),
    ("POST", "/mentor/{mentorship}/become-mentor"),
    ("POST", "/mentor/{mentorship}/resume"),
    ("GET", "/mentor/{mentorship}/agreement"),
    ("GET", "/mentor/{mentorship}/agreement/edit"),
    ("POST", "/mentor/{mentorship}/agreement/edit"),
    ("POST", "/mentor/{mentorship}/agreement/sign"),
    ("POST", "/mentor/{mentorship}/in-touch"),
    ("GET", "/mentor/{mentorship}/check-in"),
    ("POST", "/mentor/{mentorship}/check-in"),
    ("GET", "/mentor/{mentorship}/call"),
    ("POST", "/mentor/{mentorship}/call"),
    ("GET", "/mentor/{mentorship}/talks"),
    ("POST", "/mentor/{mentorship}/talks"),
    ("POST", "/mentor/{mentorship}/talks/{talk}/remove"),
]
ROUND_ACTS = ["goal", "again", "keep", "choose", "forbid", "allow", "approve", "stop", "close"]
STAFF_ROUTES = [
    ("GET", "/staff/mentor-rounds/{round}"),
    ("GET", "/staff/mentor-rounds/{round}/progress"),
    ("GET", "/staff/mentor-rounds/{round}/compare/{family}"),
    *(("POST", f"/staff/mentor-rounds/{{round}}/{name}") for name in ROUND_ACTS),
    ("GET", "/staff/mentor-calls/{call}"),
    ("POST", "/staff/mentor-calls/{call}/close"),
    ("GET", "/staff/mentorships/{mentorship}/end"),
    ("POST", "/staff/mentorships/{mentorship}/end"),
    ("POST", "/staff/mentorships/{mentorship}/approve"),
    ("GET", "/staff/mentorships/{mentorship}/refuse"),
    ("POST", "/staff/mentorships/{mentorship}/refuse"),
]
OPEN_TO_ANY_FAMILY = {
    "/mentor", "/mentor/suggestions", "/mentor/requests", "/mentor/capacity",
    "/mentor/suggestions/others", "/mentor/suggestions/hidden", "/mentor/suggestions/withdraw",
}  # fmt: skip


@pytest.fixture
def things(app, cast, round_):
    """Something of everything, none of it the outsiders'."""
    with transaction():
        other = make_waiting(cast.municipality)
        mentor = make_mentor(cast.municipality)
    mentorship = say_yes(ask(other, mentor=mentor))
    with transaction():
        talk = talks.note_talk(mentorship.ref, A_TALK, by=other.carers[0])
        call = calls.ask_for_call(mentorship.ref, CallKind.HELP, "", by=other.carers[0])
    request = ask(cast.new_family, mentor=cast.mentor_family)
    suggestion = queries.suggestions_of(cast.new_family.id)[cast.mentor_family.id]
    return {
        "round": round_.ref,
        "family": cast.new_family.ref,
        "mentorship": mentorship.ref,
        "request": request.ref,
        "suggestion": suggestion.ref,
        "talk": talk.ref,
        "call": call.ref,
    }


def test_these_are_all_the_routes(app):
    known = {re.sub(r"\{\w+\}", "<ref>", url) for _m, url in [*FAMILY_ROUTES, *STAFF_ROUTES]}
    known |= OPEN_TO_ANY_FAMILY | {"/staff/mentor-rounds", "/staff/mentorships"}
    rules = {
        re.sub(r"<\w+>", "<ref>", r.rule)
        for r in app.url_map.iter_rules()
        if r.endpoint.startswith("mentoring.")
    }
    assert rules == known


def knock(client, method, url):
    return (client.get(url) if method == "GET" else post(client, url, ASK)).status_code


def test_an_outsider_finds_nothing_on_any_route(app, cast, as_, things):
    before = (
        db.session.query(MentorRequest).filter_by(state=RequestState.OPEN).count(),
        db.session.query(Mentorship).filter_by(state=MentorshipState.ACTIVE).count(),
    )
    for account in (cast.outsider, cast.stranger):
        client = as_(account)
        for method, url in [*FAMILY_ROUTES, *STAFF_ROUTES]:
            assert knock(client, method, url.format(**things)) == 404, (account.email, url)
        assert knock(client, "GET", "/staff/mentor-rounds") == 404
    for account in (cast.coordinator, cast.consultant, cast.facilitator, cast.administrator):
        client = as_(account)
        for method, url in FAMILY_ROUTES:
            assert knock(client, method, url.format(**things)) == 404, (account.email, url)
        for url in OPEN_TO_ANY_FAMILY - {"/mentor/capacity"}:
            assert client.get(url).status_code in {404, 405}
    for account in (
        cast.new_parent,
        cast.mentor_parent,
        cast.consultant,
        cast.facilitator,
        cast.administrator,
        cast.other_coordinator,
    ):
        client = as_(account)
        for method, url in STAFF_ROUTES:
            assert knock(client, method, url.format(**things)) == 404, (account.email, url)
    db.session.rollback()
    assert before == (
        db.session.query(MentorRequest).filter_by(state=RequestState.OPEN).count(),
        db.session.query(Mentorship).filter_by(state=MentorshipState.ACTIVE).count(),
    )


def test_someone_not_signed_in_is_sent_to_sign_in(app, cast, as_, things):
    client = as_(None)
    for method, url in [*FAMILY_ROUTES, *STAFF_ROUTES]:
        if method == "GET":
            assert "/sign-in" in client.get(url.format(**things)).location


def test_forged_references_are_not_found(app, cast, as_):
    nothing = dict.fromkeys(
        ("round", "family", "mentorship", "request", "suggestion", "talk", "call"), "zzzzzzzzzzzz"
    )
    for account, routes in ((cast.new_parent, FAMILY_ROUTES), (cast.coordinator, STAFF_ROUTES)):
        client = as_(account)
        for method, url in routes:
            assert knock(client, method, url.format(**nothing)) == 404, url


def test_forms_without_their_token_do_nothing(app, cast, as_):
    request = ask(cast.new_family)
    answer = as_(cast.mentor_parent).post(f"/mentor/requests/{request.ref}/yes")
    assert answer.status_code == 400
    assert db.session.query(Mentorship).count() == 0


def test_an_ended_mentorship_reads_the_same_for_both_and_can_lead_on(app, cast, as_):
    mentorship = begin(cast)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.mentor_parent)
    assert as_(cast.new_parent).get("/mentor").location == "/mentor/suggestions"
    assert "sluttede" in go(as_(cast.mentor_parent), f"/mentor/{mentorship.ref}")


@pytest.mark.parametrize("url", ["/mentor/suggestions", "/mentor/requests"])
def test_pages_in_english(app, cast, as_, url):
    with transaction():
        cast.new_parent.locale = cast.mentor_parent.locale = "en"
    account = cast.new_parent if "suggestions" in url else cast.mentor_parent
    said = words(go(as_(account), url))
    assert "mentor" in said
    assert "familie " not in said

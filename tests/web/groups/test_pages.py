"""What people see on the pages about groups, in every state, and who sees nothing."""

import pytest

from data.clock import now
from data.db import db, transaction
from data.models import GroupDraft, Job
from data.queries.groups import seats_of
from tests.web.forms import post
from tests.web.groups.building import (
    answered,
    asked_to_take_over,
    drafted,
    hold,
    invited,
    opened,
    planned,
    pooled,
)


def text(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_a_family_without_a_group_is_told_what_happens(cast, as_):
    assert "I er ikke i en gruppe endnu" in text(as_(cast.outsider).get("/group"))


def test_an_invitation_tells_about_the_group_but_not_who_is_in_it(cast, as_):
    circle = invited(cast)
    client = as_(circle.parents[0])
    assert client.get("/group").location == "/group/invitation"
    page = text(client.get("/group/invitation"))
    assert "torsdag aften" in page
    assert "Kulturhuset" in page
    assert "Jonas Friis" in page
    assert not [f.name for f in circle.families[1:] if f.name in page]
    assert "ADHD" not in page  # starred: hidden until they are in


def test_yes_and_no_thanks_are_both_kind(cast, as_):
    circle = invited(cast)
    yes, no = as_(circle.parents[0]), as_(circle.parents[1])
    assert post(yes, "/group/invitation", {"answer": "yes"}).location == "/group"
    assert "I har sagt ja" in text(yes.get("/group"))
    assert post(no, "/group/invitation", {"answer": "no"}).location == "/home"
    assert "I er ikke i en gruppe endnu" in text(no.get("/group"))
    assert "I har allerede svaret." in text(post(yes, "/group/invitation", {"answer": "no"}), 409)


def test_the_table_is_a_list_with_every_family_and_the_lent_chair(cast, as_):
    circle = opened(cast)
    page = text(as_(circle.parents[0]).get("/group"))
    table = page[page.index('<ul class="mk-list mk-round') :].partition("</ul>")[0]
    assert all(family.name in table for family in circle.families)
    assert "mk-seat-loan" in table
    assert table.count("<li") == 5 + 1 + 1
    assert f"{circle.families[0].name} (jer)" in table


def test_the_group_page_shows_phase_meeting_and_answers(cast, as_):
    circle = opened(cast)
    hold(circle, 2)
    planned(circle, title="Højtider", host_ref=circle.families[2].ref)
    page = text(as_(circle.parents[0]).get("/group"))
    assert "2 af 4" in page
    assert "Møde 3: Højtider" in page
    assert "5 mangler svar" in page
    assert 'aria-current="step"' in page


def test_the_hand_over_page_counts_but_never_names(cast, as_):
    circle = asked_to_take_over(opened(cast))
    client = as_(circle.parents[0])
    assert "Er I klar til selv at køre gruppen?" in text(client.get("/group"))
    assert post(client, "/group/handover", {"answer": "yes"}).status_code == 302
    page = text(as_(circle.parents[1]).get("/group/handover"))
    assert "1 af 5 familier har sagt ja" in page
    steps = page.partition("Rundt om bordet")[0]
    assert circle.families[0].name not in steps.replace(circle.group.name, "")
    assert "I har sagt, at I er klar" in text(client.get("/group/handover"))


def test_leaving_is_asked_once_more_and_tells_the_others_only_that(cast, as_):
    circle = opened(cast, 6)
    client = as_(circle.parents[0])
    assert "Vil I forlade gruppen?" in text(client.get("/group/leave"))
    assert "Vælg, hvad der skal ske" in text(post(client, "/group/leave"), 422)
    sure = text(post(client, "/group/leave", {"words": "erased"}))
    assert "Er I sikre?" in sure
    assert "Det bliver slettet for alle" in sure
    left = post(client, "/group/leave", {"words": "erased", "sure": "yes"})
    assert left.status_code == 302
    assert "I er ikke i en gruppe endnu" in text(client.get("/group"))
    assert client.get("/group/leave").status_code == 404
    assert post(client, "/group/leave").status_code == 404


@pytest.mark.parametrize("who", ["outsider", "stranger", "facilitator", "coordinator"])
def test_a_groups_own_pages_are_for_its_families_only(cast, as_, who):
    circle = opened(cast)
    meeting = planned(circle)
    client = as_(getattr(cast, who))
    for path in (
        "/group/handover",
        "/group/leave",
        "/group/meetings",
        f"/group/meetings/{meeting.ref}",
        "/group/invitation",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/group/handover", "/group/leave", f"/group/meetings/{meeting.ref}/reply"):
        assert post(client, path, {"answer": "yes", "coming": "yes"}).status_code == 404, path


@pytest.mark.parametrize("who", ["outsider", "stranger", "consultant", "other_coordinator"])
def test_the_staffs_pages_do_not_exist_for_others(cast, as_, who):
    circle, draft = opened(cast), drafted(cast, 8)
    client = as_(getattr(cast, who))
    seat = seats_of(draft)[0]
    group, board = f"/staff/groups/{circle.group.ref}", f"/staff/drafts/{draft.ref}"
    for path in (
        group,
        f"{group}/meetings/new",
        f"{group}/leave",
        f"{group}/withdraw",
        board,
        f"{board}/board",
        f"{board}/publish",
        f"/staff/pools/{draft.pool.ref}",
        f"/staff/drafts/new?pool={draft.pool.ref}",
    ):
        assert client.get(path).status_code == 404, path
    move = {"family": seat.family.ref, "from": "0", "to": "tray"}
    for path in (
        f"{group}/handover",
        f"{group}/open",
        f"{board}/board/move",
        f"{board}/stop",
        f"{board}/board/undo",
        f"{board}/board/lock",
        f"{board}/board/rotate",
        f"{board}/discard",
    ):
        assert post(client, path, move).status_code == 404, path


def test_the_coordinator_sees_how_far_a_group_is_but_never_its_chat(cast, as_):
    circle = opened(cast)
    hold(circle, 1)
    page = text(as_(cast.coordinator).get(f"/staff/groups/{circle.group.ref}"))
    assert "1 af 4" in page
    assert f"/messages/{circle.group.room.ref}" not in page
    assert f"/messages/{circle.group.room.ref}" in text(
        as_(cast.facilitator).get(f"/staff/groups/{circle.group.ref}")
    )
    phases = text(as_(cast.coordinator).get("/staff/groups"))
    assert circle.group.name in phases


def test_what_a_group_plans_by_itself_is_not_the_municipalitys(cast, as_):
    circle = asked_to_take_over(opened(cast))
    for parent in circle.parents:
        post(as_(parent), "/group/handover", {"answer": "yes"})
    planned(circle, place="Hos familien Dam")
    page = text(as_(cast.coordinator).get(f"/staff/groups/{circle.group.ref}"))
    assert "Dam" not in page
    assert "Ingen fra kommunen læser med" in page


def test_the_facilitator_of_a_half_answered_group_sees_the_choice(cast, as_):
    circle = answered(invited(cast), True, True, True)
    page = text(as_(cast.facilitator).get(f"/staff/groups/{circle.group.ref}"))
    assert "3 af 5 har sagt ja" in page
    assert "Åbn den nu" in page
    assert "Opgiv gruppen" in page


def test_the_setup_page_names_those_who_cannot_be_placed(cast, as_):
    pool = pooled(cast, 8)
    with transaction():
        from data.answers import set_answers

        family = pool.families[0].family
        set_answers(family, {"availability": None})
    client = as_(cast.facilitator)
    page = text(client.get(f"/staff/drafts/new?pool={pool.ref}"))
    assert family.name in page
    assert "Mangler mødetider" in page


def test_a_setup_that_makes_no_sense_is_told_and_forms_nothing(cast, as_):
    pool = pooled(cast, 8)
    client = as_(cast.facilitator)
    form = {
        "pool": pool.ref,
        "name": "",
        "min_size": "9",
        "target_size": "6",
        "max_size": "mange",
        "place": "Huset",
        "postcode": "0001",
    }
    page = text(post(client, "/staff/drafts/new", form), 422)
    for sentence in (
        "Giv kladden et navn.",
        "Skriv et tal fra 3 til 12.",
        "postnummeret til Huset",
    ):
        assert sentence in page
    too_big = {
        "pool": pool.ref,
        "name": "K",
        "min_size": "9",
        "target_size": "9",
        "max_size": "12",
        "towns": "on",
    }
    page = text(post(client, "/staff/drafts/new", too_big), 409)
    assert "færre familier i puljen" in page
    assert db.session.query(GroupDraft).count() == 0


def test_a_draft_is_formed_and_leads_to_its_board(cast, as_):
    pool = pooled(cast, 8)
    client = as_(cast.facilitator)
    form = {
        "pool": pool.ref,
        "name": "Kladde",
        "min_size": "4",
        "target_size": "4",
        "max_size": "5",
        "towns": "on",
        "seconds": "5",
        "mode-themes_now": "mixed",
        "weight-themes_now": "3",
    }
    draft_page = post(client, "/staff/drafts/new", form).location
    assert client.get(draft_page).location == f"{draft_page}/board"
    polled = client.get(draft_page, headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == f"{draft_page}/board"
    page = text(client.get(f"{draft_page}/board"))
    assert page.count('class="gcol') == 2
    assert "Alle faste regler er overholdt" in page
    kept = db.session.query(GroupDraft).one().settings
    assert kept["modes"]["themes_now"] == "mixed"


def test_a_draft_that_is_being_formed_can_be_stopped(cast, as_):
    draft = drafted(cast, 8)
    with transaction():
        draft.state = "working"
        job = db.session.query(Job).filter_by(kind="groups.form").one()
        job.state, job.progress = "running", 0.4
    client = as_(cast.facilitator)
    page = text(client.get(f"/staff/drafts/{draft.ref}"))
    assert 'aria-valuenow="40"' in page
    assert post(client, f"/staff/drafts/{draft.ref}/stop").status_code == 302
    assert db.session.query(Job).filter_by(kind="groups.form").one().stop_wanted
    assert "Stopper" in text(client.get(f"/staff/drafts/{draft.ref}"))
    assert client.get(f"/staff/drafts/{draft.ref}/board").status_code == 302


def test_a_draft_whose_forming_failed_says_so(cast, as_):
    draft = drafted(cast, 8)
    with transaction():
        draft.state, draft.outcome = "working", None
        job = db.session.query(Job).filter_by(kind="groups.form").one()
        job.state, job.problem, job.ended_at = "failed", "Fejlen er hos os.", now()
    assert "Fejlen er hos os." in text(as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}"))


def test_the_panel_says_the_consequence_first_and_works_by_plain_forms(cast, as_):
    draft = drafted(cast)
    client = as_(cast.facilitator)
    seat = next(s for s in seats_of(draft) if s.group_number == 0)
    url = f"/staff/drafts/{draft.ref}/board"
    page = text(client.get(f"{url}?f={seat.family.ref}"))
    panel = page[page.index('id="panel"') :]
    assert seat.family.name in panel
    assert "kan ikke" in panel  # the other group is full
    assert "Byt plads med" in panel
    out = post(client, f"{url}/move", {"family": seat.family.ref, "from": "0", "to": "tray"})
    assert out.location == f"{url}?f={seat.family.ref}"
    page = text(client.get(out.location))
    assert "Uden gruppe (1)" in page
    assert "ændret i hånden" in page
    clash = post(client, f"{url}/move", {"family": seat.family.ref, "from": "0", "to": "1"})
    assert "flyttede" in text(clash, 409)
    for forged in ({"to": "99"}, {"to": "-1"}, {"to": "x"}):
        move = {"family": seat.family.ref, "from": "tray", **forged}
        assert post(client, f"{url}/move", move).status_code == 404


def test_an_unknown_family_in_the_address_shows_the_plain_board(cast, as_):
    draft = drafted(cast, 8)
    page = text(as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/board?f=nosuchref"))
    assert "Vælg en familie" in page


def test_pages_come_in_english_too(cast, as_):
    circle = opened(cast)
    client = as_(circle.parents[0])
    post(client, "/preferences", {"language": "en", "next": "/group"})
    page = text(client.get("/group"))
    assert "Round the table" in page
    assert "Rundt om bordet" not in page

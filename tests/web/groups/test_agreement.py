"""What a group agrees on: written, said yes to, changed, and looked at again."""

import pytest

from data.db import transaction
from data.errors import Conflict, Invalid, NotFound
from data.models import Phase
from data.queries.meetings import agreement_of
from tests.web.forms import post
from tests.web.groups.building import BASE, invited, long_ago, opened
from web.groups.actions import agreement, life

WORDS = ["Det bliver her.", "Vi siger stop."]


def write(circle, *, by=0, seen=0, words=WORDS):
    with transaction():
        return agreement.write(words, seen_version=seen, by=circle.parents[by], base_url=BASE)


def sign(circle, *, by, seen=1):
    with transaction():
        agreement.sign(seen_version=seen, by=circle.parents[by])


def test_who_writes_has_said_yes_and_the_others_are_asked(cast, mails):
    circle = opened(cast)
    mails.clear()
    written = write(circle)
    assert agreement.signed_by(written) == {circle.families[0].id}
    assert {to for m in mails for to in m.to} == {p.email for p in circle.parents[1:]}
    assert all(word not in mail.body for mail in mails for word in WORDS)


def test_a_new_version_needs_new_yeses(cast):
    circle = opened(cast)
    write(circle)
    for by in range(1, 5):
        sign(circle, by=by)
    assert len(agreement.signed_by(agreement_of(circle.group))) == 5
    write(circle, by=2, seen=1, words=[*WORDS, "Vi skiftes."])
    latest = agreement_of(circle.group)
    assert latest.version == 2
    assert agreement.signed_by(latest) == {circle.families[2].id}
    with pytest.raises(Conflict):
        sign(circle, by=0, seen=1)


def test_a_stale_page_overwrites_nothing(cast):
    circle = opened(cast)
    write(circle)
    with pytest.raises(Conflict):
        write(circle, by=1, seen=0, words=["Noget andet."])
    assert agreement.points_of(agreement_of(circle.group)) == WORDS


@pytest.mark.parametrize(
    "words",
    [[], [" "], ["x" * 201], ["y"] * 13, ["Ring på 20 12 34 56"], ["010118-0000"],
     ["Skriv til a@b.dk"]],
)  # fmt: skip
def test_empty_long_or_revealing_words_are_refused(cast, words):
    circle = opened(cast)
    with pytest.raises(Invalid):
        write(circle, words=words)
    assert agreement_of(circle.group) is None


def test_outsiders_facilitators_and_invited_families_neither_read_nor_sign(cast, as_):
    circle, waiting = opened(cast), invited(cast, name="Venter")
    write(circle)
    for person in (cast.outsider, cast.stranger, cast.facilitator, cast.coordinator,
                   cast.other_coordinator, waiting.parents[0]):  # fmt: skip
        with pytest.raises(NotFound), transaction():
            agreement.sign(seen_version=1, by=person)
        client = as_(person)
        assert client.get("/group/agreement").status_code == 404
        assert client.get("/group/agreement/edit").status_code == 404
        assert post(client, "/group/agreement/keep", {"version": "1"}).status_code == 404
    assert len(agreement.signed_by(agreement_of(circle.group))) == 1


def test_the_page_names_who_said_yes_and_never_who_has_not(cast, as_):
    circle = opened(cast)
    write(circle)
    sign(circle, by=1)
    page = as_(circle.parents[2]).get("/group/agreement").text
    assert "2 af 5 familier har sagt ja." in page
    assert circle.families[0].name in page
    assert circle.families[3].name not in page
    for word in WORDS:
        assert word in page


def test_after_half_a_year_the_group_is_reminded_once_and_may_keep_it(cast, as_, mails):
    circle = opened(cast)
    written = write(circle)
    assert agreement.due_for_a_look() == []
    with transaction():
        written.made_at = long_ago(written.made_at, days=183)
    mails.clear()
    for _again in range(2):
        for agreement_id in agreement.due_for_a_look():
            with transaction():
                agreement.remind(agreement_id, base_url=BASE)
    assert sorted(to for m in mails for to in m.to) == sorted(p.email for p in circle.parents)
    client = as_(circle.parents[1])
    assert "Passer den stadig?" in client.get("/group/agreement").text
    assert post(client, "/group/agreement/keep", {"version": "1"}).status_code == 302
    latest = agreement_of(circle.group)
    assert (latest.version, agreement.points_of(latest)) == (2, WORDS)
    assert agreement.signed_by(latest) == {circle.families[1].id}
    assert agreement.due_for_a_look() == []


def test_a_resting_or_ended_group_is_not_reminded(cast):
    circle = opened(cast)
    written = write(circle)
    for phase in (Phase.RESTING, Phase.ENDED):
        with transaction():
            written.made_at = long_ago(written.made_at, days=183)
            circle.group.phase = phase
        assert agreement.due_for_a_look() == []


def test_a_family_that_leaves_takes_its_yes_along(cast):
    circle = opened(cast)
    write(circle)
    sign(circle, by=1)
    with transaction():
        life.leave_group(words=life.Words.ERASED, by=circle.parents[1], base_url=BASE)
    assert agreement.signed_by(agreement_of(circle.group)) == {circle.families[0].id}


def test_the_form_begins_from_the_template_and_keeps_what_was_refused(cast, as_):
    circle = opened(cast)
    client = as_(circle.parents[0])
    assert "Det, vi hører her, bliver her." in client.get("/group/agreement/edit").text
    refused = post(client, "/group/agreement/edit", {"version": "0", "points": "Ring 20123456"})
    assert refused.status_code == 422
    assert "Ring 20123456" in refused.text
    form = {"version": "0", "points": "Vi skiftes.\r\n\r\nVi siger stop.\r\n"}
    assert post(client, "/group/agreement/edit", form).location == "/group/agreement"
    assert agreement.points_of(agreement_of(circle.group)) == ["Vi skiftes.", "Vi siger stop."]
    stale = post(client, "/group/agreement/edit", form)
    assert stale.status_code == 409


def test_the_words_are_sealed_in_the_database(app, cast):
    circle = opened(cast)
    write(circle)
    from sqlalchemy import text

    from data.db import db

    raw = db.session.execute(text("SELECT points FROM group_agreements")).scalar_one()
    assert b"stop" not in bytes(raw)

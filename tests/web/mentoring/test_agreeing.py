"""What two families of a mentorship agree on: written by one, said yes to by both, renewed."""

import json
from datetime import timedelta

import pytest

from data.clock import now, today
from data.db import db, transaction
from data.errors import Conflict, Invalid, NotAllowed, NotFound
from data.keys import KeyMissing
from data.models import MentorAgreement, Mentorship, MentorSignature, Rhythm
from data.queries import mentor_life as life
from data.sealed import store
from tests.web.forms import post
from tests.web.mentoring.pairs import begin, set_rule
from tests.web.safety.test_own_data import take
from web.mentoring.actions import agreeing, living
from web.safety.actions.erasure import erase
from web.safety.tasks import keep_retention_promises

PURPOSE = "Vi vil gerne sove bedre om natten og tale om det svære"


@pytest.fixture
def mails(app) -> list:
    """What was mailed, oldest first."""
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def terms(**more):
    return agreeing.Terms(
        **{
            "purpose": PURPOSE, "rhythm": Rhythm.BIWEEKLY,
            "until": today() + timedelta(days=300), "confidence": ("Det bliver mellem os.",),
            **more,
        }
    )  # fmt: skip


def write(mentorship, by, *, seen=0, **more):
    with transaction():
        return agreeing.write(mentorship.ref, terms(**more), seen_version=seen, by=by)


def sign(mentorship, by, *, seen=1):
    with transaction():
        agreeing.sign(mentorship.ref, seen_version=seen, by=by)


def form(**more):
    return {
        "version": 0, "purpose": PURPOSE, "rhythm": "weekly_first",
        "until": (today() + timedelta(days=300)).isoformat(), "confidence": "Mellem os", **more,
    }  # fmt: skip


def test_who_writes_has_said_yes_and_the_other_family_is_asked(cast, mails):
    mentorship = begin(cast)
    mails.clear()
    written = write(mentorship, cast.new_parent)
    assert life.signed_by(written) == {cast.new_family.id}
    assert {to for m in mails for to in m.to} == {cast.mentor_parent.email}
    assert all(PURPOSE not in mail.body for mail in mails)
    sign(mentorship, cast.mentor_parent)
    sign(mentorship, cast.mentor_parent)  # twice does no harm
    assert life.signed_by(life.agreement_of(mentorship)) == {
        cast.new_family.id, cast.mentor_family.id,
    }  # fmt: skip


def test_a_change_asks_the_other_again_and_a_stale_yes_counts_for_nothing(cast):
    mentorship = begin(cast)
    write(mentorship, cast.new_parent)
    sign(mentorship, cast.mentor_parent)
    write(mentorship, cast.mentor_parent, seen=1, rhythm=Rhythm.MONTHLY)
    latest = life.agreement_of(mentorship)
    assert (latest.version, life.signed_by(latest)) == (2, {cast.mentor_family.id})
    with pytest.raises(Conflict):
        sign(mentorship, cast.new_parent, seen=1)
    with pytest.raises(Conflict):
        write(mentorship, cast.new_parent, seen=1, purpose="Noget andet")
    assert agreeing.terms_of(life.agreement_of(mentorship)).rhythm is Rhythm.MONTHLY


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": " "}, {"purpose": "x" * 601}, {"purpose": "Barnet er 010118-0000"},
        {"purpose": "Ring på 20 12 34 56"}, {"confidence": ()}, {"confidence": ("y",) * 9},
        {"confidence": ("Skriv til a@b.dk",)}, {"until": today()},
        {"until": today() + timedelta(days=800)},
    ],
)  # fmt: skip
def test_what_is_empty_long_revealing_or_past_is_refused(cast, wrong):
    mentorship = begin(cast)
    with pytest.raises(Invalid):
        write(mentorship, cast.new_parent, **wrong)
    assert life.agreement_of(mentorship) is None


def test_only_the_two_families_and_only_while_it_runs(cast):
    mentorship = begin(cast)
    write(mentorship, cast.new_parent)
    for other in (cast.outsider, cast.stranger, cast.coordinator, cast.consultant):
        with pytest.raises(NotFound):
            write(mentorship, other, seen=1)
        with pytest.raises(NotFound):
            sign(mentorship, other)
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
    with pytest.raises(Conflict):
        sign(mentorship, cast.mentor_parent)


def test_nothing_is_agreed_on_before_it_has_begun(cast, as_):
    set_rule(cast.municipality, coordinator_approves_mentorships=True)
    mentorship = begin(cast)
    with pytest.raises(NotAllowed):
        write(mentorship, cast.new_parent)
    assert as_(cast.new_parent).get(f"/mentor/{mentorship.ref}/agreement").status_code == 404


def test_from_the_page_of_the_mentorship_to_a_signed_agreement(cast, as_):
    mentorship = begin(cast)
    url = f"/mentor/{mentorship.ref}"
    one, two = as_(cast.new_parent), as_(cast.mentor_parent)
    assert f"{url}/agreement" in one.get(url).text
    assert "”den yngste”" in one.get(f"{url}/agreement").text
    wrong = post(one, f"{url}/agreement/edit", form(purpose="Ring til os på 20 12 34 56"))
    assert wrong.status_code == 422
    assert "Ring til os på" in wrong.text  # what was written is kept
    post(one, f"{url}/agreement/edit", form())
    assert "venter på jeres ja" in two.get(url).text
    assert "Ja, det er vi med på" in two.get(f"{url}/agreement").text
    post(two, f"{url}/agreement/sign", {"version": 1})
    until = (today() + timedelta(days=300)).isoformat()
    for client in (one, two):
        assert PURPOSE in client.get(url).text
        assert "Begge familier har sagt ja" in client.get(f"{url}/agreement").text
    assert f'value="{until}"' in one.get(f"{url}/agreement/edit").text


def test_the_words_are_sealed_taken_along_and_erased_with_either_family(cast, as_):
    mentorship = begin(cast)
    write(mentorship, cast.new_parent)
    stored = db.session.execute(db.text("SELECT words FROM mentor_agreements")).scalar()
    assert PURPOSE.encode() not in bytes(stored)
    about = json.loads(take(as_(cast.new_parent), "json").text)
    assert [row["purpose"] for row in about["mentor_agreements"]] == [PURPOSE]
    page = take(as_(cast.new_parent), "html").text
    assert "Aftaler i jeres mentorskaber" in page
    assert PURPOSE in page
    asked = post(as_(cast.coordinator), f"/staff/families/{cast.new_family.ref}/data/download",
                 {"kind": "json"})  # fmt: skip
    assert PURPOSE not in asked.text
    scope = life.agreement_of(mentorship).words.scope
    assert store().open(bytes(stored).partition(b"\0")[2], scope)
    with transaction():
        erase(db.session.merge(cast.mentor_family), actor_id=None)
    assert db.session.query(MentorAgreement).count() == 0
    assert db.session.query(MentorSignature).count() == 0
    with pytest.raises(KeyMissing):
        store().open(bytes(stored).partition(b"\0")[2], scope)


def test_what_both_signed_is_kept_until_a_year_after_both_signed_a_later_one(cast):
    mentorship = begin(cast)

    def kept():
        keep_retention_promises()
        return [a.version for a in db.session.query(MentorAgreement).order_by("version")]

    def signed(version, days):
        with transaction():
            one = db.session.query(MentorAgreement).filter_by(version=version).one()
            one.made_at = now() - timedelta(days=400)
            for signature in one.signatures:
                signature.signed_at = now() - timedelta(days=days)

    write(mentorship, cast.new_parent)
    sign(mentorship, cast.mentor_parent)
    signed(1, days=400)
    write(mentorship, cast.new_parent, seen=1, purpose="Noget nyt")
    signed(2, days=380)
    assert kept() == [1, 2]  # only one has signed the new version
    sign(mentorship, cast.mentor_parent, seen=2)
    assert kept() == [1, 2]  # replaced today
    signed(2, days=364)
    assert kept() == [1, 2]
    signed(2, days=366)
    assert kept() == [2]


def test_old_versions_and_those_of_ended_mentorships_go_after_a_year(cast):
    mentorship = begin(cast)
    write(mentorship, cast.new_parent)
    write(mentorship, cast.new_parent, seen=1, purpose="Noget nyt")
    with transaction():
        for agreement in db.session.query(MentorAgreement):
            agreement.made_at = now() - timedelta(days=400)
    keep_retention_promises()
    assert [a.version for a in db.session.query(MentorAgreement)] == [2]
    with transaction():
        living.end_mentorship(mentorship.ref, by=cast.new_parent)
        db.session.get_one(Mentorship, mentorship.id).ended_at = now() - timedelta(days=366)
    keep_retention_promises()
    assert db.session.query(MentorAgreement).count() == 0

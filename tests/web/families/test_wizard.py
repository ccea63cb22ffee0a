"""A family fills in its profile, step by step, stops, comes back, and says that it is right."""

import re

import pytest

from data.answers import answers_of, stamp_of
from data.clock import today
from data.db import db, transaction
from data.models import AuditEntry, Consent, Family, FamilyStatus, RoleName
from matcher.schema import SCHEMA
from tests import factories
from tests.web.forms import post
from web.families.actions.profile import codes_of


@pytest.fixture
def blank(cast):
    """A family that has answered nothing and consented to nothing."""
    with transaction():
        return factories.make_family(
            db.session.merge(cast.municipality), name="Bruun", status=FamilyStatus.DRAFT,
            consent=False, wizard_done=[], answers=dict.fromkeys(factories.NEW_FAMILY),
        )  # fmt: skip


def text_of(response):
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def save(client, family, step, base="/profile/edit/", **answers):
    """Post a step as the page of this moment would."""
    family = db.session.get(Family, family.id)
    db.session.refresh(family)
    seen = stamp_of(family, codes_of(next(s for s in SCHEMA.steps if s.code == step)))
    return post(client, f"{base}{step}", {"seen": seen, **answers})


def answers(family):
    db.session.expire_all()
    return answers_of(db.session.get(Family, family.id))


def test_every_step_asks_every_question_of_the_schema_and_says_who_sees_it(as_, blank):
    client = as_(blank.carers[0])
    for step in SCHEMA.steps:
        page = client.get(f"/profile/edit/{step.code}").get_data(as_text=True)
        for field in step.fields:
            assert f'id="{field.code}' in page, field.code
            if field.set_by == "family":
                assert field.label("da") in page, field.code
                assert f'id="{field.code}-who"' in page


def test_a_step_leads_to_the_next_and_the_answers_are_kept(as_, blank):
    client = as_(blank.carers[0])
    answer = save(client, blank, "who_you_are", family_type="kinship", foster_since="2019",
                  own_children_bands=["none", "3_5"])  # fmt: skip
    assert answer.status_code == 302
    assert answer.location.endswith("/profile/edit/children")
    assert answers(blank) == {
        "family_type": "kinship", "foster_since": 2019, "own_children_bands": ["3_5"],
    }  # fmt: skip
    page = client.get("/profile/edit/who_you_are").get_data(as_text=True)
    assert 'value="kinship" checked' in page
    assert 'value="2019"' in page


def test_one_goes_on_where_one_stopped(as_, blank):
    client = as_(blank.carers[0])
    save(client, blank, "who_you_are", then="home")
    save(client, blank, "themes_now")
    page = text_of(client.get("/profile"))
    assert re.search(r'button-primary" href="/profile/edit/children"', page)
    assert "2 af 6 sider er gemt" in page


def test_an_answer_can_be_taken_back(as_, cast):
    save(as_(cast.new_parent), cast.new_family, "about")
    assert "purposes" not in answers(cast.new_family)


def test_themes_are_kept_with_their_strength(as_, blank):
    save(as_(blank.carers[0]), blank, "themes_now", themes_now=["adhd", "siblings"],
         **{"themes_now-adhd": "3", "themes_now-fasd": "1"})  # fmt: skip
    assert answers(blank) == {"themes_now": {"adhd": 3, "siblings": 2}}


def test_a_sixth_theme_is_answered_with_a_sentence_and_nothing_is_lost(as_, blank):
    six = ["adhd", "autism", "fasd", "teenage", "siblings", "aftercare"]
    answer = save(as_(blank.carers[0]), blank, "themes_now", themes_now=six)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "I har valgt 6. Vælg de 5, der fylder mest." in page
    assert "disabled" not in page
    assert page.count("checked") >= len(six)
    assert answers(blank) == {}


WRONG = [
    ("who_you_are", {"family_type": "castle"}),
    ("who_you_are", {"foster_since": "2199"}),
    ("who_you_are", {"foster_since": "længe"}),
    ("who_you_are", {"carer_background": ["wizard"]}),
    ("children", {"children_count": "99"}),
    ("children", {"children_age_bands": ["0_2", "3_5", "6_9", "10_12", "13_15", "16_17"]}),
    ("themes_now", {"themes_now": ["adhd"], "themes_now-adhd": "9"}),
    ("themes_now", {"themes_now": ["dragons"]}),
    ("themes_experience", {"themes_experience": ["dragons"]}),
    ("meeting", {"postcode": "9999"}),
    ("meeting", {"postcode": "71OO"}),
    ("meeting", {"home_municipality": "0000"}),
    ("meeting", {"availability": ["mon_midnight"]}),
    ("about", {"about_us": "x" * 601}),
    ("about", {"about_us": "Vores dreng er 010118-1234"}),
    ("about", {"about_us": "Ring på 20 30 40 50"}),
    ("about", {"about_us": "Skriv til skov@example.org"}),
]


def test_an_answer_that_cannot_be_used_is_refused_where_it_stands(as_, blank):
    client = as_(blank.carers[0])
    for step, wrong in WRONG:
        answer = save(client, blank, step, **wrong)
        assert answer.status_code == 422, wrong
        assert "form-error-message" in answer.text
        assert 'role="alert"' in answer.text
    assert answers(blank) == {}


def test_a_forged_field_is_not_stored(as_, blank):
    save(as_(blank.carers[0]), blank, "who_you_are", protected_address="1", status="active",
         mentor_approved="2026-01-01", themes_now=["adhd"], family_type="general")  # fmt: skip
    assert answers(blank) == {"family_type": "general"}
    assert db.session.get(Family, blank.id).status is FamilyStatus.DRAFT


def test_two_adults_who_write_at_once_find_out_before_one_is_overwritten(as_, cast):
    with transaction():
        factories.make_account(db.session.merge(cast.municipality), RoleName.FAMILY,
                               family_id=cast.new_family.id)  # fmt: skip
    one, other = (as_(person) for person in db.session.get(Family, cast.new_family.id).carers)
    page = other.get("/profile/edit/about").get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]
    save(one, cast.new_family, "about", about_us="Vi har en hund.", purposes=["social"])
    late = post(other, "/profile/edit/about", {"seen": seen, "about_us": "Vi har høns."})
    page = text_of(late)
    assert late.status_code == 409
    assert "Vi har høns.</textarea>" in page  # what they wrote is still there
    assert "Vi har en hund." in page  # and what stands there now
    assert answers(cast.new_family)["about_us"] == "Vi har en hund."
    again = re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]
    assert again != seen
    post(other, "/profile/edit/about", {"seen": again, "about_us": "Vi har høns."})
    assert answers(cast.new_family)["about_us"] == "Vi har høns."


def test_a_change_elsewhere_does_not_stop_a_step(as_, cast):
    client = as_(cast.new_parent)
    page = client.get("/profile/edit/about").get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]
    save(client, cast.new_family, "who_you_are", family_type="respite")
    assert post(client, "/profile/edit/about", {"seen": seen}).status_code == 302


def test_the_look_through_says_what_is_missing_and_finishing_asks_for_a_wish(as_, blank):
    client = as_(blank.carers[0])
    page = text_of(client.get("/profile/edit/review"))
    assert page.count(">Mangler<") == 3  # wishes, times, postcode
    answer = post(client, "/profile/edit/review", {"consent": "yes"})
    assert answer.status_code == 422
    assert "Fortæl os først" in text_of(answer)
    assert db.session.query(Consent).filter_by(family_id=blank.id).count() == 0


def test_nobody_takes_part_without_a_yes(as_, blank):
    client = as_(blank.carers[0])
    save(client, blank, "meeting", participation=["group"], availability=["tue_evening"],
         postcode="7100", home_municipality="0630")  # fmt: skip
    answer = post(client, "/profile/edit/review")
    assert answer.status_code == 422
    assert db.session.get(Family, blank.id).status is FamilyStatus.DRAFT
    answer = post(client, "/profile/edit/review", {"consent": "yes"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert db.session.get(Family, blank.id).status is FamilyStatus.ACTIVE
    [consent] = db.session.query(Consent).filter_by(family_id=blank.id)
    assert (consent.by_phone, consent.given_on) == (False, today())


def test_staff_fill_in_for_a_family_that_rings_and_it_is_written_down(as_, blank, cast):
    client, base = as_(cast.coordinator), f"/staff/families/{blank.ref}/edit/"
    done = save(client, blank, "meeting", base, participation=["mentee"], postcode="7100",
         availability=["mon_evening"], contact_modes=["chat"])  # fmt: skip
    assert done.status_code == 302, done.text
    assert answers(blank)["participation"] == ["mentee"]
    post(client, f"{base}review", {"consent": "yes"})
    [consent] = db.session.query(Consent).filter_by(family_id=blank.id)
    assert (consent.by_phone, consent.given_by_id) == (True, cast.coordinator.id)
    events = [e.event for e in db.session.query(AuditEntry).filter_by(subject_id=blank.id)]
    assert {"family_answers_changed", "consent_given", "family_activated"} <= set(events)
    changed = db.session.query(AuditEntry).filter_by(event="family_answers_changed").one()
    assert "7100" not in str(changed.details)


def test_only_the_family_its_consultant_and_the_coordinator_may_open_the_wizard(as_, cast):
    new, others = cast.new_family, {"facilitator", "administrator", "other_coordinator", "outsider"}
    for name in ("coordinator", "consultant", *others):
        client = as_(getattr(cast, name))
        for url in (
            f"/staff/families/{new.ref}/edit/about",
            f"/staff/families/{new.ref}/edit/review",
        ):
            wanted = 404 if name in others else 200
            assert client.get(url).status_code == wanted, (name, url)
            if name in others:
                assert post(client, url).status_code == 404
    mentor = cast.mentor_family.ref
    assert as_(cast.consultant).get(f"/staff/families/{mentor}/edit/about").status_code == 404
    assert as_(cast.coordinator).get("/profile/edit/about").status_code == 404
    assert as_(None).get("/profile/edit/about").status_code == 302


def test_a_step_that_does_not_exist_is_not_found(as_, cast):
    assert as_(cast.new_parent).get("/profile/edit/status").status_code == 404


def test_the_preview_shows_what_another_family_sees_and_no_more(as_, cast):
    page = text_of(as_(cast.new_parent).get("/profile/edit/review"))
    card = page.split("Før begge har sagt ja:")[1].split("</section>")[0]
    assert "En ny plejefamilie" in card
    assert "Vejle Kommune · børn på 3–5 år" in card
    assert "Tilknytning" in card
    assert "Resten er skjult" in card
    for hidden in ("ADHD", "uro", "7100", "Skov", "Moderat"):
        assert hidden not in card

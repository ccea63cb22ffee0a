"""The one description of the profile."""

import json
from pathlib import Path

import pytest

import matcher.schema
from matcher.errors import MatcherError
from matcher.schema import SCHEMA

PEERS = ("peer_before", "peer_after", "group_member")


def test_it_has_every_field_and_theme():
    assert len(SCHEMA.fields) == 34
    assert len(SCHEMA.themes) == 29
    assert list(SCHEMA.field("themes_experience").values) == list(SCHEMA.themes)
    assert len(SCHEMA.field("availability").values) == 21
    assert len(SCHEMA.field("languages").values) == 18


@pytest.mark.parametrize("purpose", ["mentor", "group"])
def test_weights_sum_to_one_and_each_has_a_scale_and_a_mean(purpose):
    weights = SCHEMA.weights(purpose)
    assert sum(weights.values()) == pytest.approx(1)
    assert set(SCHEMA.means(purpose)) == set(weights)
    for code in weights:
        assert SCHEMA.field(code).scale is not None
        assert 0 < SCHEMA.field(code).mean(purpose) < 1


@pytest.mark.parametrize("field", list(SCHEMA), ids=lambda field: field.code)
def test_every_word_is_there_in_both_languages(field):
    assert field.label("da")
    assert field.label("en")
    assert field.help("da").endswith((".", "?"))
    assert field.help("en").endswith((".", "?"))
    for value in field.values.values():
        assert all([value.da, value.en, value.short_da, value.short_en])


def test_every_asked_field_stands_on_one_step_and_staff_fields_on_none():
    asked = [field.code for step in SCHEMA.steps for field in step.fields]
    assert len(asked) == len(set(asked))
    assert [step.number for step in SCHEMA.steps] == [1, 2, 3, 4, 5, 6]
    for field in SCHEMA:
        assert (field.code in asked) == (field.set_by in {"family", "computed"})


def test_starred_themes_are_those_of_health_culture_and_youth():
    starred = {code for code, theme in SCHEMA.themes.items() if theme.starred}
    assert starred == {
        *("adhd", "autism", "fasd", "disability", "anxiety_self_harm"),
        *("refugee_background", "culture_tradition", "substance_crime"),
    }
    for theme in SCHEMA.themes.values():
        group = next(g for g in SCHEMA.theme_groups if g.code == theme.group)
        assert group.starred == theme.starred


def test_other_families_never_see_what_could_point_to_a_child_or_a_home():
    never = {
        *("postcode", "support_level", "children_count", "placing_municipalities", "consents"),
        *("mentor_approved", "status", "exclusions", "protected_address", "children_gender"),
    }
    for viewer in PEERS:
        assert not never & {field.code for field in SCHEMA.visible_to(viewer)}


# Field by role, written out: nobody opens an answer to someone by one word in a file of 900 lines.
# Self, peer Before a yes, After it, Group, Facilitator, Consultant, Koordinator; D: administrator.
SEEN_BY = """
    participation            S---FCK-
    status                   S----CK-
    family_type              SBAGFCK-
    support_level            S----CK-
    foster_since             SBAGFCK-
    placements_total         S----CK-
    current_placement_phase  S----CK-
    children_age_bands       SBAGFCK-
    children_count           S----CK-
    children_gender          S----CK-
    themes_now               SBAGFCK-
    themes_experience        SBAGFCK-
    postcode                 S----CK-
    home_municipality        SBAGFCK-
    placing_municipalities   S----CK-
    max_travel_minutes       S---FCK-
    availability             SBAGFCK-
    meeting_form             SBAGFCK-
    meeting_frequency        S-AGFCK-
    purposes                 SBAG-CK-
    languages                S-AGFCK-
    household_form           S-AG-CK-
    own_children_bands       S-AG-CK-
    work_pattern             S-AG-CK-
    carer_background         S-AG-CK-
    interests                SBAG-CK-
    mentor_capacity          S----CK-
    mentor_approved          S----CK-
    contact_modes            SBAG-CK-
    place_limits             S-AGFCK-
    exclusions               ------K-
    protected_address        S----CK-
    consents                 S----CK-
    about_us                 S-AG-CK-
"""


@pytest.mark.parametrize("row", SEEN_BY.split("\n")[1:-1], ids=lambda row: row.split()[0])
def test_each_role_sees_of_each_field_what_was_decided(row):
    code, letters = row.split()
    seeing = [
        viewer for viewer, letter in zip(SCHEMA.viewers, letters, strict=True) if letter != "-"
    ]
    assert seeing == [viewer for viewer in SCHEMA.viewers if SCHEMA.may_see(viewer, code)]


def test_the_table_of_who_sees_what_holds_every_field():
    assert [row.split()[0] for row in SEEN_BY.split("\n")[1:-1]] == list(SCHEMA.fields)


def test_starred_themes_open_only_when_both_have_said_yes():
    for code in ("themes_now", "themes_experience"):
        assert not SCHEMA.may_see("peer_before", code, "adhd")
        assert SCHEMA.may_see("peer_before", code, "siblings")
        assert SCHEMA.may_see("peer_after", code, "adhd")
        assert not SCHEMA.may_see("group_member", code, "adhd")


def test_exclusions_are_the_coordinators_alone():
    seeing = {viewer for viewer in SCHEMA.viewers if SCHEMA.may_see(viewer, "exclusions")}
    assert seeing == {"coordinator"}


def test_a_protected_address_hides_postcode_and_municipality():
    for viewer in SCHEMA.viewers:
        for code in ("postcode", "home_municipality"):
            seen = SCHEMA.may_see(viewer, code, protected=True)
            assert seen == (viewer in {"self", "consultant", "coordinator"})


def test_the_administrator_sees_nothing_of_a_profile():
    assert SCHEMA.visible_to("administrator") == ()


def test_the_facilitator_sees_neither_address_nor_free_text():
    seen = {field.code for field in SCHEMA.visible_to("facilitator")}
    assert {"family_type", "children_age_bands", "themes_now", "home_municipality"} <= seen
    assert not seen & {"postcode", "about_us", "exclusions", "protected_address"}


def test_unknown_fields_and_viewers_are_refused():
    with pytest.raises(MatcherError, match="shoe_size"):
        SCHEMA.field("shoe_size")
    with pytest.raises(MatcherError, match="stranger"):
        SCHEMA.may_see("stranger", "themes_now")


def test_it_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        SCHEMA.fields["postcode"] = None
    with pytest.raises(AttributeError):
        SCHEMA.field("postcode").label_da = "x"


def test_a_value_from_outside_is_its_own_label():
    assert SCHEMA.value_label("home_municipality", "0630", "da") == "0630"
    assert SCHEMA.value_label("family_type", "kinship", "en") == "Kinship foster family"


def test_a_schema_with_an_unknown_kind_is_refused(tmp_path):
    raw = json.loads(Path(matcher.schema.__file__).with_name("profile_schema.json").read_text())
    raw["fields"][0]["kind"] = "riddle"
    broken = tmp_path / "schema.json"
    broken.write_text(json.dumps(raw))
    with pytest.raises(MatcherError, match="riddle"):
        matcher.schema.load(broken)

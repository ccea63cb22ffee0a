"""A list comes in: looked at first, mended on the page, saved whole or not at all."""

import io
import re

import pytest

from data.answers import answers_of, whole_profile
from data.clock import now
from data.db import db, transaction
from data.exchange import read_families
from data.models import (
    AuditEntry,
    Exclusion,
    Family,
    FamilyStatus,
    Invitation,
    Job,
    MentorRequest,
    Upload,
)
from tests.data.exchange.files import csv_file, xlsx_file
from tests.web.forms import csrf_token, post
from tests.web.mentoring import pairs
from web.safety.actions.erasure import erase_family

GOOD = (
    "id;navn;e-mail;vi vil gerne;status;samtykke;postnummer;temaer, vi står i nu;"
    "må ikke sættes sammen med",
    "F-500;Lund;lund@example.org;have en mentorfamilie;aktiv;01-10-2026;7100;adhd:3; attachment;",
    "F-501;Gram;;være mentorfamilie;kladde;;7080;;F-500",
)
GOOD = tuple(line.replace("adhd:3; attachment", '"adhd:3; attachment"') for line in GOOD)


def bring(client, content, filename="familier.csv"):
    return client.post(
        "/staff/families/import",
        data={"csrf_token": csrf_token(client), "file": (io.BytesIO(content), filename)},
        content_type="multipart/form-data",
    )


def look(client, *lines, filename="familier.csv"):
    """Bring a file and return the address of its page and the page."""
    brought = bring(client, csv_file(*lines), filename)
    assert brought.status_code == 302, brought.text
    return brought.location, page_of(client, brought.location)


def page_of(client, url):
    return re.sub(r"\s+", " ", client.get(url).get_data(as_text=True))


def named(external_id):
    db.session.expire_all()
    return db.session.query(Family).filter_by(external_id=external_id).one_or_none()


@pytest.fixture
def coordinator(as_, cast):
    return as_(cast.coordinator)


def test_nothing_is_saved_before_the_button(coordinator, cast):
    before = db.session.query(Family).count()
    _url, page = look(coordinator, *GOOD)
    assert "2 rækker er nye" in page
    assert "Gem 2 familier" in page
    assert db.session.query(Family).count() == before


def test_a_good_list_is_saved_whole(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    assert post(coordinator, f"{url}/save").status_code == 302
    assert "2 nye familier" in page_of(coordinator, url)
    lund, gram = named("F-500"), named("F-501")
    assert (lund.name, lund.status) == ("Lund", FamilyStatus.ACTIVE)
    assert answers_of(lund)["themes_now"] == {"adhd": 3, "attachment": 2}
    assert whole_profile(lund)["consents"] == {"matching": "2026-10-01"}
    assert gram.status is FamilyStatus.DRAFT
    assert db.session.query(Exclusion).count() == 1
    assert db.session.query(Invitation).count() == 0  # nobody asked for invitations
    assert db.session.query(AuditEntry).filter_by(event="family_imported").count() == 2


def test_what_is_sensitive_stands_sealed_in_the_database(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    for table, column in (("uploads", "content"), ("jobs", "result")):
        rows = db.session.connection().exec_driver_sql(f"SELECT {column} FROM {table}")
        assert all(b"adhd" not in bytes(row[0] or b"") for row in rows)
    post(coordinator, f"{url}/save")
    raw = db.session.connection().exec_driver_sql("SELECT open_answers FROM families").scalars()
    assert not any("adhd" in text for text in raw)


def test_the_file_is_gone_once_it_is_saved(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    post(coordinator, f"{url}/save")
    db.session.expire_all()
    upload = db.session.query(Upload).one()
    assert upload.used_at is not None
    assert bytes(upload.content) == b""


def test_saving_twice_saves_once(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    assert post(coordinator, f"{url}/save").status_code == 302
    assert post(coordinator, f"{url}/save").status_code == 409
    assert db.session.query(Family).filter(Family.external_id.like("F-50%")).count() == 2


def test_the_same_list_again_changes_nothing(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    post(coordinator, f"{url}/save")
    _url, page = look(coordinator, *GOOD)
    assert "2 er som før" in page
    assert "Der er intet at gemme" in page


def test_the_same_id_updates_the_family_and_the_difference_is_shown_first(coordinator, cast):
    skov = cast.new_family.external_id
    lines = ("id;længste køretid;navn", f"{skov};55;Skov-Hansen")
    url, page = look(coordinator, *lines)
    assert "1 retter en familie" in page
    assert "40 minutter i bil" in page
    assert "55 minutter i bil" in page
    before = answers_of(named(skov))
    post(coordinator, f"{url}/save")
    assert answers_of(named(skov)) == {**before, "max_travel_minutes": 55}
    assert named(skov).name == "Skov-Hansen"


def test_every_fault_says_row_column_what_and_remedy_and_closes_the_button(coordinator, cast):
    url, page = look(coordinator, "id;navn;postnummer;plejefamilie siden", "F-1;Lindholm;71OO;2031")
    assert '<td class="r">2</td>' in page
    assert "Lindholm" in page
    assert "Der står bogstavet O i stedet for et nul." in page
    assert "Mente I 7100?" in page
    assert "Årstallet ligger i fremtiden." in page
    assert "Gem 1 familie" not in page
    assert post(coordinator, f"{url}/save").status_code == 409
    assert named("F-1") is None


def test_a_fault_is_mended_on_the_page(coordinator, cast):
    url, page = look(coordinator, "id;navn;postnummer;plejefamilie siden", "F-1;Lindholm;71OO;2031")
    assert 'name="cell-2:postcode" value="7100"' in page  # what we think was meant stands there
    post(coordinator, f"{url}/mend", {"cell-2:postcode": "7100", "cell-2:foster_since": "2013"})
    assert "Gem 1 familie" in page_of(coordinator, url)
    post(coordinator, f"{url}/save")
    assert answers_of(named("F-1")) == {"postcode": "7100", "foster_since": 2013}


def test_a_row_can_be_left_out(coordinator, cast):
    url, _page = look(coordinator, "id;postnummer", "F-1;9999", "F-2;7100")
    post(coordinator, f"{url}/mend", {"skip": "2"})
    post(coordinator, f"{url}/save")
    assert (named("F-1"), named("F-2").name) == (None, "F-2")


def test_an_unknown_column_can_be_given_its_meaning(coordinator, cast):
    url, page = look(coordinator, "id;Postnumer;Hårfarve", "F-1;7100;brun")
    assert re.search(r'<option value="postcode" selected', page)
    means = {"heading": ["Postnumer", "Hårfarve"], "means-0": "postcode", "means-1": "-"}
    post(coordinator, f"{url}/mend", means)
    post(coordinator, f"{url}/save")
    assert answers_of(named("F-1")) == {"postcode": "7100"}


def test_a_cpr_number_is_dropped_and_told_masked_and_the_rest_is_saved(coordinator, cast):
    url, page = look(coordinator, "id;om os;postnummer", "F-1;Vores dreng 010118-1234;7100")
    assert "••••••-••••" in page
    assert "1234" not in page
    post(coordinator, f"{url}/save")
    assert answers_of(named("F-1")) == {"postcode": "7100"}


def test_an_exclusion_to_nobody_is_told(coordinator, cast):
    _url, page = look(coordinator, "id;exclusions", "F-1;F-404")
    assert "Ingen familie har id’et ”F-404”." in page
    known = cast.new_family.external_id
    _url, page = look(coordinator, "id;exclusions", f"F-1;{known}")
    assert "Gem 1 familie" in page


def test_invitations_go_out_when_asked_for_and_a_bad_address_stops_nothing(coordinator, cast):
    taken = cast.stranger.email
    lines = (
        "id;navn;e-mail;e-mail 2",
        f"F-1;Lund;lund@example.org;{taken}",
        "F-2;Gram;gram@example.org;",
    )
    url, page = look(coordinator, *lines)
    assert "Send også invitationer til de 3 e-mailadresser i filen" in page
    post(coordinator, f"{url}/save", {"invite": "yes"})
    invited = {i.email for i in db.session.query(Invitation)}
    assert invited == {"lund@example.org", "gram@example.org"}
    assert db.session.query(Family).filter(Family.external_id.in_(["F-1", "F-2"])).count() == 2
    assert all(not u.content and u.mended is None for u in db.session.query(Upload))


def test_a_band_becomes_a_month_that_opens_the_way(coordinator, cast):
    url, _page = look(
        coordinator, "id;current_placement_phase", "F-1;0_6m", "F-2;expecting", "F-3;none"
    )
    post(coordinator, f"{url}/save")
    phases = [whole_profile(named(f"F-{n}")).get("current_placement_phase") for n in (1, 2, 3)]
    assert phases == ["0_6m", "expecting", "none"]


def test_a_family_that_has_left_is_not_brought_back_by_a_list(coordinator, cast):
    with transaction():
        db.session.get(Family, cast.new_family.id).status = FamilyStatus.LEFT
    url, page = look(coordinator, "id;postnummer", f"{cast.new_family.external_id};7080")
    assert "Familien har forladt netværket." in page
    assert post(coordinator, f"{url}/save").status_code == 409


def test_a_list_that_says_a_family_has_left_ends_what_it_said_yes_to(coordinator, cast):
    skov = cast.new_family.external_id
    url, _page = look(coordinator, "id;status", f"{skov};left")
    post(coordinator, f"{url}/save")
    assert named(skov).status is FamilyStatus.LEFT
    assert whole_profile(named(skov))["consents"] == {}
    exported = coordinator.get("/staff/families/export.csv").data
    url = bring(coordinator, exported).location  # and the network's own list still comes back
    assert "3 er som før" in page_of(coordinator, url)


def test_a_list_that_keeps_two_apart_ends_their_question_and_is_written_down(coordinator, cast):
    request = pairs.ask(db.session.get(Family, cast.new_family.id),
                        mentor=db.session.get(Family, cast.mentor_family.id))  # fmt: skip
    skov, bjerg = cast.new_family, cast.mentor_family
    url, _page = look(coordinator, "id;exclusions", f"{skov.external_id};{bjerg.external_id}")
    post(coordinator, f"{url}/save")
    db.session.expire_all()
    assert db.session.get(MentorRequest, request.id).expires_at <= now()
    entry = db.session.query(AuditEntry).filter_by(event="exclusion_added").one()
    assert {entry.subject_id, entry.details["other"]} == {skov.id, bjerg.id}


def test_protection_that_a_list_switches_is_written_down(coordinator, cast):
    url, _page = look(coordinator, "id;protected_address", f"{cast.new_family.external_id};ja")
    post(coordinator, f"{url}/save")
    entry = db.session.query(AuditEntry).filter_by(event="address_protection_changed").one()
    assert entry.subject_id == cast.new_family.id


def test_a_file_named_by_a_cpr_number_is_not_called_so(coordinator, cast):
    content = csv_file("id;postnummer", "F-1;7100")
    page = page_of(coordinator, bring(coordinator, content, "010203-1234.csv").location)
    assert "1234" not in page
    assert db.session.query(Upload).one().filename == "••••••-••••.csv"


def test_the_same_list_brought_again_can_invite_those_who_are_not_here_yet(coordinator, cast):
    lines = ("id;navn;e-mail", "F-1;Lund;lund@example.org")
    url, _page = look(coordinator, *lines)
    post(coordinator, f"{url}/save")
    assert db.session.query(Invitation).count() == 0
    url, page = look(coordinator, *lines)
    assert "Send invitationerne" in page
    post(coordinator, f"{url}/save", {"invite": "yes"})
    assert [i.email for i in db.session.query(Invitation)] == ["lund@example.org"]
    signed_in = cast.new_parent.email  # who is here is not invited once more
    _url, page = look(coordinator, "id;e-mail", f"{cast.new_family.external_id};{signed_in}")
    assert "Send invitationerne" not in page


def test_families_that_change_meanwhile_stop_the_save(coordinator, cast):
    other = cast.mentor_family.external_id
    url, _page = look(coordinator, "id;exclusions", f"F-1;{other}")
    with transaction():
        db.session.get(Family, cast.mentor_family.id).external_id = "F-OTHER"
    post(coordinator, f"{url}/save")
    page = page_of(coordinator, url)
    assert "er ændret, siden filen blev set igennem" in page
    assert named("F-1") is None
    post(coordinator, f"{url}/mend")
    assert "Ingen familie har id’et" in page_of(coordinator, url)


def test_erasing_a_family_forgets_what_was_read_and_the_file_can_be_looked_at_again(
    coordinator, cast
):
    url, page = look(coordinator, *GOOD)
    assert "2 rækker er nye" in page
    with transaction():
        erase_family(
            cast.mentor_family.ref, typed_name=cast.mentor_family.name, by=cast.coordinator
        )
    page = page_of(coordinator, url)
    assert "er glemt her, fordi en familie er slettet imens" in page
    assert "Lindholm" not in page
    assert post(coordinator, f"{url}/save").status_code == 409
    post(coordinator, f"{url}/mend")
    assert "2 rækker er nye" in page_of(coordinator, url)


def test_a_file_that_cannot_be_taken_gets_a_clear_word(app, coordinator, cast):
    app.config["MAX_CONTENT_LENGTH"] = 4000
    for content, filename, status in (
        (b"", "familier.csv", 422),
        (b"id\r\n1", "familier.pdf", 422),
        (b"id\r\n1", "", 422),
        (b"x" * 9000, "familier.csv", 413),
    ):
        answer = bring(coordinator, content, filename)
        assert answer.status_code == status, filename
        assert "<h1" in answer.text
    assert db.session.query(Upload).count() == 0


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.4", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"navn\r\nSkov"],
)
def test_a_broken_file_is_told_on_its_page(coordinator, cast, content):
    url = bring(coordinator, content, "familier.xlsx").location
    page = page_of(coordinator, url)
    assert "Filen kunne ikke læses. Intet er gemt." in page
    assert post(coordinator, f"{url}/save").status_code == 409


def test_a_file_can_be_thrown_away(coordinator, cast):
    url, _page = look(coordinator, *GOOD)
    post(coordinator, f"{url}/cancel")
    assert db.session.query(Upload).count() == 0
    assert coordinator.get(url).status_code == 404


@pytest.mark.parametrize(
    "name", ["administrator", "consultant", "facilitator", "new_parent", "other_coordinator"]
)
def test_nobody_else_may_open_mend_or_save_a_list(as_, cast, coordinator, name):
    url, _page = look(coordinator, *GOOD)
    client = as_(getattr(cast, name))
    assert client.get(url).status_code == 404
    for act in ("mend", "save", "cancel"):
        assert post(client, f"{url}/{act}").status_code == 404
    assert db.session.query(Job).filter_by(kind="families.import_save").count() == 0


def test_a_forged_reference_is_not_found(coordinator, cast):
    for ref in ("zzzzzzzzzzzz", "1", "template", "%27"):
        assert coordinator.get(f"/staff/families/import/{ref}").status_code == 404
        assert post(coordinator, f"/staff/families/import/{ref}/save").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_the_template_is_read_again_without_a_fault(coordinator, cast, kind, language):
    answer = coordinator.get(
        f"/staff/families/import/template.{kind}", headers={"Accept-Language": language}
    )
    result = read_families(answer.data, f"skabelon.{kind}")
    assert [p.code for p in result.problems] == ["example_row"]
    assert result.records == []
    example = answer.data.replace(b"EKSEMPEL-1", b"EKSEMPEL-2") if kind == "csv" else None
    if example:
        assert read_families(example, "f.csv").problems == []


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_export_is_a_list_that_changes_nothing_when_it_comes_back(coordinator, cast, fmt):
    with transaction():
        db.session.add(Exclusion(family_id=cast.new_family.id, other_id=cast.mentor_family.id))
    answer = coordinator.get(f"/staff/families/export.{fmt}")
    assert "attachment" in answer.headers["Content-Disposition"]
    result = read_families(answer.data, f"f.{fmt}")
    assert result.problems == []
    assert len(result.records) == 3
    assert "Fremmed" not in str(result.contacts)
    url = bring(coordinator, answer.data, f"f.{fmt}").location
    assert "3 er som før" in page_of(coordinator, url)
    assert db.session.query(AuditEntry).filter_by(event="families_exported").count() == 1


def test_an_export_of_another_kind_is_not_found(coordinator, cast):
    assert coordinator.get("/staff/families/export.pdf").status_code == 404


def test_a_workbook_is_brought_as_well_as_a_csv(coordinator, cast):
    content = xlsx_file(["Familie-id", "Postnummer"], ["F-1", 7100.0])
    url = bring(coordinator, content, "familier.xlsx").location
    post(coordinator, f"{url}/save")
    assert answers_of(named("F-1")) == {"postcode": "7100"}

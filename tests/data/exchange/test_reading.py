"""What people write in a table, and what Excel does to it, is read as they meant it."""

from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from data.exchange import read_families, write_rows
from data.exchange.records import Mending
from data.exchange.write import csv_lines, harmless, header, row_of
from matcher.profiles import Profiles
from matcher.schema import SCHEMA
from tests.data.exchange.files import csv_file, saved, xlsx_file

ON = date(2026, 11, 22)
WHOLE = {
    "id": "F-017", "participation": ["mentee", "group"], "status": "active",
    "family_type": "general", "support_level": "moderate", "foster_since": 2026,
    "placements_total": "2_3", "current_placement_phase": "0_6m",
    "children_age_bands": ["3_5", "10_12"], "children_count": 1,
    "themes_now": {"attachment": 3, "start_up": 2, "adhd": 1},
    "themes_experience": ["siblings", "start_up"], "postcode": "7100",
    "home_municipality": "0630", "placing_municipalities": ["0621", "0101"],
    "max_travel_minutes": 35, "availability": ["tue_evening", "sat_morning"],
    "meeting_form": "both", "meeting_frequency": "biweekly",
    "purposes": ["experience", "practical"],
    "languages": ["da", "dts"], "household_form": "two_adults", "own_children_bands": ["none"],
    "work_pattern": "part_time", "carer_background": ["pedagogue"], "interests": ["outdoor"],
    "mentor_capacity": 1, "mentor_approved": "2026-01-31", "contact_modes": ["chat", "visit"],
    "place_limits": ["no_home"], "exclusions": ["F-018"], "protected_address": False,
    "about_us": "Vi bor på landet; med \"høns\"\nog en hund.",
    "consents": {"matching": "2026-10-01"},
}  # fmt: skip


def at(*parts: int) -> datetime:
    """A time as Excel has it: without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def read(*lines, **more):
    return read_families(csv_file(*lines), "f.csv", on=ON, **more)


def one(heading, cell, **more):
    """The answer that one cell under one heading is read as."""
    return read_families(xlsx_file(["id", heading], ["F-1", cell]), "f.xlsx", on=ON, **more)


@pytest.mark.parametrize("locale", ["da", "en"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_written_is_read_again_in_both_languages(tmp_path, suffix, locale):
    path = tmp_path / f"families{suffix}"
    other = {"id": "F-018"}
    write_rows(path, header(locale), [row_of(WHOLE, locale), row_of(other, locale)])
    result = read_families(path, on=ON)
    assert result.problems == []
    assert result.records == [WHOLE, other]
    assert len(Profiles.from_records(result.records)) == 2


def test_the_example_covers_every_field_that_is_asked_about():
    assert {f.code for f in SCHEMA if f.set_by != "nobody"} <= set(WHOLE)


def test_codes_of_the_schema_are_read_as_they_stand():
    result = read("id;family_type;themes_now;availability", "1;kinship;adhd:3; attachment:2 ;")
    assert result.records[0]["themes_now"] == {"adhd": 3}
    result = read("id;family_type;themes_now", '1;kinship;"adhd:3; attachment"')
    assert result.records == [
        {"id": "1", "family_type": "kinship", "themes_now": {"adhd": 3, "attachment": 2}}
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "key", "answer"),
    [
        ("Postnummer", 7100.0, "postcode", "7100"),
        ("postcode", "DK-7100", "postcode", "7100"),
        ("Postnr.", "7100 Vejle", "postcode", "7100"),
        ("Bopælskommune", "Vejle Kommune", "home_municipality", "0630"),
        ("Kommune", 630, "home_municipality", "0630"),
        ("Plejefamilie siden (år)", "2019", "foster_since", 2019),
        ("foster_since", at(2019, 5, 1), "foster_since", 2019),
        ("Længste køretid", "35 min.", "max_travel_minutes", 35),
        ("Husstand", "TO VOKSNE", "household_form", "two_adults"),
        ("Antal anbringelser i alt", 1, "placements_total", "1"),
        ("Antal anbringelser i alt", "2-3", "placements_total", "2_3"),
        ("children_age_bands", "3-5 år, 10–12", "children_age_bands", ["3_5", "10_12"]),
        ("Beskyttet adresse", "Ja", "protected_address", True),
        ("protected_address", 0, "protected_address", False),
        ("mentor_approved", at(2026, 1, 31, 12), "mentor_approved", "2026-01-31"),
        ("mentor_approved", "31.1.2026", "mentor_approved", "2026-01-31"),
        ("mentor_approved", 46053, "mentor_approved", "2026-01-31"),
        ("Samtykke til forslag (dato)", "1/10 2026", "consents", {"matching": "2026-10-01"}),
        (
            "Anbringende kommune(r)",
            "Kolding; København",
            "placing_municipalities",
            ["0621", "0101"],
        ),
        ("Om os", "'=Vi to", "about_us", "=Vi to"),
    ],
)
def test_an_answer_is_read_as_it_was_meant(heading, cell, key, answer):
    result = one(heading, cell)
    assert [p.what for p in result.problems] == []
    assert result.records == [{"id": "F-1", key: answer}]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("postcode", "71OO", "letter_o"),
        ("postcode", "9999", "unknown_postcode"),
        ("postcode", at(2026, 5, 1), "unknown_postcode"),
        ("family_type", "stor", "unknown_value"),
        ("foster_since", 2031, "future_year"),
        ("foster_since", 1830, "out_of_range"),
        ("foster_since", "for længe siden", "not_number"),
        ("children_count", 2.5, "not_number"),
        ("children_count", 12, "out_of_range"),
        ("max_travel_minutes", True, "not_number"),
        ("themes_now", "adhd:4", "strength"),
        ("themes_now", "adhd;autism;fasd;teenage;siblings;aftercare", "too_many"),
        ("protected_address", "måske", "not_bool"),
        ("mentor_approved", "31-02-2026", "not_date"),
        ("mentor_approved", at(2027, 1, 1), "future_date"),
        ("about_us", "x" * 601, "too_long"),
        ("email", "skov at example", "bad_email"),
        ("exclusions", "F-1", "self_exclusion"),
        ("support_level", "#N/A", "excel_error"),
        ("support_level", "=VLOOKUP(A1;B:C;2)", "formula"),
    ],
)
def test_a_faulty_cell_says_where_it_is_what_is_wrong_and_what_mends_it(heading, cell, code):
    result = one(heading, cell)
    [problem] = result.problems
    assert (problem.code, problem.row, problem.column, problem.blocks) == (code, 2, heading, True)
    assert problem.what
    assert problem.remedy
    assert "%(" not in problem.what + problem.remedy
    assert set(result.records[0]) <= {"id", "exclusions"}


def test_excel_that_made_a_date_of_an_answer_is_undone_and_told():
    result = one("placements_total", at(2026, 3, 2))
    assert result.records[0]["placements_total"] == "2_3"
    assert [(p.code, p.blocks) for p in result.problems] == [("excel_date", False)]
    assert one("children_age_bands", at(2026, 12, 10)).records[0]["children_age_bands"] == ["10_12"]


@pytest.mark.parametrize(
    "cell",
    [
        "010203-1234",
        "0102031234",
        1304851234,
        1304851234.0,
        304851234,
        "304851234",
        "se 010203 1234 i sagen",
    ],
)
@pytest.mark.parametrize("heading", ["about_us", "interests", "id", "name", "email", "exclusions"])
def test_a_cpr_number_is_never_read_in_and_never_repeated(heading, cell):
    rows = [["id", heading], ["F-1", cell]] if heading != "id" else [["id"], [cell]]
    result = read_families(xlsx_file(*rows), "f.xlsx", on=ON)
    assert "cpr" in {p.code for p in result.problems}
    told = repr(result) + "".join(p.what + p.remedy for p in result.problems)
    assert "1234" not in told


@pytest.mark.parametrize("heading", ["om 010203-1234", "Navn (010203-1234)"])
def test_a_cpr_number_in_a_heading_is_not_repeated(heading):
    result = one(heading, "x" * 121)
    assert result.problems
    assert "1234" not in repr(result)


def test_telephone_numbers_and_mail_addresses_stay_out_of_the_text():
    assert [p.code for p in one("about_us", "Ring 20 30 40 50").problems] == ["phone"]
    assert [p.code for p in one("about_us", "Skriv til a@b.dk").problems] == ["email_in_text"]
    assert [p.code for p in one("about_us", "Se sag nr. 2026-1234").problems] == ["case"]
    assert "about_us" not in one("about_us", "Se sag nr. 2026-1234").records[0]
    assert one("about_us", "Vi bor i 7100 Vejle siden 2019").problems == []


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_any_usual_mark_divides_the_cells(mark):
    result = read(
        mark.join(["id", "family_type", "postcode"]),
        mark.join(["F-1", "almen plejefamilie", "7100"]),
    )
    assert result.records == [{"id": "F-1", "family_type": "general", "postcode": "7100"}]


@pytest.mark.parametrize("mark", [",", "\t"])
def test_answers_may_hold_more_semicolons_than_there_are_marks_between_cells(mark):
    rows = [
        ["F-1", "mon_morning;tue_evening;wed_evening"],
        ["F-2", "thu_evening;fri_morning;sun_evening"],
    ]
    result = read(mark.join(["id", "availability"]), *(mark.join(row) for row in rows))
    assert result.problems == []
    assert [r["availability"] for r in result.records] == [row[1].split(";") for row in rows]


def test_a_row_that_runs_past_its_heading_stops_the_import():
    result = read("id;themes_now;postcode", "F-1;adhd:3; attachment:2;7100", "F-2;adhd:3;7080;;")
    assert [(p.code, p.row) for p in result.blocking if p.code == "more_cells"] == [
        ("more_cells", 2)
    ]
    note_beside = xlsx_file(["id", "postcode"], ["F-1", "7100", None, "husk at ringe"])
    assert read_families(note_beside, "f.xlsx", on=ON).problems == []


@pytest.mark.parametrize("heading", ["id", "navn"])
def test_what_is_too_long_to_keep_is_told_and_never_cut(heading):
    result = read("id;navn", "F-1;Skov", f"{'F' * 130};" if heading == "id" else f"F-2;{'n' * 130}")
    assert [(p.code, p.row, p.column, p.blocks) for p in result.problems] == [
        ("too_long", 3, heading, True)
    ]
    assert "FFF" not in str(result.records)
    assert "nnn" not in str(result.contacts)


def test_signs_that_turn_letters_round_or_that_no_database_takes_are_left_out():
    far_down = [f"F-{n};Skov;" for n in range(600)]
    result = read("id;navn;om os", *far_down, "F-X;Sk\u202eov\0\u200b;Vi\u0007 bor\0 her")
    assert result.records[-1] == {"id": "F-X", "about_us": "Vi bor her"}
    assert result.contacts[-1].name == "Skov"


def test_the_sheet_with_the_heading_is_found_behind_a_front_page():
    book = Workbook()
    book.active["A1"] = "Plejefamilier, trukket 1. november"
    sheet = book.create_sheet("Liste")
    sheet.append(["id", "postcode"])
    sheet.append(["F-1", 7100])
    assert read_families(saved(book), "f.xlsx").records == [{"id": "F-1", "postcode": "7100"}]


def test_two_rows_in_merged_cells_are_told_apart_by_a_problem():
    book = Workbook()
    for row in (["id", "navn"], ["F-1", "Skov"], [None, "Lund"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    result = read_families(saved(book), "f.xlsx")
    assert [(p.code, p.row) for p in result.blocking] == [("no_id", 3)]


def test_the_first_of_two_columns_of_the_same_meaning_is_read_and_the_other_told():
    result = read("id;Postnr;postcode", "F-1;7100;8000")
    assert result.records == [{"id": "F-1", "postcode": "7100"}]
    assert [(p.code, p.column) for p in result.problems] == [("double_column", "postcode")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_lettering_is_read(encoding):
    lines = ("id;Længste køretid;Om os", "F-1;30;Blåbærgrød")
    result = read_families(csv_file(*lines, encoding=encoding), "f.csv", on=ON)
    assert result.records == [{"id": "F-1", "max_travel_minutes": 30, "about_us": "Blåbærgrød"}]


def test_titles_empty_rows_and_hidden_sheets_are_passed_over():
    content = xlsx_file(
        ["Plejefamilier i Vejle"], [], ["Familie-id", "Postnummer"], [None, None], ["F-1", 7100],
        [], ["F-2", 7080], hidden=[["id", "postcode"], ["F-9", "8000"]],
    )  # fmt: skip
    result = read_families(content, "f.xlsx", on=ON)
    assert [record["id"] for record in result.records] == ["F-1", "F-2"]
    assert result.rows == [5, 7]


def test_a_row_without_id_and_a_second_row_with_the_same_id_are_told():
    result = read("id;postcode", "F-1;7100", ";7100", "F-1;7080")
    assert [(p.code, p.row) for p in result.problems] == [("no_id", 3), ("duplicate_id", 4)]
    assert result.problems[1].what == "The same family id stands in row 2 too."
    assert len(result.records) == 1


def test_an_unknown_column_is_told_with_the_nearest_one_and_can_be_mended():
    lines = ("id;Postnumer;Hårfarve", "F-1;7100;brun")
    result = read(*lines)
    assert [(p.code, p.column, p.facts["near"]) for p in result.problems] == [
        ("unknown_column", "Hårfarve", None),
        ("unknown_column", "Postnumer", "postcode"),
    ]
    mended = read(*lines, mending=Mending(columns={"Postnumer": "postcode", "Hårfarve": "-"}))
    assert mended.problems == []
    assert mended.records == [{"id": "F-1", "postcode": "7100"}]


def test_a_cell_can_be_mended_and_a_row_left_out_without_touching_the_file():
    lines = ("id;postcode", "F-1;71OO", "F-2;hmm")
    mended = read(*lines, mending=Mending(cells={"2:postcode": "7100"}, skipped=[3]))
    assert mended.problems == []
    assert mended.records == [{"id": "F-1", "postcode": "7100"}]


def test_a_family_to_keep_apart_must_be_known():
    lines = ("id;exclusions", "F-1;F-2;", "F-2;F-7")
    assert [p.blocks for p in read(*lines).problems] == [False]
    assert [(p.code, p.blocks) for p in read(*lines, known_ids=[]).problems] == [
        ("unknown_exclusion", True)
    ]
    assert read(*lines, known_ids=["F-7"]).problems == []


def test_the_gender_of_children_is_not_read_in():
    result = read("id;children_gender", "F-1;pige")
    assert [p.code for p in result.problems] == ["not_collected"]
    assert result.records == [{"id": "F-1"}]


@pytest.mark.parametrize("text", ["=1+1", "+45", "-2", "@SUM(A1)", "\tx", "=cmd|'/c calc'!A1"])
def test_no_cell_of_an_export_is_taken_for_a_formula(tmp_path, text):
    assert harmless(text).startswith("'")
    line = "".join(csv_lines(["id", "about_us"], [["F-1", text]]))
    result = read_families(line.encode(), "f.csv", on=ON)
    assert result.records[0]["about_us"] == text.strip()
    write_rows(tmp_path / "f.xlsx", ["id", "about_us"], [["F-1", text]])
    assert result.records == read_families(tmp_path / "f.xlsx", on=ON).records

"""Groups from a file, without a server."""

import csv

import pytest
from openpyxl import load_workbook

from data.clock import today
from data.exchange import write_rows
from tests.factories import NEW_FAMILY

HEADER = [
    "id", "participation", "status", "foster_since", "themes_now", "postcode",
    "max_travel_minutes", "availability", "meeting_form", "languages", "consent_matching",
    "children_age_bands",
]  # fmt: skip


def cell(value):
    if isinstance(value, dict):
        return "; ".join(f"{code}:{strength}" for code, strength in value.items())
    return "; ".join(value) if isinstance(value, list) else value


def row(key, **changes):
    facts = {**NEW_FAMILY, "id": key, "status": "active", "consent_matching": today(), **changes}
    return [cell(facts.get(name)) for name in HEADER]


@pytest.fixture
def families(tmp_path):
    """Twelve who want a group, one who can never meet them, and one who only wants a mentor."""
    path = tmp_path / "families.csv"
    rows = [row(f"F-{i:02}", foster_since=2010 + i) for i in range(12)]
    rows += [row("F-90", availability=["mon_morning"]), row("M-1", participation=["mentee"])]
    write_rows(path, HEADER, rows)
    return path


@pytest.fixture
def propose(app, monkeypatch):
    monkeypatch.setenv("LANG", "da_DK.UTF-8")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "MAKKERSKAB_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        args = ["groups", "propose", "--seconds", "0.2", *map(str, words)]
        return app.test_cli_runner().invoke(args=args)

    return run


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {line["family_id"]: line for line in csv.DictReader(file, delimiter=";")}


def test_every_family_that_wants_a_group_gets_one_row(propose, families, tmp_path):
    out = tmp_path / "groups.csv"
    answer = propose("--families", families, "--out", out, "--size", "5-8")
    assert answer.exit_code == 0, answer.output
    rows = read(out)
    assert len(rows) == 13
    assert list(rows["F-00"]) == ["family_id", "group", "group_score", "reasons", "why_not"]
    groups = {line["group"] for line in rows.values()}
    assert groups == {"A", "B", ""}
    assert rows["F-90"]["group"] == ""
    assert "mandag formiddag" in rows["F-90"]["why_not"] or "puljen" in rows["F-90"]["why_not"]
    assert "af 100" in rows["F-00"]["reasons"]
    assert 0 <= int(rows["F-00"]["group_score"]) <= 100


def test_it_says_what_was_done_in_plain_words(propose, families, tmp_path):
    said = propose("--families", families, "--out", tmp_path / "groups.csv").output
    assert "Læste 14 familier: 13 vil gerne være i en gruppe." in said
    assert "2 grupper er dannet af 12 familier; 1 er uden gruppe." in said
    assert "F-90" in said
    assert "Ingen har fået besked." in said


def test_a_workbook_is_written(propose, families, tmp_path):
    out = tmp_path / "groups.xlsx"
    assert propose("--families", families, "--out", out, "--size", "6").exit_code == 0
    sheet = load_workbook(out).active  # read whole: read_only would keep the file open
    first = [cell.value for cell in next(iter(sheet.rows))]
    assert first == ["family_id", "group", "group_score", "reasons", "why_not"]


@pytest.mark.parametrize("size", ["8-5", "1-4", "mange", "5-", "-3", ""])
def test_a_size_that_is_none_is_refused(propose, families, tmp_path, size):
    out = tmp_path / "groups.csv"
    answer = propose("--families", families, "--out", out, "--size", size)
    assert answer.exit_code == 1
    assert "5-8" in answer.output
    assert not out.exists()


def test_bad_files_are_refused_with_a_word_and_nothing_is_written(propose, families, tmp_path):
    out = tmp_path / "groups.csv"
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"id;family_type\nF-1;rumvaesen\n")
    for words in (
        ("--families", tmp_path / "none.csv", "--out", out),
        ("--families", broken, "--out", out),
        ("--families", families, "--out", tmp_path / "groups.txt"),
        ("--families", families, "--out", tmp_path / "nowhere" / "groups.csv"),
    ):
        answer = propose(*words)
        assert answer.exit_code == 1, answer.output
        assert "Traceback" not in answer.output
        assert "Intet er skrevet." in answer.output
        assert not out.exists()


def test_an_earlier_file_stays_until_the_new_one_is_whole(propose, families, tmp_path):
    out = tmp_path / "groups.csv"
    out.write_text("det gamle", encoding="utf-8")
    assert propose("--families", families, "--out", out, "--size", "0-0").exit_code == 1
    assert out.read_text(encoding="utf-8") == "det gamle"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []

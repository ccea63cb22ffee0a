import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data.clock import today
from data.exchange import write_rows
from tests.factories import MENTOR_FAMILY, NEW_FAMILY

HEADER = [
    "id", "participation", "status", "foster_since", "themes_now", "themes_experience", "postcode",
    "max_travel_minutes", "availability", "meeting_form", "languages", "contact_modes",
    "mentor_capacity", "mentor_approved", "consent_matching", "children_age_bands",
]  # fmt: skip


def row(key, base, **changes):
    facts = {**base, "id": key, "status": "active", "consent_matching": today(), **changes}
    if "mentor" in facts["participation"]:
        facts.setdefault("mentor_approved", today())
    return [cell(facts.get(name)) for name in HEADER]


def cell(value):
    if isinstance(value, dict):
        return "; ".join(f"{code}:{strength}" for code, strength in value.items())
    return "; ".join(value) if isinstance(value, list) else value


@pytest.fixture
def families(tmp_path):
    """A file of three families who ask, two mentors, and one who only wants a group."""
    path = tmp_path / "families.csv"
    write_rows(
        path,
        HEADER,
        [
            row("F-1", NEW_FAMILY),
            row("F-2", NEW_FAMILY, availability=["mon_morning"]),
            row("F-3", NEW_FAMILY, consent_matching=None),
            row("G-1", NEW_FAMILY, participation=["group"]),
            row("M-1", MENTOR_FAMILY),
            row("M-2", MENTOR_FAMILY, mentor_capacity=0),
        ],
    )
    return path


@pytest.fixture
def propose(app, monkeypatch):
    """Run the command as one types it."""
    monkeypatch.setenv("LANG", "da_DK.UTF-8")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "MAKKERSKAB_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return app.test_cli_runner().invoke(args=["mentoring", "propose", *map(str, words)])

    return run


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {line["family_id"]: line for line in csv.DictReader(file, delimiter=";")}


def test_every_family_considered_gets_one_row(propose, families, tmp_path):
    out = tmp_path / "pairs.csv"
    answer = propose("--families", families, "--out", out)
    assert answer.exit_code == 0, answer.output
    rows = read(out)
    assert list(rows) == ["F-1", "F-2", "F-3"]
    assert list(rows["F-1"]) == [
        "family_id", "mentor_id", "score", "reasons", "status", "why_not",
    ]  # fmt: skip
    assert rows["F-1"]["mentor_id"] == "M-1"
    assert rows["F-1"]["status"] == "proposed"
    assert 0 < float(rows["F-1"]["score"]) <= 1
    assert "tilknytning" in rows["F-1"]["reasons"]
    assert rows["F-2"]["mentor_id"] == ""
    assert "tidspunkt" in rows["F-2"]["why_not"]
    assert "samtykke" in rows["F-3"]["why_not"]


def test_it_says_what_was_done_and_why_anyone_is_left_out(propose, families, tmp_path):
    said = propose("--families", families, "--out", tmp_path / "pairs.csv").output
    assert "Læste 6 familier: 3 vil gerne have en mentorfamilie, 2 vil gerne være det." in said
    assert "1 familie fik et forslag, 2 fik ikke." in said
    assert "(F-2)" in said
    assert "Ingen har fået besked." in said


def test_it_speaks_english_too(propose, families, tmp_path):
    out = tmp_path / "pairs.csv"
    said = propose("--families", families, "--out", out, "--language", "en").output
    assert "1 family got a proposal, 2 did not." in said
    assert "attachment" in read(out)["F-1"]["reasons"]


def test_help_is_in_the_language_of_the_terminal(propose):
    danish = propose("--help").output
    assert "Foreslå en mentorfamilie" in danish
    assert "Tabellen med familier" in danish
    english = propose("--help", LANG="en_GB.UTF-8").output
    assert "Propose a mentor family" in english


def test_a_workbook_is_written_and_read(propose, families, tmp_path):
    out = tmp_path / "pairs.xlsx"
    assert propose("--families", families, "--out", out).exit_code == 0
    sheet = load_workbook(out).active  # read whole: read_only would keep the file open
    lines = [[cell.value for cell in line] for line in sheet.rows]
    assert lines[0][:3] == ["family_id", "mentor_id", "score"]
    assert [line[0] for line in lines[1:]] == ["F-1", "F-2", "F-3"]


@pytest.mark.parametrize("goal", ["most_families", "best_fit", "fairest"])
def test_each_goal_can_be_chosen(propose, families, tmp_path, goal):
    out = tmp_path / "pairs.csv"
    assert propose("--families", families, "--out", out, "--goal", goal).exit_code == 0


def test_the_municipalitys_rule_can_be_set(propose, families, tmp_path):
    out = tmp_path / "pairs.csv"
    propose("--families", families, "--out", out, "--min-years", "20")
    assert read(out)["F-1"]["status"] == "unmatched"


def refused(answer, out):
    assert answer.exit_code == 1, answer.output
    assert "Traceback" not in answer.output
    assert "Intet er skrevet." in answer.output
    assert not out.exists()
    return answer.output


def test_a_missing_file_a_folder_and_a_strange_suffix(propose, families, tmp_path):
    out = tmp_path / "pairs.csv"
    assert "findes ikke" in refused(propose("--families", tmp_path / "no.csv", "--out", out), out)
    refused(propose("--families", tmp_path, "--out", out), out)
    strange = tmp_path / "pairs.pdf"
    assert ".xlsx" in refused(propose("--families", families, "--out", strange), strange)
    nowhere = tmp_path / "no" / "pairs.csv"
    refused(propose("--families", families, "--out", nowhere), nowhere)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\xff" * 400, b"PK\x03\x04 not a workbook", b"navn;alder\nSkov;4\n"],
)
def test_a_file_that_is_no_table_of_families(propose, tmp_path, content):
    for name in ("broken.csv", "broken.xlsx"):
        path, out = tmp_path / name, tmp_path / "pairs.csv"
        path.write_bytes(content)
        refused(propose("--families", path, "--out", out), out)


def test_a_wrong_answer_is_named_with_its_row(propose, tmp_path):
    path, out = tmp_path / "families.csv", tmp_path / "pairs.csv"
    write_rows(path, HEADER, [row("F-1", NEW_FAMILY, meeting_form="telepathy")])
    said = refused(propose("--families", path, "--out", out), out)
    assert "Række 2" in said
    assert "telepathy" in said


def test_a_failed_run_leaves_the_earlier_result_whole(propose, families, tmp_path):
    out = tmp_path / "pairs.csv"
    propose("--families", families, "--out", out)
    before = out.read_bytes()
    families.write_bytes(b"")
    assert propose("--families", families, "--out", out).exit_code == 1
    assert out.read_bytes() == before
    assert sorted(p.name for p in tmp_path.glob(".*.csv")) == []


def test_a_disk_that_fails_while_writing_leaves_nothing_behind(
    propose, families, tmp_path, monkeypatch
):
    from web.shared import filework

    def half_then_full(path, header, rows):
        Path(path).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filework, "write_rows", half_then_full)
    out = tmp_path / "pairs.csv"
    assert "No space left" in refused(propose("--families", families, "--out", out), out)
    assert [p.name for p in tmp_path.iterdir() if "half" in p.read_text(errors="ignore")] == []


def test_no_row_of_the_database_is_needed_or_made(propose, families, tmp_path, app):
    from data.db import db

    db.drop_all()
    out = tmp_path / "pairs.csv"
    assert propose("--families", families, "--out", out).exit_code == 0


@pytest.mark.server
@pytest.mark.parametrize(
    ("language", "sentence"), [("da_DK", "Intet er skrevet."), ("en_GB", "Nothing was written.")]
)
def test_a_real_terminal_hears_the_refusal_in_its_own_language(tmp_path, language, sentence):
    settings = {
        "PATH": os.environ["PATH"],
        "FLASK_APP": "web.app:from_env",
        "INSTANCE": str(tmp_path / "instance"),
        "LANG": f"{language}.UTF-8",
    }
    words = ["mentoring", "propose", "--families", "no.csv", "--out", str(tmp_path / "out.csv")]
    ended = subprocess.run(
        [sys.executable, "-m", "flask", *words], env=settings, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "instance" / "makkerskab.db").exists()  # no database was made

"""A draft on paper and as a file: what is in it, what never is, and who gets it."""

import csv
import io
import json

import pytest

from data.db import db, transaction
from data.models import AuditEntry, Exclusion, RoleName
from data.queries.groups import seats_of
from data.sealed import Sealed
from tests.factories import make_account
from tests.web.groups.building import drafted
from tests.web.groups.test_board import move, seat_in

KINDS = ("csv", "xlsx", "json")


@pytest.fixture
def draft(cast):
    draft = drafted(cast)
    move(draft, seat_in(draft, 0), None, by=cast.facilitator)
    return draft


def text_of(answer, fmt):
    if fmt != "xlsx":
        return answer.get_data(as_text=True)
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(answer.data))
    rows = [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]
    book.close()
    return "\n".join(";".join(row) for row in rows)


@pytest.mark.parametrize("fmt", KINDS)
def test_every_family_is_in_it_with_its_group(fmt, draft, cast, as_):
    answer = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/export.{fmt}")
    assert answer.status_code == 200
    assert f".{fmt}" in answer.headers["Content-Disposition"]
    text = text_of(answer, fmt)
    for seat in seats_of(draft):
        assert seat.family.name in text
    assert "Kulturhuset" in text


def test_the_table_has_a_row_a_family_and_the_json_is_grouped(draft, cast, as_):
    client = as_(cast.facilitator)
    table = client.get(f"/staff/drafts/{draft.ref}/export.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(table.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 1 + len(seats_of(draft))
    assert rows[0][:2] == ["Gruppe", "Familie"]
    whole = json.loads(client.get(f"/staff/drafts/{draft.ref}/export.json").data)
    assert [group["letter"] for group in whole["groups"]] == ["A", "B"]
    assert len(whole["without_a_group"]) == 1
    assert whole["version"] == draft.version


@pytest.mark.parametrize("fmt", [*KINDS, "print"])
def test_where_they_live_and_why_they_are_kept_apart_are_never_in_it(fmt, draft, cast, as_):
    one, other = sorted(seat.family_id for seat in seats_of(draft)[:2])
    with transaction():
        reason = Sealed.of("Gammel uenighed", scope="exclusion:1")
        db.session.add(Exclusion(family_id=one, other_id=other, reason=reason))
    end = "print" if fmt == "print" else f"export.{fmt}"
    answer = as_(cast.coordinator).get(f"/staff/drafts/{draft.ref}/{end}")
    text = text_of(answer, fmt)
    for secret in ("7100", "Gammel uenighed", "@example.org"):
        assert secret not in text


@pytest.mark.parametrize("fmt", KINDS)
def test_each_one_is_in_the_trail(fmt, draft, cast, as_):
    as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/export.{fmt}")
    entry = db.session.query(AuditEntry).filter_by(event="draft_exported").one()
    assert entry.details["format"] == fmt
    assert set(entry.details["families"]) == {seat.family_id for seat in seats_of(draft)}
    assert entry.actor_id == cast.facilitator.id


def test_printing_is_a_look_like_any_other(draft, cast, as_):
    page = as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/print").get_data(as_text=True)
    assert page.count('class="sheet g') == 2
    looks = db.session.query(AuditEntry).filter_by(event="pool_viewed").all()
    assert "print" in [look.details["page"] for look in looks]


def test_outsiders_get_nothing(draft, cast, as_):
    other = make_account(cast.municipality, RoleName.FACILITATOR)
    for person in (other, cast.consultant, cast.outsider, cast.other_coordinator):
        for end in ("print", *(f"export.{fmt}" for fmt in KINDS)):
            assert as_(person).get(f"/staff/drafts/{draft.ref}/{end}").status_code == 404
    assert db.session.query(AuditEntry).filter_by(event="draft_exported").count() == 0
    assert as_(cast.facilitator).get(f"/staff/drafts/{draft.ref}/export.pdf").status_code == 404

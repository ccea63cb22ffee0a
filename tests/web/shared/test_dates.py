"""Dates are said as the reader's language says them."""

from datetime import UTC, datetime

import pytest
from flask import render_template_string
from flask_babel import force_locale

from web.shared.dates import day_by, long_day

AT = datetime(2026, 12, 3, 18, 0, tzinfo=UTC)
DAYBOX = '{% import "parts.html" as parts with context %}{{ parts.daybox(at) }}'


@pytest.mark.parametrize(
    ("language", "short", "long", "box"),
    [
        ("da", "3. december", "Torsdag den 3. december", "<b>3.</b>"),
        ("en", "3 December", "Thursday 3 December", "<b>3</b>"),
    ],
)
def test_only_danish_puts_a_full_stop_after_the_day(app, language, short, long, box):
    with app.test_request_context(), force_locale(language):
        assert day_by(AT, "d. MMMM") == short
        assert long_day(AT) == long
        assert render_template_string('{{ at | dateformat("d. MMMM") }}', at=AT) == short
        hour = render_template_string('{{ at | datetimeformat("d. MMMM HH.mm") }}', at=AT)
        assert hour == f"{short} 19.00"  # in Copenhagen
        assert box in render_template_string(DAYBOX, at=AT)

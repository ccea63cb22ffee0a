"""A page for developers: every part and every state in one place, with invented content."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from web.shared import page
from web.shared.access import public
from web.shared.page import Acute, NavItem, Place

bp = Blueprint("styleguide", __name__)

PLACE = Place(
    area="family",
    municipality="Vejle Kommune",
    unit="Familieplejen",
    person="Mette Holm",
    role="koordinator",
    acute=Acute(phone="70 00 00 00", hours="hele døgnet"),
    demo=True,
    home_url="/styleguide",
    sign_out_url="/styleguide",
)


class ExampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("Hvad skal gruppen hedde?", description="Vælg et sted eller et ord")
    about = TextAreaField("Om os")
    meeting = DateField("Dato for mødet", description="Fx 12-03-2027")
    kind = SelectField("Form", choices={"visit": "Besøg", "call": "Telefon"})
    answer = RadioField("Kommer I?", choices={"yes": "Vi kommer", "no": "Vi kan ikke"})
    themes = SelectMultipleField(
        "Hvad fylder hos jer?",
        choices={"sleep": "Søvn, mad og daglige rutiner", "school": "Samarbejde med skole"},
    )
    agree = BooleanField("Vi har læst og forstået, at vi har tavshedspligt")


def _menu(area: page.Area) -> list[NavItem]:
    if area == "staff":
        labels = ["Overblik", "Familier", "Mentorskaber", "Grupper", "Beskeder", "Akuttelefon"]
        icons = ["home"] * len(labels)
    else:
        labels = ["Overblik", "Gruppe", "Mentor", "Beskeder", "Profil"]
        icons = ["home", "groups", "persons", "chat", "account"]
    return [
        NavItem(url=f"#{n}", label=label, icon=icon, active=n == 0, count=3 if n == 3 else 0)
        for n, (label, icon) in enumerate(zip(labels, icons, strict=True))
    ]


@bp.get("/styleguide")
@public
def family() -> ResponseReturnValue:
    """Draw the parts of a family's pages."""
    wrong = ExampleForm(meta={"csrf": False}, meeting=date(2020, 1, 1))
    wrong.meeting.errors = ["Vælg en dato, der ikke er gået"]
    wrong.agree.errors = ["Sæt kryds, når I har læst det"]
    flash("Svaret er gemt")
    page.flash_undo("Forslaget er skjult", undo_url="/styleguide")
    return render_template(
        "styleguide/family.html",
        form=ExampleForm(meta={"csrf": False}),
        wrong=wrong,
        day=date(2026, 12, 3),
        place=PLACE,
        nav=_menu("family"),
    )


@bp.post("/styleguide")
@public
def send() -> ResponseReturnValue:
    """Take what a form of the guide sends, keep nothing, and show the guide again."""
    return redirect(url_for(".family"), code=303)


@bp.get("/styleguide/staff")
@public
def staff() -> ResponseReturnValue:
    """Draw the parts of the staff's pages."""
    return render_template(
        "styleguide/staff.html",
        place=replace(PLACE, area="staff", session_seconds=30 * 60),
        nav=_menu("staff"),
    )


@bp.get("/styleguide/error/<int:code>")
@public
def error(code: int) -> ResponseReturnValue:
    """Draw the page of one error."""
    return render_template(
        "page_error.html", code=code, reference="K7-204", place=PLACE, nav=_menu("family")
    )


def init_app(app: Flask) -> None:
    """Show the guide while developing, testing or demonstrating; elsewhere it does not exist."""
    if app.debug or app.testing or app.config.get("DEMO"):
        app.register_blueprint(bp)

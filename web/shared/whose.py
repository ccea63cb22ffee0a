"""Whose network this page belongs to, and who is looking at it."""

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user

from data.clock import now
from data.models import Account, Municipality, RoleName
from data.queries.acute import acute_fallback, acute_number
from web.shared import page, sessions


def furnish(app: Flask) -> None:
    """Tell every page whose it is."""
    page.register_place(app, _place)


def _place() -> page.Place:
    if not current_user.is_authenticated:
        return page.Place(demo=current_app.config["DEMO"])
    person: Account = current_user
    staff = person.is_staff
    return page.Place(
        area="staff" if staff else "family",
        municipality=person.municipality.name,
        unit=person.institution.name if person.institution else person.municipality.service_name,
        person=person.name,
        role=_role_word(person),
        acute=_acute(person.municipality),
        demo=person.municipality.is_demo,
        home_url=url_for("overview.staff" if staff else "overview.home"),
        sign_out_url=url_for("accounts.sign_out"),
        session_seconds=sessions.STAFF_IDLE_MINUTES * 60 if staff else None,
    )


def _acute(municipality: Municipality) -> page.Acute | None:
    row = acute_number(municipality.id, at=now())
    if row is None:
        reserve = acute_fallback(municipality)
        return page.Acute(phone=reserve.phone, answered_by=reserve.label) if reserve else None
    hours = _("until %(time)s", time=row.to_time.strftime("%H.%M"))
    return page.Acute(phone=row.phone, answered_by=row.label, hours=hours)


def _role_word(person: Account) -> str:
    words = {
        RoleName.ADMINISTRATOR: _("administrator"),
        RoleName.COORDINATOR: _("coordinator"),
        RoleName.FACILITATOR: _("facilitator"),
        RoleName.CONSULTANT: _("foster care consultant"),
    }
    return next((word for role, word in words.items() if person.is_a(role)), "")

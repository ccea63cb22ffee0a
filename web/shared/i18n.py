"""Which language a person reads, and where the words are."""

from pathlib import Path

import flask_babel
from flask import Flask, request, session
from flask_login import current_user

import data.i18n
from web.shared.dates import day_by, hours_by, moment_by

LOCALES = ("da", "en")
_ROOT = Path(__file__).parents[2]


def catalogue_folders() -> list[Path]:
    """Return every folder of translations: each capability keeps the words of its own pages."""
    return sorted(_ROOT.glob("web/*/translations")) + [
        _ROOT / floor / "translations"
        for floor in ("chat", "data", "matcher")
        if (_ROOT / floor / "translations").is_dir()
    ]


def chosen_locale() -> str:
    """Return what was chosen here, else the person's own, else the browser's, else Danish."""
    if not request:
        return "da"
    if (chosen := session.get("language")) in LOCALES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.locale in LOCALES:
        return str(current_user.locale)
    return request.accept_languages.best_match(LOCALES) or "da"


def speak(app: Flask) -> None:
    """Set up Flask-Babel and give the floors below the same words."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, catalogue_folders()))
    app.config["BABEL_DEFAULT_LOCALE"] = "da"
    flask_babel.Babel(
        app, locale_selector=chosen_locale, timezone_selector=lambda: "Europe/Copenhagen"
    )
    data.i18n.use(flask_babel.gettext, flask_babel.ngettext)
    app.jinja_env.filters |= {"dateformat": day_by, "datetimeformat": moment_by, "hours": hours_by}
    app.jinja_env.globals["locale"] = lambda: str(flask_babel.get_locale())

"""Pages that anyone may read: help, privacy, accessibility, what to do when one is worried."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matcher.schema import SCHEMA
from web.safety.blueprint import bp
from web.shared.access import public
from web.shared.page import language


@bp.get("/help")
@public
def help() -> ResponseReturnValue:
    """Say whom to ask."""
    return render_template("safety/help.html")


@bp.get("/help/duty-to-notify")
@public
def duty_to_notify() -> ResponseReturnValue:
    """Say what to do when one worries about a child."""
    return render_template("safety/duty_to_notify.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is stored, who sees it and for how long."""
    return render_template(
        "safety/privacy.html", fields=list(SCHEMA.fields.values()), tongue=language()
    )


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """Say how accessible the pages are and whom to tell when they are not."""
    return render_template("safety/accessibility.html")

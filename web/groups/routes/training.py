"""The staff's overview of hours of training in a year, and the same as a table to take along."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from data.clock import today
from data.db import transaction
from data.exchange.write import csv_lines
from data.models import RoleName
from data.queries.training import COURSE_DAYS, GOAL_HOURS, years_with_meetings
from web.groups.actions import training as actions
from web.groups.blueprint import bp
from web.shared.access import for_roles, me

ON_A_PAGE = 50
FOLLOWS = (RoleName.COORDINATOR, RoleName.CONSULTANT)


@bp.get("/staff/training")
@for_roles(*FOLLOWS)
def training() -> ResponseReturnValue:
    year = _year()
    lines = actions.year_of(year, by=me())
    pages = max(1, -(-len(lines) // ON_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "groups/training.html",
        year=year,
        years=sorted({today().year, year, *years_with_meetings(me().municipality_id)})[::-1],
        lines=lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        n_lines=len(lines),
        page=page,
        pages=pages,
        n_enough=sum(line.hours.share >= 100 for line in lines),
        goal=GOAL_HOURS,
        days=COURSE_DAYS,
        is_coordinator=me().is_a(RoleName.COORDINATOR),
    )


@bp.get("/staff/training.csv")
@for_roles(*FOLLOWS)
def training_file() -> ResponseReturnValue:
    year = _year()
    with transaction():
        lines = actions.take_out(year, by=me())
        rows = [[line.family.external_id, line.family.name, *_in_numbers(line)] for line in lines]
    header = [_("Reference"), _("Family"), _("Group supervision"), _("Theme sessions"),
              _("In all"), _("Goal")]  # fmt: skip
    answer = Response("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"training-{year}.csv")
    return answer


def _in_numbers(line: actions.Line) -> list[str]:
    hours = line.hours
    return [format_decimal(n) for n in (hours.supervision, hours.theme, hours.total, GOAL_HOURS)]


def _year() -> int:
    asked = request.args.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isdecimal() and asked > "1999" else today().year

"""Forming groups from a file, for the command line: no server and no database."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from data.exchange import ReadResult
from data.queries.places import towns
from matcher.errors import MatcherError
from web.groups.blueprint import bp
from web.groups.cards import slot_text
from web.groups.outcomes import letter
from web.shared.console import SpokenCommand, speaking
from web.shared.filework import LINES_SHOWN, Refused, check_target, read_table, write_whole

if TYPE_CHECKING:
    from matcher.grouping.result import Group, Grouping

COLUMNS = ("family_id", "group", "group_score", "reasons", "why_not")
Record = dict[str, Any]


@bp.cli.command(
    "propose",
    cls=SpokenCommand,
    help=_l(
        "Propose network groups of the families that would like to be in one.\n\n"
        "Reads a table of families, .csv or .xlsx, and writes one row for every family that would "
        "like a group: which one, how well the group fits and why, or why there is none and what "
        "would change it. Needs no server and no database, and tells nobody."
    ),
)
@click.option("--families", "source", required=True, help=_l("The table of families to read"))
@click.option("--out", "target", required=True, help=_l("The file to write, .csv or .xlsx"))
@click.option(
    "--size", default="5-8", show_default=True, help=_l("Families in a group: one number or two")
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 600),
    default=5.0,
    show_default=True,
    help=_l("Time to work it out"),
)
@click.option("--language", type=click.Choice(("da", "en")), help=_l("The language of the reasons"))
def propose(source: str, target: str, size: str, seconds: float, language: str | None) -> None:
    """Read, form, write, and say what was done."""
    with speaking(language) as locale:
        least, most = _sizes(size)
        check_target(target)
        found = read_table(source)
        asking = [r for r in found.records if "group" in r.get("participation", ())]
        grouping = _form(asking, least=least, most=most, seconds=seconds)
        write_whole(target, COLUMNS, _rows(grouping, asking, locale=locale))
        _tell(found, asking, grouping, target=target, locale=locale)


def _sizes(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(\d{1,2})\s*(?:[-–]\s*(\d{1,2})\s*)?", text)
    least = int(match[1]) if match else 0
    most = int(match[2] or match[1]) if match else 0
    if not 2 <= least <= most:
        raise Refused(_("Write the size as two numbers, like 5-8, not %(size)s.", size=text))
    return least, most


def _form(families: list[Record], *, least: int, most: int, seconds: float) -> "Grouping":
    from matcher.grouping import form_groups
    from matcher.profiles import Profiles

    try:
        return form_groups(
            Profiles.from_records(families),
            min_size=least,
            max_size=most,
            target_size=min(max(6, least), most),
            seconds=seconds,
        )
    except MatcherError as error:
        raise Refused(str(error)) from None


def _rows(grouping: "Grouping", families: list[Record], *, locale: str) -> Iterator[list[Any]]:
    """Yield one row for each family considered, in the order of the table."""
    group_of = {key: group for group in grouping.groups for key in group.members}
    for family in families:
        key = family["id"]
        if group := group_of.get(key):
            why = _reasons(group, key, locale=locale)
            yield [key, letter(group.label), group.score, why, ""]
        else:
            yield [key, "", None, "", grouping.unplaced[key].words(locale)]


def _reasons(group: "Group", key: str, *, locale: str) -> str:
    """Return when and where the group meets, how the family fits, and what to know."""
    said = [slot_text(group.slot)] if group.slot else []
    if group.online:
        said.append(_("online"))
    elif group.place:
        said.append(towns().get(group.place, group.place))
    if key in group.minutes:
        said.append(_("%(minutes)s min to the meeting place", minutes=group.minutes[key]))
    said.append(_("fits %(points)s of 100", points=group.fit[key]))
    said += [remark.words(locale) for remark in group.remarks]
    return "; ".join(said)


def _tell(
    found: ReadResult, asking: list[Record], grouping: "Grouping", *, target: str, locale: str
) -> None:
    click.echo(
        _(
            "Read %(all)s families: %(asking)s would like to be in a group.",
            all=len(found.records),
            asking=len(asking),
        )
    )
    click.echo(
        ngettext(
            "%(num)s group was formed of %(placed)s families; %(without)s stand without.",
            "%(num)s groups were formed of %(placed)s families; %(without)s stand without.",
            len(grouping.groups),
            placed=len(asking) - len(grouping.unplaced),
            without=len(grouping.unplaced),
        )
    )
    for group in grouping.groups:
        click.echo(
            "  "
            + _(
                "Group %(letter)s: %(n)s families, %(score)s of 100",
                letter=letter(group.label),
                n=len(group.members),
                score=group.score,
            )
        )
    if grouping.groups:
        click.echo(
            _(
                "In all %(score)s of 100, better than %(better)s of %(draws)s drawn by lot.",
                score=grouping.score,
                better=grouping.better_than,
                draws=grouping.n_draws,
            )
        )
    for key, left in list(grouping.unplaced.items())[:LINES_SHOWN]:
        click.echo(f"  {key}: {left.words(locale)}")
    click.echo(_("Written to %(name)s. Nobody has been told.", name=target))
